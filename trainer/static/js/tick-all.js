// One tick for all boxes of a name: [data-tick-all="name"] in a hidden label. Without it, each is ticked by hand.

for (const box of document.querySelectorAll("[data-tick-all]")) {
  box.closest("label").hidden = false;
  box.addEventListener("change", () => {
    for (const each of box.form.querySelectorAll(`input[name="${box.dataset.tickAll}"]`)) each.checked = box.checked;
  });
}
