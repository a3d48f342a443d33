"""The seal: the facts of a certificate, signed, in a text short enough for a QR code.

Everything that a verifier in another language needs:

    QR text   HTTPS://<HOST>/V/<CODE>#<SEAL>, all in capitals
              a query between CODE and # changes nothing
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

All CBOR is in the deterministic encoding of RFC 8949 §4.2.1; whatever is not is no seal. The title is in the recipient's
language and is cut to 120 characters. Test vectors: tests/certificates/vectors.json.
"""

import base64
import binascii
import io
import re
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

import cbor2

from certificates.code import code_bytes, new_code, parse_code
from certificates.errors import CertificateError, MalformedCode
from certificates.facts import Certificate, in_language
from certificates.sealing.keys import Keyring, PublicKeys, is_signed, key_id
from certificates.verdict import Reason, SealedFacts, Verdict

EDDSA = -8
COSE_SIGN1 = 18
ISS, EXP, IAT, CTI, OWN = 1, 4, 6, 7, -65537
KINDS = {"participation": 1, "completion": 2}
LONGEST_TITLE = 120
LONGEST_SEAL = 4000  # characters; the largest QR code holds 4296
EPOCH = date(1970, 1, 1)


def seal(facts: Certificate, keyring: Keyring, host: str, zone: tzinfo = UTC) -> str:
    """Sign the facts and give the SEAL. `host` is the issuer's, `zone` the one in which the last valid day ends."""
    protected = encoded({1: EDDSA, 4: key_id(keyring.public)})
    payload = encoded(claims(facts, host, zone))
    signature = keyring.signing.sign(to_be_signed(protected, payload))
    return put_together(protected, payload, signature)


def unsigned(facts: Certificate, host: str, zone: tzinfo = UTC) -> str:
    """Give a SEAL that proves nothing and is as long as the real one: for samples, and to foresee how large a code will be."""
    return put_together(encoded({1: EDDSA, 4: bytes(8)}), encoded(claims(facts, host, zone)), bytes(64))


def put_together(protected: bytes, payload: bytes, signature: bytes) -> str:
    """Write the SEAL of its three parts."""
    message = encoded(cbor2.CBORTag(COSE_SIGN1, [protected, {}, payload, signature]))
    return base64.b32encode(message).decode("ascii").rstrip("=")


def qr_text(base_url: str, code: str, sealed: str) -> str:
    """Give what the QR says: the address of the verdict, and the seal behind the #, which browsers keep to themselves."""
    return f"{base_url.rstrip('/')}/v/{code}#{sealed}".upper()


def unseal(text: str, public_keys: PublicKeys) -> Verdict:
    """Check a QR's text or a SEAL alone: genuine facts, or the reason why not. Never raises."""
    address, mark, sealed = text.strip().rpartition("#")
    if not sealed:
        return Verdict(None, Reason.EMPTY)
    try:
        protected, payload, signature = opened(sealed)
        kid = key_of(protected)
    except NotASeal:
        return Verdict(None, Reason.NOT_A_SEAL)
    if kid not in public_keys:
        return Verdict(None, Reason.UNKNOWN_KEY)
    if not is_signed(public_keys[kid], signature, to_be_signed(protected, payload)):
        return Verdict(None, Reason.BAD_SIGNATURE)
    try:
        facts = facts_of(payload)
    except NotASeal:
        return Verdict(None, Reason.MALFORMED_CLAIMS)
    if mark and code_of(address) != facts.code:
        return Verdict(facts, Reason.OTHER_CODE)
    return Verdict(facts)


class NotASeal(CertificateError):
    """Something in the seal is not of its form."""


def claims(facts: Certificate, host: str, zone: tzinfo) -> dict[int, Any]:
    """Put the facts into CWT claims."""
    found: dict[int, Any] = {
        ISS: host.lower(),
        IAT: midnight(facts.issued, UTC),
        CTI: code_bytes(parse_code(facts.code)),
    }
    if facts.expires is not None:
        found[EXP] = expires_at(facts.expires, zone)
    title = in_language(facts.title, facts.languages[0])
    if len(title) > LONGEST_TITLE:
        title = title[: LONGEST_TITLE - 1] + "…"
    days = [(day - EPOCH).days for day in facts.held]
    found[OWN] = [facts.serial, facts.recipient, title, KINDS[facts.kind], facts.hours, days]
    return found


def facts_of(payload: bytes) -> SealedFacts:
    """Read the claims; raises NotASeal for anything that `claims` does not write."""
    found = decoded(payload)
    if not isinstance(found, dict) or set(found) - {EXP} != {ISS, IAT, CTI, OWN} or not all(map(is_integer, found)):
        raise NotASeal("claims")
    host, issued, code, own = found[ISS], found[IAT], found[CTI], found[OWN]
    expires = found.get(EXP)
    if not (
        isinstance(host, str)
        and is_time(issued)
        and issued % 86400 == 0
        and isinstance(code, bytes)
        and len(code) == 10
    ):
        raise NotASeal("claims")
    if not (EXP not in found or is_time(expires)) or not isinstance(own, list) or len(own) != 6:
        raise NotASeal("claims")
    serial, recipient, title, kind, hours, days = own
    texts = all(isinstance(each, str) for each in (serial, recipient, title))
    if not (texts and is_integer(kind) and kind in KINDS.values() and is_hours(hours) and isinstance(days, list)):
        raise NotASeal("claims")
    if not all(is_integer(day) and 0 <= day < 2_000_000 for day in days):
        raise NotASeal("claims")
    name = next(name for name, number in KINDS.items() if number == kind)
    held = tuple(EPOCH + timedelta(days=day) for day in days)
    day = EPOCH + timedelta(days=issued // 86400)
    return SealedFacts(host, new_code(code), serial, recipient, title, name, hours, held, day, expires)


def opened(sealed: str) -> tuple[bytes, bytes, bytes]:
    """Take the SEAL apart: protected header, payload, signature; raises NotASeal."""
    if len(sealed) > LONGEST_SEAL or not re.fullmatch(r"[A-Z2-7]+", sealed):
        raise NotASeal("base32")
    try:
        message = base64.b32decode(sealed + "=" * (-len(sealed) % 8))
    except binascii.Error as error:
        raise NotASeal("base32") from error
    if base64.b32encode(message).decode("ascii").rstrip("=") != sealed:
        raise NotASeal("base32")  # bits left over: the same bytes would have two spellings
    tagged = decoded(message)
    if (
        not isinstance(tagged, cbor2.CBORTag)
        or tagged.tag != COSE_SIGN1
        or not isinstance(tagged.value, list)
        or len(tagged.value) != 4
    ):
        raise NotASeal("COSE_Sign1")
    protected, unprotected, payload, signature = tagged.value
    if (
        unprotected != {}
        or not all(isinstance(part, bytes) for part in (protected, payload, signature))
        or len(signature) != 64
    ):
        raise NotASeal("COSE_Sign1")
    return protected, payload, signature


def key_of(protected: bytes) -> bytes:
    """Give the key identifier of a protected header; raises NotASeal for another algorithm."""
    header = decoded(protected)
    kid = header.get(4) if isinstance(header, dict) else None
    if not isinstance(kid, bytes) or protected != encoded({1: EDDSA, 4: kid}):
        raise NotASeal("header")
    return kid


def code_of(address: str) -> str:
    """Give the code at the end of an address, whatever is asked for behind it; empty where there is none."""
    try:
        return parse_code(address.partition("?")[0].rstrip("/").rpartition("/")[2])
    except MalformedCode:
        return ""


def to_be_signed(protected: bytes, payload: bytes) -> bytes:
    """Give the Sig_structure of RFC 9052 §4.4."""
    return encoded(["Signature1", protected, b"", payload])


def encoded(value: Any) -> bytes:
    """Encode as deterministic CBOR (RFC 8949 §4.2.1); our keys sort the same way by length first."""
    return cbor2.dumps(value, canonical=True)


def decoded(content: bytes) -> Any:
    """Decode CBOR that is deterministic and has nothing behind it; raises NotASeal for any other."""
    reader = io.BytesIO(content)
    try:
        value = cbor2.CBORDecoder(reader, tag_hook=lambda _decoder, tag: tag).decode()
        again = encoded(value)
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
        raise NotASeal("CBOR") from error
    if again != content:
        raise NotASeal("CBOR that is not deterministic")
    return value


def expires_at(last_day: date, zone: tzinfo) -> int:
    """Give the first second after the last valid day in a zone, since 1970."""
    return midnight(last_day + timedelta(days=1), zone)


def midnight(day: date, zone: tzinfo) -> int:
    """Give the second at which a day begins in a zone, since 1970."""
    return int(datetime.combine(day, time(), zone).timestamp())


def is_integer(value: Any) -> bool:
    """Whether this is a whole number, and neither true nor false."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_hours(value: Any) -> bool:
    """Whether this is a possible number of academic hours; any language counts so far."""
    return is_integer(value) and 0 <= value < 2**31


def is_time(value: Any) -> bool:
    """Whether this is a possible number of seconds since 1970."""
    return is_integer(value) and 0 <= value < 2**37
