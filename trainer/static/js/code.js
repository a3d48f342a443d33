// The code of a certificate: 16 characters of Crockford's base32 and Damm's check character, as in certificates/code.py.

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const TYPED = "OILАВЕКМНОРСТХУІ";
const MEANT = "011ABEKMH0PCTXY1";

/** Multiply by x in GF(2^5) with x^5 + x^2 + 1. */
const timesX = (value) => (value & 16 ? (value << 1) ^ 37 : value << 1);

/** The check character of a text in the alphabet. */
export function checkCharacter(body) {
  let state = 0;
  for (const character of body) state = timesX(state) ^ ALPHABET.indexOf(character);
  return ALPHABET[timesX(state)];
}

/** The code in its one spelling, or "" for anything else. */
export function parseCode(typed) {
  const code = [...typed.replace(/[\s\-‐‑–—_]/g, "").toUpperCase()]
    .map((character) => (TYPED.includes(character) ? MEANT[TYPED.indexOf(character)] : character))
    .join("");
  const known = code.length === 17 && [...code].every((character) => ALPHABET.includes(character));
  return known && checkCharacter(code.slice(0, -1)) === code.at(-1) ? code : "";
}

/** The code of 10 random bytes. */
export function codeOf(bytes) {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  const body = bits.replace(/.{5}/g, (five) => ALPHABET[parseInt(five, 2)]);
  return body + checkCharacter(body);
}

/** SHA-256 in hexadecimal, of bytes or of a text. */
export async function sha256(content) {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  return toHex(new Uint8Array(await crypto.subtle.digest("SHA-256", bytes)));
}

/** Bytes in hexadecimal. */
export const toHex = (bytes) => [...bytes].map((byte) => byte.toString(16).padStart(2, "0")).join("");
