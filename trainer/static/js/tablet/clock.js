// Difference between the tablet's clock and the server's, taken from the answer with the shortest round trip.

const MAX_MEASUREMENT_AGE = 10 * 60_000; // milliseconds after which any newer measurement replaces the last one
const MAX_DRIFT = 1000; // milliseconds that Date and the monotonic clock may differ when nobody has set the clock

export class Clock {
  skew = null; // milliseconds that the server's clock is ahead; null before the first measurement
  #roundTrip = Infinity;
  #measuredAt = 0;
  #pageStart = NaN; // start of the page by the clock at the last measurement

  /** Record the server's time from an answer, with the local times of request and answer. */
  recordServerTime(serverTime, requestedAt, receivedAt = Date.now()) {
    const roundTrip = receivedAt - requestedAt;
    const age = receivedAt - this.#measuredAt; // negative if the clock was set back
    if (roundTrip > this.#roundTrip && age >= 0 && age < MAX_MEASUREMENT_AGE) return;
    [this.#roundTrip, this.#measuredAt] = [roundTrip, receivedAt];
    this.#pageStart = computePageStart();
    this.skew = Math.round(Date.parse(serverTime) - (requestedAt + roundTrip / 2));
  }

  /** The skew to store with a new item; null if the clock was never measured, was set since, or the device slept. */
  get reliableSkew() {
    return Math.abs(computePageStart() - this.#pageStart) < MAX_DRIFT ? this.skew : null;
  }

  /** Return the current time by the server's clock, in milliseconds. */
  now() {
    return Date.now() + (this.skew ?? 0);
  }

  /** Request the server's time and return the measured skew. */
  async measure(server) {
    const requestedAt = Date.now();
    const { time } = await (await server.request("time")).json();
    this.recordServerTime(time, requestedAt);
    return this.skew;
  }
}

const computePageStart = () => Date.now() - performance.now();
