// The key “/” puts the cursor into the search of the dashboard, unless somebody is typing. In a Kazakh or Russian layout the key
// types another letter, so it is also known by its place.

const field = document.getElementById("find");

document.addEventListener("keydown", (event) => {
  const isSlash = event.key === "/" || (event.code === "Slash" && !event.shiftKey);
  if (!isSlash || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.target.closest("input, textarea, select, [contenteditable]")) return;
  event.preventDefault();
  if (field.checkVisibility()) field.select();
  else field.form.requestSubmit(); // on a phone the search has a page of its own
});
