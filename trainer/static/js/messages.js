// A tap on a messenger also chooses it in the form that marks the message as sent: [data-way] names it, [data-chooses] the field.

for (const link of document.querySelectorAll("[data-chooses]")) {
  link.addEventListener("click", () => {
    document.getElementById(link.dataset.chooses).value = link.dataset.way;
  });
}
