// Ends a recording, once it is confirmed.

import { pathOf } from "./wording.js";

// Whether it was ended. The dialog gives the focus back to what had it.
export async function end(recording) {
  let question = `${recording.page} will be recorded no further. What is recorded so far stays.`;
  while (await confirmed(question)) {
    try {
      const answer = await fetch(`${pathOf(recording)}/end`, { method: "POST" });
      if (answer.ok) return true;
      question = `It could not be ended: ${await answer.text()}`;
    } catch {
      question = "It could not be ended: the service cannot be reached.";
    }
  }
  return false;
}

let answered = () => {};

// A dialog tells that it has closed a little later, perhaps when it is open again already.
function confirmed(question) {
  const dialog = document.getElementById("confirm");
  answered(false);
  document.getElementById("confirm-text").textContent = question;
  dialog.returnValue = "keep";
  dialog.showModal();
  dialog.onclose = () => dialog.open || answered(dialog.returnValue === "end");
  return new Promise((answer) => (answered = answer));
}
