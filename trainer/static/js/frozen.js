// The verifier's page of a frozen site: the register of hashes answers, in place of the server that is gone.

import { watch } from "./camera.js";
import { sha256 } from "./code.js";
import { textIn } from "./file.js";
import { hasSeal, issuerKeys } from "./issuer.js";
import { codeIn, unseal } from "./seal.js";
import { dayOf, show } from "./sentences.js";

const register = await (await fetch("/register.json")).json();
const byCode = new Map(register.certificates.map((each) => [each.code_sha256, each]));
const byFile = new Map(register.certificates.map((each) => [each.pdf_sha256, each]));
const values = { since: dayOf(register.made_at) };

/** Answer for what a QR says, or for a code alone: without a seal there is nothing to compare a paper with. */
async function answer(text) {
  const [address, seal = ""] = text.split("#");
  const code = codeIn(address);
  if (!code) return show("mistyped");
  for (const link of document.querySelectorAll(".languages a")) Object.assign(link, { search: `?code=${code}`, hash: seal });
  const sealed = seal ? await unseal(text, await issuerKeys()) : { genuine: true, facts: null };
  if (!sealed.genuine) return show("forged");
  const entry = byCode.get(await sha256(code));
  const state = entry ? standing(entry) : "unknown";
  const valid = sealed.facts ? "in-register" : "issued";
  return show(state === "valid" ? valid : state, { facts: sealed.facts, values, specimen: entry?.specimen });
}

/** Where an entry of the register stands. */
function standing({ state, expires_at: end }) {
  return state === "valid" && end !== null && end * 1000 <= Date.now() ? "expired" : state;
}

async function inspect(file) {
  const entry = byFile.get(await sha256(await file.arrayBuffer()));
  if (entry) {
    const state = standing(entry);
    return show(state === "valid" ? "file-known" : `file-${state}`, { values, specimen: entry.specimen });
  }
  const code = codeIn((await textIn(file)).split("#")[0]);
  return show(code && byCode.has(await sha256(code)) ? "file-changed" : "file-unknown");
}

document.getElementById("typed").addEventListener("submit", (event) => {
  event.preventDefault();
  answer(document.getElementById("code").value);
});
document.getElementById("file").addEventListener("change", ({ target }) => target.files[0] && inspect(target.files[0]));
const card = document.getElementById("drop");
card.addEventListener("dragover", (event) => event.preventDefault());
card.addEventListener("drop", (event) => {
  event.preventDefault();
  if (event.dataTransfer.files[0]) inspect(event.dataTransfer.files[0]);
});
document.getElementById("camera").addEventListener("click", async () => {
  const stage = document.getElementById("stage");
  stage.hidden = false;
  try {
    await answer(await watch(stage.querySelector("video")));
  } catch (error) {
    show(error.name === "NotAllowedError" ? "camera-refused" : "no-camera");
  } finally {
    stage.hidden = true;
  }
});
const asked = /^\/v\//i.test(location.pathname) ? location.pathname : new URLSearchParams(location.search).get("code");
if (asked) await answer(hasSeal() ? asked + location.hash : asked);
addEventListener("hashchange", () => hasSeal() && location.reload());
document.documentElement.dataset.ready = "";
