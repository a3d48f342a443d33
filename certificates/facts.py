"""The facts printed on a certificate and its issuer, as plain values independent of pages and databases."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

TextByLanguage = Mapping[str, str]
"""A text by language code (kk, ru, en)."""
AwardKind = Literal["participation", "completion"]


@dataclass(frozen=True)
class Certificate:
    """All facts of one certificate.

    `languages` are those it is printed in, the recipient's first. `heading` replaces the word "certificate" where it is set.
    """

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
    """A person who signs: name in the nominative, position by language."""

    name: str
    position: TextByLanguage


@dataclass(frozen=True)
class Issuer:
    """The issuing organisation.

    `host` is the verification host printed beside the code, `co_issuer` an organisation that holds the seminar jointly, `logos` at
    most two PNG or JPEG files.
    """

    name: TextByLanguage
    host: str
    signatories: tuple[Signatory, ...] = ()
    project: TextByLanguage = field(default_factory=dict)
    co_issuer: TextByLanguage = field(default_factory=dict)
    logos: tuple[bytes, ...] = ()


def select_translation(text: TextByLanguage, language: str) -> str:
    """Return the text in a language, else in the first of kk, ru, en that has one, else ""."""
    return next((text[code] for code in (language, "kk", "ru", "en") if text.get(code)), "")
