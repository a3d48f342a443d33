// The dialog of one person: a button for each status, signatures, and the history of marks.

import { STATUSES } from "./ledger.js";
import { markStatus, markNextStatus } from "./marking.js";
import { byId, cloneTemplate, openDialog } from "./page.js";
import { openSignatureDialog } from "./sign.js";
import { pickTranslation, translate } from "./words.js";
import { formatClockTime } from "./zone.js";

/** Show the person's sessions of the day until the dialog is closed. */
export async function openPersonDialog(tablet, person) {
  byId("person-name").textContent = person.name;
  byId("person-workplace").textContent = person.workplace;
  byId("person-photo").hidden = person.photo;
  const render = () => {
    const focusedKey = document.activeElement?.dataset.key;
    byId("person-sessions").replaceChildren(...tablet.roster.listSessionsOfDay(tablet.session).map((session) => buildSessionPart(tablet, person, session)));
    if (focusedKey) byId("person-sessions").querySelector(`[data-key="${focusedKey}"]`)?.focus();
  };
  const renderIfChanged = ({ detail }) => detail.includes(person.id) && render();
  tablet.addEventListener("marks", renderIfChanged);
  render();
  await openDialog(byId("person"));
  tablet.removeEventListener("marks", renderIfChanged);
}

function buildSessionPart(tablet, person, session) {
  const part = cloneTemplate("person-session");
  const { status, statuses } = tablet.ledger.getAttendance(person.id, session.id);
  part.querySelector("legend").textContent = `${formatClockTime(session.starts_at, session.utc_offset)} ${pickTranslation(session.title)}`;
  for (const [index, button] of part.querySelectorAll(".statuses button").entries()) {
    const buttonStatus = STATUSES[index];
    button.textContent = translate(buttonStatus);
    button.dataset.key = `${session.id}-${buttonStatus}`;
    button.setAttribute("aria-pressed", String(status === buttonStatus));
    button.onclick = () => (statuses.length > 1 ? markNextStatus(person, session) : status !== buttonStatus && markStatus(person, session, buttonStatus));
  }
  const conflict = part.querySelector(".question-of");
  conflict.hidden = statuses.length < 2;
  conflict.textContent = translate("asked", { claims: statuses.map((name) => translate(name)).join(" / ") });
  const signature = part.querySelector(".sign");
  const signedAt = tablet.findSignatureTime(person, session);
  signature.textContent = signedAt ? `✍ ${translate("signed")} · ${formatClockTime(signedAt, session.utc_offset)}` : translate("sign");
  signature.onclick = () => openSignatureDialog(tablet, person, session);
  part.querySelector("ol").replaceChildren(...tablet.ledger.listMarks(person.id, session.id).map((mark) => buildMarkLine(tablet, mark, session)));
  return part;
}

/** Build the line of a mark: time, status, author, and whether it was sent. */
function buildMarkLine(tablet, mark, session) {
  const words = [formatClockTime(mark.at, session.utc_offset), translate(mark.status), mark.order ? describeMarkAuthor(tablet, mark) : describeUnsentMark(tablet, mark)];
  return Object.assign(document.createElement("li"), { textContent: words.filter(Boolean).join(" · ") });
}

/** Return whether an unsent mark waits to be sent or for the organizer, or was refused, in words. */
function describeUnsentMark({ queue }, { id }) {
  const includesMark = (items) => items.some((item) => item.id === id);
  return translate(includesMark(queue.keptItems) ? "device-undecided" : includesMark(queue.refusedItems) ? "device-refused" : "waits");
}

/** Return who made a sent mark, in words; empty for this tablet. */
function describeMarkAuthor(tablet, { device }) {
  if (device === null) return translate("by-desk");
  return device === tablet.stored.device?.id ? "" : translate("by-other");
}
