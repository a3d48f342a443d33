// Folding and sorting of names. Twin of trainer/language/collation.py: tests/browser/test_tablet_rules.py compares both.

const ALPHABET = "аәбвгғдеёжзийкқлмнңоөпрстуұүфхһцчшщъыіьэюя";
const SORT_DIGITS = new Map([
  ...[..."0123456789"].map((digit) => [digit, `1${digit}`]),
  ...[...ALPHABET].map((letter, index) => [letter, `${20 + index}`]),
  ...[..."abcdefghijklmnopqrstuvwxyz"].map((letter, index) => [letter, `${65 + index}`]),
]);
const TWINS = new Map([
  ...[..."әғқңөұүһіёй"].map((letter, index) => [letter, "агкноуухиеи"[index]]),
  ...[..."abcehkmoptxyi"].map((letter, index) => [letter, "авсенкмортхуи"[index]]),
  ["ı", "и"],
  ...[..."ьъ"].map((sign) => [sign, ""]),
]);
const IGNORED = /['’‘`´ʹʻʼʽʾʿˈ′]|[\p{Mn}\p{Me}\p{Cf}]/gu; // apostrophes, stress marks and the like, what nobody sees

/** Lower-case a text as Python's casefold does: going through capitals turns ß into ss. */
export const lowerCase = (text) => [...text.normalize("NFC")].map((letter) => (letter === "ı" ? letter : letter.toLowerCase().toUpperCase().toLowerCase())).join("");

/** Return the text for comparison: case, marks, Kazakh/Russian twins, Latin look-alikes and punctuation are made equal. */
export function foldText(text) {
  const plain = lowerCase(text).normalize("NFD").replace(IGNORED, "").normalize("NFC");
  const twins = [...plain].map((letter) => TWINS.get(letter) ?? letter).join("");
  return twins.replace(/[^\p{L}\p{N}]+/gu, " ").trim();
}

/** Return a sort key: its plain string order is the order of the Kazakh alphabet. */
export const buildSortKey = (text) => [...lowerCase(text)].map((letter) => SORT_DIGITS.get(letter) ?? sortForeignLetter(letter)).join("");

/** Return the key of a character outside the alphabet: punctuation sorts first, foreign letters last. */
const sortForeignLetter = (letter) => (/[\p{L}\p{N}]/u.test(letter) ? `99${String(letter.codePointAt(0)).padStart(7, "0")}` : "00");
