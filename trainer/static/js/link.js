// Links of certificates as people have them: the rules of certificates/sealing/link.py.

import { joinLines, removeInvisibleCharacters, takeFirstWord, trimStart } from "./characters.js";
import { parseCode } from "./code.js";
import { isWholeSeal } from "./envelope.js";

const MAX_LINK_LENGTH = 16000;
const MAX_ENCODINGS = 4;
const PERCENTS = /(?:%[0-9A-Fa-f]{2})+/g;
const PROOFPOINT = /https?-3A__[^&]*/gi;
const CODE = /(?:https?:\/\/([^/?#@]*))?(?:(?:^|\/)v\/+|[?&]code=)([^/#?&*]*)/gi;
const REMAINDER = /^(?!&[A-Z0-9_]+=|__;)[^A-Z0-9]*[A-Z0-9]/;
const BARE_CODE = /()\/*([^/#?&*]*)/gy;

/** Read host, code and seal of a link, a QR text, a code or a seal, and the remainder behind it; empty what can't be read. */
export function parseLink(given) {
  const text = decodeLink(given.slice(0, MAX_LINK_LENGTH));
  const links = [...text.matchAll(CODE)];
  const matches = links.length ? links : [...text.matchAll(BARE_CODE)].slice(0, 1);
  const found = matches.find((match) => readCode(match[2])) ?? matches[0];
  const code = readCode(found[2]);
  if (!code && !text.includes("#") && !links.length) return { host: "", code, ...readSeal(text) };
  const rest = text.slice(found.index + found[0].length);
  const seal = rest.startsWith("*") ? rest.slice(1) : rest.slice((rest + "#").indexOf("#") + 1);
  return { host: (found[1] ?? "").toLowerCase(), code, ...readSeal(seal) };
}

/** Return the link to the page of a certificate with this code, on this site. */
export const buildVerdictLink = (code, { seal, remainder }) => `/v/${code}${seal ? `#${seal}${encodeURIComponent(remainder)}` : ""}`;

function decodeLink(given) {
  let text = removeInvisibleCharacters(given).replace(PROOFPOINT, (part) => part.replaceAll("_", "/").replace(/-(?=[0-9A-Fa-f]{2})/g, "%"));
  for (let encoding = 0; encoding < MAX_ENCODINGS; encoding += 1) text = removeInvisibleCharacters(text.replace(PERCENTS, decodePercents));
  return text;
}

/** Decode a run of percent-encoded bytes; one that is not UTF-8 stays as it is. */
function decodePercents(run) {
  const bytes = new Uint8Array(run.split("%").slice(1).map((byte) => parseInt(byte, 16)));
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return run;
  }
}

/** Return the code that a text is or begins with; "" if there is none. */
const readCode = (text) => parseCode(text) || parseCode(takeFirstWord(text));

/** Return seal and remainder in capitals; the seal is read across line breaks if only that makes it whole. */
function readSeal(given) {
  const text = given.toUpperCase();
  const [first, joined] = [text, joinLines(text)].map(splitBase32);
  return !isWholeSeal(first.seal) && isWholeSeal(joined.seal) ? joined : first;
}

/** Return the base32 characters that a text begins with, after blanks, and the remainder behind them. */
function splitBase32(given) {
  const text = trimStart(given);
  const [seal] = /^[A-Z2-7]*/.exec(text);
  return { seal, remainder: REMAINDER.exec(text.slice(seal.length))?.[0] ?? "" };
}
