// Marks by hand, and the way back: the bar at the bottom names the last mark and takes it back. Its buttons are for whom it names.

import { next } from "./ledger.js";
import { byId, tell } from "./page.js";
import { inLanguage, say } from "./words.js";

const DEPTH = 50; // marks that can be taken back, the latest first
const made = [];
let hall;
let named = null; // the person and session of whom the bar says something

/** Let marks of this hall be made and taken back. */
export function prepareMarking(shown) {
  hall = shown;
  byId("undo").addEventListener("click", undo);
  hall.addEventListener("unsaved", () => tell(say("unsaved"), "bad"));
}

/** The person and session of whom the bar says something, for a signature. */
export const whomTold = () => named;

/** Say something of a person in a session in the bar: there they sign, and their mark is taken back where it was the last. */
export function tellOf(person, session, words, tone) {
  tell(`${person.name}: ${words}`, tone);
  named = { person, session };
  const last = made.at(-1);
  byId("sign-last").hidden = false;
  byId("undo").hidden = last?.person.id !== person.id || last.session.id !== session.id;
}

/** Give somebody the next status; where tablets disagree, that is a question for the organizer's desk. */
export function tap(person, session) {
  const { status, claims } = hall.ledger.standing(person.id, session.id);
  if (claims.length > 1) return tellOf(person, session, say("asked", { claims: claims.map((claim) => say(claim)).join(" / ") }), "warn");
  return give(person, session, next(status));
}

/** Give somebody a status. */
export async function give(person, session, status, source = "tap") {
  const before = hall.ledger.standing(person.id, session.id).status;
  const marking = hall.mark(person, session, status, source);
  const entry = { person, session, before, status, marking };
  made.push(entry);
  if (made.length > DEPTH) made.shift();
  const beside = hall.roster.sessionsBeside(session).length > 1 ? ` · ${inLanguage(session.title)}` : "";
  tellOf(person, session, say(status) + beside, status);
  try {
    entry.mark = await marking;
  } catch {
    made.splice(made.indexOf(entry), 1); // the bar says already that it could not be kept
  }
}

/** Take the last mark back. */
export async function undo() {
  const entry = made.pop();
  const mark = await entry?.marking.catch(() => null); // what could not be kept was taken back already
  if (!mark) return;
  const { person, session, before } = entry;
  if (hall.ledger.standing(person.id, session.id).head !== mark.id) return undone(person, "changed-meanwhile", "warn");
  // Before the first mark there was nothing, and no mark says "nothing": one that never left the tablet is taken out of the
  // queue, as if it had not been made; one that the server may have is followed by "absent", which counts the same.
  if (before === null && (await hall.takeBack(mark))) return undone(person, "none");
  await hall.mark(person, session, before ?? "absent");
  return undone(person, before ?? "absent");
}

/** Say what became of somebody's mark; the one before it can be taken back next, and nobody is asked to sign. */
function undone(person, sentence, tone) {
  tell(`${person.name}: ${say(sentence)}`, tone);
  byId("undo").hidden = made.length === 0;
}
