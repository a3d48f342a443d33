// Saves the draft of a survey: on the server, or in this browser if the survey is anonymous (form[data-draft="browser"]), until
// a page says that the response arrived or the survey is closed ([data-over]: the survey's path). Without this script, a button
// saves the draft of a named survey, and an anonymous one has no draft.

const SAVE_DELAY = 1500; // milliseconds after the last input
const form = document.querySelector("form[data-draft]");
const message = document.getElementById("draft");
const storageKey = buildStorageKey(location.pathname);
let saveTimer = 0;
let isSubmitting = false;

function buildStorageKey(path) {
  return `survey ${path}`;
}

function listAnswers() {
  return [...new FormData(form)].filter(([name, value]) => name.startsWith("q_") && value !== "");
}

function saveInBrowser() {
  if (listAnswers().length) localStorage.setItem(storageKey, JSON.stringify(listAnswers()));
  else localStorage.removeItem(storageKey);
}

function restoreAnswers() {
  const saved = JSON.parse(localStorage.getItem(storageKey) ?? "[]");
  for (const [name, value] of saved) {
    for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (field.type === "radio" || field.type === "checkbox") field.checked ||= field.value === value;
      else field.value = value;
    }
  }
  form.dispatchEvent(new Event("filled"));
}

async function saveOnServer() {
  clearTimeout(saveTimer);
  saveTimer = 0;
  let isSaved = false;
  try {
    const answer = await fetch(form.dataset.draft, { method: "POST", body: new FormData(form), keepalive: true });
    isSaved = answer.ok;
  } catch {
    // no network: the next change tries again
  }
  if (!isSubmitting) message.textContent = isSaved ? message.dataset.kept : message.dataset.notKept;
}

function scheduleSave() {
  clearTimeout(saveTimer);
  saveTimer = setTimeout(saveOnServer, SAVE_DELAY);
}

function startSaving() {
  if (form.dataset.draft === "browser") {
    message.hidden = false;
    if (listAnswers().length) saveInBrowser();
    else restoreAnswers();
    form.addEventListener("input", saveInBrowser);
    return;
  }
  form.addEventListener("input", scheduleSave);
  form.addEventListener("submit", () => {
    isSubmitting = true;
    clearTimeout(saveTimer);
    saveTimer = 0;
  });
  document.addEventListener("visibilitychange", () => document.hidden && saveTimer && saveOnServer());
}

for (const element of document.querySelectorAll("[data-over]")) localStorage.removeItem(buildStorageKey(element.dataset.over));
if (form) startSaving();
