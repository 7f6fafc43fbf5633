// Plays a recording: the live stream while it runs, and its files.
//
// HLS needs native support of the browser. Without it, the mp4 file of a running recording is played
// as far as it is written, and reloaded when it has grown; for a playlist there is a link.

import { clock, pathOf, urlOf, write } from "./format.js";

const HLS = "application/vnd.apple.mpegurl";
const AGAIN_AFTER = 6000; // ms without a new frame until a live stream is reloaded

export class Player {
  constructor(main) {
    this.video = main.querySelector("video");
    this.screen = main.querySelector(".screen");
    this.instead = main.querySelector(".instead");
    this.buttons = main.querySelector(".choices");
    this.playsHls = this.video.canPlayType(HLS) !== "";
    this.choices = [];
    this.wanted = null; // the key of what the user picked
    this.loaded = null;
    this.video.addEventListener("ended", () => this.goOn());
    this.video.addEventListener("timeupdate", () => (this.movedAt = performance.now()));
  }

  // `warning` is the reason why pages are not recorded; null if they are.
  show(recording, warning) {
    this.recording = recording;
    this.warning = warning;
    this.screen.style.aspectRatio = `${recording.width ?? 16} / ${recording.height ?? 9}`;
    this.choices = this.choicesOf(recording);
    if (!this.choices.some((choice) => choice.key === this.wanted)) this.wanted = null;
    this.showButtons();
    const choice = this.chosen();
    if (!choice) this.showMessage(this.nothing());
    else if (choice.hls && !this.playsHls) this.showMessage(null, choice);
    else this.play(choice);
  }

  choicesOf(recording) {
    const path = pathOf(recording);
    const running = recording.state === "live";
    const parts = recording.files.filter((file) => file.format === "mp4").length;
    let part = 0;
    const files = recording.files.map((file, n) => {
      const hls = file.format === "hls";
      const name = hls ? "HLS" : parts > 1 ? `Part ${++part}` : "mp4";
      const length = file.seconds === null ? "" : ` · ${clock(file.seconds)}`;
      const last = n === recording.files.length - 1;
      return {
        key: file.name,
        label: running && last ? `${name} so far` : name + length,
        source: urlOf(recording, file),
        version: file.bytes,
        growing: running && last,
        hls,
      };
    });
    const live = { key: "live", label: "Live", source: `${path}/live/live.m3u8`, hls: true, live: true };
    return recording.live_playlist ? [live, ...files] : files;
  }

  // What the user picked or has started to watch. Else, for a running recording, the live stream (once
  // there is one), or without HLS the latest file; for an ended one the first file.
  chosen() {
    const named = (key) => this.choices.find((choice) => choice.key === key);
    const begun = this.video.currentTime > 0 && named(this.loaded?.key);
    const picked = named(this.wanted) ?? begun;
    if (picked) return picked;
    const running = this.recording.state === "live";
    if (running && this.playsHls) return named("live");
    const playable = this.choices.filter((choice) => this.playsHls || !choice.hls);
    return (running ? playable.at(-1) : playable[0]) ?? this.choices[0];
  }

  play(choice) {
    this.instead.hidden = true;
    this.video.hidden = false;
    if (this.loaded?.key !== choice.key) return this.load(choice);
    const waited = performance.now() - Math.max(this.movedAt, this.loadedAt) > AGAIN_AFTER;
    const grown = choice.version !== this.loaded.version;
    if (choice.live) {
      if (this.video.error || (waited && !this.video.paused)) this.load(choice);
    } else if (this.video.ended && (choice.growing || this.loaded.growing)) {
      if (grown) this.load(choice, this.video.currentTime);
      else this.goOn();
    } else if (grown && (this.video.error || (!choice.growing && this.video.paused))) {
      this.load(choice, this.video.currentTime, false);
    }
    return undefined;
  }

  load(choice, from = 0, running = choice.live || from > 0 || this.goingOn) {
    this.loaded = choice;
    this.loadedAt = performance.now();
    this.movedAt = 0;
    this.goingOn = false;
    const { video } = this;
    if (this.recording.poster === null) video.removeAttribute("poster");
    else video.poster = `${pathOf(this.recording)}/poster.jpg?at=${this.recording.poster}`;
    video.muted = Boolean(choice.live);
    video.src = choice.live ? choice.source : `${choice.source}?v=${choice.version}`;
    if (from) video.currentTime = from;
    if (running) video.play().catch(() => {});
  }

  // Plays the next part.
  goOn() {
    const at = this.choices.findIndex((choice) => choice.key === this.loaded?.key);
    const [current, next] = [this.choices[at], this.choices[at + 1]];
    if (!next || next.hls || current.live || current.growing) return;
    this.goingOn = true;
    this.pick(next.key);
  }

  pick(key) {
    this.wanted = key;
    this.show(this.recording, this.warning);
  }

  showButtons() {
    const { buttons, choices } = this;
    const chosen = this.chosen()?.key;
    buttons.hidden = choices.length < (chosen ? 2 : 1);
    while (buttons.children.length > choices.length) buttons.lastChild.remove();
    choices.forEach((choice, n) => {
      const button = buttons.children[n] ?? buttons.appendChild(this.newButton());
      button.dataset.key = choice.key;
      write(button, choice.label);
      button.setAttribute("aria-pressed", String(choice.key === chosen));
    });
  }

  newButton() {
    const button = document.createElement("button");
    button.type = "button";
    button.addEventListener("click", () => {
      this.goingOn = true;
      this.pick(button.dataset.key);
    });
    return button;
  }

  nothing() {
    if (this.recording.state !== "live") return "Nothing was recorded.";
    return this.warning ?? "Nothing to see yet. The video appears here.";
  }

  // Shows text instead of the video; with `choice` a link to a playlist that the browser cannot play.
  showMessage(text, choice) {
    this.video.hidden = true;
    if (this.loaded) {
      this.video.removeAttribute("src");
      this.video.load();
      this.loaded = null;
    }
    this.instead.hidden = false;
    if (!choice) return write(this.instead, text);
    if (this.instead.querySelector("a")?.getAttribute("href") === choice.source) return undefined;
    const link = document.createElement("a");
    link.href = choice.source;
    link.textContent = "the playlist";
    return this.instead.replaceChildren(
      "This browser does not play HLS. Open ", link, " in a player that does, such as VLC.",
    );
  }
}
