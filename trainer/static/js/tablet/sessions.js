// Which session is marked: the head of the page says it, and opens the choice of another one, of any seminar and day.

import { clearSearch } from "./list.js";
import { byId, copyOf, open, tell } from "./page.js";
import { inLanguage, say, timeOf } from "./words.js";

/** Say in the head which session is marked, and let another be chosen there. */
export function prepareSessions(hall) {
  hall.addEventListener("people", () => showSession(hall));
  hall.addEventListener("moved", () => tell(say("new-day", { time: timeOf(hall.session) }), "warn"));
  byId("session").addEventListener("click", () => chooseSession(hall));
}

/** Show the seminar and when the session is; one of another day than today stands out. */
export function showSession(hall) {
  const { session } = hall;
  byId("session").disabled = !session;
  byId("seminar").textContent = session ? titleOf(hall, session) : say("title");
  byId("when").textContent = session ? timeOf(session) : "";
  byId("when").classList.toggle("other-day", Boolean(session) && !hall.today);
}

function chooseSession(hall) {
  byId("choice-sessions").replaceChildren(...hall.roster.inOrder().map((session) => choiceOf(hall, session)));
  return open(byId("choice"));
}

function choiceOf(hall, session) {
  const button = copyOf("session-choice");
  button.querySelector(".time").textContent = [timeOf(session), inLanguage(session.title)].filter(Boolean).join(" · ");
  button.querySelector(".whole").textContent = titleOf(hall, session);
  button.setAttribute("aria-pressed", String(session.id === hall.session.id));
  button.addEventListener("click", () => {
    byId("choice").close();
    if (session.seminar !== hall.session.seminar) leave(); // what was looked for, and said, is of the other list
    hall.choose(session);
  });
  return button;
}

function leave() {
  clearSearch();
  byId("told").hidden = true;
}

const titleOf = (hall, session) => inLanguage(hall.roster.seminar(session.seminar).title);
