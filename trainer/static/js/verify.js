// The page /verify: camera and file beside the typed code. Cached by the service worker, it also works offline.

import { readFirstCode } from "./camera.js";
import { inspectFile } from "./file.js";
import { installWorkers, addSealToLanguageLinks } from "./issuer.js";
import { buildVerdictLink, parseLink } from "./link.js";
import { showVerdictForAddress, isSealedByIssuer } from "./offline.js";
import { showSentence } from "./sentences.js";

const ADDRESS = /https?:\/\/[^/#]+\/v\/[^/#?]+/i;

/** Open the verdict on a scanned certificate of this issuer: its host is the printed one, or its seal is genuine. */
async function openVerdict(text) {
  const link = parseLink(text);
  const { host, code } = link;
  if (!host || !(code || ADDRESS.test(text))) return showSentence("not-ours");
  const printedHost = document.getElementById("result").dataset.host;
  if (host !== printedHost && !(await isSealedByIssuer(text))) return showSentence("other-site", { values: { host } });
  return location.assign(buildVerdictLink(code || "-", link));
}

/** Return the name of the sentence for a failed scan: the camera failed, or the server did not answer. */
function describeScanError(error) {
  if (error.name === "NotAllowedError") return "camera-refused";
  return error instanceof DOMException ? "no-camera" : "no-answer";
}

function prepareCamera() {
  const [button, stop, stage, photo] = ["camera", "stop", "stage", "photo-form"].map((id) => document.getElementById(id));
  if (!navigator.mediaDevices?.getUserMedia) return;
  photo.hidden = true;
  button.hidden = false;
  button.addEventListener("click", async () => {
    const abort = new AbortController();
    stop.onclick = () => abort.abort();
    [button.hidden, stage.hidden] = [true, false];
    try {
      const text = await readFirstCode(stage.querySelector("video"), abort.signal);
      if (text) await openVerdict(text);
    } catch (error) {
      photo.hidden = false;
      showSentence(describeScanError(error));
    } finally {
      [button.hidden, stage.hidden] = [false, true];
    }
  });
}

function prepareFile() {
  const [card, field] = ["drop", "file"].map((id) => document.getElementById(id));
  if (!globalThis.crypto?.subtle) return;
  card.hidden = false;
  field.addEventListener("change", () => field.files[0] && inspectFile(field.files[0]));
  card.addEventListener("dragover", (event) => event.preventDefault());
  card.addEventListener("drop", (event) => {
    event.preventDefault();
    if (event.dataTransfer.files[0]) inspectFile(event.dataTransfer.files[0]);
  });
}

prepareCamera();
prepareFile();
addSealToLanguageLinks();
await showVerdictForAddress();
await installWorkers();
document.documentElement.dataset.ready = "";
