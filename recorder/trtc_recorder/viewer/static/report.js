// What was seen of the page: whether TRTC can record it, and the figures.

import { clock, write } from "./format.js";

const VERDICTS = {
  true: "TRTC can record this page as it is.",
  false: "TRTC cannot record this page as it is.",
  null: "Too little was seen of this page to say whether TRTC can record it.",
};

export function showReport(section, report) {
  section.hidden = !report;
  if (!report) return;
  const verdict = section.querySelector(".verdict");
  write(verdict, VERDICTS[report.recordable]);
  verdict.classList.toggle("bad", report.recordable === false);
  list(section.querySelector(".findings"), report.findings, newFinding);
  const fields = {
    painted: after(report.first_paint),
    ready: after(report.ready),
    still: `${clock(report.still_seconds)} of ${clock(report.seconds)}`,
    silent: `${clock(report.silent_seconds)} of ${clock(report.listened_seconds)}`,
  };
  for (const field of section.querySelectorAll("[data-seen]")) {
    write(field, fields[field.dataset.seen]);
    field.parentElement.hidden = !fields[field.dataset.seen];
  }
  const requests = report.requests.map(({ url, reason }) => `${url}: ${reason}`);
  showLines(section, "requests", "Failed requests", requests, report.failed_requests);
  showLines(section, "console", "Console errors", report.console, report.console_errors);
}

function after(seconds) {
  return seconds === null ? "" : `after ${seconds.toFixed(1)} s`;
}

function showLines(section, name, title, first, count) {
  const details = section.querySelector(`[data-list=${name}]`);
  details.hidden = !count;
  write(details.querySelector("summary"), `${title}: ${count}`);
  const rest = count - first.length;
  const lines = rest > 0 ? [...first, `and ${rest} more`] : first;
  list(details.querySelector("ul"), lines, (line) => line);
}

// Replaces the items only where they have changed, to keep a selection.
function list(element, items, content) {
  const shown = JSON.stringify(items);
  if (element.shown === shown) return;
  element.shown = shown;
  element.replaceChildren(
    ...items.map((item) => {
      const line = document.createElement("li");
      line.append(content(item));
      return line;
    }),
  );
}

function newFinding(finding) {
  const what = document.createElement("strong");
  what.textContent = finding.what;
  what.classList.toggle("bad", finding.severity === "cannot be recorded as it is");
  const words = document.createDocumentFragment();
  words.append(what, ` ${finding.cure}`);
  return words;
}
