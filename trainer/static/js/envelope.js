// The form of a seal: base32 of a COSE_Sign1 message, as in certificates/sealing/envelope.py.

import { decode, Tagged } from "./cbor.js";

const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** Return protected header, payload and signature of a seal. Throws if it has another form. */
export function parseEnvelope(sealed) {
  const tagged = decode(decodeBase32(sealed));
  requireForm(tagged instanceof Tagged && tagged.tag === 18 && Array.isArray(tagged.value) && tagged.value.length === 4);
  const [header, unprotected, payload, signature] = tagged.value;
  requireForm(unprotected instanceof Map && unprotected.size === 0);
  requireForm([header, payload, signature].every((part) => part instanceof Uint8Array) && signature.length === 64);
  return [header, payload, signature];
}

/** Return whether a text has the form of a seal from its first to its last character. */
export function isWholeSeal(text) {
  try {
    return Boolean(parseEnvelope(text));
  } catch {
    return false;
  }
}

/** Throw unless a condition on the form of a seal holds. */
export function requireForm(isWellFormed) {
  if (!isWellFormed) throw new Error("malformed");
}

/** Decode base32 (RFC 4648, capitals, no padding). Leftover bits must be zero: otherwise one seal would have two spellings. */
function decodeBase32(text) {
  requireForm(text.length <= 4000 && ![1, 3, 6].includes(text.length % 8));
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8));
  let [bits, bitCount, index] = [0, 0, 0];
  for (const character of text) {
    const value = BASE32.indexOf(character);
    requireForm(value >= 0);
    [bits, bitCount] = [((bits << 5) | value) & 0xfff, bitCount + 5];
    if (bitCount >= 8) bytes[index++] = (bits >> (bitCount -= 8)) & 0xff;
  }
  requireForm((bits & ((1 << bitCount) - 1)) === 0);
  return bytes;
}
