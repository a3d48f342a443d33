// Sentences of the page: <script id="words"> holds them in every language, so that the language can change offline.

const SENTENCES = JSON.parse(document.getElementById("words").textContent);
export const LANGUAGES = Object.keys(SENTENCES);

/** Return the language of the page. */
export const getLanguage = () => document.documentElement.lang;

/** Return a sentence in the page's language, with values for its %(name)s. */
export function translate(name, values = {}) {
  const sentence = SENTENCES[getLanguage()][name];
  if (sentence === undefined) throw new Error(`no words for ${name}`);
  return sentence.replace(/%\((\w+)\)s/g, (_whole, value) => values[value]);
}

/** Whether there is a sentence of this name. */
export const hasSentence = (name) => name in SENTENCES[getLanguage()];

/** Return a multilingual text in the page's language, or in the first one available. */
export const pickTranslation = (text) => text?.[getLanguage()] || text?.kk || text?.ru || text?.en || "";

/** Set the language of the page: elements with data-word, data-label (aria-label) and data-hint (placeholder), also in templates. */
export function setLanguage(code) {
  if (code in SENTENCES) document.documentElement.lang = code;
  const roots = [document, ...[...document.querySelectorAll("template")].map(({ content }) => content)];
  const findAll = (selector) => roots.flatMap((root) => [...root.querySelectorAll(selector)]);
  for (const element of findAll("[data-word]")) element.textContent = translate(element.dataset.word);
  for (const element of findAll("[data-label]")) element.setAttribute("aria-label", translate(element.dataset.label));
  for (const element of findAll("[data-hint]")) element.setAttribute("placeholder", translate(element.dataset.hint));
  document.title = translate("title");
}
