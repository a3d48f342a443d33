// The roster: seminars, sessions and people from the server, and people who came without registering.

import { buildSortKey } from "./normalize.js";
import { buildSearchText } from "./search.js";
import { getDay, getDeviceOffset } from "./zone.js";

const RETENTION_AFTER_END = 24 * 3600_000; // milliseconds that a seminar stays after its last session

/** Return the roster without seminars that ended more than a day ago. */
export function removePastSeminars(roster, now) {
  const seminars = roster.seminars.filter((seminar) => Date.parse(seminar.ends_at) + RETENTION_AFTER_END > now);
  return seminars.length === roster.seminars.length ? roster : { ...roster, seminars };
}

/** Return the roster with new and changed people put in, and without those who left. */
export function applyChanges(roster, people, gone) {
  const replacedIds = new Set([...gone, ...people.map((person) => person.id)]);
  const seminars = roster.seminars.map((seminar) => ({
    ...seminar,
    people: [...seminar.people.filter(({ id }) => !replacedIds.has(id)), ...people.filter((person) => person.seminar === seminar.id)],
  }));
  return { ...roster, seminars };
}

/** Return the person of the list for somebody who came without registering. */
export function buildWalkInPerson({ id, seminar, surname, given_name: given, patronymic, workplace, photo }) {
  const name = [surname, given, patronymic].filter(Boolean).join(" ");
  return { id, seminar, name, workplace, photo, sort: buildSortKey(name), search: buildSearchText(name, workplace), walkIn: true };
}

/** Return a session with its seminar; a list received before the server sent offsets is shown in the device's zone until the next one. */
function buildSession(session, seminar) {
  return { utc_offset: getDeviceOffset(session.starts_at), ...session, seminar };
}

export class Roster {
  #people = new Map();
  #passes = new Map();
  #walkIns = new Map(); // the tablet's id of a walk-in, by the registration id of the server

  constructor({ seminars = [] } = {}, walkIns = []) {
    this.seminars = seminars;
    this.sessions = new Map(seminars.flatMap(({ id, sessions }) => sessions.map((session) => [session.id, buildSession(session, id)])));
    for (const { id, person } of walkIns) if (person) this.#walkIns.set(person, id);
    const listedIds = new Set(seminars.flatMap(({ people }) => people.map(({ id }) => id)));
    // A walk-in that has a registration but is not on the server's list was merged or removed: only its id stays, for the marks.
    for (const walkIn of walkIns) if (!walkIn.person || listedIds.has(walkIn.person)) this.addPerson(walkIn);
    for (const { id: seminar, people } of seminars) for (const person of people) this.addPerson({ ...person, seminar });
  }

  /** Add or update a person; a walk-in keeps the id that the tablet gave. */
  addPerson(person) {
    const id = this.getPersonId(person.id);
    const merged = { ...this.#people.get(id), ...person, id };
    this.#people.set(merged.id, merged);
    if (merged.pass) this.#passes.set(merged.pass, merged);
  }

  /** Return the id of a person on this tablet. */
  getPersonId = (id) => this.#walkIns.get(id) ?? id;

  /** Return a person by the id on this tablet. */
  findPerson = (id) => this.#people.get(id);

  /** Return the person of a pass by the hash of its code. */
  findPersonByPass = (hash) => this.#passes.get(hash);

  /** Return a seminar by its id. */
  findSeminar = (id) => this.seminars.find((seminar) => seminar.id === id);

  /** Return the people of a seminar in alphabetical order. */
  listPeople(seminar) {
    const people = [...this.#people.values()].filter((person) => person.seminar === seminar);
    return people.sort((one, other) => (one.sort < other.sort ? -1 : one.sort > other.sort ? 1 : 0));
  }

  /** Return the session to mark by default: the first one that has not ended, else the last one; null without sessions. */
  findCurrentSession(now) {
    const sessions = this.listSessions();
    return sessions.find((session) => Date.parse(session.ends_at) > now) ?? sessions.at(-1) ?? null;
  }

  /** Return the sessions of all seminars by start time. */
  listSessions() {
    return [...this.sessions.values()].sort((one, other) => Date.parse(one.starts_at) - Date.parse(other.starts_at));
  }

  /** Return the sessions of the same seminar on the same day. */
  listSessionsOfDay(session) {
    return [...this.sessions.values()].filter((other) => other.seminar === session.seminar && getDay(other.starts_at, other.utc_offset) === getDay(session.starts_at, session.utc_offset));
  }
}
