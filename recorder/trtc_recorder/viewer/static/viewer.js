// Asks for the data every two seconds while somebody looks, and hands it to the page.

import { showList } from "./list.js";
import { showRecording } from "./recording.js";
import { write } from "./wording.js";

const EVERY = 2000;

const main = document.getElementById("main");
const name = location.pathname.slice("/recordings/".length);
const [template, show, data] = name
  ? ["recording", showRecording, `/recordings/${name}.json`]
  : ["list", showList, "/recordings.json"];

let shown = "";
let timer;
let asking = false;

function put(id) {
  if (shown === id) return;
  shown = id;
  main.replaceChildren(document.getElementById(id).content.cloneNode(true));
}

async function refresh() {
  clearTimeout(timer);
  if (asking) return;
  asking = true;
  try {
    const answer = await fetch(data, { headers: { Accept: "application/json" } });
    if (answer.status === 404) {
      put("missing");
    } else if (answer.ok) {
      const told = await answer.json();
      put(template);
      banner("notice", told.notice);
      show(main, told, refresh);
    } else {
      throw new Error(`it answers ${answer.status}`);
    }
    banner("trouble", null);
  } catch (error) {
    const why = error instanceof TypeError ? "it cannot be reached" : error.message;
    banner("trouble", `The service is not there: ${why}. Trying again.`);
  } finally {
    asking = false;
    if (!document.hidden) timer = setTimeout(refresh, EVERY);
  }
}

function banner(id, text) {
  const element = document.getElementById(id);
  write(element, text ?? "");
  element.hidden = !text;
}

document.addEventListener("visibilitychange", () => {
  if (document.hidden) clearTimeout(timer);
  else refresh();
});
refresh();
