// Keeps what is answered before it is sent: on the server, or, where the survey is anonymous, in this browser only
// (form[data-draft="browser"]) until a page says that it arrived, or that the survey is closed ([data-over]: the survey's path).
// Without it, a button keeps what has a name, and nothing keeps what has none.

const PAUSE = 1500;
const form = document.querySelector("form[data-draft]");
const told = document.getElementById("draft");
const key = keyOf(location.pathname);
let due = 0;
let sending = false;

function keyOf(path) {
  return `survey ${path}`;
}

function answers() {
  return [...new FormData(form)].filter(([name, value]) => name.startsWith("q_") && value !== "");
}

function keepHere() {
  if (answers().length) localStorage.setItem(key, JSON.stringify(answers()));
  else localStorage.removeItem(key);
}

function fill() {
  const kept = JSON.parse(localStorage.getItem(key) ?? "[]");
  for (const [name, value] of kept) {
    for (const field of form.querySelectorAll(`[name="${CSS.escape(name)}"]`)) {
      if (field.type === "radio" || field.type === "checkbox") field.checked ||= field.value === value;
      else field.value = value;
    }
  }
  form.dispatchEvent(new Event("filled"));
}

async function keepThere() {
  clearTimeout(due);
  due = 0;
  let kept = false;
  try {
    const answer = await fetch(form.dataset.draft, { method: "POST", body: new FormData(form), keepalive: true });
    kept = answer.ok;
  } catch {
    // no network at the moment: the next change tries again
  }
  if (!sending) told.textContent = kept ? told.dataset.kept : told.dataset.notKept;
}

function later() {
  clearTimeout(due);
  due = setTimeout(keepThere, PAUSE);
}

function begin() {
  if (form.dataset.draft === "browser") {
    told.hidden = false;
    if (answers().length) keepHere();
    else fill();
    form.addEventListener("input", keepHere);
    return;
  }
  form.addEventListener("input", later);
  form.addEventListener("submit", () => {
    sending = true;
    clearTimeout(due);
    due = 0;
  });
  document.addEventListener("visibilitychange", () => document.hidden && due && keepThere());
}

for (const each of document.querySelectorAll("[data-over]")) localStorage.removeItem(keyOf(each.dataset.over));
if (form) begin();
