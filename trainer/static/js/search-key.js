// The key “/” puts the cursor into the search of the dashboard, unless somebody is typing.

const field = document.getElementById("find");

document.addEventListener("keydown", (event) => {
  if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  event.preventDefault();
  if (field.checkVisibility()) field.select();
  else field.form.requestSubmit(); // on a phone the search has a page of its own
});
