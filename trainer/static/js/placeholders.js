// A tap on a placeholder inserts it where the text was being written last. Without this script it is typed by hand.

let field = null;

document.addEventListener("focusin", (event) => {
  if (event.target.matches(".letter-language input, .letter-language textarea")) field = event.target;
});

for (const name of document.querySelectorAll(".placeholders code")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "insert";
  name.replaceWith(button);
  button.append(name);
  button.addEventListener("click", () => {
    field ??= document.querySelector(".letter-language textarea");
    field.focus();
    field.setRangeText(name.textContent, field.selectionStart, field.selectionEnd, "end");
  });
}
