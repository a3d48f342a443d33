// Entry point of the tablet application: creates the parts and connects them.

import { readFirstCode } from "../camera.js";
import { Clock } from "./clock.js";
import { prepareDeviceDialog, saveQueueFile, openDeviceDialog, describeStatus } from "./device.js";
import { TabletState } from "./state.js";
import { waitForOnlyTab, installApplication } from "./install.js";
import { clearSearch, prepareList, renderList } from "./list.js";
import { prepareMarking, markNextStatus, getAnnouncedMark } from "./marking.js";
import { byId } from "./page.js";
import { openPersonDialog } from "./person.js";
import { runRehearsal } from "./rehearsal.js";
import { describeCameraError, openScanDialog } from "./scan.js";
import { Server } from "./server.js";
import { prepareSessions, renderChosenSession } from "./sessions.js";
import { openSignatureDialog } from "./sign.js";
import { openStore } from "./store.js";
import { Sync } from "./sync.js";
import { openWalkInDialog } from "./walkin.js";
import { getLanguage, translate, setLanguage } from "./words.js";

const PAIRING_ADDRESS = /\/tablet\/pair\/([A-Z2-7]{26})$/;

const applicationReady = installApplication().catch(() => false);
const store = await openStore().catch((error) => {
  showInsteadOfList("no-store");
  throw error;
});
setLanguage((await store.getValue("language")) ?? getLanguage());
const [server, clock] = [new Server(), new Clock()];
const tablet = new TabletState(store, clock);
await waitForOnlyTab(() => showInsteadOfList("other-tab"));

const sync = new Sync(tablet, server, clock);

prepareList(tablet, { onTap: markNextStatus, onMore: (person) => openPersonDialog(tablet, person) });
prepareMarking(tablet);
prepareSessions(tablet);
const startRehearsal = () => (byId("device").close(), runRehearsal({ tablet, server, clock, sync }));
prepareDeviceDialog(tablet, clock, { rehearse: startRehearsal, send: () => sync.restart() }, changeLanguage);
for (const [id, action] of Object.entries({
  state: () => openDeviceDialog(tablet, clock),
  "scan-open": () => openScanDialog(tablet, server),
  "walk-in-open": () => openWalkInDialog(tablet),
  "sign-last": () => openSignatureDialog(tablet, getAnnouncedMark().person, getAnnouncedMark().session),
  clear: () => (clearSearch(), byId("search").focus()),
  "instead-pair": pairByCamera,
  "instead-export": () => saveQueueFile(tablet),
  "instead-let-go": () => tablet.discardHandedOver(),
}))
  byId(id).addEventListener("click", action);
for (const name of ["queue", "link", "people"]) tablet.addEventListener(name, showStatus);
tablet.addEventListener("queue", () => tablet.queue.waitingCount > 0 && sync.scheduleSoon());

await tablet.load();
await tablet.forgetPastSeminars();
server.token = tablet.stored.token ?? null;
if (server.token) navigator.storage?.persist?.();
showStatus();
sync.runNow();
if (await applicationReady) document.documentElement.dataset.ready = "";

/** Show the page in another language and remember the choice. */
function changeLanguage(code) {
  setLanguage(code);
  renderList();
  renderChosenSession(tablet);
  showStatus();
  return store.setValues({ language: code });
}

/** Show the status of the connection; where there is no list, show a sentence in its place. */
function showStatus() {
  const { words, tone } = describeStatus(tablet);
  byId("state-words").textContent = words;
  byId("state").dataset.tone = tone;
  const lost = ["revoked", "unknown"].includes(tablet.link.state) ? tablet.link.state : null;
  const missing = tablet.session ? null : tablet.stored.token ? (tablet.stored.roster_at ? "no-seminars" : tablet.link.state === "offline" ? "no-roster" : "loading") : "unpaired";
  if (lost === "unknown" && tablet.session) return showInsteadOfList(null); // the list still works; the status says what is wrong
  return showInsteadOfList(lost ?? missing, tablet.queue.itemsToHandOver);
}

/** Show a sentence in place of the list, with what can be done about the items still in the queue; null shows the list again. */
function showInsteadOfList(sentence, queued = []) {
  byId("attendance").hidden = sentence !== null;
  document.body.classList.toggle("instead", sentence !== null);
  byId("instead").hidden = sentence === null;
  if (!sentence) return;
  byId("instead-heading").textContent = translate(sentence);
  const count = queued.length;
  const withItems = { unpaired: "unknown-more", revoked: "revoked-left" }[sentence]; // items of an earlier pairing are sent by the next one, or saved as a file
  byId("instead-more").textContent = translate(count > 0 && withItems ? withItems : `${sentence}-more`, { count });
  byId("instead-pair").hidden = !["unpaired", "revoked", "unknown"].includes(sentence) || !navigator.mediaDevices;
  byId("instead-export").hidden = count === 0;
  byId("instead-let-go").hidden = count === 0 || Boolean(tablet.stored.token) || queued.some(({ handed }) => !handed);
  byId("instead-pair").classList.toggle("second", sentence === "revoked" && count > 0);
  byId("instead-export").classList.toggle("second", sentence !== "revoked");
}

/** Scan the pairing code inside the installed application, which the camera app of the tablet can't open. */
async function pairByCamera() {
  const stage = byId("instead-stage");
  stage.hidden = false;
  try {
    const code = PAIRING_ADDRESS.exec(await readFirstCode(stage))?.[1];
    if (code) return location.assign(`/tablet/pair/${code}`);
    byId("instead-more").textContent = translate("pair-unknown");
  } catch (error) {
    byId("instead-more").textContent = translate(describeCameraError(error));
  }
  stage.hidden = true;
  return undefined;
}
