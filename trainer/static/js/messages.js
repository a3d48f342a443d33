// The card of a manual message: opening a messenger selects it in the form, keys press buttons, and an expired claim hides the card.

const STORED = "message-shortcuts";
const shortcuts = document.getElementById("shortcuts");
const box = document.getElementById("use-shortcuts");
const card = document.getElementById("card");

for (const link of document.querySelectorAll("[data-chooses]")) {
  link.addEventListener("click", () => {
    document.getElementById(link.dataset.chooses).value = link.dataset.way;
  });
}

/** Press the button or follow the link of a key, by its place on the keyboard: the layout may be Kazakh or Russian. */
function pressKey(event) {
  const isTyping = event.target.matches("select, textarea:not([readonly]), input:not([type=checkbox])");
  if (isTyping || !box.checked || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  const target = document.querySelector(`[data-key="${event.code}"]`);
  if (!target || target.closest("[hidden]")) return;
  event.preventDefault();
  target.click();
}

if (shortcuts && matchMedia("(hover: hover)").matches) {
  shortcuts.hidden = false;
  box.checked = localStorage.getItem(STORED) !== "off";
  box.addEventListener("change", () => localStorage.setItem(STORED, box.checked ? "on" : "off"));
  document.addEventListener("keydown", pressKey);
}

if (card) {
  setTimeout(() => {
    card.hidden = true;
    document.getElementById("expired").hidden = false;
  }, card.dataset.seconds * 1000);
}
