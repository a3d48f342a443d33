// Verification page of a frozen site: a static register of hashes answers in place of the server.

import { readFirstCode } from "./camera.js";
import { sha256 } from "./code.js";
import { findQrText } from "./file.js";
import { hasSeal, fetchIssuerKeys } from "./issuer.js";
import { parseLink } from "./link.js";
import { isForgery, unseal } from "./seal.js";
import { formatDay, getHeading, showSentence } from "./sentences.js";

const register = await (await fetch("/register.json")).json();
const byCode = new Map(register.certificates.map((entry) => [entry.code_sha256, entry]));
const byFile = new Map(register.certificates.map((entry) => [entry.pdf_sha256, entry]));
const values = { since: formatDay(register.made_at) };

/** Show the verdict on a link, or on a code alone (without a seal there are no facts to compare). */
async function showAnswer(text) {
  const link = parseLink(text);
  const { code: written, seal } = link;
  const hasSealPart = seal && text.includes("#");
  const sealed = hasSealPart ? await unseal(text, await fetchIssuerKeys()) : { genuine: true, reason: null, facts: null };
  const code = written || (sealed.genuine && sealed.facts?.code);
  for (const anchor of document.querySelectorAll(".languages a")) Object.assign(anchor, { search: `?code=${encodeURIComponent(code || text.split("#")[0])}`, hash: seal && seal + encodeURIComponent(link.remainder) });
  if (isForgery(sealed.reason)) return showSentence("forged");
  if (!code) return showSentence(sealed.genuine ? "mistyped" : "damaged");
  const entry = byCode.get(await sha256(code));
  const status = entry ? deriveStatus(entry) : "unknown";
  const successor = findSuccessor(entry);
  if (!sealed.genuine) return showSentence("damaged-registered", { values: { answer: getHeading(status === "valid" ? "issued" : status) }, successor });
  const validSentence = sealed.facts ? "in-register" : "issued";
  return showSentence(status === "valid" ? validSentence : status, { facts: sealed.facts, values, successor, specimen: entry?.specimen });
}

/** Return serial and status of the certificate at the end of the chain that replaces an entry; null without one. */
function findSuccessor(entry) {
  const { serial, code_sha256 } = entry?.replaced_by ?? {};
  return serial ? { serial, status: byCode.has(code_sha256) ? deriveStatus(byCode.get(code_sha256)) : "valid" } : null;
}

/** Return the status of an entry of the register today. */
function deriveStatus({ state, expires_at: end }) {
  return state === "valid" && end !== null && end * 1000 <= Date.now() ? "expired" : state;
}

async function inspectRegisteredFile(file) {
  const entry = byFile.get(await sha256(await file.arrayBuffer()));
  if (entry) {
    const status = deriveStatus(entry);
    return showSentence(status === "valid" ? "file-known" : `file-${status}`, { values, successor: findSuccessor(entry), specimen: entry.specimen });
  }
  const code = parseLink(await findQrText(file)).code;
  return showSentence(code && byCode.has(await sha256(code)) ? "file-changed" : "file-unknown");
}

document.getElementById("typed").addEventListener("submit", (event) => {
  event.preventDefault();
  showAnswer(document.getElementById("code").value);
});
document.getElementById("file").addEventListener("change", ({ target }) => target.files[0] && inspectRegisteredFile(target.files[0]));
const card = document.getElementById("drop");
card.addEventListener("dragover", (event) => event.preventDefault());
card.addEventListener("drop", (event) => {
  event.preventDefault();
  if (event.dataTransfer.files[0]) inspectRegisteredFile(event.dataTransfer.files[0]);
});
document.getElementById("camera").addEventListener("click", async () => {
  const stage = document.getElementById("stage");
  stage.hidden = false;
  try {
    await showAnswer(await readFirstCode(stage.querySelector("video")));
  } catch (error) {
    showSentence(error.name === "NotAllowedError" ? "camera-refused" : "no-camera");
  } finally {
    stage.hidden = true;
  }
});
const requestedCode = /^\/v\//i.test(location.pathname) ? location.pathname : new URLSearchParams(location.search).get("code");
if (requestedCode) await showAnswer(hasSeal() ? requestedCode + location.hash : requestedCode);
addEventListener("hashchange", () => hasSeal() && location.reload());
document.documentElement.dataset.ready = "";
