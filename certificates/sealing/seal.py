"""The seal: signed facts of a certificate in a text short enough for a QR code.

What a verifier in another programming language needs:

    QR text   HTTPS://<HOST>/V/<CODE>#<SEAL>, all in capitals
              a query between CODE and # changes nothing; `link.py` tells how damaged links are read
    SEAL      base32 (RFC 4648, capitals, no padding) of a COSE_Sign1 (RFC 9052) with its CBOR tag 18:
              18([protected, {}, payload, signature])
    protected byte string, the CBOR map {1: -8, 4: kid}: algorithm EdDSA; kid = first 8 bytes of SHA-256(raw public key)
    signature 64 bytes, Ed25519 (RFC 8032) over the CBOR array ["Signature1", protected, h'', payload]
    payload   byte string, a CBOR map of CWT claims (RFC 8392):
                1 iss   text, the issuer's host, as in the QR but in small letters
                4 exp   integer, the first second after the last valid day in the issuer's zone; absent without expiry
                6 iat   integer, 00:00 UTC of the day of issue
                7 cti   the 10 bytes of the CODE without its check character
                -65537  [serial, recipient, title, kind, hours, days]: texts; kind 1 participation, 2 completion; hours an
                        integer; days an array of integers, the days on which it was held, counted from 1970-01-01

All CBOR is in the deterministic encoding of RFC 8949 §4.2.1; any other encoding is rejected. The title is in the recipient's
language and is cut to 60 characters, ending in … then; seals made earlier hold up to 120. Test vectors: tests/certificates/vectors.json.
The browser checks seals by trainer/static/js/seal.js; tests/browser/test_seal_in_browser.py compares both.
"""

from datetime import UTC, tzinfo

from certificates.errors import MalformedSeal
from certificates.facts import Certificate
from certificates.sealing.cbor import decode_cbor, encode_cbor
from certificates.sealing.claims import build_claims, parse_claims
from certificates.sealing.envelope import assemble_seal, split_seal
from certificates.sealing.keys import Keyring, PublicKeys, compute_key_id, is_signature_valid
from certificates.sealing.link import parse_link
from certificates.verdict import SealFailure, SealVerdict

EDDSA = -8


def seal(facts: Certificate, keyring: Keyring, host: str, zone: tzinfo = UTC) -> str:
    """Sign the facts and return the SEAL. `host` is the issuer's; the last valid day ends in `zone`."""
    protected = encode_cbor({1: EDDSA, 4: compute_key_id(keyring.public_key)})
    payload = encode_cbor(build_claims(facts, host, zone))
    signature = keyring.signing_key.sign(build_signature_input(protected, payload))
    return assemble_seal(protected, payload, signature)


def build_unsigned_seal(facts: Certificate, host: str, zone: tzinfo = UTC) -> str:
    """Return a SEAL with an empty signature and the real length: for samples, and to compute the size of the QR code."""
    return assemble_seal(encode_cbor({1: EDDSA, 4: bytes(8)}), encode_cbor(build_claims(facts, host, zone)), bytes(64))


def qr_text(base_url: str, code: str, seal_text: str) -> str:
    """Return the QR text: the address of the verdict, and the seal after the #, which browsers do not send."""
    return f"{base_url.rstrip('/')}/v/{code}#{seal_text}".upper()


def unseal(text: str, public_keys: PublicKeys) -> SealVerdict:
    """Check a link, a QR text or a SEAL: return genuine facts, or the reason why it is not genuine. Never raises.

    Links are read as `link.py` describes. The seal alone decides; a code beside it must be the sealed one if it can be read.
    """
    link = parse_link(text)
    if not link.seal:
        return SealVerdict(None, SealFailure.EMPTY)
    try:
        protected, payload, signature = split_seal(link.seal)
        kid = parse_key_id(protected)
    except MalformedSeal:
        return SealVerdict(None, SealFailure.NOT_A_SEAL)
    if kid not in public_keys:
        return SealVerdict(None, SealFailure.UNKNOWN_KEY)
    if not is_signature_valid(public_keys[kid], signature, build_signature_input(protected, payload)):
        return SealVerdict(None, SealFailure.NOT_A_SEAL if link.remainder else SealFailure.BAD_SIGNATURE)
    try:
        facts = parse_claims(payload)
    except MalformedSeal:
        return SealVerdict(None, SealFailure.MALFORMED_CLAIMS)
    if link.code not in ("", facts.code):
        return SealVerdict(facts, SealFailure.OTHER_CODE)
    return SealVerdict(facts)


def parse_key_id(protected: bytes) -> bytes:
    """Return the key identifier of a protected header. Raises MalformedSeal for another algorithm."""
    header = decode_cbor(protected)
    kid = header.get(4) if isinstance(header, dict) else None
    if not isinstance(kid, bytes) or protected != encode_cbor({1: EDDSA, 4: kid}):
        raise MalformedSeal("header")
    return kid


def build_signature_input(protected: bytes, payload: bytes) -> bytes:
    """Build the Sig_structure of RFC 9052 §4.4."""
    return encode_cbor(["Signature1", protected, b"", payload])
