// Marks by hand, and the way back: the bar at the bottom names the last mark and takes it back.

import { next } from "./ledger.js";
import { byId, tell } from "./page.js";
import { inLanguage, say } from "./words.js";

const DEPTH = 50; // marks that can be taken back, the latest first
const made = [];
let hall;

/** Let marks of this hall be made and taken back; `changed` is told that the last mark is another one. */
export function prepareMarking(shown) {
  hall = shown;
  byId("undo").addEventListener("click", undo);
  hall.addEventListener("unsaved", () => tell(say("unsaved"), "bad"));
}

/** The last mark with its person and session, for a signature. */
export const lastMark = () => made.at(-1);

/** Give somebody the next status; where tablets disagree, that is a question for the organizer's desk. */
export function tap(person, session) {
  const { status, claims } = hall.ledger.standing(person.id, session.id);
  if (claims.length > 1) return tell(`${person.name}: ${say("asked", { claims: claims.map((claim) => say(claim)).join(" / ") })}`, "warn");
  return give(person, session, next(status));
}

/** Give somebody a status. */
export async function give(person, session, status, source = "tap") {
  const before = hall.ledger.standing(person.id, session.id).status;
  const marking = hall.mark(person, session, status, source);
  const entry = { person, session, before, status, marking };
  made.push(entry);
  if (made.length > DEPTH) made.shift();
  show();
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
  if (hall.ledger.standing(person.id, session.id).head !== mark.id) return tell(say("changed-meanwhile"), "warn");
  // Before the first mark there was nothing, and no mark says "nothing": one that never left the tablet is taken out of the
  // queue, as if it had not been made; one that the server may have is followed by "absent", which counts the same.
  if (before === null && (await hall.takeBack(mark))) return tell(`${person.name}: ${say("none")}`);
  await hall.mark(person, session, before ?? "absent");
  tell(`${person.name}: ${say(before ?? "absent")}`);
  return show(true);
}

function show(quietly = false) {
  const entry = made.at(-1);
  byId("undo").hidden = byId("sign-last").hidden = !entry;
  if (!entry || quietly) return;
  const beside = hall.roster.sessionsBeside(entry.session).length > 1 ? ` · ${inLanguage(entry.session.title)}` : "";
  tell(`${entry.person.name}: ${say(entry.status)}${beside}`, entry.status);
}
