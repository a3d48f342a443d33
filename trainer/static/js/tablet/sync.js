// Sends the queue and learns what others did: soon after a mark, at once when the network returns, else every few seconds; one at a time.

import { Refusal } from "./server.js";

const EVERY = 4_000; // milliseconds between two looks when nothing waits
const SOON = 250; // milliseconds after a mark: it is painted first, and quick taps travel together
const MOST = 500; // items of one batch
const LONGEST = 30_000; // milliseconds between two attempts when the server is not reached
const ROSTER_EVERY = 5 * 60_000;
const TOO_MUCH = [400, 413, 422]; // the batch as a whole was not understood: a smaller one tells what is wrong

export class Sync {
  #timer = 0;
  #soon = 0;
  #running = null;
  #again = false;
  #failures = 0;
  #most = MOST;

  constructor(hall, server, clock) {
    [this.hall, this.server, this.clock] = [hall, server, clock];
    addEventListener("online", () => this.anew());
    document.addEventListener("visibilitychange", () => document.hidden || this.anew());
  }

  /** Do it now, and soon again where that fails: there is reason to hope that the server can be reached. */
  anew() {
    this.#failures = 0;
    return this.now();
  }

  /** Do it when the hand has left the screen. */
  soon() {
    this.#soon ||= setTimeout(() => this.now(), SOON);
  }

  /** Do it now; while it is being done, once more afterwards. Resolves when the server was reached or not. */
  now() {
    this.hall.turnDay();
    if (this.#running) {
      [this.#again, this.#soon] = [true, 0];
      return this.#running;
    }
    clearTimeout(this.#timer);
    clearTimeout(this.#soon);
    this.#soon = 0;
    this.#running = this.#attempt().finally(() => {
      this.#running = null;
      const wait = this.#again && this.#failures === 0 ? 0 : this.#pause();
      this.#again = false;
      this.#timer = setTimeout(() => this.now(), wait);
    });
    return this.#running;
  }

  /** How long to wait: longer after each failure, and not in step with the other tablets. */
  #pause() {
    if (!this.server.token) return LONGEST; // nothing to send, but the list goes when its time has come
    if (this.#failures === 0) return EVERY;
    return Math.min(LONGEST, 1000 * 2 ** (this.#failures - 1)) * (0.75 + Math.random() / 2);
  }

  async #attempt() {
    try {
      await this.hall.forgetPast();
      if (!this.server.token) return;
      if (!this.hall.kept.roster_at) await this.#roster();
      do await this.#batch();
      while (this.hall.queue.waiting > 0 && !this.server.cut);
      if (Date.now() - Date.parse(this.hall.kept.roster_at) > ROSTER_EVERY) await this.#roster();
      this.#failures = 0;
      this.hall.linkIs("ok");
    } catch (error) {
      this.#failures += 1;
      await this.#failed(error);
    }
  }

  /** Send the first items and take in the answer. */
  async #batch() {
    const { hall, server, clock } = this;
    const batch = await hall.queue.batch(this.#most);
    const asked = Date.now();
    const body = { time: new Date(asked).toISOString(), waiting: hall.queue.waiting - batch.length, cursor: hall.kept.cursor ?? null, items: batch };
    if (batch.length > 0) hall.linkIs("sending");
    try {
      const answer = await server.send("sync", body);
      clock.learn(answer.time, asked);
      await hall.learn(batch, answer);
      this.#most = Math.min(MOST, this.#most * 2);
      if (answer.gone.length > 0) await this.#roster(); // their marks may stand under another registration now
    } catch (error) {
      if (!(error instanceof Refusal) || !TOO_MUCH.includes(error.status) || batch.length === 0) throw error;
      if (batch.length === 1) await hall.queue.settle([], [{ id: batch[0].id, reason: error.reason || String(error.status) }]);
      this.#most = Math.max(1, Math.ceil(batch.length / 2));
    }
  }

  async #roster() {
    const { kept } = this.hall;
    const asked = Date.now();
    const answer = await this.server.ask("roster", { headers: kept.etag ? { "If-None-Match": kept.etag } : {} });
    if (answer.status === 304) return this.hall.renew(null);
    const roster = await answer.json();
    this.clock.learn(roster.time, asked);
    await this.hall.renew(roster, answer.headers.get("ETag") ?? undefined);
    if (this.hall.queue.refused.length > 0) await this.hall.queue.retry(); // the server may know better by now
  }

  async #failed(error) {
    const lost = error instanceof Refusal && error.status === 401;
    if (this.server.cut) return this.hall.linkIs("cut");
    if (!lost) return this.hall.linkIs(error instanceof Refusal ? "trouble" : "offline");
    this.server.token = null;
    if (error.reason === "revoked") await this.hall.forget();
    return this.hall.linkIs(error.reason === "revoked" ? "revoked" : "unknown"); // unknown: it may be paired anew and go on
  }
}
