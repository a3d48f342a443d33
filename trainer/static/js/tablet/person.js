// Everything about one person: each status as a button of its own, signatures, and the marks as they were made.

import { STATUSES } from "./ledger.js";
import { give, tap } from "./marking.js";
import { byId, copyOf, open } from "./page.js";
import { sign } from "./sign.js";
import { clockTime, inLanguage, say } from "./words.js";

/** Show a person's sessions of the day. */
export async function showPerson(hall, person) {
  byId("person-name").textContent = person.name;
  byId("person-workplace").textContent = person.workplace;
  byId("person-photo").hidden = person.photo;
  const show = () => {
    const held = document.activeElement?.dataset.key;
    byId("person-sessions").replaceChildren(...hall.roster.sessionsBeside(hall.session).map((session) => partOf(hall, person, session)));
    if (held) byId("person-sessions").querySelector(`[data-key="${held}"]`)?.focus();
  };
  const changed = ({ detail }) => detail.includes(person.id) && show();
  hall.addEventListener("marks", changed);
  show();
  await open(byId("person"));
  hall.removeEventListener("marks", changed);
}

function partOf(hall, person, session) {
  const part = copyOf("person-session");
  const { status, claims } = hall.ledger.standing(person.id, session.id);
  part.querySelector("legend").textContent = `${clockTime(session.starts_at)} ${inLanguage(session.title)}`;
  for (const [place, button] of part.querySelectorAll(".statuses button").entries()) {
    const wanted = STATUSES[place];
    button.textContent = say(wanted);
    button.dataset.key = `${session.id}-${wanted}`;
    button.setAttribute("aria-pressed", String(status === wanted));
    button.onclick = () => (claims.length > 1 ? tap(person, session) : status !== wanted && give(person, session, wanted));
  }
  const question = part.querySelector(".question-of");
  question.hidden = claims.length < 2;
  question.textContent = say("asked", { claims: claims.map((claim) => say(claim)).join(" / ") });
  const signature = part.querySelector(".sign");
  const at = hall.signature(person, session);
  signature.textContent = at ? `✍ ${say("signed")} · ${clockTime(at)}` : say("sign");
  signature.onclick = () => sign(hall, person, session);
  part.querySelector("ol").replaceChildren(...hall.ledger.marks(person.id, session.id).map((mark) => lineOf(hall, mark)));
  return part;
}

/** One mark in words: when, what, by the desk or by which tablet, whether it was sent. */
function lineOf(hall, mark) {
  const words = [clockTime(mark.at), say(mark.status), mark.order ? makerOf(hall, mark) : unsent(hall, mark)];
  return Object.assign(document.createElement("li"), { textContent: words.filter(Boolean).join(" · ") });
}

/** How it stands with a mark that the server does not have, in words. */
const unsent = ({ queue }, { id }) => say(queue.refused.some((item) => item.id === id) ? "device-refused" : "waits");

/** Who made a mark that was sent, in words; nothing where this tablet did. */
function makerOf(hall, { device }) {
  if (device === null) return say("by-desk");
  return device === hall.kept.device?.id ? "" : say("by-other");
}
