// The list of recordings, newest first. Rows are updated in place, to keep the focus.

import { endRecording } from "./end_recording.js";
import { fill, pathOf, stateOf, whyEnded, write } from "./format.js";

const rows = new Map();
let first = true;

export function showList(main, data, refresh) {
  const list = main.querySelector("#rows");
  const known = new Set(data.recordings.map((recording) => recording.task_id));
  for (const [id, row] of rows) {
    if (known.has(id)) continue;
    row.element.remove();
    rows.delete(id);
  }
  const changes = [];
  let before = null;
  for (const recording of [...data.recordings].reverse()) {
    let row = rows.get(recording.task_id);
    if (!row) {
      row = newRow(recording, refresh);
      rows.set(recording.task_id, row);
      list.insertBefore(row.element, before);
    }
    before = row.element;
    const state = stateOf(recording);
    if (row.state !== state) changes.push(`${recording.page}: ${state}. ${whyEnded(recording)}`);
    row.state = state;
    row.recording = recording;
    fill(row.element, recording, data.now);
    showPoster(row.element, recording);
  }
  if (!first && changes.length) write(document.getElementById("announcement"), changes.join(" "));
  first = false;
  const some = data.live + data.ended > 0;
  main.querySelector("#empty").hidden = some;
  const counts = some ? `${data.live} recording, ${data.ended} ended` : "";
  write(document.getElementById("counts"), counts);
  const older = main.querySelector("#older");
  older.hidden = !data.older;
  write(older, `${data.older} older ones are not listed.`);
}

function newRow(recording, refresh) {
  const template = document.getElementById("row").content.cloneNode(true);
  const row = { element: template.querySelector("li"), state: null, recording };
  row.element.querySelector("a.page").href = pathOf(recording);
  const button = row.element.querySelector("button.end");
  button.querySelector("span").textContent = ` the recording of ${recording.page}`;
  button.addEventListener("click", async () => {
    if (await endRecording(row.recording)) row.element.querySelector("a.page").focus();
    refresh();
  });
  return row;
}

// The browser shows the old poster until the new one is loaded, so nothing flickers.
function showPoster(element, recording) {
  const image = element.querySelector(".poster img");
  const there = recording.poster !== null;
  if (there) {
    const source = `${pathOf(recording)}/poster.jpg?at=${recording.poster}`;
    if (image.getAttribute("src") !== source) image.src = source;
  }
  image.hidden = !there;
  element.querySelector(".nothing").hidden = there;
}
