// A survey's form: shows the questions whose conditions hold, and how many are answered. Twin of `list_visible_questions` in
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
  showProgress();
}

/** Return whether a question is answered: one choice of each group of buttons, or a text. */
function isAnswered(question) {
  const names = new Set([...question.querySelectorAll("[name]")].map(({ name }) => name));
  const data = new FormData(form);
  return [...names].every((name) => data.getAll(name).some((value) => value.trim() !== ""));
}

/** Show how many of the visible questions are answered, and which part of how many each heading begins. */
function showProgress() {
  const progress = document.getElementById("progress");
  if (!progress) return;
  const visible = [...form.querySelectorAll("[data-key]")].filter((question) => !question.hidden);
  const parts = visible.filter((question) => question.classList.contains("part"));
  const questions = visible.filter((question) => !parts.includes(question));
  const fill = (text, number, total) => text.replace("{number}", number).replace("{total}", total);
  for (const [index, part] of parts.entries()) part.querySelector("[data-part]").textContent = parts.length > 1 ? fill(progress.dataset.part, index + 1, parts.length) : "";
  const count = questions.filter(isAnswered).length;
  progress.hidden = questions.length === 0;
  progress.querySelector("p").textContent = fill(progress.dataset.answered, count, questions.length);
  Object.assign(progress.querySelector("progress"), { value: count, max: Math.max(questions.length, 1) });
}

if (form) {
  for (const hint of form.querySelectorAll(".when")) hint.hidden = true;
  // Enter in a text field would press the first button of the page, which changes the language.
  form.addEventListener("keydown", (event) => event.key === "Enter" && event.target.matches("input") && event.preventDefault());
  form.addEventListener("change", showVisibleQuestions);
  form.addEventListener("input", showProgress);
  form.addEventListener("filled", showVisibleQuestions);
  showVisibleQuestions();
}
