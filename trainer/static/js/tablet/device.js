// "This tablet": how it stands with the server, what it holds, and what can be done about it.

import { byId, download, open } from "./page.js";
import { knows, language, momentOf, say } from "./words.js";

const FAR = 60_000; // milliseconds of the clock's error that are worth a word

/** How the tablet stands, in a few words, and how worried one should be. */
export function standOf({ queue, link, kept }) {
  const { unsent, refused } = queue; // what was refused is told until somebody here says that the organizer has it
  const parts = [];
  if (unsent > 0) parts.push(say("unsent", { count: unsent }));
  if (refused.length > 0) parts.push(say("refused", { count: refused.length }));
  if (["offline", "trouble", "cut", "unknown", "revoked"].includes(link.state)) parts.push(say(`link-${link.state}`));
  const idle = parts.length === 0 && link.state !== "ok" && !kept.token; // one that is not paired looks for nothing
  if (parts.length === 0) parts.push(say(link.state === "ok" ? "all-sent" : idle ? "device" : "link-starting"));
  const calm = unsent === 0 && refused.length === 0 && link.state === "ok";
  return { words: parts.join(" · "), tone: calm ? "good" : refused.length > 0 ? "bad" : idle ? "" : "warn" };
}

/** Everything that was not sent, as the organizer's desk takes it in. */
export function exported({ queue, kept }) {
  return { format: "trainer-tablet-queue", device: kept.device?.id ?? null, name: kept.device?.name ?? "", time: new Date().toISOString(), items: queue.all };
}

/** Hand the queue over as a file. */
export function saveQueue(hall) {
  const stamp = new Date().toISOString().slice(0, 16).replace(/[:T]/g, "-");
  download(`tablet-${hall.kept.device?.id ?? "x"}-${stamp}.json`, exported(hall));
  hall.handOver();
}

/** Prepare the page of this tablet: `todo` has a function for each of its buttons, `spoken` is told of another language. */
export function prepareDevice(hall, clock, todo, spoken) {
  for (const [name, action] of Object.entries(todo)) byId(`device-${name}`).addEventListener("click", () => action());
  byId("device-export").addEventListener("click", () => saveQueue(hall));
  byId("device-let-go").addEventListener("click", () => (byId("device-send").focus(), hall.letGo()));
  const refresh = () => byId("device").open && fill(hall, clock);
  for (const button of document.querySelectorAll("[data-language]")) button.addEventListener("click", () => (spoken(button.dataset.language), refresh()));
  for (const name of ["queue", "link", "people"]) hall.addEventListener(name, refresh);
}

/** Open it. */
export function showDevice(hall, clock) {
  fill(hall, clock);
  return open(byId("device"));
}

async function fill(hall, clock) {
  const { kept, queue, link } = hall;
  const time = (moment) => (moment ? momentOf(moment) : "–");
  const held = await navigator.storage?.persisted?.();
  const facts = {
    name: kept.device?.name ?? "–",
    unsent: queue.unsent,
    refused: queue.refused.length,
    sync: time(link.at),
    roster: time(kept.roster_at),
    storage: say(held ? "storage-kept" : "storage-may-go"),
    clock: clock.skew === null ? "–" : Math.abs(clock.skew) < FAR ? say("clock-right") : say("clock-wrong", { seconds: Math.round(Math.abs(clock.skew) / 1000) }),
    rehearsed: kept.rehearsed ? `${momentOf(kept.rehearsed.at)} · ${say(kept.rehearsed.good ? "rehearsal-good" : "rehearsal-bad")}` : "–",
    version: document.documentElement.dataset.version,
  };
  for (const [name, value] of Object.entries(facts)) byId("device").querySelector(`[data-fact="${name}"]`).textContent = value;
  const refused = byId("device-refused");
  refused.hidden = queue.refused.length === 0;
  refused.querySelector("ul").replaceChildren(...queue.refused.map((item) => lineOf(hall, item)));
  byId("device-let-go").hidden = queue.held.length > 0;
  byId("device-export").disabled = queue.all.length === 0;
  for (const button of document.querySelectorAll("[data-language]")) button.setAttribute("aria-pressed", String(button.dataset.language === language()));
}

/** One item that the server did not accept, in words: what it is, for whom, why, whether the organizer has it as a file. */
function lineOf({ roster }, { kind, refused, handed, ...item }) {
  const what = say({ mark: "mark", signature: "sign-heading" }[kind] ?? "walk-in-heading");
  const person = kind === "walk_in" ? `${item.surname} ${item.given_name}` : (roster.person(roster.nameOf(item.person))?.name ?? "–");
  const reason = say(knows(`reason-${refused}`) ? `reason-${refused}` : "reason-malformed");
  const words = [`${what}: ${person}. ${reason}`, handed ? say("handed") : ""];
  return Object.assign(document.createElement("li"), { textContent: words.filter(Boolean).join(" · ") });
}
