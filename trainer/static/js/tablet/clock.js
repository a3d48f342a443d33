// How far this tablet's clock is from the server's: the answer that came fastest is believed.

const OLD = 10 * 60_000; // milliseconds after which a measurement gives way to any newer one
const STEADY = 1000; // milliseconds by which a clock that nobody moved may differ from the time that passed

export class Clock {
  skew = null; // milliseconds that the server is ahead
  #trip = Infinity;
  #measured = 0;
  #began = NaN; // when the page began, by the clock as it was measured

  /** Learn from an answer that names the server's time, asked for and received at these moments of ours. */
  learn(serverTime, asked, received = Date.now()) {
    const trip = received - asked;
    const age = received - this.#measured; // less than nothing where the clock was put back
    if (trip > this.#trip && age >= 0 && age < OLD) return;
    [this.#trip, this.#measured] = [trip, received];
    this.#began = beginning();
    this.skew = Math.round(Date.parse(serverTime) - (asked + trip / 2));
  }

  /** The skew of what is made now; null where the clock was not measured, or may have been moved since (or was asleep). */
  get certain() {
    return Math.abs(beginning() - this.#began) < STEADY ? this.skew : null;
  }

  /** The time by the server's clock, as well as it is known. */
  now() {
    return Date.now() + (this.skew ?? 0);
  }

  /** Ask the server for its time. */
  async measure(server) {
    const asked = Date.now();
    const { time } = await (await server.ask("time")).json();
    this.learn(time, asked);
    return this.skew;
  }
}

const beginning = () => Date.now() - performance.now();
