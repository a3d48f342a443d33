// The page's words: <script id="words"> holds every sentence in each language, so that the language changes without a network.

const ALL = JSON.parse(document.getElementById("words").textContent);
export const LANGUAGES = Object.keys(ALL);

/** The language that is shown. */
export const language = () => document.documentElement.lang;

/** A sentence in the page's language, with values in the places of %(name)s. */
export function say(name, values = {}) {
  const sentence = ALL[language()][name];
  if (sentence === undefined) throw new Error(`no words for ${name}`);
  return sentence.replace(/%\((\w+)\)s/g, (_whole, value) => values[value]);
}

/** Whether there is such a sentence. */
export const knows = (name) => name in ALL[language()];

/** A text that comes in several languages, in the page's or the next best. */
export const inLanguage = (text) => text?.[language()] || text?.kk || text?.ru || text?.en || "";

/** Show another language: every element with data-word, and with data-label where only readers hear it; also in what is copied later. */
export function speak(wanted) {
  if (wanted in ALL) document.documentElement.lang = wanted;
  const places = [document, ...[...document.querySelectorAll("template")].map(({ content }) => content)];
  const all = (selector) => places.flatMap((place) => [...place.querySelectorAll(selector)]);
  for (const each of all("[data-word]")) each.textContent = say(each.dataset.word);
  for (const each of all("[data-label]")) each.setAttribute("aria-label", say(each.dataset.label));
  for (const each of all("[data-hint]")) each.setAttribute("placeholder", say(each.dataset.hint));
  document.title = say("title");
}

/** When a session is: day, month, hours, in the place where the tablet is. */
export function timeOf({ starts_at: begins, ends_at: ends }) {
  const date = new Date(begins);
  const day = [date.getDate(), date.getMonth() + 1].map((part) => String(part).padStart(2, "0")).join(".");
  return `${day} · ${clockTime(begins)}–${clockTime(ends)}`;
}

/** Hours and minutes of a moment, in the place where the tablet is. */
export function clockTime(moment) {
  const date = new Date(moment);
  return [date.getHours(), date.getMinutes()].map((part) => String(part).padStart(2, "0")).join(":");
}

/** The same with the day and month where it is another day than today. */
export function momentOf(moment) {
  const date = new Date(moment);
  if (date.toDateString() === new Date().toDateString()) return clockTime(moment);
  return `${[date.getDate(), date.getMonth() + 1].map((part) => String(part).padStart(2, "0")).join(".")} ${clockTime(moment)}`;
}
