// Queue of items that the server has not acknowledged: marks, walk-ins, signatures. Items are on the disk before they are sent.

const MAX_BATCH_CHARACTERS = 1_000_000; // signatures are long, and the server limits the size of a request

export class Queue {
  #items;
  #itemsBeingSaved = new Map(); // not on the disk yet
  #lastChange = Promise.resolve();
  #attemptedIds;

  /** `items` come from the store; `attempted` are ids of items that may have reached the server although no answer came. */
  constructor(store, items, attempted = []) {
    this.store = store;
    this.#items = new Map(items.map((item) => [item.id, item]));
    this.#attemptedIds = new Set(attempted);
  }

  /** Number of items on the disk that wait to be sent. */
  get waitingCount() {
    return this.#items.size - this.refusedItems.length - this.keptItems.length;
  }

  /** Number of unsent items, including those not on the disk yet. */
  get unsentCount() {
    return this.waitingCount + this.#itemsBeingSaved.size;
  }

  /** Items that the server refused: not sent again automatically, never dropped. */
  get refusedItems() {
    return this.allItems.filter((item) => item.refused && !item.kept);
  }

  /** Refused items that the server has kept for the organizer: they stay here until something is decided, so that the list shows them. */
  get keptItems() {
    return this.allItems.filter((item) => item.refused && item.kept);
  }

  /** Items that the server does not have. */
  get itemsToHandOver() {
    return this.allItems.filter((item) => !(item.refused && item.kept));
  }

  /** Items that exist nowhere else: all except refused items handed over as a file or kept by the server. */
  get itemsOnlyHere() {
    return this.itemsToHandOver.filter((item) => !(item.refused && item.handed));
  }

  /** All items in the order made, including those not on the disk yet. */
  get allItems() {
    return [...this.#items.values(), ...this.#itemsBeingSaved.values()];
  }

  /** Whether the item is in the queue. */
  has(id) {
    return this.#items.has(id);
  }

  /** Save items in one transaction with `saveMore(stores)`; they are sent from then on. */
  addItems(items, saveMore = () => {}) {
    for (const item of items) this.#itemsBeingSaved.set(item.id, item);
    return this.#runInOrder(async () => {
      try {
        await this.store.runTransaction((stores) => {
          for (const item of items) stores.queue.add(item);
          saveMore(stores);
        });
        for (const item of items) this.#items.set(item.id, item);
      } finally {
        for (const item of items) this.#itemsBeingSaved.delete(item.id);
      }
    });
  }

  /** Remove an item that was never sent; return false if it may have been. */
  removeUnsentItem(id) {
    return this.#runInOrder(() => this.#removeUnsentItem(id));
  }

  async #removeUnsentItem(id) {
    if (!this.#items.has(id) || this.#attemptedIds.has(id)) return false;
    const item = this.#items.get(id);
    this.#items.delete(id); // at once, so that no batch takes it
    try {
      await this.store.runTransaction(({ queue }) => queue.delete(id));
      return true;
    } catch (error) {
      this.#items.set(id, item);
      throw error;
    }
  }

  /** Return the next items to send, at most `maxItems`; they count as attempted from now on, also after a restart. */
  async takeBatch(maxItems) {
    const batch = [];
    let length = 0;
    for (const item of this.#items.values()) {
      if (item.refused) continue;
      length += JSON.stringify(item).length;
      if (batch.length === maxItems || (batch.length > 0 && length > MAX_BATCH_CHARACTERS)) break;
      batch.push(item);
    }
    for (const { id } of batch) this.#attemptedIds.add(id);
    if (batch.length > 0) await this.store.setValues({ attempted: [...this.#attemptedIds] });
    return batch;
  }

  /** Remove accepted and mark refused items, in one transaction with `saveMore(stores)`. */
  async applyAnswers(acceptedIds, refusals, saveMore = () => {}) {
    const known = refusals.filter(({ id }) => this.#items.has(id));
    const refused = known.map(({ id, reason, kept = false }) => ({ ...this.#items.get(id), refused: reason || "refused", kept }));
    await this.store.runTransaction((stores) => {
      for (const id of acceptedIds) stores.queue.delete(id);
      for (const item of refused) stores.queue.put(item);
      saveMore(stores);
    });
    for (const id of acceptedIds) [this.#items, this.#attemptedIds].forEach((collection) => collection.delete(id));
    for (const item of refused) this.#items.set(item.id, item);
  }

  /** Queue refused items again, because the server may accept them now. */
  async retryRefusedItems() {
    for (const item of this.refusedItems) delete item.refused;
    await this.store.runTransaction(({ queue }) => this.#items.forEach((item) => queue.put(item)));
  }

  /** Mark all items as handed over to the organizer as a file. */
  async markHandedOver() {
    const handed = [...this.#items.values()].filter((item) => !item.handed);
    for (const item of handed) item.handed = true;
    await this.store.runTransaction(({ queue }) => handed.forEach((item) => updateStoredItem(queue, item)));
  }

  /** Discard items that were handed over and are not sent any more: refused items, or `all` if the tablet may not send.
   *  `saveMore(stores, items)` is part of the transaction. Return the items. */
  async discardHandedOver(all, saveMore) {
    const discarded = (all ? this.allItems : this.refusedItems).filter((item) => item.handed);
    await this.store.runTransaction((stores) => {
      for (const { id } of discarded) stores.queue.delete(id);
      saveMore(stores, discarded);
    });
    for (const { id } of discarded) [this.#items, this.#attemptedIds].forEach((collection) => collection.delete(id));
    return discarded;
  }

  /** Run changes one after another, in the order of the calls. */
  #runInOrder(change) {
    const result = this.#lastChange.then(change);
    this.#lastChange = result.catch(() => {});
    return result;
  }
}

/** Update an item if it is still stored; one acknowledged meanwhile must not come back. */
function updateStoredItem(queue, item) {
  queue.getKey(item.id).onsuccess = ({ target }) => target.result && queue.put(item);
}
