// One box that ticks all boxes of a name: [data-tick-all="name"] in a hidden .tick-all. Without this script, each is ticked separately.

for (const box of document.querySelectorAll("[data-tick-all]")) {
  box.closest(".tick-all").hidden = false;
  box.addEventListener("change", () => {
    for (const other of box.form.querySelectorAll(`input[name="${box.dataset.tickAll}"]`)) other.checked = box.checked;
  });
}
