// Offline rehearsal: cuts the network inside the application and checks everything that the event will need.

import { describeCameraError, readPasses } from "./scan.js";
import { byId, cloneTemplate, openDialog } from "./page.js";
import { checkPass } from "./passes.js";
import { playTune, enableSound } from "./sound.js";
import { translate } from "./words.js";
import { formatMoment } from "./zone.js";

const REQUIRED_SCANS = 3;
const MAX_ROSTER_AGE = 24 * 3600_000; // milliseconds
const MAX_SKEW = 60_000; // milliseconds
const MIN_BATTERY_LEVEL = 0.5; // unless the battery is charging

/** Run all checks and show the results; the network is restored afterwards. Practice scans mark nobody. */
export async function runRehearsal({ tablet, server, clock, sync }) {
  const stop = new AbortController();
  const closed = openDialog(byId("rehearsal")).then((returnValue) => (stop.abort(), returnValue));
  const results = new Map();
  const report = (name, good, values) => {
    results.set(name, { good, values });
    if (!stop.signal.aborted) showResults(results);
  };
  byId("rehearsal-card").hidden = true;
  enableSound();
  showResults(results);
  report("network", await isServerReachable(server, clock));
  report("clock", clock.skew === null ? false : Math.abs(clock.skew) < MAX_SKEW, { seconds: Math.round(Math.abs(clock.skew ?? 0) / 1000) });
  if (stop.signal.aborted) return;
  server.isCut = true;
  tablet.setLinkState("cut");
  try {
    report("kept", await isApplicationCached());
    report("roster", Date.now() - Date.parse(tablet.stored.roster_at) < MAX_ROSTER_AGE && tablet.session !== null, { time: formatMoment(tablet.stored.roster_at ?? 0, tablet.utcOffset) });
    report("disk", await isDiskWritable(tablet.store));
    report("storage", await navigator.storage?.persisted?.() ?? false);
    const battery = await navigator.getBattery?.().catch(() => null);
    report("battery", battery ? battery.charging || battery.level >= MIN_BATTERY_LEVEL : null, { percent: battery ? Math.round(battery.level * 100) : 0 });
    await practiseScans(tablet, server, stop.signal, report);
  } finally {
    server.isCut = false;
    sync.restart();
  }
  if (stop.signal.aborted) return;
  showConclusion(results);
  await tablet.recordRehearsal(areAllGood(results));
  byId("rehearsal-again").onclick = () => byId("rehearsal").close("again");
  if ((await closed) === "again") await runRehearsal({ tablet, server, clock, sync });
}

async function isServerReachable(server, clock) {
  try {
    await clock.measure(server);
    return true;
  } catch {
    return false;
  }
}

/** Whether the service worker is active and has cached the application. */
async function isApplicationCached() {
  const registration = await navigator.serviceWorker?.getRegistration("/tablet/");
  const names = (await globalThis.caches?.keys()) ?? []; // a page without https has none
  return Boolean(registration?.active) && names.some((name) => name.startsWith("tablet-"));
}

async function isDiskWritable(store) {
  try {
    const value = String(Math.random());
    await store.setValues({ trial: value });
    return (await store.getValue("trial")) === value;
  } catch {
    return false;
  }
}

/** Scan three passes of this list; nobody is marked. */
async function practiseScans(tablet, server, stopSignal, report) {
  if (stopSignal.aborted) return;
  const video = byId("rehearsal").querySelector("video");
  const finish = new AbortController();
  let count = 0;
  stopSignal.addEventListener("abort", () => finish.abort());
  byId("rehearsal-skip").onclick = () => finish.abort();
  byId("rehearsal-stage").hidden = false;
  report("scans", false, { count, all: REQUIRED_SCANS });
  try {
    await readPasses(video, server, finish.signal, async (text) => {
      const { finding, person } = await checkPass(tablet, text);
      const isKnown = Boolean(person);
      playTune(isKnown ? "good" : "bad");
      byId("rehearsal-seen").textContent = isKnown ? person.name : translate(`scan-${finding}`);
      if (isKnown) report("scans", (count += 1) >= REQUIRED_SCANS, { count, all: REQUIRED_SCANS });
      if (count >= REQUIRED_SCANS) finish.abort();
    });
    report("camera", true);
  } catch (error) {
    report("camera", false);
    byId("rehearsal-seen").textContent = translate(describeCameraError(error));
  }
  byId("rehearsal-stage").hidden = true;
}

function showResults(results) {
  byId("rehearsal-results").replaceChildren(
    ...[...results].map(([name, { good, values }]) => {
      const row = cloneTemplate("check");
      row.dataset.good = String(good);
      row.querySelector(".sign-of").textContent = good === null ? "–" : good ? "✓" : "!";
      row.querySelector(".words").textContent = translate(`check-${name}-${good === null ? "untold" : good ? "good" : "bad"}`, values);
      return row;
    }),
  );
}

const areAllGood = (results) => [...results.values()].every(({ good }) => good !== false);

function showConclusion(results) {
  const good = areAllGood(results);
  const card = byId("rehearsal-card");
  card.className = `card ${good ? "good" : "warn"}`;
  card.querySelector("h3").textContent = translate(good ? "rehearsal-good" : "rehearsal-bad");
  card.querySelector("p").textContent = translate(good ? "rehearsal-good-more" : "rehearsal-bad-more");
  card.hidden = false;
  card.focus();
}
