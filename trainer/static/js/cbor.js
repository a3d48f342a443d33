// Reads CBOR in the deterministic encoding of RFC 8949 §4.2.1, as far as a seal needs it; anything else throws.

/** What follows a tag. */
export class Tagged {
  constructor(tag, value) {
    Object.assign(this, { tag, value });
  }
}

/** The one value that the bytes encode. */
export function decode(bytes) {
  const reader = { bytes, at: 0 };
  const value = read(reader);
  if (reader.at !== bytes.length) throw new Error("bytes behind the value");
  return value;
}

function read(reader) {
  const first = take(reader, 1)[0];
  const [kind, length] = [first >> 5, argument(reader, first & 31)];
  switch (kind) {
    case 0: return length;
    case 1: return -1 - length;
    case 2: return take(reader, length);
    case 3: return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(take(reader, length));
    case 4: return Array.from({ length: within(reader, length) }, () => read(reader));
    case 5: return readMap(reader, within(reader, length));
    case 6: return new Tagged(length, read(reader));
    default: throw new Error("floats and simple values are not in seals");
  }
}

/** The number behind the first byte, in its shortest form. */
function argument(reader, short) {
  if (short < 24) return short;
  const size = { 24: 1, 25: 2, 26: 4, 27: 8 }[short];
  if (!size) throw new Error("indefinite length");
  const value = take(reader, size).reduce((sum, byte) => sum * 256 + byte, 0);
  const least = { 1: 24, 2: 256, 4: 65536, 8: 4294967296 }[size];
  if (value < least || !Number.isSafeInteger(value)) throw new Error("not the shortest form");
  return value;
}

function take(reader, length) {
  const taken = reader.bytes.subarray(reader.at, reader.at + length);
  if (taken.length !== length) throw new Error("cut off");
  reader.at += length;
  return taken;
}

/** No list is longer than the bytes that are left. */
function within(reader, length) {
  if (length > reader.bytes.length - reader.at) throw new Error("cut off");
  return length;
}

/** A map whose keys stand in their one order: shorter ones first, then byte by byte. */
function readMap(reader, length) {
  const found = new Map();
  let before = null;
  for (let each = 0; each < length; each += 1) {
    const start = reader.at;
    const key = read(reader);
    const encoded = reader.bytes.subarray(start, reader.at);
    if (before && !follows(encoded, before)) throw new Error("keys out of order");
    if (typeof key === "object") throw new Error("a key is a number or a text");
    before = encoded;
    found.set(key, read(reader));
  }
  return found;
}

function follows(later, earlier) {
  if (later.length !== earlier.length) return later.length > earlier.length;
  const place = later.findIndex((byte, at) => byte !== earlier[at]);
  return place >= 0 && later[place] > earlier[place];
}
