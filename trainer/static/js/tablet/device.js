// The dialog "This tablet": connection, queue, clock and storage, and the actions for them.

import { byId, downloadJson, openDialog } from "./page.js";
import { hasSentence, getLanguage, translate } from "./words.js";
import { formatMoment } from "./zone.js";

const MAX_UNMENTIONED_SKEW = 60_000; // milliseconds of clock error that are not worth mentioning

/** Return the status of the tablet in a few words, and its tone. */
export function describeStatus({ queue, link, stored }) {
  const { unsentCount, refusedItems } = queue; // refused items are counted until they are handed over and discarded
  const parts = [];
  if (unsentCount > 0) parts.push(translate("unsent", { count: unsentCount }));
  if (refusedItems.length > 0) parts.push(translate("refused", { count: refusedItems.length }));
  const undecided = stored.undecided?.length ?? 0;
  if (undecided > 0) parts.push(translate("undecided", { count: undecided }));
  if (["offline", "trouble", "cut", "unknown", "revoked"].includes(link.state)) parts.push(translate(`link-${link.state}`));
  const idle = parts.length === 0 && link.state !== "ok" && !stored.token; // an unpaired tablet does not look for a server
  if (parts.length === 0) parts.push(translate(link.state === "ok" ? "all-sent" : idle ? "device" : "link-starting"));
  const allSent = unsentCount === 0 && refusedItems.length === 0 && undecided === 0 && link.state === "ok";
  return { words: parts.join(" · "), tone: allSent ? "good" : refusedItems.length > 0 ? "bad" : idle ? "" : "warn" };
}

/** Return the whole queue in the file format that the desk imports. */
export function buildQueueFile({ queue, stored }) {
  return { format: "trainer-tablet-queue", device: stored.device?.id ?? null, name: stored.device?.name ?? "", time: new Date().toISOString(), items: queue.allItems };
}

/** Save the queue as a file and mark its items as handed over. */
export function saveQueueFile(tablet) {
  const timestamp = new Date().toISOString().slice(0, 16).replace(/[:T]/g, "-");
  downloadJson(`tablet-${tablet.stored.device?.id ?? "x"}-${timestamp}.json`, buildQueueFile(tablet));
  tablet.recordHandOver();
}

/** Prepare the dialog: `actions` has a function for each of its buttons, `onLanguage` is called with another language. */
export function prepareDeviceDialog(tablet, clock, actions, onLanguage) {
  for (const [name, action] of Object.entries(actions)) byId(`device-${name}`).addEventListener("click", () => action());
  byId("device-export").addEventListener("click", () => saveQueueFile(tablet));
  byId("device-let-go").addEventListener("click", () => (byId("device-send").focus(), tablet.discardHandedOver()));
  const refresh = () => byId("device").open && fillDeviceDialog(tablet, clock);
  for (const button of document.querySelectorAll("[data-language]")) button.addEventListener("click", () => (onLanguage(button.dataset.language), refresh()));
  for (const name of ["queue", "link", "people"]) tablet.addEventListener(name, refresh);
}

/** Open the dialog. */
export function openDeviceDialog(tablet, clock) {
  fillDeviceDialog(tablet, clock);
  return openDialog(byId("device"));
}

async function fillDeviceDialog(tablet, clock) {
  const { stored, queue, link } = tablet;
  const formatTime = (moment) => (moment ? formatMoment(moment, tablet.utcOffset) : "–");
  const isPersistent = await navigator.storage?.persisted?.();
  const facts = {
    name: stored.device?.name ?? "–",
    unsent: queue.unsentCount,
    refused: queue.refusedItems.length,
    undecided: stored.undecided?.length ?? 0,
    sync: formatTime(link.at),
    roster: formatTime(stored.roster_at),
    storage: translate(isPersistent ? "storage-kept" : "storage-may-go"),
    clock: clock.skew === null ? "–" : Math.abs(clock.skew) < MAX_UNMENTIONED_SKEW ? translate("clock-right") : translate("clock-wrong", { seconds: Math.round(Math.abs(clock.skew) / 1000) }),
    rehearsed: stored.rehearsed ? `${formatTime(stored.rehearsed.at)} · ${translate(stored.rehearsed.good ? "rehearsal-good" : "rehearsal-bad")}` : "–",
    version: document.documentElement.dataset.version,
  };
  for (const [name, value] of Object.entries(facts)) byId("device").querySelector(`[data-fact="${name}"]`).textContent = value;
  const refusedCard = byId("device-refused");
  refusedCard.hidden = queue.refusedItems.length === 0;
  refusedCard.querySelector("ul").replaceChildren(...queue.refusedItems.map((item) => buildRefusedItemLine(tablet, item)));
  byId("device-let-go").hidden = queue.itemsOnlyHere.length > 0;
  byId("device-export").disabled = queue.itemsToHandOver.length === 0;
  for (const button of document.querySelectorAll("[data-language]")) button.setAttribute("aria-pressed", String(button.dataset.language === getLanguage()));
}

/** Build the line of a refused item: kind, person, reason, and whether it was handed over as a file. */
function buildRefusedItemLine({ roster }, { kind, refused, handed, ...item }) {
  const kindText = translate({ mark: "mark", signature: "sign-heading" }[kind] ?? "walk-in-heading");
  const person = kind === "walk_in" ? [item.surname, item.given_name].filter(Boolean).join(" ") : (roster.findPerson(roster.getPersonId(item.person))?.name ?? "–");
  const reason = translate(hasSentence(`reason-${refused}`) ? `reason-${refused}` : "reason-malformed");
  const words = [`${kindText}: ${person}. ${reason}`, handed ? translate("handed") : ""];
  return Object.assign(document.createElement("li"), { textContent: words.filter(Boolean).join(" · ") });
}
