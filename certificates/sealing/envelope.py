"""The form of a SEAL: base32 of a COSE_Sign1 message, as `seal.py` documents; says nothing about its signature."""

import base64
import binascii
import re

import cbor2

from certificates.errors import MalformedSeal
from certificates.sealing.cbor import decode_cbor, encode_cbor

COSE_SIGN1 = 18
MAX_SEAL_LENGTH = 4000  # characters; the largest QR code holds 4296


def assemble_seal(protected: bytes, payload: bytes, signature: bytes) -> str:
    """Assemble the SEAL from its three parts."""
    message = encode_cbor(cbor2.CBORTag(COSE_SIGN1, [protected, {}, payload, signature]))
    return base64.b32encode(message).decode("ascii").rstrip("=")


def split_seal(seal_text: str) -> tuple[bytes, bytes, bytes]:
    """Split the SEAL into protected header, payload and signature. Raises MalformedSeal."""
    if len(seal_text) > MAX_SEAL_LENGTH or not re.fullmatch(r"[A-Z2-7]+", seal_text):
        raise MalformedSeal("base32")
    try:
        message = base64.b32decode(seal_text + "=" * (-len(seal_text) % 8))
    except binascii.Error as error:
        raise MalformedSeal("base32") from error
    if base64.b32encode(message).decode("ascii").rstrip("=") != seal_text:
        raise MalformedSeal("base32")  # unused bits are set: the same bytes would have two spellings
    tagged = decode_cbor(message)
    if (
        not isinstance(tagged, cbor2.CBORTag)
        or tagged.tag != COSE_SIGN1
        or not isinstance(tagged.value, list)
        or len(tagged.value) != 4
    ):
        raise MalformedSeal("COSE_Sign1")
    protected, unprotected, payload, signature = tagged.value
    if (
        unprotected != {}
        or not all(isinstance(part, bytes) for part in (protected, payload, signature))
        or len(signature) != 64
    ):
        raise MalformedSeal("COSE_Sign1")
    return protected, payload, signature


def is_whole_seal(text: str) -> bool:
    """Return whether a text has the form of a SEAL from its first to its last character."""
    try:
        split_seal(text)
    except MalformedSeal:
        return False
    return True
