// Preview of a question while its form is edited: [data-preview] is the address that renders it. Without this script, the
// preview shows the saved question.

const PREVIEW_DELAY = 250; // milliseconds after the last key
const form = document.querySelector("form[data-preview]");
const preview = document.getElementById("preview");
const languages = document.getElementById("preview-languages");
let language = document.documentElement.lang;
let timer = 0;
let currentRequest = new AbortController();

async function updatePreview() {
  currentRequest.abort();
  currentRequest = new AbortController();
  const content = new FormData(form);
  content.set("preview-language", language);
  try {
    const answer = await fetch(form.dataset.preview, { method: "POST", body: content, signal: currentRequest.signal });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    preview.lang = language;
    preview.replaceChildren(...page.body.childNodes);
  } catch {
    // aborted by another key, or no network: the preview stays as it is
  }
}

function scheduleUpdate() {
  clearTimeout(timer);
  timer = setTimeout(updatePreview, PREVIEW_DELAY);
}

if (form) {
  form.addEventListener("input", scheduleUpdate);
  languages.hidden = false;
  languages.addEventListener("click", (event) => {
    const button = event.target.closest("[data-language]");
    if (!button) return;
    language = button.dataset.language;
    for (const child of languages.children) child.setAttribute("aria-pressed", String(child === button));
    updatePreview();
  });
}
