// The search of the list, as at the desk: words in any spelling of a name, and similar names where nobody is found.

import { foldText } from "./normalize.js";
import { listSpellings } from "./spelling.js";

const MAX_SIMILAR_NAMES = 20;
const knownSpellings = new WeakMap(); // of a person's name, which a slow tablet would take long to spell anew for every letter typed

/** Return the text in which a person is found; the server makes it alike for those on its list. */
export const buildSearchText = (name, workplace) => [foldText(`${name} ${workplace}`), ...name.split(/\s+/).flatMap(listSpellings)].join(" ");

/** Return the words of a query: folded, and in all spellings. */
export function parseQuery(query) {
  const words = query.split(/\s+/).map((word) => ({ parts: foldText(word).split(" ").filter(Boolean), spellings: listSpellings(word) }));
  return words.filter(({ parts }) => parts.length > 0);
}

/** Return the people who have every word of a query: folded anywhere, or at the start of a word in a spelling. */
export const findPeople = (people, words) => people.filter(({ search }) => words.every((word) => hasWord(search, word)));

function hasWord(search, { parts, spellings }) {
  const starts = spellings.flatMap((spelling) => (spelling.endsWith("и") ? [spelling, `${spelling.slice(0, -1)}е`] : [spelling])); // Ali begins Aliyev, whose spelling is алев
  return parts.every((part) => search.includes(part)) || starts.some((start) => ` ${search}`.includes(` ${start}`));
}

/** Return at most MAX_SIMILAR_NAMES people whose names have nearly every word of a query, those with the fewest wrong letters. */
export function findSimilarPeople(people, words) {
  const rated = people.map((person) => ({ person, edits: words.reduce((total, word) => total + countWrongLetters(person, word), 0) }));
  const nearest = rated.filter(({ edits }) => Number.isFinite(edits)).sort((one, other) => one.edits - other.edits);
  return nearest.slice(0, MAX_SIMILAR_NAMES).map(({ person }) => person);
}

/** Return the spellings of all parts of a person's name. */
function spellName(person) {
  if (!knownSpellings.has(person)) knownSpellings.set(person, person.name.split(/\s+/).flatMap(listSpellings));
  return knownSpellings.get(person);
}

/** Return how many letters of a word differ from the nearest name of a person, or from its start; Infinity for too many. */
function countWrongLetters(person, { parts, spellings }) {
  if (parts.every((part) => person.search.includes(part))) return 0; // the workplace
  const names = spellName(person);
  const counts = spellings.flatMap((spelling) => {
    const limit = getAllowedEdits(spelling);
    return names.flatMap((name) => [countFewEdits(spelling, name, limit), countFewEdits(spelling, name.slice(0, spelling.length), Math.min(limit, 1))]);
  });
  return Math.min(...counts);
}

/** Return the edits between two words; Infinity above a limit, which the letters alone decide for most words. */
function countFewEdits(one, other, limit) {
  if (Math.abs(one.length - other.length) > limit) return Infinity;
  let missing = 0;
  for (const letter of one) if (!other.includes(letter) && (missing += 1) > limit) return Infinity;
  const edits = countEdits(one, other);
  return edits <= limit ? edits : Infinity;
}

/** Return how many letters of a word may be wrong. Twin of `get_allowed_edits` in trainer/people/similarity.py. */
export const getAllowedEdits = ({ length }) => (length < 4 ? 0 : length < 6 ? 1 : 2);

/** Return the optimal string alignment distance. Twin of `count_edits` in trainer/people/similarity.py. */
export function countEdits(one, other) {
  let before = [];
  let last = Array.from({ length: other.length + 1 }, (_, index) => index);
  for (let row = 1; row <= one.length; row += 1) {
    const current = [row];
    for (let column = 1; column <= other.length; column += 1) {
      const edits = [last[column] + 1, current[column - 1] + 1, last[column - 1] + (one[row - 1] === other[column - 1] ? 0 : 1)];
      if (row > 1 && column > 1 && one[row - 1] === other[column - 2] && one[row - 2] === other[column - 1]) edits.push(before[column - 2] + 1);
      current.push(Math.min(...edits));
    }
    [before, last] = [last, current];
  }
  return last[other.length];
}
