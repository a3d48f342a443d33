"""The evaluation set for the folding of names: pairs of spellings, in a half for developing and a half held apart."""

import hashlib
from dataclasses import dataclass
from pathlib import Path

FILE = Path(__file__).with_suffix(".txt")


@dataclass(frozen=True)
class Name:
    """A name as somebody typed it."""

    surname: str
    given_name: str
    patronymic: str


@dataclass(frozen=True)
class NamePair:
    """Two names, whether they are one person's, the kind of difference, and the half that the pair belongs to."""

    first: Name
    second: Name
    is_same: bool
    kind: str
    is_held_apart: bool


def parse_name(text: str) -> Name:
    """Return the name of a text such as `Ким; Лев; Олегович`."""
    surname, given_name, patronymic = (part.strip(" ") for part in text.split(";"))
    return Name(surname, given_name, patronymic)


def parse_pair(line: str) -> NamePair:
    """Return the pair of a line; the digest of the line decides on its half, so that adding lines moves no other.

    Pairs that were written after the rule are all held apart.
    """
    label, kind, first, second = (part.strip(" ") for part in line.split("|"))
    is_held_apart = kind == "after-the-rule" or hashlib.sha256(line.encode()).digest()[0] % 2 == 1
    return NamePair(parse_name(first), parse_name(second), {"=": True, "!": False}[label], kind, is_held_apart)


def list_pairs() -> list[NamePair]:
    """Return all pairs."""
    lines = FILE.read_text(encoding="utf-8").splitlines()
    return [parse_pair(line) for line in lines if line and not line.startswith("#")]
