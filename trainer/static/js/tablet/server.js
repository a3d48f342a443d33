// All requests to the server. The rehearsal cuts the network by `isCut`.

const REQUEST_TIMEOUT = 20_000; // milliseconds

/** The server answered with an error. */
export class ServerRefusal extends Error {
  constructor(status, reason) {
    super(`${status} ${reason}`);
    [this.status, this.reason] = [status, reason];
  }
}

export class Server {
  isCut = false;
  token = null;

  /** Send a request. Throws ServerRefusal for an error status; any other error means that the server was not reached. */
  async request(path, { method = "GET", body, headers = {} } = {}) {
    if (this.isCut) throw new TypeError("the network is cut for a rehearsal");
    const answer = await fetch(`/api/v1/tablet/${path}`, {
      method,
      body,
      headers: { Authorization: `Bearer ${this.token}`, Accept: "application/json", ...headers },
      cache: "no-store",
      credentials: "omit",
      signal: AbortSignal.timeout(REQUEST_TIMEOUT),
    });
    if (answer.ok || answer.status === 304) return answer;
    const { error = "" } = await answer.json().catch(() => ({}));
    throw new ServerRefusal(answer.status, error);
  }

  /** Post a value as JSON and return the JSON of the answer. */
  async postJson(path, value) {
    const headers = { "Content-Type": "application/json" };
    return (await this.request(path, { method: "POST", body: JSON.stringify(value), headers })).json();
  }

  /** Let the server read the code on a picture; return its text or "", also while it is busy with other pictures. */
  async readCode(picture) {
    const headers = { "Content-Type": picture.type };
    try {
      const { texts } = await (await this.request("read", { method: "POST", body: picture, headers })).json();
      return texts[0] ?? "";
    } catch (error) {
      if (error.status === 503) return "";
      throw error;
    }
  }
}
