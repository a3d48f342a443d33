// The dialog for a person who came without registering: name and consent are taken here, the rest can follow at the desk.

import { markStatus, announceMark } from "./marking.js";
import { byId, openDialog, announce } from "./page.js";
import { findTextProblem } from "./typed.js";
import { getLanguage, translate } from "./words.js";

const FIELD_NAMES = ["surname", "given_name", "patronymic", "phone", "workplace", "position", "language"];

/** Ask for the details, add the person to the list and mark them present in the session. */
export async function openWalkInDialog(tablet) {
  const [dialog, form, { session }] = [byId("walk-in"), byId("walk-in-form"), tablet];
  if (!session) return;
  const { consent } = tablet.roster.findSeminar(session.seminar);
  form.reset();
  form.elements.language.value = getLanguage() === "ru" ? "ru" : "kk";
  const showTerms = () => {
    fillTerms("walk-in-terms", consent.text[form.elements.language.value]);
    fillTerms("walk-in-photo-terms", consent.photo[form.elements.language.value]);
  };
  form.elements.language.onchange = showTerms;
  showTerms();
  for (const field of form.elements) resetField(field);
  form.onsubmit = (event) => {
    event.preventDefault();
    const invalid = [...form.elements].filter((field) => field.willValidate && !validateField(field));
    invalid.length > 0 ? invalid[0].focus() : dialog.close("added");
  };
  if ((await openDialog(dialog)) !== "added") return;
  const details = Object.fromEntries(FIELD_NAMES.map((name) => [name, form.elements[name].value.trim()]));
  try {
    const person = await tablet.addWalkIn({ seminar: session.seminar, ...details, consent: consent.version, photo: form.elements.photo.checked });
    await markStatus(person, session, "present");
    announceMark(person, session, translate("walk-in-added"), "present");
  } catch {
    announce(translate("unsaved"), "bad");
  }
}

function fillTerms(listId, points = []) {
  byId(listId).replaceChildren(...points.map((point) => Object.assign(document.createElement("li"), { textContent: point })));
}

/** Return whether a field is valid; an error is shown beside it. */
function validateField(field) {
  const error = byId(`${field.id}-error`);
  if (!error) return true;
  const problem = findFieldProblem(field);
  error.hidden = !problem;
  field.toggleAttribute("aria-invalid", false);
  if (!problem) return true;
  field.setAttribute("aria-invalid", "true");
  const words = error.querySelector("[data-word]");
  words.dataset.word = problem;
  words.textContent = translate(problem);
  return false;
}

/** Return the name of the sentence for a field's error; "" if it is valid. */
function findFieldProblem(field) {
  if (field.type === "checkbox") return field.validity.valid ? "" : "consent-needed";
  if (field.required && isNameMissing(field)) return "name-needed";
  return { iin: "iin-typed", odd: "odd-typed" }[findTextProblem(field.value)] ?? "";
}

/** Whether a name has no letters; one of two names may be empty if the person has no other. */
function isNameMissing(field) {
  const hasLetters = ({ value }) => /\p{L}/u.test(value);
  const { surname, given_name: given, has_one_name: oneName } = field.form.elements;
  return !hasLetters(field) && !(oneName.checked && !field.value.trim() && hasLetters(field === surname ? given : surname));
}

function resetField(field) {
  const error = byId(`${field.id}-error`);
  if (error) error.hidden = true;
  field.removeAttribute("aria-invalid");
  field.oninput = () => error && !error.hidden && validateField(field);
}
