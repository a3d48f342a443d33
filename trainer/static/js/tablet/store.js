// The tablet's data in IndexedDB. When the promise of a change resolves, the data are on the disk.
//   kept     token, device, roster, cursor, chosen language and other single values, by name
//   queue    items that the server has not acknowledged, in the order made (the key is a UUIDv7)
//   ledger   marks that the server has, with the order in which it received them
//   walk_ins people who came without registering: name, workplace, and the registration id once the server has sent it
//   signed   signatures: person, session, time; the strokes are in the queue only

const DATABASE_NAME = "trainer-tablet";
const DATABASE_VERSION = 1; // a later version extends `upgradeDatabase` and leaves the queue as it is
const STORES = ["kept", "queue", "ledger", "walk_ins", "signed"];
const PERSONAL_STORES = ["ledger", "walk_ins", "signed"];

/** Open the store. Rejects where IndexedDB is not available. */
export async function openStore() {
  const opening = indexedDB.open(DATABASE_NAME, DATABASE_VERSION);
  opening.onupgradeneeded = (event) => upgradeDatabase(opening.result, event.oldVersion);
  const db = await waitForRequest(opening);
  db.onversionchange = () => db.close(); // so that a newer version in another tab can upgrade
  return new Store(db);
}

function upgradeDatabase(db, oldVersion) {
  if (oldVersion >= 1) return;
  db.createObjectStore("kept");
  for (const name of STORES.slice(1)) db.createObjectStore(name, { keyPath: "id" });
}

const waitForRequest = (request) =>
  new Promise((resolve, reject) => {
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });

class Store {
  constructor(db) {
    this.db = db;
  }

  /** Return a single value; undefined if there is none. */
  getValue(name) {
    return waitForRequest(this.db.transaction("kept").objectStore("kept").get(name));
  }

  /** Return all records of a store in the order of their keys. */
  listRecords(name) {
    return waitForRequest(this.db.transaction(name).objectStore(name).getAll());
  }

  /** Run `change(stores)` in one transaction; resolves when it is on the disk. */
  runTransaction(change) {
    return new Promise((resolve, reject) => {
      const transaction = this.db.transaction(STORES, "readwrite", { durability: "strict" });
      transaction.oncomplete = resolve;
      transaction.onabort = () => reject(transaction.error ?? new Error("not saved"));
      try {
        change(Object.fromEntries(STORES.map((name) => [name, transaction.objectStore(name)])));
      } catch (error) {
        transaction.abort();
        reject(error);
      }
    });
  }

  /** Set single values; undefined deletes one. */
  setValues(values) {
    return this.runTransaction(({ kept }) => {
      for (const [name, value] of Object.entries(values)) value === undefined ? kept.delete(name) : kept.put(value, name);
    });
  }

  /** Replace roster and ledger, and add signatures of other tablets. */
  replaceRoster(values, marks, otherSignatures) {
    return this.runTransaction(({ kept, ledger, signed }) => {
      for (const [name, value] of Object.entries(values)) kept.put(value, name);
      ledger.clear();
      for (const mark of marks) ledger.put(mark);
      for (const signature of otherSignatures) signed.put(signature);
    });
  }

  /** Delete all personal data and the named values; the queue stays, so that it can be handed over as a file. */
  wipePersonalData(names) {
    return this.runTransaction((stores) => {
      for (const name of PERSONAL_STORES) stores[name].clear();
      for (const name of names) stores.kept.delete(name);
    });
  }
}
