// Checks the seal of a certificate in the browser, by the rules of certificates/sealing/seal.py and with the same reasons.

import { decode, Tagged } from "./cbor.js";
import { codeOf, parseCode, toHex } from "./code.js";

const [ISS, EXP, IAT, CTI, OWN] = [1, 4, 6, 7, -65537];
const KINDS = new Map([[1, "participation"], [2, "completion"]]);
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const DAY = 86400;

class Refused extends Error {}

/** The public keys of a JWK Set, ready to check with, by key identifier. */
export async function importKeys(jwks) {
  const usable = jwks.keys.filter((key) => key.crv === "Ed25519");
  const imported = usable.map(async ({ kid, x }) => [
    kid,
    await crypto.subtle.importKey("jwk", { kty: "OKP", crv: "Ed25519", x }, "Ed25519", false, ["verify"]),
  ]);
  return new Map(await Promise.all(imported));
}

/** Check a QR's text or a seal alone: {genuine, reason, facts}. Never throws for what it is given to check. */
export async function unseal(text, keys) {
  const [address, mark, sealed] = lastPart(text.trim());
  if (!sealed) return { genuine: false, reason: "empty", facts: null };
  try {
    const { signedBy, payload, signature, message } = open(sealed);
    if (!keys.has(signedBy)) throw new Refused("unknown_key");
    if (!(await crypto.subtle.verify("Ed25519", keys.get(signedBy), signature, message))) throw new Refused("bad_signature");
    const facts = read(factsOf, payload, "malformed_claims");
    const matches = !mark || codeIn(address) === facts.code;
    return { genuine: matches, reason: matches ? null : "other_code", facts };
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return { genuine: false, reason: error.message, facts: null };
  }
}

function lastPart(text) {
  const at = text.lastIndexOf("#");
  return at < 0 ? ["", false, text] : [text.slice(0, at), true, text.slice(at + 1)];
}

/** The code at the end of an address, whatever is asked for behind it. */
export const codeIn = (address) => parseCode(address.split("?")[0].replace(/\/+$/, "").split("/").at(-1));

function read(reader, value, reason) {
  try {
    return reader(value);
  } catch {
    throw new Refused(reason);
  }
}

/** Take a seal apart: who signed, what, and the bytes that the signature covers (RFC 9052 §4.4). */
function open(sealed) {
  const [header, payload, signature] = read(envelope, sealed, "not_a_seal");
  return { signedBy: read(keyOf, header, "not_a_seal"), payload, signature, message: toBeSigned(header, payload) };
}

function envelope(sealed) {
  const tagged = decode(fromBase32(sealed));
  insist(tagged instanceof Tagged && tagged.tag === 18 && Array.isArray(tagged.value) && tagged.value.length === 4);
  const [header, unprotected, payload, signature] = tagged.value;
  insist(unprotected instanceof Map && unprotected.size === 0);
  insist([header, payload, signature].every((part) => part instanceof Uint8Array) && signature.length === 64);
  return [header, payload, signature];
}

function keyOf(header) {
  const found = decode(header);
  insist(found instanceof Map && found.size === 2 && found.get(1) === -8 && found.get(4) instanceof Uint8Array);
  return toHex(found.get(4));
}

function factsOf(payload) {
  const claims = decode(payload);
  insist(claims instanceof Map);
  const names = [...claims.keys()].filter((name) => name !== EXP);
  insist(names.length === 4 && [ISS, IAT, CTI, OWN].every((name) => claims.has(name)));
  const [host, issued, code, own, expires] = [ISS, IAT, CTI, OWN, EXP].map((name) => claims.get(name));
  insist(typeof host === "string" && isTime(issued) && issued % DAY === 0);
  insist(code instanceof Uint8Array && code.length === 10 && Array.isArray(own) && own.length === 6);
  insist(!claims.has(EXP) || isTime(expires));
  const [serial, recipient, title, kind, hours, days] = own;
  insist([serial, recipient, title].every((each) => typeof each === "string") && KINDS.has(kind) && isHours(hours));
  insist(Array.isArray(days) && days.every((day) => Number.isInteger(day) && day >= 0 && day < 2000000));
  return {
    host, code: codeOf(code), serial, recipient, title, kind: KINDS.get(kind), hours,
    held: days.map((day) => dateOf(day * DAY)), issued: dateOf(issued), expires_at: expires ?? null,
  };
}

function insist(right) {
  if (!right) throw new Error("not of its form");
}

const isHours = (value) => Number.isInteger(value) && value >= 0 && value < 2 ** 31;
const isTime = (value) => Number.isInteger(value) && value >= 0 && value < 2 ** 37;
const dateOf = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 10).replace(/^\+0*/, "");

/** RFC 4648 without padding, in capitals; bits left over would give the same bytes two spellings. */
function fromBase32(text) {
  insist(text.length <= 4000 && ![1, 3, 6].includes(text.length % 8));
  const bytes = new Uint8Array(Math.floor((text.length * 5) / 8));
  let [bits, held, at] = [0, 0, 0];
  for (const character of text) {
    const value = BASE32.indexOf(character);
    insist(value >= 0);
    [bits, held] = [((bits << 5) | value) & 0xfff, held + 5];
    if (held >= 8) bytes[at++] = (bits >> (held -= 8)) & 0xff;
  }
  insist((bits & ((1 << held) - 1)) === 0);
  return bytes;
}

/** The Sig_structure of RFC 9052 §4.4: ["Signature1", header, h'', payload]. */
function toBeSigned(header, payload) {
  const context = new TextEncoder().encode("Signature1");
  return new Uint8Array([0x84, 0x60 + context.length, ...context, ...string(header), 0x40, ...string(payload)]);
}

function string(bytes) {
  const { length } = bytes;
  const head = length < 24 ? [0x40 + length] : length < 256 ? [0x58, length] : [0x59, length >> 8, length & 255];
  return [...head, ...bytes];
}
