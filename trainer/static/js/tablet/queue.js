// What the server has not acknowledged yet: marks, walk-ins, signatures. Everything is on the disk before it is sent.

const LARGEST = 1_000_000; // characters of one batch: signatures are long, and the server takes no endless request

export class Queue {
  #items;
  #coming = new Map(); // on its way to the disk
  #saving = Promise.resolve();
  #attempted;

  /** `items` as they were kept; `attempted` names those that may have reached the server although no answer came. */
  constructor(store, items, attempted = []) {
    this.store = store;
    this.#items = new Map(items.map((item) => [item.id, item]));
    this.#attempted = new Set(attempted);
  }

  /** How many items wait to be sent: they are on the disk. */
  get waiting() {
    return this.#items.size - this.refused.length;
  }

  /** How many items were not sent, with those that are still on their way to the disk. */
  get unsent() {
    return this.waiting + this.#coming.size;
  }

  /** What the server did not accept: sent no more by itself, never dropped. */
  get refused() {
    return this.all.filter((item) => item.refused);
  }

  /** What nobody else has yet: all but what was refused and then handed to the organizer as a file. */
  get held() {
    return this.all.filter((item) => !(item.refused && item.handed));
  }

  /** Everything, in the order made, with what is on its way to the disk. */
  get all() {
    return [...this.#items.values(), ...this.#coming.values()];
  }

  /** Whether an item still waits. */
  has(id) {
    return this.#items.has(id);
  }

  /** Keep items, and what else belongs to them (`more` is given the stores), all or none; they are sent from then on. */
  add(items, more = () => {}) {
    for (const item of items) this.#coming.set(item.id, item);
    return this.#inTurn(async () => {
      try {
        await this.store.change((stores) => {
          for (const item of items) stores.queue.add(item);
          more(stores);
        });
        for (const item of items) this.#items.set(item.id, item);
      } finally {
        for (const item of items) this.#coming.delete(item.id);
      }
    });
  }

  /** Take back an item that was never sent; false where it may have left. */
  takeBack(id) {
    return this.#inTurn(() => this.#takeOut(id));
  }

  async #takeOut(id) {
    if (!this.#items.has(id) || this.#attempted.has(id)) return false;
    const item = this.#items.get(id);
    this.#items.delete(id); // at once, so that no batch takes it meanwhile
    try {
      await this.store.change(({ queue }) => queue.delete(id));
      return true;
    } catch (error) {
      this.#items.set(id, item);
      throw error;
    }
  }

  /** The next items to send, at most so many; from now on they count as attempted, also after a restart. */
  async batch(most) {
    const chosen = [];
    let length = 0;
    for (const item of this.#items.values()) {
      if (item.refused) continue;
      length += JSON.stringify(item).length;
      if (chosen.length === most || (chosen.length > 0 && length > LARGEST)) break;
      chosen.push(item);
    }
    for (const { id } of chosen) this.#attempted.add(id);
    if (chosen.length > 0) await this.store.keep({ attempted: [...this.#attempted] });
    return chosen;
  }

  /** Settle what was answered, together with what else the answer brought (`more`): all of it is kept, or nothing. */
  async settle(taken, refusals, more = () => {}) {
    const known = refusals.filter(({ id }) => this.#items.has(id));
    const refused = known.map(({ id, reason }) => ({ ...this.#items.get(id), refused: reason || "refused" }));
    await this.store.change((stores) => {
      for (const id of taken) stores.queue.delete(id);
      for (const item of refused) stores.queue.put(item);
      more(stores);
    });
    for (const id of taken) [this.#items, this.#attempted].forEach((each) => each.delete(id));
    for (const item of refused) this.#items.set(item.id, item);
  }

  /** Send what was refused once more, now that the server may know better. */
  async retry() {
    for (const item of this.refused) delete item.refused;
    await this.store.change(({ queue }) => this.#items.forEach((item) => queue.put(item)));
  }

  /** Note that everything was handed to the organizer as a file: what is refused, now or later, is theirs to care for. */
  async handOver() {
    const handed = [...this.#items.values()].filter((item) => !item.handed);
    for (const item of handed) item.handed = true;
    await this.store.change(({ queue }) => handed.forEach((item) => putAgain(queue, item)));
  }

  /** Let go of what was handed over and is sent no more: what was refused, or all where the tablet may not send (`more` is given the stores and those items). */
  async letGo(all, more) {
    const gone = (all ? this.all : this.refused).filter((item) => item.handed);
    await this.store.change((stores) => {
      for (const { id } of gone) stores.queue.delete(id);
      more(stores, gone);
    });
    for (const { id } of gone) [this.#items, this.#attempted].forEach((each) => each.delete(id));
    return gone;
  }

  /** One after another, in the order in which things were done. */
  #inTurn(work) {
    const done = this.#saving.then(work);
    this.#saving = done.catch(() => {});
    return done;
  }
}

/** Put an item in the place where it is; one that was acknowledged meanwhile does not come back. */
function putAgain(queue, item) {
  queue.getKey(item.id).onsuccess = ({ target }) => target.result && queue.put(item);
}
