// The dialog for a signature. A signature is optional: the organizer may confirm instead.

import { PRESENT_STATUSES } from "./ledger.js";
import { markStatus } from "./marking.js";
import { SignaturePad } from "./pad.js";
import { byId, openDialog, announce } from "./page.js";
import { pickTranslation, translate } from "./words.js";
import { formatClockTime } from "./zone.js";

/** Collect a signature or the organizer's confirmation; a person not marked yet is marked present. */
export async function openSignatureDialog(tablet, person, session) {
  const dialog = byId("sign");
  byId("sign-name").textContent = person.name;
  byId("sign-session").textContent = `${pickTranslation(session.title)} · ${formatClockTime(session.starts_at, session.utc_offset)}`;
  const save = byId("sign-save");
  const pad = new SignaturePad(byId("pad"), ({ strokes }) => (save.disabled = byId("sign-clear").disabled = strokes.length === 0));
  byId("sign-clear").onclick = () => pad.clear();
  save.onclick = () => dialog.close("signed");
  byId("sign-confirm").onclick = () => dialog.close("confirmed");
  const outcome = await openDialog(dialog);
  if (!outcome) return;
  const { status, statuses } = tablet.ledger.getAttendance(person.id, session.id);
  if (!PRESENT_STATUSES.includes(status) && statuses.length < 2) await markStatus(person, session, "present");
  if (outcome === "confirmed") return;
  try {
    await tablet.recordSignature(person, session, pad.strokes);
    announce(`${person.name}: ${translate("signed")}`, "present");
  } catch {
    announce(translate("unsaved"), "bad");
  }
}
