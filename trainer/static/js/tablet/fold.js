// How names are compared and sorted, exactly as trainer/language/collation.py does it: what the server folded is found here.

const ALPHABET = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя";
const ORDER = new Map([
  ...[..."0123456789"].map((digit) => [digit, `1${digit}`]),
  ...[...ALPHABET].map((letter, place) => [letter, `${20 + place}`]),
  ...[..."abcdefghijklmnopqrstuvwxyz"].map((letter, place) => [letter, `${65 + place}`]),
]);
const FOLDED = new Map([
  ...[..."әғқңөұүһіёй"].map((letter, place) => [letter, "агкноуухиеи"[place]]),
  ...[..."abcehkmoptxyi"].map((letter, place) => [letter, "авсенкмортхуи"[place]]),
  ["ı", "и"],
  ...[..."'’ьъ"].map((mark) => [mark, ""]),
]);

/** Capitals and small letters are one, in whatever form: by way of the capitals ß is ss, as Python's casefold has it. */
const small = (text) => [...text.normalize("NFC")].map((letter) => (letter === "ı" ? letter : letter.toLowerCase().toUpperCase().toLowerCase())).join("");

/** The text as it is compared: case, Kazakh and Russian twins, Latin look-alikes and hyphens no longer differ. */
export function fold(text) {
  const twins = [...small(text)].map((letter) => FOLDED.get(letter) ?? letter).join("");
  return twins.replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

/** A string whose plain order is the order of the Kazakh alphabet. */
export const sortKey = (text) => [...small(text)].map((letter) => ORDER.get(letter) ?? placed(letter)).join("");

/** Marks stand before every letter, foreign letters after. */
const placed = (letter) => (/[\p{L}\p{N}]/u.test(letter) ? `99${String(letter.codePointAt(0)).padStart(7, "0")}` : "00");
