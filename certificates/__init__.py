"""Certificates as a library: facts to PDF, facts to seal, seal to facts. Uses no Flask, database, clock or randomness."""

from typing import TYPE_CHECKING, Any

from certificates.code import (
    CODE_LENGTH,
    EXAMPLE_PREFIX,
    build_serial,
    create_code,
    format_code,
    parse_code,
    parse_serial,
)
from certificates.design import Design, list_designs
from certificates.drawing.logos import is_printable_logo
from certificates.errors import (
    CertificateError,
    MalformedCode,
    MalformedDesign,
    MalformedKey,
    MalformedSerial,
    UnprintableCertificate,
)
from certificates.facts import Certificate, Issuer, Signatory
from certificates.layout_items import PrintProblem
from certificates.sealing.claims import compute_expiry_timestamp
from certificates.sealing.inspection import (
    Finding,
    Inspection,
    format_inspection,
    hash_code,
    inspect_pdf,
    inspect_text,
    parse_register,
)
from certificates.sealing.keys import Keyring, compute_key_id, parse_public_keys
from certificates.sealing.link import CertificateLink, parse_link
from certificates.sealing.seal import build_unsigned_seal, qr_text, seal, unseal
from certificates.sealing.signature import Signer
from certificates.sealing.signing_key import SignatureProblem, SignatureUnusable
from certificates.verdict import SealedFacts, SealFailure, SealVerdict
from certificates.words import DEFAULT_HEADINGS, format_academic_hours, format_award_reason, format_heading_as_word

if TYPE_CHECKING:
    from certificates.printing import Printer, list_certificate_problems, render

PRINTING = ("Printer", "list_certificate_problems", "render")

__all__ = [
    "CODE_LENGTH",
    "DEFAULT_HEADINGS",
    "EXAMPLE_PREFIX",
    "Certificate",
    "CertificateError",
    "CertificateLink",
    "Design",
    "Finding",
    "Inspection",
    "Issuer",
    "Keyring",
    "MalformedCode",
    "MalformedDesign",
    "MalformedKey",
    "MalformedSerial",
    "PrintProblem",
    "Printer",
    "SealFailure",
    "SealVerdict",
    "SealedFacts",
    "Signatory",
    "SignatureProblem",
    "SignatureUnusable",
    "Signer",
    "UnprintableCertificate",
    "build_serial",
    "build_unsigned_seal",
    "compute_expiry_timestamp",
    "compute_key_id",
    "create_code",
    "format_academic_hours",
    "format_award_reason",
    "format_code",
    "format_heading_as_word",
    "format_inspection",
    "hash_code",
    "inspect_pdf",
    "inspect_text",
    "is_printable_logo",
    "list_certificate_problems",
    "list_designs",
    "parse_code",
    "parse_link",
    "parse_public_keys",
    "parse_register",
    "parse_serial",
    "qr_text",
    "render",
    "seal",
    "unseal",
]


def __getattr__(name: str) -> Any:
    """Import what makes PDF files when it is first used: pikepdf takes longer than all the rest (PEP 562)."""
    if name in PRINTING:
        from certificates import printing

        return getattr(printing, name)
    raise AttributeError(name)
