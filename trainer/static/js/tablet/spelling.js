// Spellings of names. Twin of trainer/people/spelling.py: tests/browser/test_tablet_rules.py compares both.

import { lowerCase } from "./normalize.js";

const MAX_SPELLINGS = 16;
const VOWELS = "аеиоу";
const APOSTROPHES = "'’‘`´ʹʻʼʽʾʿˈ′";
const MARKS = /[\p{Mn}\p{Me}\p{Cf}]/gu;

/** Return [letter, text] for each letter of the groups that are written as that text. */
const mapGroups = (groups) => Object.entries(groups).flatMap(([text, letters]) => [...letters].map((letter) => [letter, text]));
const mapPairs = (letters, texts) => [...letters].map((letter, index) => [letter, [...texts][index]]);

const CYRILLIC_LETTERS = [
  ...mapGroups({ и: "іїыйӣ", у: "ұүӱ", х: "ҳһ", г: "ғґҕ", ж: "ҷҗӝ", е: "эєё", ө: "ўӯ", ң: "ҥ", қ: "ҡ", шч: "щ", иа: "я", иу: "ю" }),
  ["ь", ""],
  ["ъ", ""],
];
const LATIN_LETTERS = mapPairs("abdefghijklmnopqrstuvyz", "абдефгхижклмнопқрстувиз");
const LATIN_LETTERS_WITH_MARKS = new Map(mapGroups({ ә: "äá", ө: "öó", у: "üúūŭ", ң: "ñńňŋ", г: "ğǵġ", ч: "çč", ш: "śš", ж: "ž", и: "ı", о: "ø", л: "ł", д: "đ", е: "æ" }));
const LATIN_LETTER_GROUPS = [
  ...[["shch", "шч"], ["sch", "шч"], ["dzh", "ж"], ["dj", "ж"], ["zh", "ж"], ["kh", "х"], ["gh", "г"], ["sh", "ш"]],
  ...[["ch", "ч"], ["ts", "ц"], ["tz", "ц"], ["ph", "ф"], ["ck", "к"], ["c(?=[aeiouyəәөуи])", "ж"], ["c", "к"]],
].map(([group, text]) => [new RegExp(group, "g"), text]);
const LATIN_WORD_LETTERS = new Map([...LATIN_LETTERS, ...CYRILLIC_LETTERS]);
const CYRILLIC_WORD_LETTERS = new Map([...LATIN_LETTERS, ...CYRILLIC_LETTERS, ...mapPairs("abcehikmoptxy", "авсеникмортху")]);
const LATIN_LETTER = /[a-zß-ɏə]/u;
const CYRILLIC_LETTER = /[а-ԯ]/u;
const WORD_OF_LOOK_ALIKES = /^(?!.*ch)(?=.*[cp])[abcehikmoptxy]+$/;
const READINGS = new Map([["ө", ["о", "у"]], ["ə", ["а", "е"]], ["ң", ["н", "нг"]], ["x", ["кс", "х"]], ["w", ["в", "у"]], ["ý", ["у", "и"]], ["ş", ["ш", "с"]], ["ә", []], ["қ", []]]);
const DOUBLED_LETTER = /([^\p{Nd}])\1+/gu;
const SIMPLER_LETTERS = [[/дж/g, "ж"], [/тс/g, "ц"], [DOUBLED_LETTER, "$1"], [/и[ео]/g, "е"], [DOUBLED_LETTER, "$1"]];

/** Return the spellings of a part of a name, at most MAX_SPELLINGS; none of a text without letters and digits. */
export function listSpellings(part) {
  const lowered = lowerCase(part).replace(MARKS, "");
  const letters = lowered
    .replace(new RegExp(`o[${APOSTROPHES}]`, "g"), "ö")
    .replace(new RegExp(`о[${APOSTROPHES}]`, "g"), "ө")
    .replace(new RegExp(`[${APOSTROPHES}]`, "g"), "");
  const read = [...letters.matchAll(/[\p{L}\p{N}]+/gu)].map(([word]) => readWord(word)).join("");
  const spellings = combineReadings(listReadings([...read])).map(simplifySpelling);
  return [...new Set(spellings.filter(Boolean))];
}

/** Return a word of small letters in Cyrillic ones, those of several readings excepted. */
function readWord(word) {
  if (!LATIN_LETTER.test(word) || CYRILLIC_LETTER.test(word) || WORD_OF_LOOK_ALIKES.test(word)) return translateLetters(word, CYRILLIC_WORD_LETTERS);
  const grouped = LATIN_LETTER_GROUPS.reduce((text, [group, letters]) => text.replace(group, letters), translateLetters(word, LATIN_LETTERS_WITH_MARKS));
  return translateLetters(grouped, LATIN_WORD_LETTERS);
}

/** Return a word with the letters of a table replaced; a letter with an unknown mark is taken for the one without. */
function translateLetters(word, table) {
  const strip = (letter) => letter.normalize("NFD").replace(MARKS, "").normalize("NFC");
  const plain = [...word].flatMap((letter) => (table.has(letter) || READINGS.has(letter) ? letter : [...strip(letter)]));
  return plain.map((letter) => table.get(letter) ?? letter).join("");
}

/** Return what each letter can stand for, the usual reading first. */
const listReadings = (letters) => letters.map((letter, index) => readLetter(letter, letters[index - 1], index === letters.length - 1));

function readLetter(letter, previous, isLast) {
  if (letter === "ә") return previous === "л" ? ["а", "иа"] : ["а"];
  if (letter === "қ") return previous && VOWELS.includes(previous) && !isLast ? ["к", "х"] : ["к"];
  return READINGS.get(letter) ?? [letter];
}

/** Return the first MAX_SPELLINGS combinations of one reading for each letter; the last letter varies first. */
function combineReadings(readings) {
  const total = readings.reduce((product, { length }) => Math.min(product * length, MAX_SPELLINGS), 1);
  return Array.from({ length: total }, (_, number) => {
    let rest = number;
    return readings.reduceRight((text, choices) => {
      const choice = choices[rest % choices.length];
      rest = Math.floor(rest / choices.length);
      return choice + text;
    }, "");
  });
}

/** Return a spelling with one letter for what is written as two. */
const simplifySpelling = (spelling) => SIMPLER_LETTERS.reduce((text, [group, letter]) => text.replace(group, letter), spelling);
