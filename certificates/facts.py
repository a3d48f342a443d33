"""What a certificate says and who issues it: plain values, nothing of a page or a database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

TextByLanguage = Mapping[str, str]
"""A text by language (kk, ru, en)."""
AwardKind = Literal["participation", "completion"]


@dataclass(frozen=True)
class Certificate:
    """Every fact of one certificate. `languages` are those of the paper, the recipient's first; `heading` is what stands on it
    instead of the word certificate."""

    serial: str
    code: str
    recipient: str
    title: TextByLanguage
    kind: AwardKind
    hours: int
    held_on: tuple[date, ...]
    issued_on: date
    languages: tuple[str, ...] = ("kk", "ru")
    expires_on: date | None = None
    city: TextByLanguage = field(default_factory=dict)
    event_kind: str = "seminar"
    specimen: bool = False
    heading: TextByLanguage = field(default_factory=dict)


@dataclass(frozen=True)
class Signatory:
    """Somebody who signs: the name in the nominative, the position by language."""

    name: str
    position: TextByLanguage


@dataclass(frozen=True)
class Issuer:
    """Who issues; `host` is where the certificate is checked, as it is printed beside the code. `co_issuer` is an organisation
    that holds the seminar together with the issuer; `logos` are at most two pictures, PNG or JPEG."""

    name: TextByLanguage
    host: str
    signatories: tuple[Signatory, ...] = ()
    project: TextByLanguage = field(default_factory=dict)
    co_issuer: TextByLanguage = field(default_factory=dict)
    logos: tuple[bytes, ...] = ()


def select_translation(text: TextByLanguage, language: str) -> str:
    """Give a text in a language, else in the first of kk, ru, en that has it."""
    return next((text[each] for each in (language, "kk", "ru", "en") if text.get(each)), "")
