// Verification offline: the cached page shows the verdict for an address that could not be reached.

import { canCheckSeals, hasSeal, fetchIssuerKeys, fetchRevocation } from "./issuer.js";
import { parseLink } from "./link.js";
import { isForgery, unseal } from "./seal.js";
import { formatDay, getHeading, showSentence } from "./sentences.js";

/** Show the verdict on a QR text by the cached keys and list; `validSentence` is shown for a genuine seal, by `show`. */
export async function showOfflineVerdict(text, validSentence = "genuine", show = showSentence) {
  if (!(await canCheckSeals())) return show("unchecked");
  const { genuine, reason, facts } = await unseal(text, await fetchIssuerKeys());
  if (reason === "unknown_key") return show("unknown-key");
  if (isForgery(reason)) return show("forged");
  if (!genuine) return showDamaged(parseLink(text).code, show);
  const { asOf, status, successor } = await fetchRevocation(facts.code);
  const values = { since: formatDay(asOf) };
  if (status) return show(status, { facts, values, successor });
  const isExpired = facts.expires_at !== null && facts.expires_at * 1000 <= Date.now();
  return show(isExpired ? "expired" : validSentence, { facts, values });
}

/** Show that a link is damaged, and what the cached list knows about its code. */
async function showDamaged(code, show) {
  const { status, successor } = code ? await fetchRevocation(code) : {};
  return status ? show("damaged-registered", { values: { answer: getHeading(status) }, successor }) : show("damaged");
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
  return typedCode !== null && !document.querySelector(".error") ? showTypedVerdict(typedCode) : null;
}

/** Show the verdict on a typed code or a pasted link, and keep what was typed. */
function showTypedVerdict(typed) {
  document.getElementById("code").value = typed;
  const { code, seal } = parseLink(typed);
  if (seal && typed.includes("#")) return showOfflineVerdict(typed);
  return showSentence(code ? "needs-network" : "mistyped");
}
