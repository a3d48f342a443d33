// The one place that talks to the server. The rehearsal cuts the network here: `server.cut`.

const PATIENCE = 20_000; // milliseconds until a silent server counts as none

/** The server answered, but not with what was asked for. */
export class Refusal extends Error {
  constructor(status, reason) {
    super(`${status} ${reason}`);
    [this.status, this.reason] = [status, reason];
  }
}

export class Server {
  cut = false;
  token = null;

  /** Ask for something; a Refusal says what the server thinks, every other error that it was not reached. */
  async ask(path, { method = "GET", body, headers = {} } = {}) {
    if (this.cut) throw new TypeError("the network is cut for a rehearsal");
    const answer = await fetch(`/api/v1/tablet/${path}`, {
      method,
      body,
      headers: { Authorization: `Bearer ${this.token}`, Accept: "application/json", ...headers },
      cache: "no-store",
      credentials: "omit",
      signal: AbortSignal.timeout(PATIENCE),
    });
    if (answer.ok || answer.status === 304) return answer;
    const { error = "" } = await answer.json().catch(() => ({}));
    throw new Refusal(answer.status, error);
  }

  /** Send an object and give the object that comes back. */
  async send(path, value) {
    const headers = { "Content-Type": "application/json" };
    return (await this.ask(path, { method: "POST", body: JSON.stringify(value), headers })).json();
  }

  /** Read the codes on a picture, where this browser has no reader of its own. */
  async read(picture) {
    const headers = { "Content-Type": picture.type };
    const { texts } = await (await this.ask("read", { method: "POST", body: picture, headers })).json();
    return texts[0] ?? "";
  }
}
