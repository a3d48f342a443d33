// The session that is marked: shown in the head of the page, which opens the choice of another one.

import { clearSearch } from "./list.js";
import { byId, cloneTemplate, openDialog, announce } from "./page.js";
import { pickTranslation, translate } from "./words.js";
import { formatOffset, formatSessionTime, isDeviceElsewhere } from "./zone.js";

/** Connect the head of the page to the chosen session and to the dialog of sessions. */
export function prepareSessions(tablet) {
  tablet.addEventListener("people", () => renderChosenSession(tablet));
  tablet.addEventListener("moved", () => announce(translate("new-day", { time: formatSessionTime(tablet.session) }), "warn"));
  byId("session").addEventListener("click", () => openSessionDialog(tablet));
}

/** Show seminar and time of the chosen session; a session of another day is highlighted, and another zone of the device is told. */
export function renderChosenSession(tablet) {
  const { session } = tablet;
  byId("session").disabled = !session;
  byId("seminar").textContent = session ? getSeminarTitle(tablet, session) : translate("title");
  byId("when").textContent = session ? formatSessionTime(session) : "";
  byId("when").classList.toggle("other-day", Boolean(session) && !tablet.isSessionToday);
  byId("elsewhere").hidden = !session || !isDeviceElsewhere(session);
  byId("elsewhere").textContent = session ? translate("elsewhere", { zone: formatOffset(session.utc_offset) }) : "";
}

function openSessionDialog(tablet) {
  byId("choice-sessions").replaceChildren(...tablet.roster.listSessions().map((session) => buildSessionChoice(tablet, session)));
  return openDialog(byId("choice"));
}

function buildSessionChoice(tablet, session) {
  const button = cloneTemplate("session-choice");
  button.querySelector(".time").textContent = [formatSessionTime(session), pickTranslation(session.title)].filter(Boolean).join(" · ");
  button.querySelector(".whole").textContent = getSeminarTitle(tablet, session);
  button.setAttribute("aria-pressed", String(session.id === tablet.session.id));
  button.addEventListener("click", () => {
    byId("choice").close();
    if (session.seminar !== tablet.session.seminar) resetList(); // search and bar belong to the list of the other seminar
    tablet.chooseSession(session);
  });
  return button;
}

function resetList() {
  clearSearch();
  byId("told").hidden = true;
}

const getSeminarTitle = (tablet, session) => pickTranslation(tablet.roster.findSeminar(session.seminar).title);
