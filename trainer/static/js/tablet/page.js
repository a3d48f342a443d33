// Small things that every part of the page uses.

/** An element of the page by its id. */
export const byId = (id) => document.getElementById(id);

/** A copy of the one element in a <template>. */
export const copyOf = (id) => byId(id).content.firstElementChild.cloneNode(true);

/** Open a dialog; every button with data-close in it closes it. Gives a promise of how it was closed. */
export function open(dialog) {
  for (const button of dialog.querySelectorAll("[data-close]")) button.onclick = () => dialog.close();
  dialog.returnValue = "";
  if (!dialog.open) dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true }));
}

/** Hand something over as a file. */
export function download(name, value) {
  const link = document.createElement("a");
  link.href = URL.createObjectURL(new Blob([JSON.stringify(value)], { type: "application/json" }));
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
}

/** Say something to everybody: in the bar at the bottom, which readers speak. Its buttons go: they were for whom it named before. */
export function tell(sentence, tone = "") {
  const bar = byId("told");
  for (const button of bar.querySelectorAll("button")) button.hidden = true;
  bar.querySelector("p").textContent = sentence;
  bar.dataset.tone = tone;
  bar.hidden = false;
}
