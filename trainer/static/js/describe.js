// The pages on which a seminar is described: one language at a time, a day added in place, drafts saved by themselves, and a
// question before typed text is left behind. Without this script all languages are shown, and buttons reload the page.

const form = document.getElementById("describe");
const status = document.getElementById("draft-state");
const AUTOSAVE_DELAY_MS = 2000;
let isDirty = false;
let savingTimer = 0;
let saving = null;

/** Show the fields of one language and hide the others; the switch stays where it is when fields are replaced. */
function chooseLanguage(language) {
  form.dataset.shown = language;
  for (const part of form.querySelectorAll(".languages-of-text > [lang]")) part.hidden = part.lang !== language;
  for (const tab of form.querySelectorAll(".language-tabs button")) tab.setAttribute("aria-pressed", String(tab.value === language));
}

/** Say on each tab whether a text is missing in its language that another language has. */
function markMissingLanguages() {
  for (const tab of form.querySelectorAll(".language-tabs button")) {
    const isMissing = [...form.querySelectorAll(".languages-of-text")].some((texts) => {
      const filled = [...texts.querySelectorAll("input, textarea")].filter((control) => control.value.trim());
      return filled.length > 0 && !filled.some((control) => control.closest("[lang]").lang === tab.value);
    });
    tab.classList.toggle("incomplete", isMissing);
  }
}

/** Put a switch between the languages of the texts above the form's fields. */
function addLanguageTabs() {
  const first = form.querySelector(".languages-of-text");
  if (!first || !form.dataset.languages) return;
  const tabs = document.createElement("div");
  tabs.className = "language-tabs";
  tabs.setAttribute("role", "group");
  tabs.setAttribute("aria-label", form.dataset.languages);
  for (const part of first.querySelectorAll(":scope > [lang]")) {
    const tab = document.createElement("button");
    tab.type = "button";
    tab.value = tab.lang = part.lang;
    tab.textContent = part.querySelector("label").lastChild.textContent.trim();
    tab.addEventListener("click", () => chooseLanguage(part.lang));
    tabs.append(tab);
  }
  form.prepend(tabs);
  const wrong = form.querySelector('.languages-of-text [aria-invalid="true"]');
  const own = document.documentElement.lang;
  chooseLanguage(wrong?.closest("[lang]").lang ?? own);
  markMissingLanguages();
}

/** Replace a part of the form by what the server answers to one of its buttons, without leaving the page. */
async function replacePart(button) {
  const body = new FormData(form);
  body.append(button.name, button.value);
  const response = await fetch(form.action || location.href, { method: "POST", body });
  const page = new DOMParser().parseFromString(await response.text(), "text/html");
  const part = page.getElementById(button.dataset.replaces);
  if (!part) return form.requestSubmit(button);
  const count = form.querySelectorAll(`#${part.id} > fieldset`).length;
  document.getElementById(part.id).replaceWith(document.adoptNode(part));
  chooseLanguage(form.dataset.shown);
  form.querySelectorAll(`#${part.id} > fieldset`)[count]?.querySelector("input:not([type=hidden])")?.focus();
}

/** Save a draft that is complete enough, and keep what the server says that the form now holds. */
async function saveDraft() {
  if (saving || !isDirty) return;
  isDirty = false;
  saving = sendDraft();
  await saving;
  saving = null;
}

/** Send what the form holds as a draft. */
async function sendDraft() {
  try {
    const body = new FormData(form);
    body.append("autosave", "1");
    const response = await fetch(form.action || location.href, { method: "POST", body });
    if (response.ok && response.headers.get("Content-Type")?.includes("json")) {
      const answer = await response.json();
      form.action = answer.address;
      keepHiddenValue("seen", answer.seen);
      status.textContent = `${form.dataset.autosave}: ${new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit" })}`;
    } else {
      isDirty = true;
    }
  } catch {
    isDirty = true; // there is no network: the text stays in the form, and leaving asks
  }
}

/** Set a hidden field of the form. */
function keepHiddenValue(name, value) {
  let field = form.elements[name];
  if (!field) {
    field = Object.assign(document.createElement("input"), { type: "hidden", name });
    form.append(field);
  }
  field.value = value;
}

form.addEventListener("input", () => {
  isDirty = true;
  markMissingLanguages();
  if (!("autosave" in form.dataset)) return;
  clearTimeout(savingTimer);
  savingTimer = setTimeout(saveDraft, AUTOSAVE_DELAY_MS);
});
form.addEventListener("submit", async (event) => {
  const button = event.submitter;
  if (saving) {
    event.preventDefault(); // the draft may be created at this moment, and its address is where the form goes
    await saving;
    form.requestSubmit(button);
  } else if (button?.dataset.replaces) {
    event.preventDefault();
    isDirty = true;
    replacePart(button);
  } else {
    clearTimeout(savingTimer);
    isDirty = false;
  }
});
window.addEventListener("beforeunload", (event) => isDirty && event.preventDefault());
addLanguageTabs();
