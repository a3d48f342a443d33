// Scans passes one after another, with sound, colour and words for each.

import { readCodes } from "../camera.js";
import { byId, openDialog } from "./page.js";
import { checkPass } from "./passes.js";
import { playTune, enableSound } from "./sound.js";
import { markStatus, undoLastMark } from "./marking.js";
import { pickTranslation, translate } from "./words.js";
import { formatClockTime } from "./zone.js";

const REPEAT_AFTER = 1200; // milliseconds out of sight after which the same code counts as shown again
const SOUNDS = { fresh: "good", again: "again" };
const TONES = { fresh: "good", again: "warn", question: "warn" };

/** Read codes until the signal; `onCode` is called once for each time that a code is held before the camera. */
export async function readPasses(video, server, stopSignal, onCode) {
  let [lastText, lastSeenAt] = ["", 0];
  for await (const text of readCodes(video, stopSignal, (picture) => server.readCode(picture).catch(() => ""))) {
    const isRepeated = text === lastText && performance.now() - lastSeenAt < REPEAT_AFTER;
    [lastText, lastSeenAt] = [text, performance.now()];
    if (!isRepeated) await onCode(text);
  }
}

/** Return the name of the sentence that says why the camera can't be used. */
export const describeCameraError = (error) => (error.name === "NotAllowedError" ? "camera-refused" : "no-camera");

/** Open the camera and mark everybody whose pass is shown, until the dialog is closed. */
export async function openScanDialog(tablet, server) {
  const dialog = byId("scan");
  const stop = new AbortController();
  let markedPerson = null;
  showScanResult("scan-ready", "");
  enableSound();
  byId("scan-late").onclick = () => markedPerson && markStatus(markedPerson, tablet.session, "late").then(() => showScanResult("late", "good", markedPerson.name));
  byId("scan-undo").onclick = async () => {
    await undoLastMark();
    showScanResult("scan-ready", "");
  };
  openDialog(dialog).then(() => stop.abort());
  try {
    await readPasses(dialog.querySelector("video"), server, stop.signal, async (text) => {
      markedPerson = await markScannedPass(tablet, text);
    });
  } catch (error) {
    showScanResult(describeCameraError(error), "warn");
  }
}

/** Mark the person of a scanned pass and show the result; return the person if one was marked, else null. */
async function markScannedPass(tablet, text) {
  const { finding, person, at, statuses } = await checkPass(tablet, text);
  playTune(SOUNDS[finding] ?? "bad");
  const values = {
    again: () => ({ time: formatClockTime(at, tablet.utcOffset) }),
    question: () => ({ claims: statuses.map((name) => translate(name)).join(" / ") }),
    elsewhere: () => ({ seminar: pickTranslation(tablet.roster.findSeminar(person.seminar).title) }),
  };
  showScanResult(`scan-${finding}`, TONES[finding] ?? "bad", person?.name, values[finding]?.());
  if (finding !== "fresh") return null;
  await markStatus(person, tablet.session, "present", "scan");
  return person;
}

function showScanResult(sentence, tone, name = "", values = {}) {
  const card = byId("scanned");
  card.dataset.tone = tone;
  card.querySelector("h3").textContent = name;
  card.querySelector("p").textContent = translate(sentence, values);
  byId("scan-late").hidden = byId("scan-undo").hidden = sentence !== "scan-fresh";
}
