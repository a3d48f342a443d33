// Who may be marked, in which sessions: the server's roster and the people who came without registering.

import { fold, sortKey } from "./fold.js";

const KEPT_AFTER = 24 * 3600_000; // milliseconds that a roster outlives its last session

/** The roster without the seminars that were over a day ago. */
export function withoutPast(roster, now) {
  const seminars = roster.seminars.filter((seminar) => Date.parse(seminar.ends_at) + KEPT_AFTER > now);
  return seminars.length === roster.seminars.length ? roster : { ...roster, seminars };
}

/** The roster with the people that are new or changed in the place of what was known of them, and without those who left. */
export function withChanges(roster, people, gone) {
  const left = new Set([...gone, ...people.map((person) => person.id)]);
  const seminars = roster.seminars.map((seminar) => ({
    ...seminar,
    people: [...seminar.people.filter(({ id }) => !left.has(id)), ...people.filter((each) => each.seminar === seminar.id)],
  }));
  return { ...roster, seminars };
}

/** A person as the list shows somebody who came without registering. */
export function listed({ id, seminar, surname, given_name: given, patronymic, workplace, photo }) {
  const name = [surname, given, patronymic].filter(Boolean).join(" ");
  return { id, seminar, name, workplace, photo, sort: sortKey(name), search: fold(`${name} ${workplace}`), walkIn: true };
}

export class Roster {
  #people = new Map();
  #passes = new Map();
  #walkIns = new Map(); // the tablet's own name of a walk-in, by the registration that the server made of it

  constructor({ seminars = [] } = {}, walkIns = []) {
    this.seminars = seminars;
    this.sessions = new Map(seminars.flatMap(({ id, sessions }) => sessions.map((each) => [each.id, { ...each, seminar: id }])));
    for (const { id, person } of walkIns) if (person) this.#walkIns.set(person, id);
    const told = new Set(seminars.flatMap(({ people }) => people.map(({ id }) => id)));
    // Who is registered by now and not on the server's list was merged or taken off: only the name stays, for the marks.
    for (const walkIn of walkIns) if (!walkIn.person || told.has(walkIn.person)) this.add(walkIn);
    for (const { id: seminar, people } of seminars) for (const person of people) this.add({ ...person, seminar });
  }

  /** Put somebody on the list; a walk-in keeps the name that the tablet gave, whatever the server calls it. */
  add(person) {
    const id = this.nameOf(person.id);
    const known = { ...this.#people.get(id), ...person, id };
    this.#people.set(known.id, known);
    if (known.pass) this.#passes.set(known.pass, known);
  }

  /** The name by which this tablet knows a person. */
  nameOf = (person) => this.#walkIns.get(person) ?? person;

  /** A person by the tablet's name of it. */
  person = (id) => this.#people.get(id);

  /** Whose pass this is, by the hash of its code. */
  ofPass = (hash) => this.#passes.get(hash);

  /** A seminar by its number. */
  seminar = (id) => this.seminars.find((each) => each.id === id);

  /** The people of a seminar, in the order of the alphabet. */
  peopleOf(seminar) {
    const found = [...this.#people.values()].filter((person) => person.seminar === seminar);
    return found.sort((one, other) => (one.sort < other.sort ? -1 : one.sort > other.sort ? 1 : 0));
  }

  /** The session to begin with: the one that runs, else the next one within a day, else the one that ended last. */
  sessionNow(now) {
    const all = this.inOrder();
    return all.find((each) => Date.parse(each.ends_at) > now) ?? all.at(-1) ?? null;
  }

  /** Every session of every seminar, the earliest first. */
  inOrder() {
    return [...this.sessions.values()].sort((one, other) => Date.parse(one.starts_at) - Date.parse(other.starts_at));
  }

  /** The sessions that stand beside one: of the same seminar and day. */
  sessionsBeside(session) {
    return [...this.sessions.values()].filter((each) => each.seminar === session.seminar && dayOf(each.starts_at) === dayOf(session.starts_at));
  }
}

/** The day of a moment, in the place where the tablet is. */
export const dayOf = (moment) => new Date(moment).toDateString();
