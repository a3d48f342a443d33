// The issuer's keys and the list of revoked certificates; the service worker caches both for offline use.

import { sha256 } from "./code.js";
import { importKeys } from "./seal.js";

/** Whether seals can be checked here: needs a secure context and a browser with Ed25519. */
export async function canCheckSeals() {
  if (!globalThis.crypto?.subtle) return false;
  try {
    await crypto.subtle.importKey("raw", new Uint8Array(32).fill(1), "Ed25519", false, ["verify"]);
    return true;
  } catch {
    return false;
  }
}

/** Fetch the issuer's public keys. Throws if there are none. */
export async function fetchIssuerKeys() {
  const keys = await importKeys(await (await fetch("/.well-known/jwks.json", { cache: "no-cache" })).json());
  if (!keys.size) throw new Error("no keys");
  return keys;
}

/** Return the date of the list of revoked certificates (`asOf`), the code's status in it (revoked, replaced or "") and what replaces it. */
export async function fetchRevocation(code) {
  const { made_at, withdrawn, replaced_by: successors = {} } = await (await fetch("/verify/withdrawn.json")).json();
  const hash = await sha256(code);
  const { serial, code_sha256 } = successors[hash] ?? {};
  const successor = serial ? { serial, status: withdrawn[code_sha256] ?? "valid" } : null;
  return { asOf: made_at, status: withdrawn[hash] ?? "", successor };
}

/** Whether the address has a fragment that is not an element of this page: a seal, genuine or not. */
export const hasSeal = () => location.hash.length > 1 && !document.getElementById(location.hash.slice(1));

/** Add the seal to the links to other languages, so that it is checked there too. */
export function addSealToLanguageLinks() {
  if (!hasSeal()) return;
  const { pathname, hash } = location;
  for (const link of document.querySelectorAll(".languages a")) Object.assign(link, { pathname, hash });
}

/** Install the service worker for both spellings of the path, so that verification works offline. */
export async function installWorkers() {
  if (navigator.serviceWorker) await Promise.allSettled(["/v", "/V"].map(registerWorker));
}

/** Register the worker for a scope and wait until it is active. */
async function registerWorker(scope) {
  const { installing, waiting, active } = await navigator.serviceWorker.register("/verification-worker.js", { scope });
  const worker = installing ?? waiting ?? active;
  while (!["activated", "redundant"].includes(worker.state)) {
    await new Promise((resolve) => worker.addEventListener("statechange", resolve, { once: true }));
  }
}
