// The page of a pairing code. Pairing needs a press of the button: opening the address alone does nothing.

import { byId } from "./page.js";
import { openStore } from "./store.js";
import { translate } from "./words.js";

const code = location.pathname.split("/").at(-1);
const button = byId("pair");

button.addEventListener("click", async () => {
  button.disabled = true;
  const store = await openStore().catch(() => null); // first, because a code pairs once and its token must be stored
  if (!store) return showRefusal("no-store-more");
  try {
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch("/api/v1/tablet/pair", { method: "POST", headers, body: JSON.stringify({ code }), credentials: "omit" });
    if (answer.ok) return await finishPairing(store, await answer.json());
    return showRefusal(answer.status === 410 ? "pair-expired" : answer.status === 404 ? "pair-unknown" : "pair-trouble");
  } catch {
    return showRefusal("pair-offline");
  }
});

/** Store the token and start with an empty list; unsent items of an earlier pairing stay and are sent by this one. */
async function finishPairing(store, { token, device }) {
  await store.wipePersonalData(["roster", "roster_at", "etag", "cursor", "rehearsed"]);
  await store.setValues({ token, device });
  location.replace("/tablet/");
}

function showRefusal(sentence) {
  button.disabled = false;
  byId("refused").textContent = translate(sentence);
  byId("refused").hidden = false;
}
