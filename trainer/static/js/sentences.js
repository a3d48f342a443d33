// Shows results in the sentences of the page: <template id="sentences"> has an element with data-say for each.

const EXAMPLE_PREFIX = "EX-"; // of the serial numbers of the example project only

/** Show a sentence in #result with values and the facts of a seal; a specimen gets a warning. */
export function showSentence(name, { facts = null, values = {}, link = "", specimen = facts?.serial.startsWith(EXAMPLE_PREFIX) } = {}) {
  const result = document.getElementById("result");
  const sentence = document.getElementById("sentences").content.querySelector(`[data-say="${name}"]`).cloneNode(true);
  for (const slot of sentence.querySelectorAll("[data-value]")) slot.textContent = values[slot.dataset.value] ?? "";
  for (const slot of sentence.querySelectorAll("a[data-link]")) link ? slot.setAttribute("href", link) : slot.remove();
  const warning = specimen ? [document.getElementById("specimen").content.cloneNode(true)] : [];
  result.replaceChildren(sentence, ...warning, ...(facts ? [buildFactsTable(facts)] : []));
  result.hidden = false;
  result.focus();
  result.scrollIntoView({ block: "nearest" });
}

/** Hide the result while something else is checked. */
export function hideResult() {
  document.getElementById("result").hidden = true;
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
