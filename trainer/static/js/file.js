// Looks at a PDF without sending it anywhere: its hash is asked about, and the QR text inside it is checked.

import { sha256 } from "./code.js";
import { answerFor } from "./offline.js";
import { codeIn } from "./seal.js";
import { hush, show } from "./sentences.js";

const IDENTIFIER = /<dc:identifier>(https?:\/\/[^<]{1,6000})<\/dc:identifier>/i;
const PIECE = 4 * 1024 * 1024; // bytes that are looked at together
const OVERLAP = 8192;

let looks = 0; // how many files were looked at

/** Say whether a file is a certificate as it was issued, an altered one, or none of ours; only the last file is spoken of. */
export async function inspect(file) {
  const look = ++looks;
  const say = (...told) => look === looks && show(...told);
  hush();
  if ((await latin(file, 0, 5)) !== "%PDF-") return say("not-a-pdf");
  const [text, hash] = [await textIn(file), await sha256(await file.arrayBuffer())];
  try {
    return await compare(text, hash, say);
  } catch {
    if (navigator.onLine) return say("no-answer");
    return text ? answerFor(text, "file-sealed", say) : say("file-needs-network");
  }
}

/** Ask the register about the hash, and about the code inside where the hash is not known. */
async function compare(text, hash, say) {
  const file = await asked(`/verify/file/${hash}`);
  if (file) return say(`file-${file.verdict}`, { link: file.verdict_address });
  const code = codeIn(text.split("#")[0]);
  return code && (await asked(`/v/${code}`)) ? say("file-altered", { link: `/v/${code}` }) : say("file-unknown");
}

/** What the register answers; null where it knows nothing. Throws when it does not answer. */
async function asked(address) {
  const answer = await fetch(address, { headers: { Accept: "application/json" } });
  if (answer.status === 404) return null;
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}

/** The QR text that a certificate's file carries in clear, "" in other files; read in pieces, so that the page stays awake. */
export async function textIn(file) {
  for (let start = 0; start < file.size; start += PIECE) {
    const match = IDENTIFIER.exec(await latin(file, start, start + PIECE + OVERLAP));
    if (match) return match[1];
  }
  return "";
}

async function latin(file, start, end) {
  return new TextDecoder("latin1").decode(await file.slice(start, end).arrayBuffer());
}
