// Sync with the server: soon after a mark, at once when the network returns, else every few seconds. One run at a time.

import { ServerRefusal } from "./server.js";

const IDLE_INTERVAL = 4_000; // milliseconds between two runs when nothing waits
const DELAY_AFTER_MARK = 250; // milliseconds, so that the mark is painted first and quick taps share a batch
const MAX_BATCH_ITEMS = 500; // limit of the server
const MAX_RETRY_INTERVAL = 30_000; // milliseconds
const ROSTER_INTERVAL = 5 * 60_000; // milliseconds between two fetches of the roster
const BATCH_ERRORS = [400, 413, 422]; // the whole batch was refused: smaller batches find the item that is wrong

export class Sync {
  #timer = 0;
  #soonTimer = 0;
  #currentRun = null;
  #runAgain = false;
  #failures = 0;
  #batchSize = MAX_BATCH_ITEMS;

  constructor(tablet, server, clock) {
    [this.tablet, this.server, this.clock] = [tablet, server, clock];
    addEventListener("online", () => this.restart());
    document.addEventListener("visibilitychange", () => document.hidden || this.restart());
  }

  /** Run now, with short pauses again after failures: the server can probably be reached. */
  restart() {
    this.#failures = 0;
    return this.runNow();
  }

  /** Run after a short delay. */
  scheduleSoon() {
    this.#soonTimer ||= setTimeout(() => this.runNow(), DELAY_AFTER_MARK);
  }

  /** Run now, or once more after the current run. Resolves when the run has ended, whether or not it succeeded. */
  runNow() {
    this.tablet.followCalendar();
    if (this.#currentRun) {
      [this.#runAgain, this.#soonTimer] = [true, 0];
      return this.#currentRun;
    }
    clearTimeout(this.#timer);
    clearTimeout(this.#soonTimer);
    this.#soonTimer = 0;
    this.#currentRun = this.#attemptSync().finally(() => {
      this.#currentRun = null;
      const pause = this.#runAgain && this.#failures === 0 ? 0 : this.#computePause();
      this.#runAgain = false;
      this.#timer = setTimeout(() => this.runNow(), pause);
    });
    return this.#currentRun;
  }

  /** Return the pause in milliseconds: longer after each failure, with jitter, so that tablets don't retry in step. */
  #computePause() {
    if (!this.server.token) return MAX_RETRY_INTERVAL; // nothing to send, but past seminars must still be deleted
    if (this.#failures === 0) return IDLE_INTERVAL;
    return Math.min(MAX_RETRY_INTERVAL, 1000 * 2 ** (this.#failures - 1)) * (0.75 + Math.random() / 2);
  }

  async #attemptSync() {
    try {
      await this.tablet.forgetPastSeminars();
      if (!this.server.token) return;
      if (!this.tablet.stored.roster_at) await this.#fetchRoster();
      do await this.#sendBatch();
      while (this.tablet.queue.waitingCount > 0 && !this.server.isCut);
      if (Date.now() - Date.parse(this.tablet.stored.roster_at) > ROSTER_INTERVAL) await this.#fetchRoster();
      this.#failures = 0;
      this.tablet.setLinkState("ok");
    } catch (error) {
      this.#failures += 1;
      await this.#handleFailure(error);
    }
  }

  /** Send the first items and apply the answer. */
  async #sendBatch() {
    const { tablet, server, clock } = this;
    const batch = await tablet.queue.takeBatch(this.#batchSize);
    const requestedAt = Date.now();
    const body = { time: new Date(requestedAt).toISOString(), waiting: tablet.queue.waitingCount - batch.length, cursor: tablet.stored.cursor ?? null, items: batch };
    const rehearsal = tablet.stored.rehearsed;
    if (rehearsal?.good && !rehearsal.reported) body.rehearsed = rehearsal.at;
    if (batch.length > 0) tablet.setLinkState("sending");
    try {
      const answer = await server.postJson("sync", body);
      clock.recordServerTime(answer.time, requestedAt);
      await tablet.applySyncAnswer(batch, answer);
      if (body.rehearsed) await tablet.recordReportedRehearsal();
      this.#batchSize = Math.min(MAX_BATCH_ITEMS, this.#batchSize * 2);
      // Marks of those who left may belong to another registration now, and somebody who left and is marked comes back. What the
      // server has kept for the organizer may refer to a session that was deleted.
      if (answer.gone.length > 0 || answer.answers.some(({ answer: outcome, kept }) => kept || outcome === "question")) await this.#fetchRoster();
    } catch (error) {
      if (!(error instanceof ServerRefusal) || !BATCH_ERRORS.includes(error.status) || batch.length === 0) throw error;
      if (batch.length === 1) await tablet.queue.applyAnswers([], [{ id: batch[0].id, reason: error.reason || String(error.status) }]);
      this.#batchSize = Math.max(1, Math.ceil(batch.length / 2));
    }
  }

  async #fetchRoster() {
    const { stored } = this.tablet;
    const requestedAt = Date.now();
    const answer = await this.server.request("roster", { headers: stored.etag ? { "If-None-Match": stored.etag } : {} });
    if (answer.status === 304) return this.tablet.replaceRoster(null);
    const roster = await answer.json();
    this.clock.recordServerTime(roster.time, requestedAt);
    await this.tablet.replaceRoster(roster, answer.headers.get("ETag") ?? undefined);
    if (this.tablet.queue.refusedItems.length > 0) await this.tablet.queue.retryRefusedItems(); // the server may accept them now
  }

  async #handleFailure(error) {
    const isUnauthorized = error instanceof ServerRefusal && error.status === 401;
    if (this.server.isCut) return this.tablet.setLinkState("cut");
    if (!isUnauthorized) return this.tablet.setLinkState(error instanceof ServerRefusal ? "trouble" : "offline");
    this.server.token = null;
    if (error.reason === "revoked") await this.tablet.forgetEverybody();
    return this.tablet.setLinkState(error.reason === "revoked" ? "revoked" : "unknown"); // unknown: the tablet can be paired again
  }
}
