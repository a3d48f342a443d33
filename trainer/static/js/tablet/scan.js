// Scanning passes one after another: sound, colour and words for each.

import { texts } from "../camera.js";
import { byId, open } from "./page.js";
import { look } from "./passes.js";
import { play, wakeSound } from "./sound.js";
import { give, undo } from "./marking.js";
import { clockTime, inLanguage, say } from "./words.js";

const GONE = 1200; // milliseconds without a code after which the same one counts as shown again
const SOUNDS = { fresh: "good", again: "again" };
const TONES = { fresh: "good", again: "warn", question: "warn" };

/** Read passes until the signal; `seen` is told of each, once for each time that it is held before the camera. */
export async function readPasses(video, server, stopped, seen) {
  let [last, at] = ["", 0];
  for await (const text of texts(video, stopped, (picture) => server.read(picture).catch(() => ""))) {
    const known = text === last && performance.now() - at < GONE;
    [last, at] = [text, performance.now()];
    if (!known) await seen(text);
  }
}

/** Why the camera can't be used, as the name of a sentence. */
export const cameraTrouble = (error) => (error.name === "NotAllowedError" ? "camera-refused" : "no-camera");

/** Open the camera and mark whoever's pass is shown. */
export async function scan(hall, server) {
  const dialog = byId("scan");
  const stopped = new AbortController();
  let shown = null;
  show("scan-ready", "");
  wakeSound();
  byId("scan-late").onclick = () => shown && give(shown, hall.session, "late").then(() => show("late", "good", shown.name));
  byId("scan-undo").onclick = async () => {
    await undo();
    show("scan-ready", "");
  };
  open(dialog).then(() => stopped.abort());
  try {
    await readPasses(dialog.querySelector("video"), server, stopped.signal, async (text) => {
      shown = await admit(hall, text);
    });
  } catch (error) {
    show(cameraTrouble(error), "warn");
  }
}

/** Mark the person whose pass this is, and say so; gives the person where one was marked. */
async function admit(hall, text) {
  const { finding, person, at, claims } = await look(hall, text);
  play(SOUNDS[finding] ?? "bad");
  const values = {
    again: () => ({ time: clockTime(at) }),
    question: () => ({ claims: claims.map((claim) => say(claim)).join(" / ") }),
    elsewhere: () => ({ seminar: inLanguage(hall.roster.seminar(person.seminar).title) }),
  };
  show(`scan-${finding}`, TONES[finding] ?? "bad", person?.name, values[finding]?.());
  if (finding !== "fresh") return null;
  await give(person, hall.session, "present", "scan");
  return person;
}

function show(sentence, tone, name = "", values = {}) {
  const card = byId("scanned");
  card.dataset.tone = tone;
  card.querySelector("h3").textContent = name;
  card.querySelector("p").textContent = say(sentence, values);
  byId("scan-late").hidden = byId("scan-undo").hidden = sentence !== "scan-fresh";
}
