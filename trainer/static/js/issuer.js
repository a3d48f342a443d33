// What the browser knows of the issuer: the keys and the list of withdrawn certificates; the worker keeps both for later.

import { sha256 } from "./code.js";
import { importKeys } from "./seal.js";

/** Whether this browser, at this address, can check a seal (https, or this machine, and a browser that knows Ed25519). */
export async function canCheck() {
  if (!globalThis.crypto?.subtle) return false;
  try {
    await crypto.subtle.importKey("raw", new Uint8Array(32).fill(1), "Ed25519", false, ["verify"]);
    return true;
  } catch {
    return false;
  }
}

/** The issuer's public keys; throws where there are none to be had. */
export async function issuerKeys() {
  const keys = await importKeys(await (await fetch("/.well-known/jwks.json", { cache: "no-cache" })).json());
  if (!keys.size) throw new Error("no keys");
  return keys;
}

/** Since when the list of withdrawn certificates is what it is, and the state of a code in it: revoked, replaced or "". */
export async function withdrawal(code) {
  const { made_at, withdrawn } = await (await fetch("/verify/withdrawn.json")).json();
  return { asOf: made_at, state: withdrawn[await sha256(code)] ?? "" };
}

/** Whether a fragment stands behind the address that is no place of this page: a seal, or what somebody put in its stead. */
export const hasSeal = () => location.hash.length > 1 && !document.getElementById(location.hash.slice(1));

/** Let the links to the other languages lead to the same paper: a seal is checked in every language. */
export function keepSealInLanguages() {
  if (!hasSeal()) return;
  const { pathname, hash } = location;
  for (const link of document.querySelectorAll(".languages a")) Object.assign(link, { pathname, hash });
}

/** Let the verifier's pages work without a network from now on, in browsers that keep anything. */
export async function keepForLater() {
  if (navigator.serviceWorker) await Promise.allSettled(["/v", "/V"].map(keep));
}

/** Wait until the worker speaks for a part of the site. */
async function keep(scope) {
  const { installing, waiting, active } = await navigator.serviceWorker.register("/verification-worker.js", { scope });
  const worker = installing ?? waiting ?? active;
  while (!["activated", "redundant"].includes(worker.state)) {
    await new Promise((resolve) => worker.addEventListener("statechange", resolve, { once: true }));
  }
}
