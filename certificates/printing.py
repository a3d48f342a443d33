"""The paper: from facts to a PDF that lasts (PDF/A-2b), reads aloud in order (tagged), and has the same bytes every time."""

from collections.abc import Hashable, Mapping
from dataclasses import fields
from typing import Any

from certificates.design import Design
from certificates.facts import Certificate, Issuer
from certificates.layout import PrintProblem
from certificates.pdf.batch_template import BatchTemplate, collect_slot_letters

SLOT_FIELDS = ("recipient", "number", "code")
VARIABLE_FIELDS = {"recipient", "serial", "code"}  # what differs between the certificates of one seminar
SHARED_FIELDS = tuple(each.name for each in fields(Certificate) if each.name not in VARIABLE_FIELDS)
MAX_CACHED_TEMPLATES = 16


class Printer:
    """Prints certificates of one design and issuer: what they have in common is laid out once, each fills in its own.

    What is printed depends on the facts alone, never on what was printed before.
    """

    def __init__(self, design: Design, issuer: Issuer) -> None:
        self.design, self.issuer = design, issuer
        self.templates: dict[Hashable, BatchTemplate] = {}

    def list_print_problems(self, facts: Certificate) -> list[PrintProblem]:
        """List what can't be printed: letters that the fonts lack, texts that do not fit, logos that are none; an empty list
        means all is well."""
        return self.get_batch_template(facts).list_template_problems(facts)

    def render(self, facts: Certificate, *, qr: str) -> bytes:
        """Give the certificate as a PDF; the same facts give the same bytes. Raises Unprintable where `problems` finds
        something."""
        return self.get_batch_template(facts).fill_certificate(facts, qr)

    def get_batch_template(self, facts: Certificate) -> BatchTemplate:
        """Give the mould of a certificate, an old one where there is one."""
        key = (
            *(collect_slot_letters(facts, name) for name in SLOT_FIELDS),
            *(make_hashable(getattr(facts, name)) for name in SHARED_FIELDS),
        )
        if key not in self.templates:
            if len(self.templates) >= MAX_CACHED_TEMPLATES:
                self.templates.clear()
            self.templates[key] = BatchTemplate(facts, self.design, self.issuer)
        return self.templates[key]


def make_hashable(value: Any) -> Hashable:
    """Give a value that can be part of a key."""
    return tuple(sorted(value.items())) if isinstance(value, Mapping) else value


def render(facts: Certificate, design: Design, issuer: Issuer, *, qr: str) -> bytes:
    """Give one certificate as a PDF; for several, a `Printer` gives the same bytes and lays them out once. Raises Unprintable."""
    return Printer(design, issuer).render(facts, qr=qr)


def list_certificate_problems(facts: Certificate, design: Design, issuer: Issuer) -> list[PrintProblem]:
    """List what can't be printed on one certificate, as `Printer.problems` does."""
    return Printer(design, issuer).list_print_problems(facts)
