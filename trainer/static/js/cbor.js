// Decoder for deterministic CBOR (RFC 8949, 4.2.1), limited to what seals use; throws for anything else.

/** A tagged value. */
export class Tagged {
  constructor(tag, value) {
    Object.assign(this, { tag, value });
  }
}

/** Decode bytes that hold exactly one value. */
export function decode(bytes) {
  const reader = { bytes, offset: 0 };
  const value = readValue(reader);
  if (reader.offset !== bytes.length) throw new Error("bytes after the value");
  return value;
}

function readValue(reader) {
  const first = takeBytes(reader, 1)[0];
  const [kind, length] = [first >> 5, readArgument(reader, first & 31)];
  switch (kind) {
    case 0: return length;
    case 1: return -1 - length;
    case 2: return takeBytes(reader, length);
    case 3: return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(takeBytes(reader, length));
    case 4: return Array.from({ length: checkLength(reader, length) }, () => readValue(reader));
    case 5: return readMap(reader, checkLength(reader, length));
    case 6: return new Tagged(length, readValue(reader));
    default: throw new Error("floats and simple values are not in seals");
  }
}

/** Read the argument of a data item; it must be in its shortest form. */
function readArgument(reader, short) {
  if (short < 24) return short;
  const size = { 24: 1, 25: 2, 26: 4, 27: 8 }[short];
  if (!size) throw new Error("indefinite length");
  const value = takeBytes(reader, size).reduce((sum, byte) => sum * 256 + byte, 0);
  const minimum = { 1: 24, 2: 256, 4: 65536, 8: 4294967296 }[size];
  if (value < minimum || !Number.isSafeInteger(value)) throw new Error("not the shortest form");
  return value;
}

function takeBytes(reader, length) {
  const bytes = reader.bytes.subarray(reader.offset, reader.offset + length);
  if (bytes.length !== length) throw new Error("truncated");
  reader.offset += length;
  return bytes;
}

/** Return the length of an array or map; it can't exceed the bytes left. */
function checkLength(reader, length) {
  if (length > reader.bytes.length - reader.offset) throw new Error("truncated");
  return length;
}

/** Read a map; its keys must be in the deterministic order: shorter ones first, then byte by byte. */
function readMap(reader, length) {
  const map = new Map();
  let previousKey = null;
  for (let index = 0; index < length; index += 1) {
    const start = reader.offset;
    const key = readValue(reader);
    const encoded = reader.bytes.subarray(start, reader.offset);
    if (previousKey && !isAfter(encoded, previousKey)) throw new Error("keys out of order");
    if (typeof key === "object") throw new Error("a key is a number or a text");
    previousKey = encoded;
    map.set(key, readValue(reader));
  }
  return map;
}

function isAfter(later, earlier) {
  if (later.length !== earlier.length) return later.length > earlier.length;
  const index = later.findIndex((byte, position) => byte !== earlier[position]);
  return index >= 0 && later[index] > earlier[index];
}
