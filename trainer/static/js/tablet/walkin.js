// Somebody came without registering: the name and the consent are taken here, the rest can follow at the desk.

import { give, tellOf } from "./marking.js";
import { byId, open, tell } from "./page.js";
import { wrongWith } from "./typed.js";
import { language, say } from "./words.js";

const NAMES = ["surname", "given_name", "patronymic", "phone", "workplace", "position", "language"];

/** Ask for the person's details and put them on the list, as present in the session. */
export async function takeWalkIn(hall) {
  const [dialog, form, { session }] = [byId("walk-in"), byId("walk-in-form"), hall];
  if (!session) return;
  const { consent } = hall.roster.seminar(session.seminar);
  form.reset();
  form.elements.language.value = language() === "ru" ? "ru" : "kk";
  const showTerms = () => {
    terms("walk-in-terms", consent.text[form.elements.language.value]);
    terms("walk-in-photo-terms", consent.photo[form.elements.language.value]);
  };
  form.elements.language.onchange = showTerms;
  showTerms();
  for (const field of form.elements) mend(field);
  form.onsubmit = (event) => {
    event.preventDefault();
    const wrong = [...form.elements].filter((field) => field.willValidate && !check(field));
    wrong.length > 0 ? wrong[0].focus() : dialog.close("added");
  };
  if ((await open(dialog)) !== "added") return;
  const details = Object.fromEntries(NAMES.map((name) => [name, form.elements[name].value.trim()]));
  try {
    const person = await hall.walkIn({ seminar: session.seminar, ...details, consent: consent.version, photo: form.elements.photo.checked });
    await give(person, session, "present");
    tellOf(person, session, say("walk-in-added"), "present");
  } catch {
    tell(say("unsaved"), "bad");
  }
}

function terms(place, points = []) {
  byId(place).replaceChildren(...points.map((point) => Object.assign(document.createElement("li"), { textContent: point })));
}

/** Whether a field is as it should be; what is wrong is said beside it. */
function check(field) {
  const error = byId(`${field.id}-error`);
  if (!error) return true;
  const wrong = wrongIn(field);
  error.hidden = !wrong;
  field.toggleAttribute("aria-invalid", false);
  if (!wrong) return true;
  field.setAttribute("aria-invalid", "true");
  const words = error.querySelector("[data-word]");
  words.dataset.word = wrong;
  words.textContent = say(wrong);
  return false;
}

/** The name of the sentence that says what is wrong with a field; nothing where it is as it should be. */
function wrongIn(field) {
  if (field.type === "checkbox") return field.validity.valid ? "" : "consent-needed";
  if (field.required && !/\p{L}/u.test(field.value)) return "name-needed";
  return { iin: "iin-typed", odd: "odd-typed" }[wrongWith(field.value)] ?? "";
}

function mend(field) {
  const error = byId(`${field.id}-error`);
  if (error) error.hidden = true;
  field.removeAttribute("aria-invalid");
  field.oninput = () => error && !error.hidden && check(field);
}
