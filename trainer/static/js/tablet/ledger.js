// Attendance derived from marks. Twin of trainer/attendance/ledger.py: tests/browser/test_tablet_rules.py compares both.

export const PRESENT_STATUSES = ["present", "late"];
export const STATUSES = ["present", "late", "excused", "absent"];
const UNMARKED = Object.freeze({ status: null, latestId: null, at: null, statuses: Object.freeze([]), latestIds: Object.freeze([]) });

/** Return the status that a tap gives after this one; the first tap means present. */
export const getNextStatus = (status) => STATUSES[(STATUSES.indexOf(status) + 1) % STATUSES.length];

/** Derive the attendance of one person in one session from its marks in the order received. Latest marks are those that no
 *  other mark follows, since the last decision; if their statuses differ, it is a conflict and `status` is null. */
export function deriveSessionAttendance(marks) {
  const decisionIndex = marks.findLastIndex((mark) => mark.decides);
  const undecided = marks.slice(Math.max(decisionIndex, 0));
  const superseded = new Set(undecided.map((mark) => mark.after));
  const latest = undecided.filter((mark) => !superseded.has(mark.id));
  if (latest.length === 0) return UNMARKED;
  const statuses = [...new Set(latest.map((mark) => mark.status))].sort();
  const { id: latestId, at } = latest.at(-1);
  return { status: statuses.length === 1 ? statuses[0] : null, latestId, at, statuses, latestIds: latest.map((mark) => mark.id) };
}

/** The marks that this tablet knows, in the order received; its own unsent ones come last. */
export class Ledger {
  #marksByKey = new Map();
  #attendanceByKey = new Map();
  #ordersById = new Map();

  /** Add or move a mark: `order` is its number among the marks the server received; an unsent mark has none. */
  addMark(mark) {
    const key = buildKey(mark.person, mark.session);
    if (mark.order) this.#ordersById.set(mark.id, mark.order);
    const marks = (this.#marksByKey.get(key) ?? []).filter(({ id }) => id !== mark.id);
    const index = marks.findIndex((other) => getSortOrder(other) > getSortOrder(mark));
    marks.splice(index < 0 ? marks.length : index, 0, mark);
    this.#marksByKey.set(key, marks);
    this.#attendanceByKey.delete(key);
  }

  /** Remove a mark that never left the tablet. */
  removeMark(mark) {
    const key = buildKey(mark.person, mark.session);
    this.#marksByKey.set(key, this.listMarks(mark.person, mark.session).filter(({ id }) => id !== mark.id));
    this.#attendanceByKey.delete(key);
  }

  /** Return the order number of a mark; undefined if the server has not received it. */
  findOrder = (id) => this.#ordersById.get(id);

  /** Return the marks of one person in one session. */
  listMarks(person, session) {
    return this.#marksByKey.get(buildKey(person, session)) ?? [];
  }

  /** Return the attendance of a person in a session. */
  getAttendance(person, session) {
    const key = buildKey(person, session);
    if (!this.#marksByKey.has(key)) return UNMARKED;
    if (!this.#attendanceByKey.has(key)) this.#attendanceByKey.set(key, deriveSessionAttendance(this.#marksByKey.get(key)));
    return this.#attendanceByKey.get(key);
  }
}

const buildKey = (person, session) => `${person}/${session}`;
const getSortOrder = (mark) => mark.order ?? Infinity;
