// The tablet's state: roster, ledger of marks, signatures and queue. Every other module reads and changes it here.
// Events: "marks" (detail: the people whose marks changed), "people" (the list changed), "moved" (a new day has begun, another session is marked), "queue", "link", "unsaved".

import { Ledger } from "./ledger.js";
import { Queue } from "./queue.js";
import { Roster, buildWalkInPerson, applyChanges, removePastSeminars } from "./roster.js";
import { uuid7 } from "./uuid.js";
import { getDay, getDeviceOffset } from "./zone.js";

// Values that a revoked tablet deletes. `device` stays: the file with the unsent items names it.
const FORGOTTEN_VALUES = ["token", "roster", "roster_at", "etag", "cursor", "rehearsed", "undecided"];

export class TabletState extends EventTarget {
  ledger = new Ledger();
  session = null; // the session that a tap marks
  link = { state: "starting", at: null };
  #lastOrder = 0; // order number of the newest mark received by the server
  #dayOfChoice = null; // the day on which the session was chosen

  constructor(store, clock) {
    super();
    [this.store, this.clock] = [store, clock];
  }

  /** Load everything from the store. */
  async load() {
    const names = ["device", "token", "roster", "roster_at", "etag", "cursor", "attempted", "skew", "rehearsed", "undecided"];
    const values = await Promise.all(names.map((name) => this.store.getValue(name)));
    const [queue, ledger, walkIns, signed] = await Promise.all(["queue", "ledger", "walk_ins", "signed"].map((name) => this.store.listRecords(name)));
    this.stored = Object.fromEntries(names.map((name, index) => [name, values[index]]));
    this.clock.skew ??= this.stored.skew ?? null; // with a clock that is days ahead the list would be deleted before it was used
    this.queue = new Queue(this.store, queue, this.stored.attempted);
    this.walkIns = new Map(walkIns.map((walkIn) => [walkIn.id, walkIn]));
    this.signatures = new Map(signed.map((signature) => [signature.id, signature]));
    this.#rebuild(ledger);
    this.#dayOfChoice = this.#today;
  }

  #rebuild(marks) {
    this.roster = new Roster(this.stored.roster, [...this.walkIns.values()]);
    this.ledger = new Ledger();
    this.#lastOrder = marks.reduce((highest, { order }) => Math.max(highest, order), 0);
    const unsent = this.queue.allItems.filter(({ kind }) => kind === "mark");
    for (const mark of [...marks, ...unsent]) this.ledger.addMark({ ...mark, person: this.roster.getPersonId(mark.person) });
    if (!this.roster.sessions.has(this.session?.id)) this.session = this.roster.findCurrentSession(this.clock.now());
    else this.session = this.roster.sessions.get(this.session.id);
    this.#dispatch("people");
  }

  /** Set the session that a tap marks. */
  chooseSession(session) {
    this.session = session;
    this.#dayOfChoice = this.#today;
    this.#dispatch("people");
  }

  /** On a new day replace a session of an earlier day by the current one; a session chosen manually stays until then. */
  followCalendar() {
    if (!this.session || this.#today === this.#dayOfChoice) return;
    const { id } = this.session;
    this.chooseSession(this.isSessionToday ? this.session : this.roster.findCurrentSession(this.clock.now()));
    if (this.session.id !== id) this.#dispatch("moved");
  }

  /** Whether the chosen session is today. */
  get isSessionToday() {
    return getDay(this.session.starts_at, this.utcOffset) === this.#today;
  }

  /** The offset from UTC of the chosen session's seminar, in minutes; the device's own before there is a list. */
  get utcOffset() {
    return this.session?.utc_offset ?? getDeviceOffset(this.clock.now());
  }

  /** The day that it is where the seminar takes place. */
  get #today() {
    return getDay(this.clock.now(), this.utcOffset);
  }

  /** Record a status: one mark after each latest mark of the cell, because a latest mark without a follower would conflict.
   *  The page shows it at once. Resolves with the last mark when all are on the disk; rejects when they could not be saved. */
  recordMark(person, session, status, source = "tap") {
    const { latestIds } = this.ledger.getAttendance(person.id, session.id);
    const fields = { kind: "mark", person: person.id, session: session.id, status, source, ...this.#buildTimestamp() };
    const marks = (latestIds.length > 0 ? latestIds : [null]).map((after) => ({ ...fields, id: uuid7(), after }));
    for (const mark of marks) this.ledger.addMark(mark);
    this.#dispatch("marks", [person.id]);
    return this.#announceSaving(this.queue.addItems(marks)).then(
      () => marks.at(-1),
      (error) => {
        for (const mark of marks) this.ledger.removeMark(mark);
        this.#dispatch("marks", [person.id]);
        this.#dispatch("unsaved");
        throw error;
      },
    );
  }

  /** Remove a mark that was never sent; return false if the server may have it. */
  async undoMark(mark) {
    const isRemoved = await this.#announceSaving(this.queue.removeUnsentItem(mark.id));
    if (isRemoved) {
      this.ledger.removeMark(mark);
      this.#dispatch("marks", [mark.person]);
    }
    return isRemoved;
  }

  /** Add somebody who came without registering to the queue and the list. */
  async addWalkIn(details) {
    const item = { kind: "walk_in", id: uuid7(), ...details, ...this.#buildTimestamp() };
    const person = buildWalkInPerson(item);
    await this.#announceSaving(this.queue.addItems([item], ({ walk_ins: walkIns }) => walkIns.put(person)));
    this.walkIns.set(person.id, person);
    this.roster.addPerson(person);
    this.#dispatch("people");
    return person;
  }

  /** Return time and skew of a new item; the skew is stored with it because the clock may be set before it is sent. */
  #buildTimestamp() {
    return { at: new Date().toISOString(), skew: this.clock.reliableSkew };
  }

  /** Record a signature. */
  async recordSignature(person, session, strokes) {
    const item = { kind: "signature", id: uuid7(), person: person.id, session: session.id, strokes, ...this.#buildTimestamp() };
    const record = { id: buildSignatureKey(person.id, session.id), at: item.at };
    await this.#announceSaving(this.queue.addItems([item], ({ signed }) => signed.put(record)));
    this.signatures.set(record.id, record);
    this.#dispatch("marks", [person.id]);
  }

  /** Return when the person signed for the session, on this or another tablet; undefined if not signed. */
  findSignatureTime(person, session) {
    return this.signatures.get(buildSignatureKey(person.id, session.id))?.at;
  }

  /** Apply the answer to a batch: outcomes of its items, and changes made by others. `undecided` are the ids of this tablet's
   *  items that wait for the organizer: marks that the server stored, and refused items that it has kept. */
  async applySyncAnswer(batch, { answers, marks, signed = [], people, gone, cursor, undecided = [] }) {
    const outcomes = new Map(answers.map((answer) => [answer.id, answer]));
    const accepted = batch.filter(({ id }) => outcomes.has(id) && outcomes.get(id).answer !== "refused");
    if (batch.length > 0 && !batch.some(({ id }) => outcomes.has(id))) throw new Error("nothing of the batch was answered");
    const refused = answers.filter(({ answer }) => answer === "refused");
    const decided = this.queue.keptItems.filter(({ id }) => !undecided.includes(id));
    const registered = accepted.filter(({ kind }) => kind === "walk_in").map(({ id }) => ({ ...this.walkIns.get(id), id, person: outcomes.get(id).person }));
    // The server received the marks of others before this batch; later ones come with the next answer. Some are sent twice.
    const device = this.stored.device?.id ?? null; // distinguishes our marks from those of the desk (null)
    const ownMarks = accepted.filter(({ kind }) => kind === "mark").map((mark) => ({ ...mark, device }));
    const rows = [...marks, ...ownMarks].map((mark) => ({ ...buildLedgerMark(mark), order: this.ledger.findOrder(mark.id) ?? ++this.#lastOrder }));
    const otherSignatures = this.#buildOtherSignatures(signed, new Map(registered.map(({ id, person }) => [person, id])));
    const hasNewRoster = people.length + gone.length > 0 && this.stored.roster;
    const values = { cursor, undecided, skew: this.clock.skew, ...(hasNewRoster ? { roster: applyChanges(this.stored.roster, people, gone) } : {}) };
    await this.queue.applyAnswers([...accepted, ...decided].map(({ id }) => id), refused, (stores) => {
      for (const row of rows) stores.ledger.put(row);
      for (const walkIn of registered) stores.walk_ins.put(walkIn);
      for (const signature of otherSignatures) stores.signed.put(signature);
      removeTraces(decided, stores.walk_ins, stores.signed);
      for (const [name, value] of Object.entries(values)) stores.kept.put(value, name);
    });
    Object.assign(this.stored, values);
    removeTraces(decided, this.walkIns, this.signatures);
    for (const walkIn of registered) this.walkIns.set(walkIn.id, walkIn);
    for (const signature of otherSignatures) this.signatures.set(signature.id, signature);
    if (hasNewRoster || registered.length + decided.length > 0) this.#rebuild(await this.store.listRecords("ledger"));
    else for (const row of rows) this.ledger.addMark({ ...row, person: this.roster.getPersonId(row.person) });
    this.#dispatch("marks", [...rows, ...signed].map(({ person }) => this.roster.getPersonId(person)));
    this.#dispatch("queue");
  }

  /** Return records of signatures drawn on other tablets, by the person's id on this tablet; those known already are left out. */
  #buildOtherSignatures(signed, walkInIds = new Map()) {
    const records = signed.map(({ person, session, at }) => ({ id: buildSignatureKey(walkInIds.get(person) ?? this.roster.getPersonId(person), session), at }));
    return records.filter(({ id }) => !this.signatures.has(id));
  }

  /** Replace roster and ledger by the answer; null means the roster has not changed, and only its time is updated. */
  async replaceRoster(answer, etag) {
    const values = { roster_at: new Date().toISOString(), skew: this.clock.skew };
    let otherSignatures = [];
    if (answer) {
      const { marks, signed = [], cursor, ...fetched } = answer;
      const roster = removePastSeminars(fetched, this.clock.now());
      const { sessions } = new Roster(roster);
      otherSignatures = this.#buildOtherSignatures(signed.filter(({ session }) => sessions.has(session)));
      Object.assign(values, { roster, device: fetched.device, cursor, etag });
      const rows = marks.filter(({ session }) => sessions.has(session)).map((mark, index) => ({ ...mark, order: index + 1 }));
      await this.store.replaceRoster(values, rows, otherSignatures);
    } else await this.store.setValues(values);
    Object.assign(this.stored, values);
    for (const signature of otherSignatures) this.signatures.set(signature.id, signature);
    if (answer) this.#rebuild(await this.store.listRecords("ledger"));
  }

  /** Delete people and marks a day after the last session of their seminar, once everything was sent. */
  async forgetPastSeminars() {
    if (!this.stored.roster || this.queue.itemsOnlyHere.length > 0) return;
    const roster = removePastSeminars(this.stored.roster, this.clock.now());
    const { sessions, findSeminar } = new Roster(roster);
    const past = {
      walk_ins: [...this.walkIns.values()].filter((walkIn) => !findSeminar(walkIn.seminar)),
      signed: [...this.signatures.values()].filter(({ id }) => !sessions.has(Number(id.split("/")[1]))),
    };
    if (roster === this.stored.roster && past.walk_ins.length + past.signed.length === 0) return;
    past.ledger = (await this.store.listRecords("ledger")).filter(({ session }) => !sessions.has(session));
    await this.store.runTransaction(({ kept, ...stores }) => {
      kept.put(roster, "roster");
      for (const [name, rows] of Object.entries(past)) for (const { id } of rows) stores[name].delete(id);
    });
    this.stored.roster = roster;
    for (const { id } of past.walk_ins) this.walkIns.delete(id);
    for (const { id } of past.signed) this.signatures.delete(id);
    this.#rebuild(await this.store.listRecords("ledger"));
  }

  /** Delete all personal data and the named values; items that exist only here stay. */
  async forgetEverybody(names = FORGOTTEN_VALUES) {
    await this.queue.applyAnswers(this.queue.keptItems.map(({ id }) => id), []);
    await this.store.wipePersonalData(names);
    for (const name of names) delete this.stored[name];
    this.walkIns.clear();
    this.signatures.clear();
    this.#rebuild([]);
  }

  /** Discard items that were handed over as a file and can't be sent, with the walk-ins, marks and signatures they made. */
  async discardHandedOver() {
    const discarded = await this.#announceSaving(this.queue.discardHandedOver(!this.stored.token, ({ walk_ins: walkIns, signed }, items) => removeTraces(items, walkIns, signed)));
    removeTraces(discarded, this.walkIns, this.signatures);
    this.#rebuild(await this.store.listRecords("ledger"));
  }

  /** Record that the queue was handed over as a file. */
  recordHandOver() {
    return this.#announceSaving(this.queue.markHandedOver());
  }

  /** Record that the server knows of the last rehearsal. */
  recordReportedRehearsal() {
    this.stored.rehearsed = { ...this.stored.rehearsed, reported: true };
    return this.store.setValues({ rehearsed: this.stored.rehearsed });
  }

  /** Record time and result of an offline rehearsal. */
  recordRehearsal(good) {
    this.stored.rehearsed = { at: new Date().toISOString(), good };
    return this.store.setValues({ rehearsed: this.stored.rehearsed });
  }

  /** Set the state of the connection. */
  setLinkState(state) {
    this.link = { state, at: state === "ok" ? new Date().toISOString() : this.link.at };
    this.#dispatch("link");
  }

  /** Dispatch "queue" at once, so that no page says "all sent", and again when the items are on the disk. */
  #announceSaving(saving) {
    this.#dispatch("queue");
    return saving.finally(() => this.#dispatch("queue"));
  }

  #dispatch(name, detail = null) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

const buildSignatureKey = (person, session) => `${person}/${session}`;

/** Remove the walk-ins and signatures that the items had created. */
function removeTraces(items, walkIns, signed) {
  for (const { kind, id, person, session } of items) {
    if (kind === "walk_in") walkIns.delete(id);
    if (kind === "signature") signed.delete(buildSignatureKey(person, session));
  }
}

/** Return a mark with the fields that the ledger stores. */
function buildLedgerMark({ id, person, session, status, after, decides = false, at, device = null }) {
  return { id, person, session, status, after, decides, at, device };
}
