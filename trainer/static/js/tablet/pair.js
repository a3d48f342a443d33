// The page of a pairing code: one press makes this tablet one that may mark. Opening the address alone does nothing.

import { byId } from "./page.js";
import { openStore } from "./store.js";
import { say } from "./words.js";

const code = location.pathname.split("/").at(-1);
const button = byId("pair");

button.addEventListener("click", async () => {
  button.disabled = true;
  const store = await openStore().catch(() => null); // first: a code pairs once, and its token has to be kept
  if (!store) return refuse("no-store-more");
  try {
    const headers = { "Content-Type": "application/json" };
    const answer = await fetch("/api/v1/tablet/pair", { method: "POST", headers, body: JSON.stringify({ code }), credentials: "omit" });
    if (answer.ok) return await paired(store, await answer.json());
    return refuse(answer.status === 410 ? "pair-expired" : answer.status === 404 ? "pair-unknown" : "pair-trouble");
  } catch {
    return refuse("pair-offline");
  }
});

/** Begin with an empty list; what an earlier pairing left unsent is kept and goes with the new one. */
async function paired(store, { token, device }) {
  await store.wipe(["roster", "roster_at", "etag", "cursor", "rehearsed"]);
  await store.keep({ token, device });
  location.replace("/tablet/");
}

function refuse(sentence) {
  button.disabled = false;
  byId("refused").textContent = say(sentence);
  byId("refused").hidden = false;
}
