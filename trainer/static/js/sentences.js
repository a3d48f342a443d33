// Shows what was found, in the words of the page: <template id="sentences"> holds an element for each, with data-say.

const EXAMPLE = "EX-"; // begins the numbers of the example project, and no others

/** Show a sentence in #result, with the facts of a seal and other values put in their places, and what a specimen is. */
export function show(name, { facts = null, values = {}, link = "", specimen = facts?.serial.startsWith(EXAMPLE) } = {}) {
  const place = document.getElementById("result");
  const told = document.getElementById("sentences").content.querySelector(`[data-say="${name}"]`).cloneNode(true);
  for (const slot of told.querySelectorAll("[data-value]")) slot.textContent = values[slot.dataset.value] ?? "";
  for (const slot of told.querySelectorAll("a[data-link]")) link ? slot.setAttribute("href", link) : slot.remove();
  const warning = specimen ? [document.getElementById("specimen").content.cloneNode(true)] : [];
  place.replaceChildren(told, ...warning, ...(facts ? [tableOf(facts)] : []));
  place.hidden = false;
  place.focus();
  place.scrollIntoView({ block: "nearest" });
}

/** Take back what was shown, while something else is looked at. */
export function hush() {
  document.getElementById("result").hidden = true;
}

/** Facts of a seal beside the words of the page. */
function tableOf(facts) {
  const table = document.getElementById("facts").content.cloneNode(true);
  for (const slot of table.querySelectorAll("[data-fact]")) {
    const value = facts[slot.dataset.fact];
    slot.textContent = slot.dataset[value] ?? (Array.isArray(value) ? value.map(dayOf).join(", ") : dayOf(value));
    slot.closest("div").hidden = value === null || value?.length === 0;
  }
  return table;
}

/** A date as the page writes it, anything else as it is; browsers know no Kazakh months, so <template id="days"> has one of each. */
export function dayOf(value) {
  const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)(?:T|$)/.exec(value) ?? [];
  if (!year) return String(value ?? "");
  const sample = document.getElementById("days").content.children[month - 1].textContent;
  return sample.replace(/2001|\b3\b/g, (part) => (part === "2001" ? year : Number(day)));
}
