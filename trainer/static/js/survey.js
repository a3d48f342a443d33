// A survey's form: shows only the questions that are to be answered, as `shown` of checking.py does for what is kept.
// Without it all are shown, each with a sentence that says when to answer it.

const form = document.querySelector("form[data-survey]");

function answersOf(key, data) {
  return data.getAll(`q_${key}`);
}

function showWhatIsAsked() {
  const data = new FormData(form);
  const visible = new Set();
  let part = true;
  for (const each of form.querySelectorAll("[data-key]")) {
    const { key, if: asked, is } = each.dataset;
    const wanted = (is ?? "").split(" ");
    const holds = !asked || (visible.has(asked) && answersOf(asked, data).some((answer) => wanted.includes(answer)));
    if (each.classList.contains("part")) part = holds;
    each.hidden = !(part && holds);
    if (!each.hidden) visible.add(key);
  }
}

if (form) {
  for (const each of form.querySelectorAll(".when")) each.hidden = true;
  // Enter in a line of text would press the first button of the page, which is for the language.
  form.addEventListener("keydown", (event) => event.key === "Enter" && event.target.matches("input") && event.preventDefault());
  form.addEventListener("change", showWhatIsAsked);
  form.addEventListener("filled", showWhatIsAsked);
  showWhatIsAsked();
}
