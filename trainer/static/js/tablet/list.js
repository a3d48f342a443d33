// The list of people. Rows are built once; a mark updates one row and the counts only, which keeps long lists fast.

import { PRESENT_STATUSES } from "./ledger.js";
import { byId, cloneTemplate } from "./page.js";
import { findPeople, findSimilarPeople, parseQuery } from "./search.js";
import { pickTranslation, translate } from "./words.js";
import { formatClockTime } from "./zone.js";

const MAX_COLUMNS = 4; // most sessions shown side by side on a wide screen; with more, there are tabs, so that names have room
const ROWS_PER_LIST = 25; // rows of one <ul>: the browser lays out a <ul> as a unit and skips it while it is off screen
const rowsById = new Map(); // by person id
const presentIds = new Set(); // ids of the people present in the chosen session
let tablet;

/** Connect the list: `onTap(person, session)` is called for a tap on a row, `onMore(person)` for the button beside it. */
export function prepareList(tabletState, { onTap, onMore }) {
  tablet = tabletState;
  tablet.addEventListener("people", renderList);
  tablet.addEventListener("marks", ({ detail }) => updateRows(detail));
  const list = byId("people");
  list.addEventListener("click", ({ target }) => {
    const button = target.closest("button");
    const person = button && tablet.roster.findPerson(readPersonId(button.closest("li")));
    if (!person) return;
    if (button.classList.contains("more")) onMore(person);
    else onTap(person, tablet.roster.sessions.get(Number(button.dataset.session)) ?? tablet.session);
  });
  list.addEventListener("keydown", moveFocus);
  byId("search").addEventListener("input", filterRows);
  byId("search").addEventListener("focus", ({ target }) => target.select());
  byId("not-here").addEventListener("click", ({ currentTarget: button }) => {
    button.setAttribute("aria-pressed", String(button.getAttribute("aria-pressed") !== "true"));
    filterRows();
  });
}

const readPersonId = (row) => (/^\d+$/.test(row.dataset.person) ? Number(row.dataset.person) : row.dataset.person);

/** Show everybody of the chosen session's seminar, and the sessions of that day. */
export function renderList() {
  const { session, roster } = tablet;
  const daySessions = session ? roster.listSessionsOfDay(session) : [];
  const people = session ? roster.listPeople(session.seminar) : [];
  renderSessionTabs(daySessions);
  rowsById.clear();
  presentIds.clear();
  for (const person of people) rowsById.set(person.id, buildRow(person, daySessions));
  byId("people").replaceChildren(...splitIntoLists([...rowsById.values()]));
  filterRows();
}

/** Split rows into lists of ROWS_PER_LIST, so that a change lays out 25 rows and not 2,000. */
function splitIntoLists(allRows) {
  const lists = [];
  for (let first = 0; first < allRows.length; first += ROWS_PER_LIST) {
    const list = document.createElement("ul");
    list.setAttribute("role", "list");
    list.append(...allRows.slice(first, first + ROWS_PER_LIST));
    lists.push(list);
  }
  return lists;
}

function renderSessionTabs(daySessions) {
  const bar = byId("sessions");
  bar.hidden = daySessions.length < 2;
  byId("attendance").classList.toggle("beside", fitsInColumns(daySessions));
  document.body.style.setProperty("--sessions", daySessions.length);
  bar.replaceChildren(
    ...daySessions.map((session) => {
      const tab = cloneTemplate("tab");
      tab.querySelector(".time").textContent = formatClockTime(session.starts_at, session.utc_offset);
      tab.querySelector(".topic").textContent = pickTranslation(session.title) || translate("session");
      tab.setAttribute("aria-pressed", String(session.id === tablet.session.id));
      tab.addEventListener("click", () => {
        tablet.chooseSession(session);
        byId("sessions").children[daySessions.indexOf(session)].focus();
      });
      return tab;
    }),
  );
}

const fitsInColumns = ({ length }) => length > 1 && length <= MAX_COLUMNS;

function buildRow(person, daySessions) {
  const row = cloneTemplate("row");
  row.dataset.person = person.id;
  row.querySelector(".name").textContent = person.name;
  row.querySelector(".workplace").textContent = person.workplace;
  row.querySelector(".walked-in").hidden = !person.walkIn;
  row.querySelector(".no-seat").hidden = person.seat ?? true; // a list received before the server said so has people with seats only
  row.querySelector(".no-photo").hidden = person.photo;
  const [main, more] = row.querySelectorAll("button");
  more.setAttribute("aria-label", `${translate("more")}: ${person.name}`);
  main.dataset.session = tablet.session.id;
  if (fitsInColumns(daySessions)) more.before(...daySessions.map(buildCell));
  updateRow(row, person);
  return row;
}

function buildCell(session) {
  const cell = cloneTemplate("cell");
  cell.dataset.session = session.id;
  cell.classList.toggle("current", session.id === tablet.session.id);
  return cell;
}

/** Show the person's status in the row, and update the set of those present. */
function updateRow(row, person) {
  if (PRESENT_STATUSES.includes(tablet.ledger.getAttendance(person.id, tablet.session.id).status)) presentIds.add(person.id);
  else presentIds.delete(person.id);
  for (const button of row.querySelectorAll("button[data-session]")) {
    const session = tablet.roster.sessions.get(Number(button.dataset.session));
    const { status, statuses } = tablet.ledger.getAttendance(person.id, session.id);
    const shownStatus = statuses.length > 1 ? "question" : (status ?? "none");
    const signedAt = tablet.findSignatureTime(person, session);
    const chip = button.querySelector(".status");
    button.dataset.status = shownStatus;
    chip.textContent = translate(shownStatus);
    if (signedAt) chip.append(cloneTemplate("signed"));
    if (button.className.startsWith("cell")) button.setAttribute("aria-label", [`${person.name}, ${pickTranslation(session.title)}: ${translate(shownStatus)}`, ...(signedAt ? [translate("signed")] : [])].join(", "));
    else row.dataset.status = shownStatus;
  }
}

/** Update the rows of these people. */
function updateRows(personIds) {
  for (const id of personIds) {
    const row = rowsById.get(id);
    if (row) updateRow(row, tablet.roster.findPerson(id));
  }
  showCounts();
}

/** Show how many people are present, and of how many. */
function showCounts() {
  byId("here").textContent = presentIds.size;
  byId("all").textContent = rowsById.size;
}

/** Show the rows that match search and filter. A person marked meanwhile stays until the next search, so that no row moves under a finger. */
function filterRows() {
  const words = parseQuery(byId("search").value);
  const people = [...rowsById.keys()].map((id) => tablet.roster.findPerson(id));
  const exact = findPeople(people, words);
  const found = new Set((exact.length > 0 ? exact : findSimilarPeople(people, words)).map(({ id }) => id));
  const onlyMissing = byId("not-here").getAttribute("aria-pressed") === "true";
  let shownCount = 0;
  for (const [id, row] of rowsById) {
    const matches = found.has(id) && (!onlyMissing || isMissing(id));
    if (row.hidden === matches) row.hidden = !matches;
    shownCount += matches;
  }
  for (const list of byId("people").children) {
    const visibleCount = [...list.children].filter((row) => !row.hidden).length;
    list.hidden = visibleCount === 0;
    list.style.setProperty("--rows", visibleCount);
  }
  byId("attendance").classList.toggle("nobody", shownCount === 0);
  byId("nobody").textContent = shownCount === 0 ? translate(chooseEmptySentence(words, onlyMissing)) : exact.length > 0 ? "" : translate("similar");
  byId("clear").hidden = byId("search").value === "";
  showCounts();
}

/** Return the name of the sentence that says why no row is shown. */
function chooseEmptySentence(words, onlyMissing) {
  if (rowsById.size === 0) return "nobody-listed";
  return onlyMissing && words.length === 0 ? "nobody-missing" : "nobody";
}

function isMissing(id) {
  const { status } = tablet.ledger.getAttendance(id, tablet.session.id);
  return !PRESENT_STATUSES.includes(status) && status !== "excused";
}

/** Move the focus to the row above or below for arrow keys. */
function moveFocus(event) {
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const visibleRows = [...rowsById.values()].filter((row) => !row.hidden);
  const row = visibleRows[visibleRows.indexOf(event.target.closest("li")) + step];
  if (!row) return;
  event.preventDefault();
  row.querySelectorAll("button")[[...event.target.parentElement.children].indexOf(event.target)].focus();
}

/** Clear the search. */
export function clearSearch() {
  byId("search").value = "";
  filterRows();
}
