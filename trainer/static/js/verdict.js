// Joins the seal of the scanned paper (behind the # of the address) to what the register says on this page.

import { canCheck, hasSeal, issuerKeys, keepForLater, keepSealInLanguages } from "./issuer.js";
import { unseal } from "./seal.js";

const verdict = document.getElementById("verdict");
const LONGEST_TITLE = 120;

/** What the register holds, in the form of the seal. */
function registered() {
  const { dataset } = document.getElementById("facts");
  return { ...dataset, hours: Number(dataset.hours), held: dataset.held.split(" ").filter(Boolean) };
}

/** The names of the facts in which seal and register differ. */
function differences(sealed, known) {
  const letters = [...known.title];
  const title = letters.length > LONGEST_TITLE ? `${letters.slice(0, LONGEST_TITLE - 1).join("")}…` : known.title;
  const expected = { ...known, title };
  return Object.keys(expected).filter((name) => String(expected[name]) !== String(sealed[name]));
}

function say(id) {
  document.getElementById(id).hidden = false;
}

/** Show that the paper is forged, above whatever the register says of the code. */
function sayForged(differing) {
  verdict.className = "verdict bad";
  const [sign, heading] = document.getElementById("forged-heading").content.cloneNode(true).children;
  verdict.querySelector("svg").replaceWith(sign);
  verdict.querySelector("h1").replaceChildren(heading);
  document.getElementById("advice").hidden = true;
  say("forged");
  for (const name of differing) document.querySelector(`[data-of~="${name}"]`)?.classList.add("differs");
}

async function join() {
  if (!(await canCheck())) return say("unchecked");
  const keys = await issuerKeys().catch(() => null);
  if (!keys) return say("unreached");
  const { genuine, facts } = await unseal(location.href, keys);
  if (!genuine) return sayForged([]);
  if (!document.getElementById("facts")) return say("unregistered");
  const differing = differences(facts, registered());
  return differing.length ? sayForged(differing) : say("genuine");
}

addEventListener("hashchange", () => hasSeal() && location.reload()); // another paper, opened in the same tab
addEventListener("pageshow", ({ persisted }) => persisted && location.reload()); // brought back as it was: it may be withdrawn by now
keepSealInLanguages();
if (hasSeal() && verdict) await join();
verdict?.setAttribute("data-checked", "");
await keepForLater();
document.documentElement.dataset.ready = "";
