"""Inspect a QR text or a PDF with public keys alone, and with an exported register if there is one.

The register is a JSON object without names: {"certificates": [{"code_sha256", "pdf_sha256", "state", "expires_at"}]}.
`code_sha256` is the SHA-256, in hexadecimal, of the 17 characters of the code; `state` is valid, revoked or replaced;
`expires_at` equals exp of the seal: the first second after the last valid day, since 1970; null without expiry. A replaced
certificate has `replaced_by`: `serial` and `code_sha256` of the last certificate of the chain that replaces it.
"""

import hashlib
import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from enum import StrEnum
from typing import Any

from certificates.code import EXAMPLE_PREFIX
from certificates.errors import CertificateError
from certificates.sealing.keys import PublicKeys
from certificates.sealing.link import parse_link
from certificates.sealing.seal import unseal
from certificates.verdict import SealVerdict

IDENTIFIER_PATTERN = re.compile(rb"<dc:identifier>(https?://[^<]{1,6000})</dc:identifier>", re.IGNORECASE)
NOON_SECONDS = 12 * 3600
PublicRegister = Mapping[str, Mapping[str, Any]]
"""Entries of a register by the SHA-256 of their code."""


class MalformedRegister(CertificateError):
    """A file that is not an exported register."""


class Finding(StrEnum):
    """Result of an inspection.

    VALID: in force according to the register. GENUINE: a text sealed by a known key. SEALED: a file that contains such a text,
    whatever else it says. DAMAGED: the link lost its seal on the way, which says nothing about the certificate; with a
    register, its entry for the code is in `Inspection.registered`. All others are reasons not to trust the certificate.
    """

    VALID = "valid"
    GENUINE = "genuine"
    SEALED = "sealed"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REPLACED = "replaced"
    UNKNOWN = "unknown"
    DAMAGED = "damaged"
    FORGED = "forged"
    ALTERED = "altered"
    NOT_OURS = "not_ours"


@dataclass(frozen=True)
class Successor:
    """The last certificate of the chain that replaces another one, and what the register says about it."""

    serial: str
    finding: Finding


@dataclass(frozen=True)
class Inspection:
    """A finding, the verdict on the seal, what the register says about the code of a damaged link, and what replaces it."""

    finding: Finding
    verdict: SealVerdict
    registered: Finding | None = None
    successor: Successor | None = None

    @property
    def is_example(self) -> bool:
        """Return whether it is a certificate of the example project, which proves nothing, whatever the finding."""
        return self.verdict.facts is not None and self.verdict.facts.serial.startswith(f"{EXAMPLE_PREFIX}-")


def inspect_text(
    text: str, keys: PublicKeys, register: PublicRegister | None = None, now: datetime | None = None
) -> Inspection:
    """Inspect a link or a QR text. `now` decides about expiry, the register about revocation."""
    verdict = unseal(text, keys)
    if verdict.is_forged:
        return Inspection(Finding.FORGED, verdict)
    if verdict.facts is None:
        code = parse_link(text).code
        registered = find_registered_state(register, code, now) if code else None
        return Inspection(Finding.DAMAGED, verdict, registered, find_successor(register, code, now))
    if register is None:
        return Inspection(
            Finding.EXPIRED if has_term_ended(verdict.facts.expires_at, now) else Finding.GENUINE, verdict
        )
    finding = find_registered_state(register, verdict.facts.code, now) or Finding.UNKNOWN
    return Inspection(finding, verdict, successor=find_successor(register, verdict.facts.code, now))


def inspect_pdf(
    content: bytes, keys: PublicKeys, register: PublicRegister | None = None, now: datetime | None = None
) -> Inspection:
    """Inspect a file by the QR text in its metadata; only a register tells whether it is the file that was issued."""
    text = find_qr_text(content)
    if text is None:
        return Inspection(Finding.NOT_OURS, unseal("", keys))
    inspection = inspect_text(text, keys, register, now)
    if inspection.finding == Finding.GENUINE:
        return Inspection(Finding.SEALED, inspection.verdict)
    if register is not None and inspection.verdict.facts is not None and inspection.finding != Finding.FORGED:
        entry = register.get(hash_code(inspection.verdict.facts.code))
        if entry is not None and entry["pdf_sha256"] != hashlib.sha256(content).hexdigest():
            return Inspection(Finding.ALTERED, inspection.verdict)
    return inspection


def find_registered_state(register: PublicRegister | None, code: str, now: datetime | None) -> Finding | None:
    """Return what the register says about a code; None without a register."""
    if register is None:
        return None
    entry = register.get(hash_code(code))
    return Finding.UNKNOWN if entry is None else classify_register_entry(entry, now)


def find_successor(register: PublicRegister | None, code: str, now: datetime | None) -> Successor | None:
    """Return what replaces a certificate according to the register; None if nothing does, or it does not say."""
    replaced_by = (register or {}).get(hash_code(code), {}).get("replaced_by") if code else None
    if register is None or replaced_by is None:
        return None
    entry = register.get(str(replaced_by["code_sha256"]))
    finding = Finding.UNKNOWN if entry is None else classify_register_entry(entry, now)
    return Successor(str(replaced_by["serial"]), finding)


def classify_register_entry(entry: Mapping[str, Any], now: datetime | None) -> Finding:
    """Return the finding for an entry of the register."""
    if entry["state"] != "valid":
        return Finding(entry["state"])
    return Finding.EXPIRED if has_term_ended(entry["expires_at"], now) else Finding.VALID


def has_term_ended(expires_at: int | None, now: datetime | None) -> bool:
    """Return whether a term that ends at this second since 1970 has ended; without `now` none has."""
    return expires_at is not None and now is not None and expires_at <= now.timestamp()


def find_qr_text(content: bytes) -> str | None:
    """Return the QR text in a certificate's file (dc:identifier of its XMP packet), None in other files."""
    match = IDENTIFIER_PATTERN.search(content)
    if match is None:
        return None
    return html.unescape(match.group(1).decode("utf-8", "replace"))


def hash_code(code: str) -> str:
    """Return the name of a code in public registers and lists: its 80 random bits cannot be guessed from the hash."""
    return hashlib.sha256(code.encode("ascii")).hexdigest()


def parse_register(content: bytes) -> PublicRegister:
    """Parse an exported register. Raises MalformedRegister."""
    try:
        entries = json.loads(content)["certificates"]
        register = {str(entry["code_sha256"]): entry for entry in entries}
        for entry in register.values():
            classify_register_entry({**entry, "state": Finding.VALID}, datetime.fromtimestamp(0, UTC))
            Finding(entry["state"])
            str(entry["pdf_sha256"])
            if "replaced_by" in entry:
                str(entry["replaced_by"]["serial"] + entry["replaced_by"]["code_sha256"])
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise MalformedRegister("the file holds no register of certificates") from error
    return register


def format_inspection(inspection: Inspection) -> list[str]:
    """Format the finding and the sealed facts as lines of text."""
    lines = [inspection.finding + (f" ({inspection.verdict.reason})" if inspection.verdict.reason else "")]
    if inspection.finding == Finding.GENUINE:
        lines.append("The seal is genuine. Revocation was not checked: that needs --register.")
    if inspection.finding == Finding.SEALED:
        lines.append("The seal in the file is genuine. The file itself was not compared: that needs --register.")
        lines.append("Whatever is written in the file may be altered: compare it with what was sealed.")
    if inspection.finding == Finding.DAMAGED:
        lines.append("The link is damaged, so its seal could not be checked: scan the code on the certificate again.")
    if inspection.registered is not None:
        lines.append(f"The register says about the code: {inspection.registered}")
    if inspection.successor is not None:
        lines.append(f"It is replaced by {inspection.successor.serial}, which is {inspection.successor.finding}.")
    if inspection.is_example:
        lines.append("It is a specimen of the example project. It proves nothing.")
    facts = inspection.verdict.facts
    if facts is not None and inspection.finding != Finding.FORGED:
        days = ", ".join(day.isoformat() for day in facts.held_on)
        lines += [
            f"{name}: {value}"
            for name, value in {
                "issuer": facts.host,
                "serial": facts.serial,
                "code": facts.code,
                "recipient": facts.recipient,
                "title": facts.title,
                "kind": facts.kind,
                "hours": facts.hours,
                "held": days,
                "issued": facts.issued_on,
                "expires": convert_expiry_to_day(facts.expires_at),
            }.items()
            if value is not None
        ]
    return lines


def convert_expiry_to_day(expires_at: int | None) -> date | None:
    """Return the last valid day in the issuer's zone; None without expiry."""
    if expires_at is None:
        return None
    noon = datetime.fromtimestamp(
        expires_at - NOON_SECONDS, UTC
    )  # noon UTC has the same date in the issuer's zone; midnight may not
    return noon.date()
