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
MAX_TITLE_LENGTH = 60  # a longer one makes a QR code that some readers miss on a blurred page
EPOCH = date(1970, 1, 1)
DAY_SECONDS = 86_400


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
    if not (
        has_exact_keys(claims)
        and has_valid_cwt_claims(claims)
        and is_valid_certificate_claim(claims[CERTIFICATE_CLAIM])
    ):
        raise MalformedSeal("claims")
    serial, recipient, title, kind_number, hours, days = claims[CERTIFICATE_CLAIM]
    return SealedFacts(
        host=claims[ISS],
        code=create_code(claims[CTI]),
        serial=serial,
        recipient=recipient,
        title=title,
        kind=next(kind for kind, number in KIND_NUMBERS.items() if number == kind_number),
        hours=hours,
        held_on=tuple(EPOCH + timedelta(days=day) for day in days),
        issued_on=EPOCH + timedelta(days=claims[IAT] // DAY_SECONDS),
        expires_at=claims.get(EXP),
    )


def has_exact_keys(claims: Any) -> bool:
    """Return whether the claims are a map with exactly our keys; only the expiry may be absent."""
    return (
        isinstance(claims, dict)
        and set(claims) - {EXP} == {ISS, IAT, CTI, CERTIFICATE_CLAIM}
        and all(map(is_integer, claims))
    )


def has_valid_cwt_claims(claims: dict[int, Any]) -> bool:
    """Return whether issuer, time of issue (00:00 UTC), code and expiry have their form."""
    host, issued, code = claims[ISS], claims[IAT], claims[CTI]
    return (
        isinstance(host, str)
        and is_timestamp(issued)
        and issued % DAY_SECONDS == 0
        and isinstance(code, bytes)
        and len(code) == 10
        and (EXP not in claims or is_timestamp(claims[EXP]))
    )


def is_valid_certificate_claim(value: Any) -> bool:
    """Return whether a value is [serial, recipient, title, kind, hours, days] in their form."""
    if not isinstance(value, list) or len(value) != 6:
        return False
    *texts, kind, hours, days = value
    return (
        all(isinstance(text, str) for text in texts)
        and is_integer(kind)
        and kind in KIND_NUMBERS.values()
        and is_academic_hours(hours)
        and isinstance(days, list)
        and all(is_integer(day) and 0 <= day < 2_000_000 for day in days)
    )


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
