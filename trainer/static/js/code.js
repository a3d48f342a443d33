// Certificate codes: 16 characters of Crockford's base32 and a Damm check character, as in certificates/code.py.

import { removeMeaninglessCharacters } from "./characters.js";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const LOOK_ALIKES = "OILАВЕКМНОРСТХУІ";
const MEANT_CHARACTERS = "011ABEKMH0PCTXY1";

/** Multiply by x in GF(2^5) with x^5 + x^2 + 1. */
const multiplyByX = (value) => (value & 16 ? (value << 1) ^ 37 : value << 1);

/** Compute the check character of a text in the alphabet. */
export function computeCheckCharacter(body) {
  let state = 0;
  for (const character of body) state = multiplyByX(state) ^ ALPHABET.indexOf(character);
  return ALPHABET[multiplyByX(state)];
}

/** Return a typed code in canonical spelling, or "" if it is not a valid code. */
export function parseCode(typed) {
  const code = [...removeMeaninglessCharacters(typed).toUpperCase()]
    .map((character) => (LOOK_ALIKES.includes(character) ? MEANT_CHARACTERS[LOOK_ALIKES.indexOf(character)] : character))
    .join("");
  const isWellFormed = code.length === 17 && [...code].every((character) => ALPHABET.includes(character));
  return isWellFormed && computeCheckCharacter(code.slice(0, -1)) === code.at(-1) ? code : "";
}

/** Return the code of 10 bytes. */
export function encodeCode(bytes) {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const body = bits.replace(/.{5}/g, (fiveBits) => ALPHABET[parseInt(fiveBits, 2)]);
  return body + computeCheckCharacter(body);
}

/** Return the SHA-256 of bytes or a text, in hexadecimal. */
export async function sha256(content) {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

/** Return bytes in hexadecimal. */
export const toHex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
