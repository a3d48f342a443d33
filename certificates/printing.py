"""Certificates as PDF: PDF/A-2b, tagged in reading order, and the same bytes for the same facts."""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from certificates.design import Design
from certificates.facts import Certificate, Issuer
from certificates.layout_items import PrintProblem
from certificates.pdf.batch_template import BatchTemplate
from certificates.pdf.shared_page import collect_slot_letters

SLOT_FIELDS = ("recipient", "number", "code")
VARIABLE_FIELDS = {"recipient", "serial", "code"}  # differ between the certificates of one seminar
SHARED_FIELDS = tuple(field.name for field in fields(Certificate) if field.name not in VARIABLE_FIELDS)
MAX_CACHED_TEMPLATES = 16


class Printer:
    """Renders certificates of one design and issuer; batch templates are reused.

    The result depends only on the facts, never on earlier certificates.
    """

    def __init__(self, design: Design, issuer: Issuer) -> None:
        self.design, self.issuer = design, issuer
        self.templates: dict[Hashable, BatchTemplate] = {}
        self.shared_keys: dict[tuple[int, ...], tuple[Sequence[Any], Hashable]] = {}
        """Keys of shared fields by the identity of their values, which are kept so that no other has it."""

    def list_print_problems(self, facts: Certificate) -> list[PrintProblem]:
        """Return what cannot be printed: missing letters, texts that do not fit, broken logos; an empty list if all is well."""
        return self.get_batch_template(facts).list_template_problems(facts)

    def render(self, facts: Certificate, *, qr: str) -> bytes:
        """Return the certificate as a PDF; the same facts give the same bytes.

        Raises UnprintableCertificate if `list_print_problems` finds something.
        """
        return self.get_batch_template(facts).fill_certificate(facts, qr)

    def get_batch_template(self, facts: Certificate) -> BatchTemplate:
        """Return the batch template of a certificate, from the cache if possible."""
        key = (*(collect_slot_letters(facts, name) for name in SLOT_FIELDS), self.get_shared_key(facts))
        if key not in self.templates:
            if len(self.templates) >= MAX_CACHED_TEMPLATES:
                self.templates.clear()
            self.templates[key] = BatchTemplate(facts, self.design, self.issuer)
        return self.templates[key]

    def get_shared_key(self, facts: Certificate) -> Hashable:
        """Return a key for what the certificates of a seminar share; most have the very same values in it."""
        values = [getattr(facts, name) for name in SHARED_FIELDS]
        identity = tuple(map(id, values))
        if identity not in self.shared_keys:
            if len(self.shared_keys) >= MAX_CACHED_TEMPLATES:
                self.shared_keys.clear()
            self.shared_keys[identity] = values, tuple(map(make_hashable, values))
        return self.shared_keys[identity][1]


def make_hashable(value: Any) -> Hashable:
    """Return a value that can be part of a key."""
    return tuple(sorted(value.items())) if isinstance(value, Mapping) else value


def render(facts: Certificate, design: Design, issuer: Issuer, *, qr: str) -> bytes:
    """Return one certificate as a PDF. Raises UnprintableCertificate.

    For several certificates a `Printer` returns the same bytes and lays them out once.
    """
    return Printer(design, issuer).render(facts, qr=qr)


def list_certificate_problems(facts: Certificate, design: Design, issuer: Issuer) -> list[PrintProblem]:
    """Return what cannot be printed on one certificate, as `Printer.list_print_problems` does."""
    return Printer(design, issuer).list_print_problems(facts)
