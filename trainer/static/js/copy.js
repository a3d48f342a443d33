// Copies the text of a field: button[data-copy="id of the field"]. Without this script, the field can be selected manually.

for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  if (button.parentElement.matches("li")) button.parentElement.hidden = false;
  button.addEventListener("click", async () => {
    const field = document.getElementById(button.dataset.copy);
    field.select();
    await navigator.clipboard.writeText(field.value);
    document.getElementById(button.dataset.said).textContent = button.dataset.done;
  });
}
