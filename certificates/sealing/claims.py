"""The CWT claims (RFC 8392) of a seal, in the format that `seal.py` documents."""

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any

from certificates.code import create_code, decode_code, parse_code
from certificates.errors import MalformedSeal
from certificates.facts import Certificate, select_translation
from certificates.sealing.cbor import decode_cbor
from certificates.verdict import SealedFacts

ISS, EXP, IAT, CTI, CERTIFICATE_CLAIM = 1, 4, 6, 7, -65537
KIND_NUMBERS = {"participation": 1, "completion": 2}
MAX_TITLE_LENGTH = 120
EPOCH = date(1970, 1, 1)


def build_claims(facts: Certificate, host: str, zone: tzinfo) -> dict[int, Any]:
    """Build the CWT claims of the facts."""
    claims: dict[int, Any] = {
        ISS: host.lower(),
        IAT: compute_day_start(facts.issued_on, UTC),
        CTI: decode_code(parse_code(facts.code)),
    }
    if facts.expires_on is not None:
        claims[EXP] = compute_expiry_timestamp(facts.expires_on, zone)
    title = select_translation(facts.title, facts.languages[0])
    if len(title) > MAX_TITLE_LENGTH:
        title = title[: MAX_TITLE_LENGTH - 1] + "…"
    days = [(day - EPOCH).days for day in facts.held_on]
    claims[CERTIFICATE_CLAIM] = [facts.serial, facts.recipient, title, KIND_NUMBERS[facts.kind], facts.hours, days]
    return claims


def parse_claims(payload: bytes) -> SealedFacts:
    """Parse the claims. Raises MalformedSeal for anything that `build_claims` does not write."""
    claims = decode_cbor(payload)
    if (
        not isinstance(claims, dict)
        or set(claims) - {EXP} != {ISS, IAT, CTI, CERTIFICATE_CLAIM}
        or not all(map(is_integer, claims))
    ):
        raise MalformedSeal("claims")
    host, issued, code, certificate_claim = claims[ISS], claims[IAT], claims[CTI], claims[CERTIFICATE_CLAIM]
    expires = claims.get(EXP)
    if not (
        isinstance(host, str)
        and is_timestamp(issued)
        and issued % 86400 == 0
        and isinstance(code, bytes)
        and len(code) == 10
    ):
        raise MalformedSeal("claims")
    if (
        not (EXP not in claims or is_timestamp(expires))
        or not isinstance(certificate_claim, list)
        or len(certificate_claim) != 6
    ):
        raise MalformedSeal("claims")
    serial, recipient, title, kind, hours, days = certificate_claim
    texts = all(isinstance(text, str) for text in (serial, recipient, title))
    if not (
        texts
        and is_integer(kind)
        and kind in KIND_NUMBERS.values()
        and is_academic_hours(hours)
        and isinstance(days, list)
    ):
        raise MalformedSeal("claims")
    if not all(is_integer(day) and 0 <= day < 2_000_000 for day in days):
        raise MalformedSeal("claims")
    name = next(name for name, number in KIND_NUMBERS.items() if number == kind)
    held = tuple(EPOCH + timedelta(days=day) for day in days)
    day = EPOCH + timedelta(days=issued // 86400)
    return SealedFacts(host, create_code(code), serial, recipient, title, name, hours, held, day, expires)


def compute_expiry_timestamp(last_day: date, zone: tzinfo) -> int:
    """Return the first second after the last valid day in a zone, since 1970."""
    return compute_day_start(last_day + timedelta(days=1), zone)


def compute_day_start(day: date, zone: tzinfo) -> int:
    """Return the second at which a day begins in a zone, since 1970."""
    return int(datetime.combine(day, time(), zone).timestamp())


def is_integer(value: Any) -> bool:
    """Return whether a value is an integer and not a boolean."""
    return isinstance(value, int) and not isinstance(value, bool)


def is_academic_hours(value: Any) -> bool:
    """Return whether a value is a possible number of academic hours, within the range of all languages."""
    return is_integer(value) and 0 <= value < 2**31


def is_timestamp(value: Any) -> bool:
    """Return whether a value is a possible number of seconds since 1970."""
    return is_integer(value) and 0 <= value < 2**37
