// Compares the seal of the scanned certificate (the fragment of the address) with the register's facts on this page.

import { canCheckSeals, hasSeal, fetchIssuerKeys, installWorkers, addSealToLanguageLinks } from "./issuer.js";
import { buildVerdictLink, parseLink } from "./link.js";
import { isForgery, unseal } from "./seal.js";
import { showTitle } from "./sentences.js";

const verdict = document.getElementById("verdict");
const SHORTEST_CUT = 60; // characters of a title that was cut to be sealed; certificates issued earlier have up to 120

/** Return the register's facts from the page, in the form of the seal's facts. */
function readRegisterFacts() {
  const { dataset } = document.getElementById("facts");
  return { ...dataset, hours: Number(dataset.hours), held: dataset.held.split(" ").filter(Boolean) };
}

/** Return the names of the facts in which seal and register differ. */
function listDifferences(sealed, registered) {
  const isCut = [...sealed.title].length >= SHORTEST_CUT && sealed.title.endsWith("…") && registered.title.startsWith(sealed.title.slice(0, -1));
  const expected = { ...registered, title: isCut ? sealed.title : registered.title };
  return Object.keys(expected).filter((name) => String(expected[name]) !== String(sealed[name]));
}

function reveal(id) {
  document.getElementById(id).hidden = false;
}

/** Show another verdict in place of the register's on the code: its heading, its tone and its explanation. */
function replaceVerdict(name, tone) {
  verdict.className = `verdict ${tone}`;
  const [sign, heading] = document.getElementById(`${name}-heading`).content.cloneNode(true).children;
  verdict.querySelector("svg").replaceWith(sign);
  verdict.querySelector("h1").replaceChildren(heading);
  document.getElementById("advice").hidden = true;
  reveal(name);
}

/** Show that the certificate is forged; name the facts that differ. */
function showForgedVerdict(differing) {
  replaceVerdict("forged", "bad");
  for (const name of differing) document.querySelector(`[data-of~="${name}"]`)?.classList.add("differs");
}

async function compareWithRegister() {
  if (!(await canCheckSeals())) return reveal("unchecked");
  const keys = await fetchIssuerKeys().catch(() => null);
  if (!keys) return reveal("unreached");
  const { genuine, reason, facts } = await unseal(location.href, keys);
  if (reason === "empty") return null; // what social networks append is no seal
  if (isForgery(reason)) return showForgedVerdict([]);
  if (!genuine) return replaceVerdict("damaged", "warn");
  const link = parseLink(location.href);
  if (!link.code) return location.replace(buildVerdictLink(facts.code, link));
  if (!document.getElementById("facts")) return reveal("unregistered");
  const differing = listDifferences(facts, readRegisterFacts());
  return differing.length ? showForgedVerdict(differing) : reveal("genuine");
}

addEventListener("hashchange", () => hasSeal() && location.reload()); // another certificate, opened in the same tab
addEventListener("pageshow", ({ persisted }) => persisted && location.reload()); // restored from the cache: it may be revoked by now
addSealToLanguageLinks();
if (hasSeal() && verdict) await compareWithRegister();
if (verdict) showTitle(verdict.querySelector("h1").textContent.trim());
verdict?.setAttribute("data-checked", "");
await installWorkers();
document.documentElement.dataset.ready = "";
