// The list: one row is one person is one target. Rows are made once; a mark changes one row and the count, nothing else.

import { fold } from "./fold.js";
import { HERE } from "./ledger.js";
import { byId, copyOf } from "./page.js";
import { clockTime, inLanguage, say } from "./words.js";

const COLUMNS = 4; // sessions that stand side by side where the page is broad; more of them are tabs there too, so that names have room
const PORTION = 25; // rows that the browser lays out together, and leaves alone together while they are out of sight
const rows = new Map(); // by the person's id
const here = new Set(); // the ids of those who are here in the chosen session
let hall;

/** Show the hall; `tapped(person, session)` is told of every tap on a row, `asked(person)` of the button beside it. */
export function prepareList(shown, { tapped, asked }) {
  hall = shown;
  hall.addEventListener("people", render);
  hall.addEventListener("marks", ({ detail }) => update(detail));
  const list = byId("people");
  list.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    const person = button && hall.roster.person(idOf(button.closest("li")));
    if (!person) return;
    if (button.classList.contains("more")) asked(person);
    else tapped(person, hall.roster.sessions.get(Number(button.dataset.session)) ?? hall.session);
  });
  list.addEventListener("keydown", move);
  byId("search").addEventListener("input", filter);
  byId("search").addEventListener("focus", ({ target }) => target.select());
  byId("not-here").addEventListener("click", ({ currentTarget: button }) => {
    button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
    filter();
  });
}

const idOf = (row) => (/^\d+$/.test(row.dataset.person) ? Number(row.dataset.person) : row.dataset.person);

/** Show everybody of the chosen session's seminar, and the sessions of that day side by side. */
export function render() {
  const { session, roster } = hall;
  const beside = session ? roster.sessionsBeside(session) : [];
  const people = session ? roster.peopleOf(session.seminar) : [];
  showSessions(beside);
  rows.clear();
  here.clear();
  for (const person of people) rows.set(person.id, rowOf(person, beside));
  byId("people").replaceChildren(...portions([...rows.values()]));
  filter();
}

/** The rows in lists of some: a mark is laid out among twenty-five, not among two thousand. */
function portions(all) {
  const made = [];
  for (let first = 0; first < all.length; first += PORTION) {
    const list = document.createElement("ul");
    list.setAttribute("role", "list");
    list.append(...all.slice(first, first + PORTION));
    made.push(list);
  }
  return made;
}

function showSessions(beside) {
  const bar = byId("sessions");
  bar.hidden = beside.length < 2;
  byId("hall").classList.toggle("beside", inColumns(beside));
  document.body.style.setProperty("--sessions", beside.length);
  bar.replaceChildren(
    ...beside.map((session) => {
      const tab = copyOf("tab");
      tab.querySelector(".time").textContent = clockTime(session.starts_at);
      tab.querySelector(".topic").textContent = inLanguage(session.title) || say("session");
      tab.setAttribute("aria-pressed", String(session.id === hall.session.id));
      tab.addEventListener("click", () => {
        hall.choose(session);
        byId("sessions").children[beside.indexOf(session)].focus();
      });
      return tab;
    }),
  );
}

const inColumns = ({ length }) => length > 1 && length <= COLUMNS;

function rowOf(person, beside) {
  const row = copyOf("row");
  row.dataset.person = person.id;
  row.querySelector(".name").textContent = person.name;
  row.querySelector(".workplace").textContent = person.workplace;
  row.querySelector(".walked-in").hidden = !person.walkIn;
  row.querySelector(".no-photo").hidden = person.photo;
  const [main, more] = row.querySelectorAll("button");
  more.setAttribute("aria-label", `${say("more")}: ${person.name}`);
  main.dataset.session = hall.session.id;
  if (inColumns(beside)) more.before(...beside.map(cellOf));
  dress(row, person);
  return row;
}

function cellOf(session) {
  const cell = copyOf("cell");
  cell.dataset.session = session.id;
  cell.classList.toggle("current", session.id === hall.session.id);
  return cell;
}

/** Give a row the colours and words of what its person was marked, and count the person or not. */
function dress(row, person) {
  if (HERE.includes(hall.ledger.standing(person.id, hall.session.id).status)) here.add(person.id);
  else here.delete(person.id);
  for (const button of row.querySelectorAll("button[data-session]")) {
    const session = hall.roster.sessions.get(Number(button.dataset.session));
    const { status, claims } = hall.ledger.standing(person.id, session.id);
    const shown = claims.length > 1 ? "question" : (status ?? "none");
    const signed = hall.signature(person, session);
    const chip = button.querySelector(".status");
    button.dataset.status = shown;
    chip.textContent = say(shown);
    if (signed) chip.append(copyOf("signed"));
    if (button.className.startsWith("cell")) button.setAttribute("aria-label", [`${person.name}, ${inLanguage(session.title)}: ${say(shown)}`, ...(signed ? [say("signed")] : [])].join(", "));
    else row.dataset.status = shown;
  }
}

/** Show anew what was marked for these people. */
function update(people) {
  for (const id of people) {
    const row = rows.get(id);
    if (row) dress(row, hall.roster.person(id));
  }
  count();
}

/** The figures: how many are here, of how many. */
function count() {
  byId("here").textContent = here.size;
  byId("all").textContent = rows.size;
}

/** Show whom the search and the filter let through. Somebody marked meanwhile stays until the next search: no row moves under a finger. */
function filter() {
  const words = fold(byId("search").value).split(" ").filter(Boolean);
  const missing = byId("not-here").getAttribute("aria-pressed") === "true";
  let shown = 0;
  for (const [id, row] of rows) {
    const { search } = hall.roster.person(id);
    const through = words.every((word) => search.includes(word)) && (!missing || isMissing(id));
    if (row.hidden === through) row.hidden = !through;
    shown += through;
  }
  for (const list of byId("people").children) {
    const seen = [...list.children].filter((row) => !row.hidden).length;
    list.hidden = seen === 0;
    list.style.setProperty("--rows", seen);
  }
  byId("hall").classList.toggle("nobody", shown === 0);
  byId("nobody").textContent = shown > 0 ? "" : say(whyNobody(words, missing));
  byId("clear").hidden = byId("search").value === "";
  count();
}

/** Why no row is shown, as the name of a sentence. */
function whyNobody(words, missing) {
  if (rows.size === 0) return "nobody-listed";
  return missing && words.length === 0 ? "nobody-missing" : "nobody";
}

function isMissing(id) {
  const { status } = hall.ledger.standing(id, hall.session.id);
  return !HERE.includes(status) && status !== "excused";
}

/** Arrow keys go from row to row. */
function move(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const shown = [...rows.values()].filter((row) => !row.hidden);
  const row = shown[shown.indexOf(event.target.closest("li")) + step];
  if (!row) return;
  event.preventDefault();
  row.querySelectorAll("button")[[...event.target.parentElement.children].indexOf(event.target)].focus();
}

/** Empty the search, so that everybody is shown. */
export function clearSearch() {
  byId("search").value = "";
  filter();
}
