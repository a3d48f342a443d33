// The hall as this tablet knows it: who is on the list, who was marked, what waits to be sent. Everything else asks here.
// Events: "marks" (detail: the people whose marks changed), "people" (the list changed), "moved" (another day, another session), "queue", "link", "unsaved".

import { Ledger } from "./ledger.js";
import { Queue } from "./queue.js";
import { Roster, dayOf, listed, withChanges, withoutPast } from "./roster.js";
import { uuid7 } from "./uuid.js";

// What a revoked tablet forgets; which tablet it was stays, because the file of what it had not sent names it.
const KEPT = ["token", "roster", "roster_at", "etag", "cursor", "rehearsed"];

export class Hall extends EventTarget {
  ledger = new Ledger();
  session = null; // the one that a tap on a row marks
  link = { state: "starting", at: null };
  #order = 0;
  #day = null; // on which the session was chosen

  constructor(store, clock) {
    super();
    [this.store, this.clock] = [store, clock];
  }

  /** Read everything that was kept. */
  async load() {
    const names = ["device", "token", "roster", "roster_at", "etag", "cursor", "attempted", "skew", "rehearsed"];
    const values = await Promise.all(names.map((name) => this.store.get(name)));
    const [queue, ledger, walkIns, signed] = await Promise.all(["queue", "ledger", "walk_ins", "signed"].map((name) => this.store.all(name)));
    this.kept = Object.fromEntries(names.map((name, place) => [name, values[place]]));
    this.clock.skew ??= this.kept.skew ?? null; // a clock that is days ahead would have the list forgotten before it was used
    this.queue = new Queue(this.store, queue, this.kept.attempted);
    this.walkIns = new Map(walkIns.map((each) => [each.id, each]));
    this.signed = new Map(signed.map((each) => [each.id, each]));
    this.#day = dayOf(this.clock.now());
    this.#read(ledger);
  }

  #read(marks) {
    this.roster = new Roster(this.kept.roster, [...this.walkIns.values()]);
    this.ledger = new Ledger();
    this.#order = marks.reduce((most, { order }) => Math.max(most, order), 0);
    const unsent = this.queue.all.filter(({ kind }) => kind === "mark");
    for (const mark of [...marks, ...unsent]) this.ledger.add({ ...mark, person: this.roster.nameOf(mark.person) });
    if (!this.roster.sessions.has(this.session?.id)) this.session = this.roster.sessionNow(this.clock.now());
    else this.session = this.roster.sessions.get(this.session.id);
    this.#tell("people");
  }

  /** Choose the session that a tap marks. */
  choose(session) {
    this.session = session;
    this.#tell("people");
  }

  /** On a new day leave a session of another day for the one that is to be marked now; one chosen by hand stays until then. */
  turnDay() {
    const today = dayOf(this.clock.now());
    if (!this.session || today === this.#day) return;
    this.#day = today;
    const { id } = this.session;
    this.choose(this.today ? this.session : this.roster.sessionNow(this.clock.now()));
    if (this.session.id !== id) this.#tell("moved");
  }

  /** Whether the chosen session is one of today. */
  get today() {
    return dayOf(this.session.starts_at) === dayOf(this.clock.now());
  }

  /** Mark somebody; where tablets agreed, each of their marks is followed by one, or what it says would stand beside this one.
   *  It shows at once; the promise is kept, with the last mark, when all is on the disk, and broken when it could not be. */
  mark(person, session, status, source = "tap") {
    const { heads } = this.ledger.standing(person.id, session.id);
    const said = { kind: "mark", person: person.id, session: session.id, status, source, ...this.#now() };
    const marks = (heads.length > 0 ? heads : [null]).map((after) => ({ ...said, id: uuid7(), after }));
    for (const mark of marks) this.ledger.add(mark);
    this.#tell("marks", [person.id]);
    return this.#save(this.queue.add(marks)).then(
      () => marks.at(-1),
      (error) => {
        for (const mark of marks) this.ledger.remove(mark);
        this.#tell("marks", [person.id]);
        this.#tell("unsaved");
        throw error;
      },
    );
  }

  /** Take back a mark that was never sent, so that it was never made; false where the server may have it. */
  async takeBack(mark) {
    const gone = await this.#save(this.queue.takeBack(mark.id));
    if (gone) {
      this.ledger.remove(mark);
      this.#tell("marks", [mark.person]);
    }
    return gone;
  }

  /** Put somebody who came without registering on the list. */
  async walkIn(details) {
    const item = { kind: "walk_in", id: uuid7(), ...details, ...this.#now() };
    const person = listed(item);
    await this.#save(this.queue.add([item], ({ walk_ins: stored }) => stored.put(person)));
    this.walkIns.set(person.id, person);
    this.roster.add(person);
    this.#tell("people");
    return person;
  }

  /** The moment by this tablet's clock, and how wrong that is: it may be put right before this is sent. */
  #now() {
    return { at: new Date().toISOString(), skew: this.clock.certain };
  }

  /** Keep a signature. */
  async sign(person, session, strokes) {
    const item = { kind: "signature", id: uuid7(), person: person.id, session: session.id, strokes, ...this.#now() };
    const record = { id: signatureOf(person.id, session.id), at: item.at };
    await this.#save(this.queue.add([item], ({ signed }) => signed.put(record)));
    this.signed.set(record.id, record);
    this.#tell("marks", [person.id]);
  }

  /** When somebody signed for a session, here or elsewhere; undefined where nobody did. */
  signature(person, session) {
    return this.signed.get(signatureOf(person.id, session.id))?.at;
  }

  /** Learn what the server says of a batch and of what others did meanwhile. */
  async learn(batch, { answers, marks, signed = [], people, gone, cursor }) {
    const said = new Map(answers.map((answer) => [answer.id, answer]));
    const taken = batch.filter(({ id }) => said.has(id) && said.get(id).answer !== "refused");
    if (batch.length > 0 && !batch.some(({ id }) => said.has(id))) throw new Error("nothing of the batch was answered");
    const refused = answers.filter(({ answer }) => answer === "refused");
    const named = taken.filter(({ kind }) => kind === "walk_in").map(({ id }) => ({ ...this.walkIns.get(id), id, person: said.get(id).person }));
    // What others did was received before this batch, or the tablet would hear of it with the next one. Some is told twice.
    const device = this.kept.device?.id ?? null; // by which our marks differ from those of the desk
    const own = taken.filter(({ kind }) => kind === "mark").map((mark) => ({ ...mark, device }));
    const rows = [...marks, ...own].map((mark) => ({ ...bare(mark), order: this.ledger.orderOf(mark.id) ?? ++this.#order }));
    const elsewhere = this.#signedElsewhere(signed, new Map(named.map(({ id, person }) => [person, id])));
    const changed = people.length + gone.length > 0 && this.kept.roster;
    const values = { cursor, skew: this.clock.skew, ...(changed ? { roster: withChanges(this.kept.roster, people, gone) } : {}) };
    await this.queue.settle(taken.map(({ id }) => id), refused, (stores) => {
      for (const row of rows) stores.ledger.put(row);
      for (const each of named) stores.walk_ins.put(each);
      for (const each of elsewhere) stores.signed.put(each);
      for (const [name, value] of Object.entries(values)) stores.kept.put(value, name);
    });
    Object.assign(this.kept, values);
    for (const each of named) this.walkIns.set(each.id, each);
    for (const each of elsewhere) this.signed.set(each.id, each);
    if (changed || named.length > 0) this.#read(await this.store.all("ledger"));
    else for (const row of rows) this.ledger.add({ ...row, person: this.roster.nameOf(row.person) });
    this.#tell("marks", [...rows, ...signed].map(({ person }) => this.roster.nameOf(person)));
    this.#tell("queue");
  }

  /** What is kept of those who signed on another tablet: by this tablet's name of them, and not what it knows itself. */
  #signedElsewhere(signed, named = new Map()) {
    const told = signed.map(({ person, session, at }) => ({ id: signatureOf(named.get(person) ?? this.roster.nameOf(person), session), at }));
    return told.filter(({ id }) => !this.signed.has(id));
  }

  /** Put a roster that just came in the place of the one before; without one, only note that it is still the newest. */
  async renew(answer, etag) {
    const values = { roster_at: new Date().toISOString(), skew: this.clock.skew };
    let elsewhere = [];
    if (answer) {
      const { marks, signed = [], cursor, ...told } = answer;
      const roster = withoutPast(told, this.clock.now());
      const { sessions } = new Roster(roster);
      elsewhere = this.#signedElsewhere(signed.filter(({ session }) => sessions.has(session)));
      Object.assign(values, { roster, device: told.device, cursor, etag });
      const rows = marks.filter(({ session }) => sessions.has(session)).map((mark, place) => ({ ...mark, order: place + 1 }));
      await this.store.renew(values, rows, elsewhere);
    } else await this.store.keep(values);
    Object.assign(this.kept, values);
    for (const each of elsewhere) this.signed.set(each.id, each);
    if (answer) this.#read(await this.store.all("ledger"));
  }

  /** Let people and marks go a day after the last session of their seminar, once everything was sent. */
  async forgetPast() {
    if (!this.kept.roster || this.queue.held.length > 0) return;
    const roster = withoutPast(this.kept.roster, this.clock.now());
    const { sessions, seminar } = new Roster(roster);
    const past = {
      walk_ins: [...this.walkIns.values()].filter((each) => !seminar(each.seminar)),
      signed: [...this.signed.values()].filter(({ id }) => !sessions.has(Number(id.split("/")[1]))),
    };
    if (roster === this.kept.roster && past.walk_ins.length + past.signed.length === 0) return;
    past.ledger = (await this.store.all("ledger")).filter(({ session }) => !sessions.has(session));
    await this.store.change(({ kept, ...stores }) => {
      kept.put(roster, "roster");
      for (const [name, rows] of Object.entries(past)) for (const { id } of rows) stores[name].delete(id);
    });
    this.kept.roster = roster;
    for (const { id } of past.walk_ins) this.walkIns.delete(id);
    for (const { id } of past.signed) this.signed.delete(id);
    this.#read(await this.store.all("ledger"));
  }

  /** Forget everybody; `names` says which single values go too. What was not sent stays. */
  async forget(names = KEPT) {
    await this.store.wipe(names);
    for (const name of names) delete this.kept[name];
    this.walkIns.clear();
    this.signed.clear();
    this.#read([]);
  }

  /** Let go of what the server refused, or may not be sent any more, and the organizer has as a file: whom it added, marked or had sign, it did not. */
  async letGo() {
    const gone = await this.#save(this.queue.letGo(!this.kept.token, ({ walk_ins: walkIns, signed }, items) => unmake(items, walkIns, signed)));
    unmake(gone, this.walkIns, this.signed);
    this.#read(await this.store.all("ledger"));
  }

  /** Note that the queue was handed over as a file. */
  handOver() {
    return this.#save(this.queue.handOver());
  }

  /** Keep that it was tried without a network, and whether all was well. */
  rehearsed(good) {
    this.kept.rehearsed = { at: new Date().toISOString(), good };
    return this.store.keep({ rehearsed: this.kept.rehearsed });
  }

  /** Say how the tablet stands with the server. */
  linkIs(state) {
    this.link = { state, at: state === "ok" ? new Date().toISOString() : this.link.at };
    this.#tell("link");
  }

  /** Tell of the queue at once, so that nobody reads that everything is sent, and again when the work is on the disk. */
  #save(saving) {
    this.#tell("queue");
    return saving.finally(() => this.#tell("queue"));
  }

  #tell(name, detail = null) {
    this.dispatchEvent(new CustomEvent(name, { detail }));
  }
}

const signatureOf = (person, session) => `${person}/${session}`;

/** Take what items had made out of those who came without registering and of those who signed. */
function unmake(items, walkIns, signed) {
  for (const { kind, id, person, session } of items) {
    if (kind === "walk_in") walkIns.delete(id);
    if (kind === "signature") signed.delete(signatureOf(person, session));
  }
}

/** A mark as the ledger keeps it. */
function bare({ id, person, session, status, after, decides = false, at, device = null }) {
  return { id, person, session, status, after, decides, at, device };
}
