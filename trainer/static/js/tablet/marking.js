// Manual marking and undo. The bar at the bottom names the last mark; its buttons belong to the person it names.

import { getNextStatus } from "./ledger.js";
import { byId, announce } from "./page.js";
import { pickTranslation, translate } from "./words.js";

const MAX_UNDO_STEPS = 50; // number of marks that can be undone
const undoStack = [];
let tablet;
let announcedMark = null; // person and session that the bar names

/** Connect marking and undo to the tablet's state. */
export function prepareMarking(tabletState) {
  tablet = tabletState;
  byId("undo").addEventListener("click", undoLastMark);
  tablet.addEventListener("unsaved", () => announce(translate("unsaved"), "bad"));
}

/** Return person and session that the bar names. */
export const getAnnouncedMark = () => announcedMark;

/** Show a sentence about a person's mark in the bar, with buttons to sign, and to undo if it is the last mark. */
export function announceMark(person, session, words, tone) {
  announce(`${person.name}: ${words}`, tone);
  announcedMark = { person, session };
  const last = undoStack.at(-1);
  byId("sign-last").hidden = false;
  byId("undo").hidden = last?.person.id !== person.id || last.session.id !== session.id;
}

/** Mark the next status; a conflict can be resolved at the desk only, so the bar says so. */
export function markNextStatus(person, session) {
  const { status, statuses } = tablet.ledger.getAttendance(person.id, session.id);
  if (statuses.length > 1) return announceMark(person, session, translate("asked", { claims: statuses.map((name) => translate(name)).join(" / ") }), "warn");
  return markStatus(person, session, getNextStatus(status));
}

/** Mark a status. */
export async function markStatus(person, session, status, source = "tap") {
  const before = tablet.ledger.getAttendance(person.id, session.id).status;
  const saving = tablet.recordMark(person, session, status, source);
  const entry = { person, session, before, status, saving };
  undoStack.push(entry);
  if (undoStack.length > MAX_UNDO_STEPS) undoStack.shift();
  const topic = tablet.roster.listSessionsOfDay(session).length > 1 ? ` · ${pickTranslation(session.title)}` : "";
  announceMark(person, session, translate(status) + topic, status);
  try {
    entry.mark = await saving;
  } catch {
    undoStack.splice(undoStack.indexOf(entry), 1); // the bar already says that it could not be saved
  }
}

/** Undo the last mark. */
export async function undoLastMark() {
  const entry = undoStack.pop();
  const mark = await entry?.saving.catch(() => null); // a mark that could not be saved was removed already
  if (!mark) return;
  const { person, session, before } = entry;
  if (tablet.ledger.getAttendance(person.id, session.id).latestId !== mark.id) return announceUndo(person, "changed-meanwhile", "warn");
  // No mark means "not marked". A first mark that never left the tablet is therefore removed from the queue; one that the
  // server may have is followed by "absent", which counts the same.
  if (before === null && (await tablet.undoMark(mark))) return announceUndo(person, "none");
  await tablet.recordMark(person, session, before ?? "absent");
  return announceUndo(person, before ?? "absent");
}

/** Show the result of an undo; the mark before can be undone next, and nobody is asked to sign. */
function announceUndo(person, sentence, tone) {
  announce(`${person.name}: ${translate(sentence)}`, tone);
  byId("undo").hidden = undoStack.length === 0;
}
