// Shows a question beside its form while it is being typed: [data-preview] names the address that draws it. Without this, the
// preview is what was saved.

const PAUSE = 250; // ms after the last key
const form = document.querySelector("form[data-preview]");
const place = document.getElementById("preview");
const languages = document.getElementById("preview-languages");
let language = document.documentElement.lang;
let waiting = 0;
let asking = new AbortController();

async function draw() {
  asking.abort();
  asking = new AbortController();
  const typed = new FormData(form);
  typed.set("preview-language", language);
  try {
    const answer = await fetch(form.dataset.preview, { method: "POST", body: typed, signal: asking.signal });
    if (!answer.ok) return;
    const page = new DOMParser().parseFromString(await answer.text(), "text/html");
    place.lang = language;
    place.replaceChildren(...page.body.childNodes);
  } catch {
    // another key was pressed, or there is no network at the moment: the preview stays as it was
  }
}

function soon() {
  clearTimeout(waiting);
  waiting = setTimeout(draw, PAUSE);
}

if (form) {
  form.addEventListener("input", soon);
  languages.hidden = false;
  languages.addEventListener("click", (event) => {
    const button = event.target.closest("[data-language]");
    if (!button) return;
    language = button.dataset.language;
    for (const each of languages.children) each.setAttribute("aria-pressed", String(each === button));
    draw();
  });
}
