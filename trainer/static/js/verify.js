// The page /verify: camera and file beside the code that is typed; kept by the worker, it also answers without a network.

import { watch } from "./camera.js";
import { inspect } from "./file.js";
import { keepForLater, keepSealInLanguages } from "./issuer.js";
import { answerForAddress, isOurs } from "./offline.js";
import { show } from "./sentences.js";

const ADDRESS = /^https?:\/\/([^/]+)\/v\/([^/#?]+)\/?(#[A-Z2-7]+)?$/i;

/** Go to the verdict on a scanned certificate of this issuer: its host is the one that is printed, or the seal is its own. */
async function found(text) {
  const match = ADDRESS.exec(text.trim());
  if (!match) return show("not-ours");
  const [, host, code, seal = ""] = match;
  const printed = document.getElementById("result").dataset.host;
  if (host.toLowerCase() !== printed && !(await isOurs(text))) return show("other-site", { values: { host: host.toLowerCase() } });
  return location.assign(`/v/${code}${seal.toUpperCase()}`);
}

/** What to say of a scan that failed: at the camera, or at what was asked about the code. */
function reasonOf(error) {
  if (error.name === "NotAllowedError") return "camera-refused";
  return error instanceof DOMException ? "no-camera" : "no-answer";
}

function prepareCamera() {
  const [button, stop, stage, photo] = ["camera", "stop", "stage", "photo-form"].map((id) => document.getElementById(id));
  if (!navigator.mediaDevices?.getUserMedia) return;
  photo.hidden = true;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const stopped = new AbortController();
    stop.onclick = () => stopped.abort();
    [button.hidden, stage.hidden] = [true, false];
    try {
      const text = await watch(stage.querySelector("video"), stopped.signal);
      if (text) await found(text);
    } catch (error) {
      photo.hidden = false;
      show(reasonOf(error));
    } finally {
      [button.hidden, stage.hidden] = [false, true];
    }
  });
}

function prepareFile() {
  const [card, field] = ["drop", "file"].map((id) => document.getElementById(id));
  if (!globalThis.crypto?.subtle) return;
  card.hidden = false;
  field.addEventListener("change", () => field.files[0] && inspect(field.files[0]));
  card.addEventListener("dragover", (event) => event.preventDefault());
  card.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files[0]) inspect(event.dataTransfer.files[0]);
  });
}

prepareCamera();
prepareFile();
keepSealInLanguages();
await answerForAddress();
await keepForLater();
document.documentElement.dataset.ready = "";
