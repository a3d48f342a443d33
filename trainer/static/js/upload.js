// Uploads files in parts by the tus protocol, from a [data-upload] zone: chosen, dropped, photographed or pasted. Each file has its
// progress and can be paused. Without tus-js-client (make assets) or without scripts, the form of the zone uploads them at once.

const PART_BYTES = 8 * 1024 * 1024;
const PARALLEL = 3;
const RETRY_DELAYS = [0, 1000, 3000, 5000, 10000, 20000];

/** Import tus-js-client and return it; null where it is missing or the browser is too old for it. */
async function loadTus(address) {
  try {
    await import(address);
  } catch {
    return null;
  }
  return window.tus?.isSupported ? window.tus : null;
}

/** Format a number of bytes. */
const formatUnit = (number, unit) =>
  new Intl.NumberFormat(document.documentElement.lang, { style: "unit", unit, maximumFractionDigits: 1 }).format(number);
const formatSize = (size) => (size < 1e6 ? formatUnit(Math.ceil(size / 1000), "kilobyte") : formatUnit(size / 1e6, "megabyte"));

/** Fetches the token that protects against forged requests, and keeps it until the server refuses it. */
class Token {
  constructor(address) {
    this.address = address;
    this.value = null;
  }

  /** Return the token; empty where none is needed. */
  async get() {
    if (!this.address) return "";
    if (!this.value) {
      const answer = await fetch(this.address, { headers: { Accept: "application/json" }, redirect: "error" });
      if (answer.ok) this.value = (await answer.json()).token;
    }
    return this.value ?? "";
  }

  /** Ask for a new token before the next request. */
  forget() {
    this.value = null;
  }
}

/** One file: its row in the list, and its upload. */
class FileUpload {
  constructor(zone, file, forget = () => {}) {
    this.zone = zone;
    this.file = file;
    this.forget = forget; // called once the file has arrived
    this.state = "waiting";
    this.row = zone.element.querySelector("template").content.firstElementChild.cloneNode(true);
    this.row.querySelector("[data-name]").textContent = file.name;
    this.row.querySelector("[data-size]").textContent = formatSize(file.size);
    this.row.querySelector("progress").setAttribute("aria-label", file.name);
    this.row.querySelector("[data-pause]").addEventListener("click", () => this.pause());
    this.row.querySelector("[data-continue]").addEventListener("click", () => this.resume());
    zone.list.append(this.row);
    this.show("waiting", zone.words.waiting);
  }

  /** Show a state and its words. */
  show(state, words) {
    this.state = state;
    this.row.dataset.state = state;
    this.row.querySelector("[data-status]").textContent = words;
    this.row.querySelector("[data-pause]").hidden = state !== "waiting" && state !== "sending";
    this.row.querySelector("[data-continue]").hidden = state !== "paused" && state !== "failed";
    this.zone.showCount();
  }

  /** Build the upload. */
  build() {
    const { tus, token, words, element } = this.zone;
    return new tus.Upload(this.file, {
      endpoint: element.dataset.upload,
      chunkSize: PART_BYTES,
      retryDelays: RETRY_DELAYS,
      removeFingerprintOnSuccess: true,
      metadata: { filename: this.file.name, ...(element.dataset.activity && { activity: element.dataset.activity }) },
      onBeforeRequest: async (request) => request.setHeader("X-CSRFToken", await token.get()),
      onAfterResponse: (_request, response) => {
        if (response.getHeader("Evidence-Already-There")) this.isKnown = true;
      },
      onShouldRetry: (error) => this.shouldRetry(error.originalResponse),
      onProgress: (sent, total) => {
        this.row.querySelector("progress").value = (100 * sent) / total;
      },
      onSuccess: () => {
        this.forget();
        this.end("done", this.isKnown ? words.known : words.done);
      },
      onError: (error) => this.end("failed", this.explain(error.originalResponse)),
    });
  }

  /** Return whether a failed request is sent again: not where the server says why it never will be accepted. */
  shouldRetry(response) {
    const status = response?.getStatus() ?? 0;
    if (status === 400 && !isSentence(response) && !this.hasRenewedToken) {
      this.hasRenewedToken = true; // the token belonged to an earlier session
      this.zone.token.forget();
      return true;
    }
    return status === 0 || status === 409 || status === 423 || status === 429 || (status >= 500 && status !== 507);
  }

  /** Return why an upload failed: the sentence of the server, or ours. */
  explain(response) {
    const { words } = this.zone;
    if (!response || !response.getStatus()) return words.network;
    if (isSentence(response)) return response.getBody();
    if (response.getStatus() === 404) return words.gone;
    return response.getStatus() < 500 ? words.signedout : words.network;
  }

  /** Begin or continue: a file whose upload was interrupted, also by closing the page, goes on where it stopped. */
  async start() {
    this.hasRenewedToken = false;
    this.show("sending", this.zone.words.sending);
    if (!this.upload) {
      this.upload = this.build();
      const [earlier] = await this.upload.findPreviousUploads();
      if (earlier) this.upload.resumeFromPreviousUpload(earlier);
    }
    if (this.state === "sending") this.upload.start();
  }

  /** Stop sending; what has arrived is kept. */
  async pause() {
    const wasSending = this.state === "sending";
    this.show("paused", this.zone.words.paused);
    if (wasSending) await this.upload?.abort();
    this.zone.startNext();
  }

  /** Wait for a turn again. */
  resume() {
    this.show("waiting", this.zone.words.waiting);
    this.zone.startNext();
  }

  /** Show how the upload ended, and let the next file begin. */
  end(state, words) {
    this.show(state, words);
    this.zone.startNext();
  }
}

/** Return whether a response is a sentence for the user. */
const isSentence = (response) => Boolean(response?.getHeader("Content-Type")?.startsWith("text/plain") && response.getBody());

/** A zone: its form, and the files that were given to it. */
class UploadZone {
  constructor(element, tus) {
    this.element = element;
    this.tus = tus;
    this.words = element.dataset;
    this.token = new Token(element.dataset.token);
    this.list = element.querySelector("[data-list]");
    this.files = [];
    this.listen();
  }

  /** Take files that are chosen, dropped, photographed or pasted. */
  listen() {
    const { element } = this;
    element.querySelector("[data-drop-hint]").hidden = false;
    element.querySelector("[data-camera]").hidden = !matchMedia("(pointer: coarse)").matches;
    element.querySelector("form button").hidden = true;
    for (const input of element.querySelectorAll("input[type=file]")) {
      input.addEventListener("change", () => {
        this.add([...input.files]);
        input.value = "";
      });
    }
    element.querySelector("form").addEventListener("submit", (event) => event.preventDefault());
    element.addEventListener("dragover", (event) => {
      event.preventDefault();
      element.classList.add("over");
    });
    element.addEventListener("dragleave", () => element.classList.remove("over"));
    element.addEventListener("drop", (event) => {
      event.preventDefault();
      element.classList.remove("over");
      this.add([...event.dataTransfer.files]);
    });
    document.addEventListener("paste", (event) => {
      const pasted = [...(event.clipboardData?.files ?? [])];
      if (pasted.length > 0) this.add(pasted.map(namePasted));
    });
    addEventListener("online", () => this.files.filter(({ state }) => state === "failed").forEach((file) => file.resume()));
  }

  /** Add files to the list and begin. */
  add(files) {
    for (const file of files) this.append(new FileUpload(this, file));
    this.startNext();
  }

  /** Add files that were shared with this page, and begin; one that is empty is not kept any longer. */
  addKept(kept) {
    for (const { file, forget } of kept) {
      this.append(new FileUpload(this, file, forget));
      if (file.size === 0) forget();
    }
    this.startNext();
  }

  /** Add an upload to the list; an empty file is refused. */
  append(upload) {
    this.files.push(upload);
    if (upload.file.size === 0) upload.show("refused", this.words.empty);
  }

  /** Begin with the files that wait, some at once. */
  startNext() {
    const free = PARALLEL - this.files.filter(({ state }) => state === "sending").length;
    const waiting = this.files.filter(({ state }) => state === "waiting");
    for (const upload of waiting.slice(0, Math.max(0, free))) upload.start();
  }

  /** Show how many files have arrived, and the way to them once all have. */
  showCount() {
    const done = this.files.filter(({ state }) => state === "done").length;
    const open = this.files.filter(({ state }) => ["waiting", "sending", "paused", "failed"].includes(state)).length;
    this.element.querySelector("[data-summary]").hidden = this.files.length === 0;
    this.element.querySelector("[data-count]").textContent = `${done} / ${this.files.length}`;
    const link = this.element.querySelector("[data-show]");
    if (link) link.hidden = done === 0 || open > 0;
  }
}

/** Return a pasted picture under a name of its own: all of them are called image.png. */
function namePasted(file) {
  if (file.name !== "image.png") return file;
  const moment = new Date().toISOString().slice(0, 19).replaceAll(":", "-");
  return new File([file], `screenshot-${moment}.png`, { type: file.type, lastModified: file.lastModified });
}

/** Put kept files into the form, for the button below it. They stay kept: that they arrive is seen on the next page only. */
function fillForm(element, kept) {
  const transfer = new DataTransfer();
  for (const { file } of kept) transfer.items.add(file);
  element.querySelector("input[type=file]").files = transfer.files;
}

for (const element of document.querySelectorAll("[data-upload]")) {
  const tus = await loadTus(element.dataset.tus);
  const kept = element.dataset.kept ? await (await import("./stash.js")).loadStash() : [];
  if (tus) new UploadZone(element, tus).addKept(kept);
  else if (kept.length > 0) fillForm(element, kept);
}
