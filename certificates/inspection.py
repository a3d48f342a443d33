"""Looking at a QR text or a PDF with nothing but public keys, and with an exported register if there is one.

The register is a JSON object that holds no name: {"certificates": [{"code_sha256", "pdf_sha256", "state", "expires_on"}]},
where `code_sha256` is the SHA-256, in hexadecimal, of the 17 characters of the code, and `state` is valid, revoked or replaced.
"""

import hashlib
import html
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any

from certificates.errors import CertificateError
from certificates.keys import PublicKeys
from certificates.seal import unseal
from certificates.verdict import Verdict

IDENTIFIER = re.compile(rb"<dc:identifier>(https?://[^<]{1,6000})</dc:identifier>", re.IGNORECASE)
Register = Mapping[str, Mapping[str, Any]]
"""Entries of a register by the SHA-256 of their code."""


class MalformedRegister(CertificateError):
    """A file that holds no exported register."""


class Finding(StrEnum):
    """What was found; all but GENUINE and VALID are a reason not to trust the paper."""

    VALID = "valid"
    GENUINE = "genuine"
    EXPIRED = "expired"
    REVOKED = "revoked"
    REPLACED = "replaced"
    UNKNOWN = "unknown"
    FORGED = "forged"
    ALTERED = "altered"
    NOT_OURS = "not_ours"


@dataclass(frozen=True)
class Inspection:
    """What was found, and what the seal says. GENUINE means: sealed by a known key, and no register to ask for more."""

    finding: Finding
    seal: Verdict


def inspect_text(
    text: str, keys: PublicKeys, register: Register | None = None, today: date | None = None
) -> Inspection:
    """Inspect what a QR says. `today` decides about the term; the register about revocation."""
    seal = unseal(text, keys)
    if not seal.genuine or seal.facts is None:
        return Inspection(Finding.FORGED, seal)
    if register is None:
        return Inspection(Finding.GENUINE, seal)
    entry = register.get(hashed_code(seal.facts.code))
    return Inspection(Finding.UNKNOWN if entry is None else standing(entry, today), seal)


def inspect_pdf(
    content: bytes, keys: PublicKeys, register: Register | None = None, today: date | None = None
) -> Inspection:
    """Inspect a file by the QR text in its metadata; with a register also whether it is the file that was issued."""
    text = text_in(content)
    if text is None:
        return Inspection(Finding.NOT_OURS, unseal("", keys))
    found = inspect_text(text, keys, register, today)
    if register is not None and found.seal.facts is not None and found.finding != Finding.FORGED:
        entry = register.get(hashed_code(found.seal.facts.code))
        if entry is not None and entry["pdf_sha256"] != hashlib.sha256(content).hexdigest():
            return Inspection(Finding.ALTERED, found.seal)
    return found


def standing(entry: Mapping[str, Any], today: date | None) -> Finding:
    """Say where an entry of the register stands."""
    if entry["state"] != "valid":
        return Finding(entry["state"])
    expires_on = entry.get("expires_on")
    expired = expires_on is not None and today is not None and date.fromisoformat(expires_on) < today
    return Finding.EXPIRED if expired else Finding.VALID


def text_in(content: bytes) -> str | None:
    """Give the QR text that a certificate's file carries in clear (dc:identifier of its XMP packet), None in other files."""
    match = IDENTIFIER.search(content)
    if match is None:
        return None
    return html.unescape(match.group(1).decode("utf-8", "replace"))


def hashed_code(code: str) -> str:
    """Give the name of a code in registers and lists that anybody may have: its 80 random bits can't be guessed from it."""
    return hashlib.sha256(code.encode("ascii")).hexdigest()


def register_of(content: bytes) -> Register:
    """Read an exported register. Raises MalformedRegister."""
    try:
        entries = json.loads(content)["certificates"]
        found = {str(each["code_sha256"]): each for each in entries}
        for each in found.values():
            standing(each, None)
            str(each["pdf_sha256"])
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise MalformedRegister("the file holds no register of certificates") from error
    return found


def lines_of(found: Inspection) -> list[str]:
    """Say what was found and what the seal says."""
    lines = [found.finding + (f" ({found.seal.reason})" if found.seal.reason else "")]
    if found.finding == Finding.GENUINE:
        lines.append("The seal is genuine. Revocation was not checked: that needs --register.")
    facts = found.seal.facts
    if facts is not None and found.finding != Finding.FORGED:
        days = ", ".join(day.isoformat() for day in facts.held)
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
                "issued": facts.issued,
            }.items()
        ]
    return lines
