// Menus of the dashboard close by the key Escape, which goes back to their button, and when a click or the focus goes elsewhere.

const menus = [...document.querySelectorAll("details.menu")];

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus.filter((each) => each.open)) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

for (const type of ["click", "focusin"]) {
  document.addEventListener(type, ({ target }) => {
    for (const menu of menus) if (!menu.contains(target)) menu.open = false;
  });
}
