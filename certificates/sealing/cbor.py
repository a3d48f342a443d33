"""Deterministic CBOR (RFC 8949 §4.2.1)."""

import io
from typing import Any

import cbor2

from certificates.errors import MalformedSeal


def encode_cbor(value: Any) -> bytes:
    """Encode as deterministic CBOR (RFC 8949 §4.2.1); for our keys, sorting by length first gives the same order."""
    return cbor2.dumps(value, canonical=True)


def decode_cbor(content: bytes) -> Any:
    """Decode CBOR. Raises MalformedSeal unless it is deterministic and has nothing after it."""
    reader = io.BytesIO(content)
    try:
        value = cbor2.CBORDecoder(reader, tag_hook=lambda _decoder, tag: tag).decode()
        encoded = encode_cbor(value)
    except (
        cbor2.CBORError,
        ValueError,
        TypeError,
        ArithmeticError,
        RecursionError,
        EOFError,
        LookupError,
        AttributeError,
    ) as error:
        raise MalformedSeal("CBOR") from error
    if encoded != content:
        raise MalformedSeal("CBOR that is not deterministic")
    return value
