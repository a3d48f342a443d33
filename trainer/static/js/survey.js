// A survey's form: shows the questions whose conditions hold. Twin of `list_visible_questions` in
// trainer/surveys/questions/validation.py. Without this script all are shown, each with a sentence that says when to answer it.

const form = document.querySelector("form[data-survey]");

function listQuestionAnswers(key, data) {
  return data.getAll(`q_${key}`);
}

function showVisibleQuestions() {
  const data = new FormData(form);
  const visible = new Set();
  let isPartShown = true;
  for (const question of form.querySelectorAll("[data-key]")) {
    const { key, if: conditionKey, is } = question.dataset;
    const accepted = (is ?? "").split(" ");
    const holds = !conditionKey || (visible.has(conditionKey) && listQuestionAnswers(conditionKey, data).some((answer) => accepted.includes(answer)));
    if (question.classList.contains("part")) isPartShown = holds;
    question.hidden = !(isPartShown && holds);
    if (!question.hidden) visible.add(key);
  }
}

if (form) {
  for (const hint of form.querySelectorAll(".when")) hint.hidden = true;
  // Enter in a text field would press the first button of the page, which changes the language.
  form.addEventListener("keydown", (event) => event.key === "Enter" && event.target.matches("input") && event.preventDefault());
  form.addEventListener("change", showVisibleQuestions);
  form.addEventListener("filled", showVisibleQuestions);
  showVisibleQuestions();
}
