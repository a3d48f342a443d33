// Opening a messenger also selects it in the form that marks the message as sent: [data-way] is the messenger, [data-chooses] the field.

for (const link of document.querySelectorAll("[data-chooses]")) {
  link.addEventListener("click", () => {
    document.getElementById(link.dataset.chooses).value = link.dataset.way;
  });
}
