// What the tablet keeps in IndexedDB. Whoever awaits a change here may rely on it: it has reached the disk.
//   kept     token, device, roster, cursor, chosen language and other single values, by name
//   queue    what the server has not acknowledged, in the order made: the key is the UUIDv7
//   ledger   marks that the server has, with the order in which it received them
//   walk_ins people who came without registering: name and workplace, and their registration once the server told it
//   signed   who signed: person, session, time; the strokes themselves leave with the queue

const NAME = "trainer-tablet";
const VERSION = 1; // a later one adds what it needs in `upgraded` and leaves the queue as it is
const STORES = ["kept", "queue", "ledger", "walk_ins", "signed"];
const PERSONAL = ["ledger", "walk_ins", "signed"];

/** Open the tablet's store. */
export async function openStore() {
  const opening = indexedDB.open(NAME, VERSION);
  opening.onupgradeneeded = (event) => upgraded(opening.result, event.oldVersion);
  const db = await answer(opening);
  db.onversionchange = () => db.close(); // a newer version of the application in another tab goes on
  return new Store(db);
}

function upgraded(db, before) {
  if (before >= 1) return;
  db.createObjectStore("kept");
  for (const name of STORES.slice(1)) db.createObjectStore(name, { keyPath: "id" });
}

const answer = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

class Store {
  constructor(db) {
    this.db = db;
  }

  /** A value by its name; undefined where there is none. */
  get(name) {
    return answer(this.db.transaction("kept").objectStore("kept").get(name));
  }

  /** Everything in one of the stores, by key. */
  all(name) {
    return answer(this.db.transaction(name).objectStore(name).getAll());
  }

  /** Do several things, or none of them; resolves when they are on the disk. */
  change(work) {
    return new Promise((resolve, reject) => {
      const transaction = this.db.transaction(STORES, "readwrite", { durability: "strict" });
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error ?? new Error("not kept"));
      try {
        work(Object.fromEntries(STORES.map((name) => [name, transaction.objectStore(name)])));
      } catch (error) {
        transaction.abort();
        reject(error);
      }
    });
  }

  /** Keep single values; one that is undefined is forgotten. */
  keep(values) {
    return this.change(({ kept }) => {
      for (const [name, value] of Object.entries(values)) value === undefined ? kept.delete(name) : kept.put(value, name);
    });
  }

  /** Put the roster and the ledger in the place of what was known, and who signed elsewhere beside who signed here. */
  renew(values, marks, elsewhere) {
    return this.change(({ kept, ledger, signed }) => {
      for (const [name, value] of Object.entries(values)) kept.put(value, name);
      ledger.clear();
      for (const mark of marks) ledger.put(mark);
      for (const each of elsewhere) signed.put(each);
    });
  }

  /** Forget everybody; what was not sent stays, so that it can be handed over as a file. */
  wipe(names) {
    return this.change((stores) => {
      for (const name of PERSONAL) stores[name].clear();
      for (const name of names) stores.kept.delete(name);
    });
  }
}
