// The answer without a network: the page that was kept speaks for an address that could not be reached.

import { parseCode } from "./code.js";
import { canCheck, hasSeal, issuerKeys, withdrawal } from "./issuer.js";
import { unseal } from "./seal.js";
import { dayOf, show } from "./sentences.js";

/** Say what can be said of a QR's text by the keys and the list that were kept; `best` is what a genuine seal means, `say` shows it. */
export async function answerFor(text, best = "genuine", say = show) {
  if (!(await canCheck())) return say("unchecked");
  const { genuine, reason, facts } = await unseal(text, await issuerKeys());
  if (reason === "unknown_key") return say("unknown-key");
  if (!genuine) return say("forged");
  const { asOf, state } = await withdrawal(facts.code);
  const values = { since: dayOf(asOf) };
  if (state) return say(state, { facts, values });
  const over = facts.expires_at !== null && facts.expires_at * 1000 <= Date.now();
  return say(over ? "expired" : best, { facts, values });
}

/** Whether a QR's text was sealed by this issuer, whatever site it names. */
export const isOurs = async (text) => (await canCheck()) && (await unseal(text, await issuerKeys())).genuine;

/** Answer when this page was kept for another address: of a certificate, or of a typed code. */
export function answerForAddress() {
  const typed = new URLSearchParams(location.search).get("code");
  if (/^\/v\//i.test(location.pathname)) {
    addEventListener("hashchange", () => hasSeal() && location.reload());
    return hasSeal() ? answerFor(location.href) : show("needs-network");
  }
  if (typed !== null && !document.querySelector(".error")) return show(parseCode(typed) ? "needs-network" : "mistyped");
  return null;
}
