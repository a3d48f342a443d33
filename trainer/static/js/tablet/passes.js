// What a scanned text says: whose pass it is, and whether that person is here already.

import { sha256 } from "../code.js";
import { HERE } from "./ledger.js";

const PASS = /^PASS:([A-Z2-7]{26})$/;

/** Look at a text that a camera read. `finding` is fresh, again, question, elsewhere, unknown or no-pass. */
export async function look(hall, text) {
  const code = PASS.exec(text.trim().toUpperCase())?.[1];
  if (!code) return { finding: "no-pass" };
  const person = hall.roster.ofPass(await sha256(code));
  if (!person) return { finding: "unknown" };
  if (person.seminar !== hall.session.seminar) return { finding: "elsewhere", person };
  const { status, claims } = hall.ledger.standing(person.id, hall.session.id);
  if (claims.length > 1) return { finding: "question", person, claims };
  if (!HERE.includes(status)) return { finding: "fresh", person };
  return { finding: "again", person, at: firstHere(hall, person) };
}

/** When somebody was first marked as being here. */
function firstHere(hall, person) {
  const marks = hall.ledger.marks(person.id, hall.session.id).filter(({ status }) => HERE.includes(status));
  return marks.map(({ at }) => at).sort()[0];
}
