// Ids of items: UUIDv7 (RFC 9562), milliseconds first, so that they sort by time.

import { toHex } from "../code.js";

let lastMoment = 0;

/** Return a new UUIDv7 that sorts after every earlier one of this page, even if the clock is set back. */
export function uuid7(now = Date.now()) {
  lastMoment = now = Math.max(now, lastMoment + 1);
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  new DataView(bytes.buffer).setUint16(0, Math.floor(now / 2 ** 32));
  new DataView(bytes.buffer).setUint32(2, now % 2 ** 32);
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  return toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
