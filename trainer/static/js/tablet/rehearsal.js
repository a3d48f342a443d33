// "Test offline now": the evening before, the network is cut inside the application and everything that the morning needs is tried.

import { cameraTrouble, readPasses } from "./scan.js";
import { byId, copyOf, open } from "./page.js";
import { look } from "./passes.js";
import { play, wakeSound } from "./sound.js";
import { momentOf, say } from "./words.js";

const SCANS = 3;
const FRESH = 24 * 3600_000; // milliseconds that a roster may be old
const SKEW = 60_000; // milliseconds that the clock may be wrong
const FULL = 0.5; // of the battery, unless it is being charged

/** Go through it; afterwards the network is as it was. Practice scans mark nobody. */
export async function rehearse({ hall, server, clock, sync }) {
  const stopped = new AbortController();
  const closed = open(byId("rehearsal")).then((how) => (stopped.abort(), how));
  const results = new Map();
  const report = (name, good, values) => {
    results.set(name, { good, values });
    if (!stopped.signal.aborted) show(results);
  };
  byId("rehearsal-card").hidden = true;
  wakeSound();
  show(results);
  report("network", await reached(server, clock));
  report("clock", clock.skew === null ? false : Math.abs(clock.skew) < SKEW, { seconds: Math.round(Math.abs(clock.skew ?? 0) / 1000) });
  if (stopped.signal.aborted) return;
  server.cut = true;
  hall.linkIs("cut");
  try {
    report("kept", await applicationKept());
    report("roster", Date.now() - Date.parse(hall.kept.roster_at) < FRESH && hall.session !== null, { time: momentOf(hall.kept.roster_at ?? 0) });
    report("disk", await diskWorks(hall.store));
    report("storage", await navigator.storage?.persisted?.() ?? false);
    const battery = await navigator.getBattery?.().catch(() => null);
    report("battery", battery ? battery.charging || battery.level >= FULL : null, { percent: battery ? Math.round(battery.level * 100) : 0 });
    await practise(hall, server, stopped.signal, report);
  } finally {
    server.cut = false;
    sync.anew();
  }
  if (stopped.signal.aborted) return;
  conclude(results);
  await hall.rehearsed(allGood(results));
  byId("rehearsal-again").onclick = () => byId("rehearsal").close("again");
  if ((await closed) === "again") await rehearse({ hall, server, clock, sync });
}

async function reached(server, clock) {
  try {
    await clock.measure(server);
    return true;
  } catch {
    return false;
  }
}

/** Whether the worker that answers without a network is there, with the page in its store. */
async function applicationKept() {
  const registration = await navigator.serviceWorker?.getRegistration("/tablet/");
  const names = (await globalThis.caches?.keys()) ?? []; // a page without https has none
  return Boolean(registration?.active) && names.some((name) => name.startsWith("tablet-"));
}

async function diskWorks(store) {
  try {
    const written = String(Math.random());
    await store.keep({ trial: written });
    return (await store.get("trial")) === written;
  } catch {
    return false;
  }
}

/** Three scans of any passes of this list; they enter no ledger. */
async function practise(hall, server, stopped, report) {
  if (stopped.aborted) return;
  const video = byId("rehearsal").querySelector("video");
  const enough = new AbortController();
  let count = 0;
  stopped.addEventListener("abort", () => enough.abort());
  byId("rehearsal-skip").onclick = () => enough.abort();
  byId("rehearsal-stage").hidden = false;
  report("scans", false, { count, all: SCANS });
  try {
    await readPasses(video, server, enough.signal, async (text) => {
      const { finding, person } = await look(hall, text);
      const known = Boolean(person);
      play(known ? "good" : "bad");
      byId("rehearsal-seen").textContent = known ? person.name : say(`scan-${finding}`);
      if (known) report("scans", (count += 1) >= SCANS, { count, all: SCANS });
      if (count >= SCANS) enough.abort();
    });
    report("camera", true);
  } catch (error) {
    report("camera", false);
    byId("rehearsal-seen").textContent = say(cameraTrouble(error));
  }
  byId("rehearsal-stage").hidden = true;
}

function show(results) {
  byId("rehearsal-results").replaceChildren(
    ...[...results].map(([name, { good, values }]) => {
      const line = copyOf("check");
      line.dataset.good = String(good);
      line.querySelector(".sign-of").textContent = good === null ? "–" : good ? "✓" : "!";
      line.querySelector(".words").textContent = say(`check-${name}-${good === null ? "untold" : good ? "good" : "bad"}`, values);
      return line;
    }),
  );
}

const allGood = (results) => [...results.values()].every(({ good }) => good !== false);

function conclude(results) {
  const good = allGood(results);
  const card = byId("rehearsal-card");
  card.className = `card ${good ? "good" : "warn"}`;
  card.querySelector("h3").textContent = say(good ? "rehearsal-good" : "rehearsal-bad");
  card.querySelector("p").textContent = say(good ? "rehearsal-good-more" : "rehearsal-bad-more");
  card.hidden = false;
  card.focus();
}
