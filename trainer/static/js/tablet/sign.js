// A signature for one person and session. It is never demanded: the organizer's word is enough.

import { HERE } from "./ledger.js";
import { give } from "./marking.js";
import { Pad } from "./pad.js";
import { byId, open, tell } from "./page.js";
import { clockTime, inLanguage, say } from "./words.js";

/** Let somebody sign for a session; whoever is not marked yet is present by it, or by the organizer's confirmation. */
export async function sign(hall, person, session) {
  const dialog = byId("sign");
  byId("sign-name").textContent = person.name;
  byId("sign-session").textContent = `${inLanguage(session.title)} · ${clockTime(session.starts_at)}`;
  const save = byId("sign-save");
  const pad = new Pad(byId("pad"), ({ strokes }) => (save.disabled = byId("sign-clear").disabled = strokes.length === 0));
  byId("sign-clear").onclick = () => pad.clear();
  save.onclick = () => dialog.close("signed");
  byId("sign-confirm").onclick = () => dialog.close("confirmed");
  const how = await open(dialog);
  if (!how) return;
  const { status, claims } = hall.ledger.standing(person.id, session.id);
  if (!HERE.includes(status) && claims.length < 2) await give(person, session, "present");
  if (how === "confirmed") return;
  try {
    await hall.sign(person, session, pad.strokes);
    tell(`${person.name}: ${say("signed")}`, "present");
  } catch {
    tell(say("unsaved"), "bad");
  }
}
