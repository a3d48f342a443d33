// Checks certificate seals in the browser, by the rules and with the reasons of the Python library (certificates/sealing).

import { decode } from "./cbor.js";
import { encodeCode, toHex } from "./code.js";
import { parseEnvelope, requireForm } from "./envelope.js";
import { parseLink } from "./link.js";

const [ISS, EXP, IAT, CTI, OWN_CLAIM] = [1, 4, 6, 7, -65537];
const KINDS = new Map([[1, "participation"], [2, "completion"]]);
const SECONDS_PER_DAY = 86400;

const FORGERIES = ["unknown_key", "bad_signature", "other_code"]; // any other reason is damage: FORGERIES of certificates/verdict.py

class SealRefused extends Error {}

/** Whether a reason speaks of forgery, and not of a link that was damaged on its way. */
export const isForgery = (reason) => FORGERIES.includes(reason);

/** Import the public keys of a JWK Set; return them by key identifier. */
export async function importKeys(jwks) {
  const usable = jwks.keys.filter((key) => key.crv === "Ed25519");
  const imported = usable.map(async ({ kid, x }) => [
    kid,
    await crypto.subtle.importKey("jwk", { kty: "OKP", crv: "Ed25519", x }, "Ed25519", false, ["verify"]),
  ]);
  return new Map(await Promise.all(imported));
}

/** Check a link, a QR text or a seal alone; return {genuine, reason, facts}. Does not throw for invalid input. */
export async function unseal(text, keys) {
  const { code, seal, remainder } = parseLink(text);
  if (!seal) return { genuine: false, reason: "empty", facts: null };
  try {
    const { signedBy, payload, signature, message } = openSeal(seal);
    if (!keys.has(signedBy)) throw new SealRefused("unknown_key");
    if (!(await crypto.subtle.verify("Ed25519", keys.get(signedBy), signature, message))) throw new SealRefused(remainder ? "not_a_seal" : "bad_signature");
    const facts = readOrRefuse(parseFacts, payload, "malformed_claims");
    const matches = ["", facts.code].includes(code);
    return { genuine: matches, reason: matches ? null : "other_code", facts };
  } catch (error) {
    if (!(error instanceof SealRefused)) throw error;
    return { genuine: false, reason: error.message, facts: null };
  }
}

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

const isHours = (value) => Number.isInteger(value) && value >= 0 && value < 2 ** 31;
const isTime = (value) => Number.isInteger(value) && value >= 0 && value < 2 ** 37;
const formatDate = (seconds) => new Date(seconds * 1000).toISOString().slice(0, 10).replace(/^\+0*/, "");

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
