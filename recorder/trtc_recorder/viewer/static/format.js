// Formats numbers, times and end reasons.

const WHY = {
  stopped: "Stopped by StopWebRecord",
  MaxDurationLimit: "Reached its MaxDurationLimit",
  "ended by hand": "Ended by hand on this page",
  "ended by itself": "Ended by itself",
  cleared: "The service was reset",
  "start failed": "Rejected at the start",
};

export function stateOf(recording) {
  if (recording.state === "live") return "Recording";
  return recording.failed ? "Failed" : "Ended";
}

export function whyEnded(recording) {
  if (recording.state === "live") return "";
  const reason = recording.end_reason;
  const why = WHY[reason] ?? reason.charAt(0).toUpperCase() + reason.slice(1);
  return recording.upload?.state === "failed" ? `${why}. Not uploaded: ${recording.upload.message}` : why;
}

// Seconds as 4:05 or 1:04:05.
export function clock(seconds) {
  const whole = Math.max(0, Math.round(seconds));
  const two = (number) => String(number).padStart(2, "0");
  const [hours, minutes] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60];
  return hours ? `${hours}:${two(minutes)}:${two(whole % 60)}` : `${minutes}:${two(whole % 60)}`;
}

export function size(bytes) {
  if (!bytes) return "0 MB";
  const units = ["B", "kB", "MB", "GB", "TB"];
  const power = Math.min(Math.floor(Math.log10(bytes) / 3), units.length - 1);
  const amount = bytes / 1000 ** power;
  return `${amount.toFixed(power > 1 && amount < 100 ? 1 : 0)} ${units[power]}`;
}

export function resolution(recording) {
  return recording.width ? `${recording.width} × ${recording.height}` : "–";
}

// The duration so far or in all, by the service's clock.
export function length(recording, now) {
  return clock((recording.ended_at ?? now) - recording.started_at);
}

export function uploadOf(recording) {
  const upload = recording.upload;
  if (!upload) return "–";
  if (upload.state === "failed") return `Not uploaded to ${upload.to}: ${upload.message}`;
  return upload.state === "pending" ? `Pending, to ${upload.to}` : upload.to;
}

export function moment(seconds, now) {
  const date = new Date(seconds * 1000);
  const time = date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const today = date.toDateString() === new Date(now * 1000).toDateString();
  return today ? time : `${date.toLocaleDateString([], { dateStyle: "medium" })}, ${time}`;
}

export function pathOf(recording) {
  return `/recordings/${encodeURIComponent(recording.task_id)}`;
}

export function urlOf(recording, file) {
  return `${pathOf(recording)}/files/${file.name.split("/").map(encodeURIComponent).join("/")}`;
}

export function write(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// Fills the fields that a row and the page of one recording share.
export function fill(element, recording, now) {
  const fields = {
    record_id: recording.record_id || "–",
    sdk_app_id: String(recording.sdk_app_id),
    task_id: recording.task_id,
    length: length(recording, now),
    size: size(recording.bytes),
    resolution: resolution(recording),
    upload: uploadOf(recording),
    started: moment(recording.started_at, now),
    ended: recording.ended_at === null ? "–" : moment(recording.ended_at, now),
  };
  for (const field of element.querySelectorAll("[data-field]")) write(field, fields[field.dataset.field]);
  write(element.querySelector(".page"), recording.page);
  const state = element.querySelector(".state");
  write(state, stateOf(recording));
  const kind = stateOf(recording).toLowerCase();
  if (state.dataset.kind !== kind) state.dataset.kind = kind;
  write(element.querySelector(".why"), whyEnded(recording));
  element.querySelector("button.end").hidden = recording.state !== "live";
}
