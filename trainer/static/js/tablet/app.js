// The tablet's application: joins the parts.

import { watch } from "../camera.js";
import { Clock } from "./clock.js";
import { prepareDevice, saveQueue, showDevice, standOf } from "./device.js";
import { Hall } from "./hall.js";
import { beTheOnlyTab, keepApplication } from "./install.js";
import { clearSearch, prepareList, render } from "./list.js";
import { prepareMarking, tap, whomTold } from "./marking.js";
import { byId } from "./page.js";
import { showPerson } from "./person.js";
import { rehearse } from "./rehearsal.js";
import { cameraTrouble, scan } from "./scan.js";
import { Server } from "./server.js";
import { prepareSessions, showSession } from "./sessions.js";
import { sign } from "./sign.js";
import { openStore } from "./store.js";
import { Sync } from "./sync.js";
import { takeWalkIn } from "./walkin.js";
import { language, say, speak } from "./words.js";

const PAIRING = /\/tablet\/pair\/([A-Z2-7]{26})$/;

const application = keepApplication().catch(() => false);
const store = await openStore().catch((error) => {
  instead("no-store");
  throw error;
});
speak((await store.get("language")) ?? language());
const [server, clock] = [new Server(), new Clock()];
const hall = new Hall(store, clock);
await beTheOnlyTab(() => instead("other-tab"));

const sync = new Sync(hall, server, clock);

prepareList(hall, { tapped: tap, asked: (person) => showPerson(hall, person) });
prepareMarking(hall);
prepareSessions(hall);
const rehearsal = () => (byId("device").close(), rehearse({ hall, server, clock, sync }));
prepareDevice(hall, clock, { rehearse: rehearsal, send: () => sync.anew() }, speakFromNowOn);
for (const [id, action] of Object.entries({
  state: () => showDevice(hall, clock),
  "scan-open": () => scan(hall, server),
  "walk-in-open": () => takeWalkIn(hall),
  "sign-last": () => sign(hall, whomTold().person, whomTold().session),
  clear: () => (clearSearch(), byId("search").focus()),
  "instead-pair": pairByCamera,
  "instead-export": () => saveQueue(hall),
  "instead-let-go": () => hall.letGo(),
}))
  byId(id).addEventListener("click", action);
for (const name of ["queue", "link", "people"]) hall.addEventListener(name, showStand);
hall.addEventListener("queue", () => hall.queue.waiting > 0 && sync.soon());

await hall.load();
await hall.forgetPast();
server.token = hall.kept.token ?? null;
if (server.token) navigator.storage?.persist?.();
showStand();
sync.now();
if (await application) document.documentElement.dataset.ready = "";

/** Show everything in another language, now and later. */
function speakFromNowOn(wanted) {
  speak(wanted);
  render();
  showSession(hall);
  showStand();
  return store.keep({ language: wanted });
}

/** Show how things stand; in place of the list a sentence, where there is no list. */
function showStand() {
  const { words, tone } = standOf(hall);
  byId("state-words").textContent = words;
  byId("state").dataset.tone = tone;
  const lost = ["revoked", "unknown"].includes(hall.link.state) ? hall.link.state : null;
  const missing = hall.session ? null : hall.kept.token ? (hall.kept.roster_at ? "no-seminars" : hall.link.state === "offline" ? "no-roster" : "loading") : "unpaired";
  if (lost === "unknown" && hall.session) return instead(null); // the list works on; the state says what is wrong
  return instead(lost ?? missing, hall.queue.all);
}

/** Say something in place of the list, and what can be done with what the tablet still holds. */
function instead(sentence, held = []) {
  byId("hall").hidden = sentence !== null;
  document.body.classList.toggle("instead", sentence !== null);
  byId("instead").hidden = sentence === null;
  if (!sentence) return;
  byId("instead-heading").textContent = say(sentence);
  const count = held.length;
  const left = { unpaired: "unknown-more", revoked: "revoked-left" }[sentence]; // what an earlier pairing left goes with the next one, or as a file
  byId("instead-more").textContent = say(count > 0 && left ? left : `${sentence}-more`, { count });
  byId("instead-pair").hidden = !["unpaired", "revoked", "unknown"].includes(sentence) || !navigator.mediaDevices;
  byId("instead-export").hidden = count === 0;
  byId("instead-let-go").hidden = count === 0 || Boolean(hall.kept.token) || held.some(({ handed }) => !handed);
  byId("instead-pair").classList.toggle("second", sentence === "revoked" && count > 0);
  byId("instead-export").classList.toggle("second", sentence !== "revoked");
}

/** Read the organizer's pairing code from inside the application, where that is not the browser that a camera opens. */
async function pairByCamera() {
  const stage = byId("instead-stage");
  stage.hidden = false;
  try {
    const code = PAIRING.exec(await watch(stage))?.[1];
    if (code) return location.assign(`/tablet/pair/${code}`);
    byId("instead-more").textContent = say("pair-unknown");
  } catch (error) {
    byId("instead-more").textContent = say(cameraTrouble(error));
  }
  stage.hidden = true;
  return undefined;
}
