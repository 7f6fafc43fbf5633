// Ends a recording after a confirmation.

import { pathOf } from "./format.js";

// Resolves to whether it was ended. The dialog restores the focus.
export async function endRecording(recording) {
  let question = `The recording of ${recording.page} stops. What is recorded so far is kept.`;
  while (await confirmed(question)) {
    try {
      const response = await fetch(`${pathOf(recording)}/end`, { method: "POST" });
      if (response.ok) return true;
      question = `The recording could not be ended: ${await response.text()}`;
    } catch {
      question = "The recording could not be ended: the service cannot be reached.";
    }
  }
  return false;
}

let resolveOpen = () => {};

// The close event of a dialog comes late, possibly when it is already open again.
function confirmed(question) {
  const dialog = document.getElementById("confirm");
  resolveOpen(false);
  document.getElementById("confirm-text").textContent = question;
  dialog.returnValue = "keep";
  dialog.showModal();
  dialog.onclose = () => dialog.open || resolveOpen(dialog.returnValue === "end");
  return new Promise((resolve) => (resolveOpen = resolve));
}
