// Names for what a tablet makes: UUIDv7 (RFC 9562), milliseconds first, so that they sort by time.

import { toHex } from "../code.js";

let last = 0;

/** A new UUIDv7, after every one that this page made before, whatever the clock does meanwhile. */
export function uuid7(now = Date.now()) {
  last = now = Math.max(now, last + 1);
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  new DataView(bytes.buffer).setUint16(0, Math.floor(now / 2 ** 32));
  new DataView(bytes.buffer).setUint32(2, now % 2 ** 32);
  bytes[6] = 0x70 | (bytes[6] & 0x0f);
  bytes[8] = 0x80 | (bytes[8] & 0x3f);
  return toHex(bytes).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, "$1-$2-$3-$4-$5");
}
