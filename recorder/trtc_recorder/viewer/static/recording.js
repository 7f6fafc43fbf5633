// The page of one recording.

import { endRecording } from "./end_recording.js";
import { Player } from "./player.js";
import { showReport } from "./report.js";
import { clock, fill, size, stateOf, urlOf, whyEnded, write } from "./format.js";

let current = null;
let player;
let filesShown = "";

export function showRecording(main, data, refresh) {
  const recording = data.recording;
  if (!current) begin(main, refresh);
  else if (stateOf(current) !== stateOf(recording)) {
    write(document.getElementById("announcement"), `${stateOf(recording)}. ${whyEnded(recording)}`);
  }
  current = recording;
  document.title = `${stateOf(recording)}: ${recording.page}`;
  fill(main, recording, data.now);
  showFiles(main, recording);
  showReport(main.querySelector(".report"), data.report);
  player.show(recording, data.notice);
}

function begin(main, refresh) {
  player = new Player(main);
  main.querySelector("button.end").addEventListener("click", async () => {
    if (await endRecording(current)) main.querySelector("h1").focus();
    refresh();
  });
}

function showFiles(main, recording) {
  const none = main.querySelector(".no-files");
  none.hidden = recording.files.length > 0;
  write(none, recording.state === "live" ? "No file yet." : "Nothing was recorded.");
  const files = JSON.stringify(recording.files.map((file) => [file.name, file.seconds]));
  const list = main.querySelector(".files");
  if (files !== filesShown) {
    filesShown = files;
    list.replaceChildren(...recording.files.map((file) => newFile(recording, file)));
  }
  recording.files.forEach((file, n) => {
    const length = file.seconds === null ? "" : `${clock(file.seconds)}, `;
    write(list.children[n].querySelector("span"), `${length}${size(file.bytes)}`);
  });
}

function newFile(recording, file) {
  const item = document.createElement("li");
  const link = document.createElement("a");
  link.href = urlOf(recording, file);
  link.textContent = file.name;
  if (file.format === "mp4") link.download = "";
  item.append(link, " ", document.createElement("span"));
  return item;
}
