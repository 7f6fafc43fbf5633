// Polls the data every two seconds while the tab is visible, and updates the page.

import { showList } from "./list.js";
import { showRecording } from "./recording.js";
import { write } from "./format.js";

const EVERY = 2000;

const main = document.getElementById("main");
const name = location.pathname.slice("/recordings/".length);
const [template, show, url] = name
  ? ["recording", showRecording, `/recordings/${name}.json`]
  : ["list", showList, "/recordings.json"];

let shown = "";
let timer;
let loading = false;

function put(id) {
  if (shown === id) return;
  shown = id;
  main.replaceChildren(document.getElementById(id).content.cloneNode(true));
}

async function refresh() {
  clearTimeout(timer);
  if (loading) return;
  loading = true;
  try {
    const response = await fetch(url, { headers: { Accept: "application/json" } });
    if (response.status === 404) {
      put("missing");
    } else if (response.ok) {
      const data = await response.json();
      put(template);
      banner("notice", data.notice);
      banner("advice", data.advice);
      show(main, data, refresh);
    } else {
      throw new Error(`HTTP status ${response.status}`);
    }
    banner("trouble", null);
  } catch (error) {
    const why = error instanceof TypeError ? "it cannot be reached" : error.message;
    banner("trouble", `The service is not available: ${why}. Retrying.`);
  } finally {
    loading = false;
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
