// How far this tablet's clock is from the server's: the answer that came fastest is believed.

const OLD = 10 * 60_000; // milliseconds after which a measurement gives way to any newer one

export class Clock {
  skew = null; // milliseconds that the server is ahead
  #trip = Infinity;
  #measured = 0;

  /** Learn from an answer that names the server's time, asked for and received at these moments of ours. */
  learn(serverTime, asked, received = Date.now()) {
    const trip = received - asked;
    if (trip > this.#trip && received - this.#measured < OLD) return;
    [this.#trip, this.#measured] = [trip, received];
    this.skew = Math.round(Date.parse(serverTime) - (asked + trip / 2));
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
