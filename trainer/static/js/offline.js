// Verification offline: the cached page shows the verdict for an address that could not be reached.

import { parseCode } from "./code.js";
import { canCheckSeals, hasSeal, fetchIssuerKeys, fetchRevocation } from "./issuer.js";
import { unseal } from "./seal.js";
import { formatDay, showSentence } from "./sentences.js";

/** Show the verdict on a QR text by the cached keys and list; `validSentence` is shown for a genuine seal, by `show`. */
export async function showOfflineVerdict(text, validSentence = "genuine", show = showSentence) {
  if (!(await canCheckSeals())) return show("unchecked");
  const { genuine, reason, facts } = await unseal(text, await fetchIssuerKeys());
  if (reason === "unknown_key") return show("unknown-key");
  if (!genuine) return show("forged");
  const { asOf, status } = await fetchRevocation(facts.code);
  const values = { since: formatDay(asOf) };
  if (status) return show(status, { facts, values });
  const isExpired = facts.expires_at !== null && facts.expires_at * 1000 <= Date.now();
  return show(isExpired ? "expired" : validSentence, { facts, values });
}

/** Whether a QR text was sealed by this issuer, whatever host it names. */
export const isSealedByIssuer = async (text) => (await canCheckSeals()) && (await unseal(text, await fetchIssuerKeys())).genuine;

/** Show the verdict if this page was served from the cache for a certificate's address or a typed code. */
export function showVerdictForAddress() {
  const typedCode = new URLSearchParams(location.search).get("code");
  if (/^\/v\//i.test(location.pathname)) {
    addEventListener("hashchange", () => hasSeal() && location.reload());
    return hasSeal() ? showOfflineVerdict(location.href) : showSentence("needs-network");
  }
  if (typedCode !== null && !document.querySelector(".error")) return showSentence(parseCode(typedCode) ? "needs-network" : "mistyped");
  return null;
}
