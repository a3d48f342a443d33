// Shows results in the sentences of the page: <template id="sentences"> has an element with data-say for each.

const EXAMPLE_PREFIX = "EX-"; // of the serial numbers of the example project only

const SITE = document.title.split(" · ").at(-1);
const PAGE_TITLE = document.title;

const findSentence = (name) => document.getElementById("sentences").content.querySelector(`[data-say="${name}"]`);

/** Return the heading of a sentence. */
export const getHeading = (name) => findSentence(name).querySelector("h2").textContent;

/** Give the tab the title of a result: a forged certificate must not lie behind another word. */
export function showTitle(heading) {
  document.title = `${heading} · ${SITE}`;
}

/** Show a sentence in #result with values, what replaces the certificate, and the facts of a seal; a specimen gets a warning. */
export function showSentence(
  name,
  { facts = null, values = {}, link = "", successor = null, specimen = facts?.serial.startsWith(EXAMPLE_PREFIX) } = {},
) {
  const result = document.getElementById("result");
  const sentence = findSentence(name).cloneNode(true);
  for (const slot of sentence.querySelectorAll("[data-value]")) slot.textContent = values[slot.dataset.value] ?? "";
  for (const slot of sentence.querySelectorAll("a[data-link]")) link ? slot.setAttribute("href", link) : slot.remove();
  const warning = specimen ? [document.getElementById("specimen").content.querySelector("[data-specimen]").cloneNode(true)] : [];
  if (specimen) markAsSpecimen(sentence);
  if (successor) sentence.append(buildSuccessorLine(successor));
  result.replaceChildren(sentence, ...warning, ...(facts ? [buildFactsTable(facts)] : []));
  result.hidden = false;
  showTitle(sentence.querySelector("h2").textContent);
  result.focus();
  result.scrollIntoView({ block: "nearest" });
}

/** Build the line that names the certificate at the end of the chain of replacements, by serial and status. */
function buildSuccessorLine({ serial, status }) {
  const line = document.getElementById("successors").content.querySelector(`[data-status="${status}"]`).cloneNode(true);
  line.querySelector("[data-value]").textContent = serial;
  return line;
}

/** Hide the result while something else is checked. */
export function hideResult() {
  document.getElementById("result").hidden = true;
  document.title = PAGE_TITLE;
}

/** Replace a good verdict on a specimen by the word and the colour of specimens. */
function markAsSpecimen(sentence) {
  const verdict = sentence.querySelector(".verdict.valid");
  if (!verdict) return;
  verdict.className = "verdict specimen";
  verdict.replaceChildren(...document.getElementById("specimen").content.querySelector(".verdict").cloneNode(true).children);
}

/** Build the table with the facts of a seal. */
function buildFactsTable(facts) {
  const table = document.getElementById("facts").content.cloneNode(true);
  for (const slot of table.querySelectorAll("[data-fact]")) {
    const value = facts[slot.dataset.fact];
    slot.textContent = slot.dataset[value] ?? (Array.isArray(value) ? value.map(formatDay).join(", ") : formatDay(value));
    slot.closest("div").hidden = value === null || value?.length === 0;
  }
  return table;
}

/** Format a date; return other values as text. Browsers lack Kazakh months, so <template id="days"> has a sample of each. */
export function formatDay(value) {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)(?:T|$)/.exec(value) ?? [];
  if (!year) return String(value ?? "");
  const sample = document.getElementById("days").content.children[month - 1].textContent;
  return sample.replace(/2001|\b3\b/g, (part) => (part === "2001" ? year : Number(day)));
}
