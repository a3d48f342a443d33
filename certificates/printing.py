"""The paper: from facts to a PDF that lasts (PDF/A-2b), reads aloud in order (tagged), and has the same bytes every time."""

from collections.abc import Hashable, Mapping
from dataclasses import fields
from typing import Any

from certificates.design import Design
from certificates.facts import Certificate, Issuer
from certificates.layout import Problem
from certificates.pdf.batch_template import Mould, letters

SLOTS = ("recipient", "number", "code")
OWN = {"recipient", "serial", "code"}  # what differs between the certificates of one seminar
COMMON = tuple(each.name for each in fields(Certificate) if each.name not in OWN)
MOST_MOULDS = 16


class Printer:
    """Prints certificates of one design and issuer: what they have in common is laid out once, each fills in its own.

    What is printed depends on the facts alone, never on what was printed before.
    """

    def __init__(self, design: Design, issuer: Issuer) -> None:
        self.design, self.issuer = design, issuer
        self.moulds: dict[Hashable, Mould] = {}

    def problems(self, facts: Certificate) -> list[Problem]:
        """List what can't be printed: letters that the fonts lack, texts that do not fit, logos that are none; an empty list
        means all is well."""
        return self.mould(facts).problems(facts)

    def render(self, facts: Certificate, *, qr: str) -> bytes:
        """Give the certificate as a PDF; the same facts give the same bytes. Raises Unprintable where `problems` finds
        something."""
        return self.mould(facts).filled(facts, qr)

    def mould(self, facts: Certificate) -> Mould:
        """Give the mould of a certificate, an old one where there is one."""
        key = (*(letters(facts, name) for name in SLOTS), *(hashable(getattr(facts, name)) for name in COMMON))
        if key not in self.moulds:
            if len(self.moulds) >= MOST_MOULDS:
                self.moulds.clear()
            self.moulds[key] = Mould(facts, self.design, self.issuer)
        return self.moulds[key]


def hashable(value: Any) -> Hashable:
    """Give a value that can be part of a key."""
    return tuple(sorted(value.items())) if isinstance(value, Mapping) else value


def render(facts: Certificate, design: Design, issuer: Issuer, *, qr: str) -> bytes:
    """Give one certificate as a PDF; for several, a `Printer` gives the same bytes and lays them out once. Raises Unprintable."""
    return Printer(design, issuer).render(facts, qr=qr)


def problems(facts: Certificate, design: Design, issuer: Issuer) -> list[Problem]:
    """List what can't be printed on one certificate, as `Printer.problems` does."""
    return Printer(design, issuer).problems(facts)
