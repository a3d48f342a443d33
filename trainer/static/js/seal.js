// Checks certificate seals in the browser, by the rules and with the reasons of the Python library (certificates/sealing).

import { decode, Tagged } from "./cbor.js";
import { encodeCode, parseCode, toHex } from "./code.js";

const [ISS, EXP, IAT, CTI, OWN_CLAIM] = [1, 4, 6, 7, -65537];
const KINDS = new Map([[1, "participation"], [2, "completion"]]);
const BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
const SECONDS_PER_DAY = 86400;

class SealRefused extends Error {}

/** Import the public keys of a JWK Set; return them by key identifier. */
export async function importKeys(jwks) {
  const usable = jwks.keys.filter((key) => key.crv === "Ed25519");
  const imported = usable.map(async ({ kid, x }) => [
    kid,
    await crypto.subtle.importKey("jwk", { kty: "OKP", crv: "Ed25519", x }, "Ed25519", false, ["verify"]),
  ]);
  return new Map(await Promise.all(imported));
}

/** Check a QR text or a seal alone; return {genuine, reason, facts}. Does not throw for invalid input. */
export async function unseal(text, keys) {
  const [address, hasAddress, sealed] = splitAtSeal(text.trim());
  if (!sealed) return { genuine: false, reason: "empty", facts: null };
  try {
    const { signedBy, payload, signature, message } = openSeal(sealed);
    if (!keys.has(signedBy)) throw new SealRefused("unknown_key");
    if (!(await crypto.subtle.verify("Ed25519", keys.get(signedBy), signature, message))) throw new SealRefused("bad_signature");
    const facts = readOrRefuse(parseFacts, payload, "malformed_claims");
    const matches = !hasAddress || parseCodeFromAddress(address) === facts.code;
    return { genuine: matches, reason: matches ? null : "other_code", facts };
  } catch (error) {
    if (!(error instanceof SealRefused)) throw error;
    return { genuine: false, reason: error.message, facts: null };
  }
}

function splitAtSeal(text) {
  const index = text.lastIndexOf("#");
  return index < 0 ? ["", false, text] : [text.slice(0, index), true, text.slice(index + 1)];
}

/** Return the code at the end of an address; its query is ignored. */
export const parseCodeFromAddress = (address) => parseCode(address.split("?")[0].replace(/\/+$/, "").split("/").at(-1));

function readOrRefuse(reader, value, reason) {
  try {
    return reader(value);
  } catch {
    throw new SealRefused(reason);
  }
}

/** Take a seal apart: key identifier, payload, signature and the signed bytes (RFC 9052, 4.4). */
function openSeal(sealed) {
  const [header, payload, signature] = readOrRefuse(parseEnvelope, sealed, "not_a_seal");
  return { signedBy: readOrRefuse(parseKeyId, header, "not_a_seal"), payload, signature, message: buildSignedMessage(header, payload) };
}

function parseEnvelope(sealed) {
  const tagged = decode(decodeBase32(sealed));
  requireForm(tagged instanceof Tagged && tagged.tag === 18 && Array.isArray(tagged.value) && tagged.value.length === 4);
  const [header, unprotected, payload, signature] = tagged.value;
  requireForm(unprotected instanceof Map && unprotected.size === 0);
  requireForm([header, payload, signature].every((part) => part instanceof Uint8Array) && signature.length === 64);
  return [header, payload, signature];
}

function parseKeyId(header) {
  const map = decode(header);
  requireForm(map instanceof Map && map.size === 2 && map.get(1) === -8 && map.get(4) instanceof Uint8Array);
  return toHex(map.get(4));
}

function parseFacts(payload) {
  const claims = decode(payload);
  requireForm(claims instanceof Map);
  const names = [...claims.keys()].filter((name) => name !== EXP);
  requireForm(names.length === 4 && [ISS, IAT, CTI, OWN_CLAIM].every((name) => claims.has(name)));
  const [host, issued, code, ownClaim, expires] = [ISS, IAT, CTI, OWN_CLAIM, EXP].map((name) => claims.get(name));
  requireForm(typeof host === "string" && isTime(issued) && issued % SECONDS_PER_DAY === 0);
  requireForm(code instanceof Uint8Array && code.length === 10 && Array.isArray(ownClaim) && ownClaim.length === 6);
  requireForm(!claims.has(EXP) || isTime(expires));
  const [serial, recipient, title, kind, hours, days] = ownClaim;
  requireForm([serial, recipient, title].every((value) => typeof value === "string") && KINDS.has(kind) && isHours(hours));
  requireForm(Array.isArray(days) && days.every((day) => Number.isInteger(day) && day >= 0 && day < 2000000));
  return {
    host, code: encodeCode(code), serial, recipient, title, kind: KINDS.get(kind), hours,
    held: days.map((day) => formatDate(day * SECONDS_PER_DAY)), issued: formatDate(issued), expires_at: expires ?? null,
  };
}

function requireForm(isWellFormed) {
  if (!isWellFormed) throw new Error("malformed");
}

const isHours = (value) => Number.isInteger(value) && value >= 0 && value < 2 ** 31;
const isTime = (value) => Number.isInteger(value) && value >= 0 && value < 2 ** 37;
const formatDate = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 10).replace(/^\+0*/, "");

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

/** Build the Sig_structure of RFC 9052, 4.4: ["Signature1", header, h'', payload]. */
function buildSignedMessage(header, payload) {
  const context = new TextEncoder().encode("Signature1");
  return new Uint8Array([0x84, 0x60 + context.length, ...context, ...encodeByteString(header), 0x40, ...encodeByteString(payload)]);
}

function encodeByteString(bytes) {
  const { length } = bytes;
  const head = length < 24 ? [0x40 + length] : length < 256 ? [0x58, length] : [0x59, length >> 8, length & 255];
  return [...head, ...bytes];
}
