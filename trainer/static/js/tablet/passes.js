// Checks a scanned pass: whose it is, and whether that person is marked already.

import { sha256 } from "../code.js";
import { PRESENT_STATUSES } from "./ledger.js";

const PASS_PATTERN = /^PASS:([A-Z2-7]{26})$/;

/** Check a scanned text. `finding` is fresh, again, question (a conflict), elsewhere (another seminar), unknown or no-pass. */
export async function checkPass(tablet, text) {
  const code = PASS_PATTERN.exec(text.trim().toUpperCase())?.[1];
  if (!code) return { finding: "no-pass" };
  const person = tablet.roster.findPersonByPass(await sha256(code));
  if (!person) return { finding: "unknown" };
  if (person.seminar !== tablet.session.seminar) return { finding: "elsewhere", person };
  const { status, statuses } = tablet.ledger.getAttendance(person.id, tablet.session.id);
  if (statuses.length > 1) return { finding: "question", person, statuses };
  if (!PRESENT_STATUSES.includes(status)) return { finding: "fresh", person };
  return { finding: "again", person, at: findFirstPresence(tablet, person) };
}

/** Return when the person was first marked present or late. */
function findFirstPresence(tablet, person) {
  const marks = tablet.ledger.listMarks(person.id, tablet.session.id).filter(({ status }) => PRESENT_STATUSES.includes(status));
  return marks.map(({ at }) => at).sort()[0];
}
