"""What a certificate says and who issues it: plain values, nothing of a page or a database."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Literal

Text = Mapping[str, str]
"""A text by language (kk, ru, en)."""
Kind = Literal["participation", "completion"]


@dataclass(frozen=True)
class Certificate:
    """Every fact of one certificate. `languages` are those of the paper, the recipient's first; `heading` is what stands on it
    instead of the word certificate."""

    serial: str
    code: str
    recipient: str
    title: Text
    kind: Kind
    hours: int
    held: tuple[date, ...]
    issued: date
    languages: tuple[str, ...] = ("kk", "ru")
    expires: date | None = None
    place: Text = field(default_factory=dict)
    event: str = "seminar"
    specimen: bool = False
    heading: Text = field(default_factory=dict)


@dataclass(frozen=True)
class Signatory:
    """Somebody who signs: the name in the nominative, the position by language."""

    name: str
    position: Text


@dataclass(frozen=True)
class Issuer:
    """Who issues; `host` is where the certificate is checked, as it is printed beside the code. `co_issuer` is an organisation
    that holds the seminar together with the issuer; `logos` are at most two pictures, PNG or JPEG."""

    name: Text
    host: str
    signatories: tuple[Signatory, ...] = ()
    project: Text = field(default_factory=dict)
    co_issuer: Text = field(default_factory=dict)
    logos: tuple[bytes, ...] = ()


def in_language(text: Text, language: str) -> str:
    """Give a text in a language, else in the first of kk, ru, en that has it."""
    return next((text[each] for each in (language, "kk", "ru", "en") if text.get(each)), "")
