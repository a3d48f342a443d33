// What the marks say of a person in a session; the same rule as trainer/attendance/ledger.py.

export const HERE = ["present", "late"];
export const STATUSES = ["present", "late", "excused", "absent"];
const NOTHING = Object.freeze({ status: null, head: null, at: null, claims: Object.freeze([]), heads: Object.freeze([]) });

/** The status that a tap gives to somebody who has this one: the first tap means present. */
export const next = (status) => STATUSES[(STATUSES.indexOf(status) + 1) % STATUSES.length];

/** Where the marks of one person and session, in the order received, leave the person; several claims are a question. `heads` are the marks that stand, in that order. */
export function standingOf(marks) {
  const decided = marks.findLastIndex((mark) => mark.decides);
  const standing = marks.slice(Math.max(decided, 0));
  const superseded = new Set(standing.map((mark) => mark.after));
  const heads = standing.filter((mark) => !superseded.has(mark.id));
  if (heads.length === 0) return NOTHING;
  const claims = [...new Set(heads.map((mark) => mark.status))].sort();
  const { id: head, at } = heads.at(-1);
  return { status: claims.length === 1 ? claims[0] : null, head, at, claims, heads: heads.map((mark) => mark.id) };
}

/** The marks that this tablet knows, its own unsent ones last, and what they say. */
export class Ledger {
  #cells = new Map();
  #standings = new Map();
  #orders = new Map();

  /** Add a mark, or put it in its place: `order` counts what the server received, a mark without one was not sent yet. */
  add(mark) {
    const key = keyOf(mark.person, mark.session);
    if (mark.order) this.#orders.set(mark.id, mark.order);
    const marks = (this.#cells.get(key) ?? []).filter((each) => each.id !== mark.id);
    const place = marks.findIndex((each) => orderOf(each) > orderOf(mark));
    marks.splice(place < 0 ? marks.length : place, 0, mark);
    this.#cells.set(key, marks);
    this.#standings.delete(key);
  }

  /** Take back a mark that never left the tablet. */
  remove(mark) {
    const key = keyOf(mark.person, mark.session);
    this.#cells.set(key, this.marks(mark.person, mark.session).filter((each) => each.id !== mark.id));
    this.#standings.delete(key);
  }

  /** The place of a mark in what the server received; undefined where it has not. */
  orderOf = (id) => this.#orders.get(id);

  /** The marks of one person in one session. */
  marks(person, session) {
    return this.#cells.get(keyOf(person, session)) ?? [];
  }

  /** Where a person stands in a session. */
  standing(person, session) {
    const key = keyOf(person, session);
    if (!this.#cells.has(key)) return NOTHING;
    if (!this.#standings.has(key)) this.#standings.set(key, standingOf(this.#cells.get(key)));
    return this.#standings.get(key);
  }
}

const keyOf = (person, session) => `${person}/${session}`;
const orderOf = (mark) => mark.order ?? Infinity;
