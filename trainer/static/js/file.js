// Verifies a PDF without uploading it: looks up its hash in the register and checks the QR text inside it.

import { sha256 } from "./code.js";
import { parseLink } from "./link.js";
import { showOfflineVerdict } from "./offline.js";
import { hideResult, showSentence } from "./sentences.js";

const IDENTIFIER = /<dc:identifier>(https?:\/\/[^<]{1,6000})<\/dc:identifier>/i;
const CHUNK_BYTES = 4 * 1024 * 1024;
const OVERLAP_BYTES = 8192;

let inspectionCount = 0; // number of files inspected

/** Show whether a file is an issued certificate, an altered one, or unknown; only the result of the latest file is shown. */
export async function inspectFile(file) {
  const inspection = ++inspectionCount;
  const show = (...sentence) => inspection === inspectionCount && showSentence(...sentence);
  hideResult();
  if ((await readLatin1(file, 0, 5)) !== "%PDF-") return show("not-a-pdf");
  const [text, hash] = [await findQrText(file), await sha256(await file.arrayBuffer())];
  try {
    return await compareWithRegister(text, hash, show);
  } catch {
    if (navigator.onLine) return show("no-answer");
    return text ? showOfflineVerdict(text, "file-sealed", show) : show("file-needs-network");
  }
}

/** Look up the hash, and the code inside the file if the hash is unknown; show the result. */
async function compareWithRegister(text, hash, show) {
  const file = await fetchRegisterEntry(`/verify/file/${hash}`);
  if (file) return show(`file-${file.verdict}`, { link: file.verdict_address });
  const code = parseLink(text).code;
  return code && (await fetchRegisterEntry(`/v/${code}`)) ? show("file-altered", { link: `/v/${code}` }) : show("file-unknown");
}

/** Return the register's JSON for an address; null if unknown. Throws if the register does not answer. */
async function fetchRegisterEntry(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}

/** Return the QR text in a certificate's metadata, or ""; reads in chunks, so that the page stays responsive. */
export async function findQrText(file) {
  for (let start = 0; start < file.size; start += CHUNK_BYTES) {
    const match = IDENTIFIER.exec(await readLatin1(file, start, start + CHUNK_BYTES + OVERLAP_BYTES));
    if (match) return match[1];
  }
  return "";
}

async function readLatin1(file, start, end) {
  return new TextDecoder("latin1").decode(await file.slice(start, end).arrayBuffer());
}
