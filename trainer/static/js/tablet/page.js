// Helpers for elements, dialogs and messages.

/** Return an element by its id. */
export const byId = (id) => document.getElementById(id);

/** Return a copy of the one element in a <template>. */
export const cloneTemplate = (id) => byId(id).content.firstElementChild.cloneNode(true);

/** Open a dialog, closed by every button with data-close; resolves with the dialog's returnValue. */
export function openDialog(dialog) {
  for (const button of dialog.querySelectorAll("[data-close]")) button.onclick = () => dialog.close();
  dialog.returnValue = "";
  if (!dialog.open) dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true }));
}

/** Download a value as a JSON file. */
export function downloadJson(name, value) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(value)], { type: "application/json" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Show a sentence in the bar at the bottom (a live region). Its buttons are hidden: they belong to the previous sentence. */
export function announce(sentence, tone = "") {
  const bar = byId("told");
  for (const button of bar.querySelectorAll("button")) button.hidden = true;
  bar.querySelector("p").textContent = sentence;
  bar.dataset.tone = tone;
  bar.hidden = false;
}
