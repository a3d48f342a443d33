"""The paper and its seal: facts to PDF, facts to seal, seal to facts. Knows neither Flask nor a database, clock nor chance."""

from certificates.code import EXAMPLE_PREFIX, display_code, make_serial, new_code, parse_code, parse_serial
from certificates.code import LENGTH as CODE_LENGTH
from certificates.design import Design, designs
from certificates.drawing.logos import printable_logo
from certificates.errors import (
    CertificateError,
    MalformedCode,
    MalformedDesign,
    MalformedKey,
    MalformedSerial,
    Unprintable,
)
from certificates.facts import Certificate, Issuer, Signatory
from certificates.layout import Problem
from certificates.printing import Printer, problems, render
from certificates.sealing.inspection import (
    Finding,
    Inspection,
    hashed_code,
    inspect_pdf,
    inspect_text,
    lines_of,
    register_of,
)
from certificates.sealing.keys import Keyring, key_id, public_keys_of
from certificates.sealing.seal import expires_at, qr_text, seal, unseal, unsigned
from certificates.sealing.signature import Signer
from certificates.verdict import Reason, SealedFacts, Verdict

__all__ = [
    "CODE_LENGTH",
    "EXAMPLE_PREFIX",
    "Certificate",
    "CertificateError",
    "Design",
    "Finding",
    "Inspection",
    "Issuer",
    "Keyring",
    "MalformedCode",
    "MalformedDesign",
    "MalformedKey",
    "MalformedSerial",
    "Printer",
    "Problem",
    "Reason",
    "SealedFacts",
    "Signatory",
    "Signer",
    "Unprintable",
    "Verdict",
    "designs",
    "display_code",
    "expires_at",
    "hashed_code",
    "inspect_pdf",
    "inspect_text",
    "key_id",
    "lines_of",
    "make_serial",
    "new_code",
    "parse_code",
    "parse_serial",
    "printable_logo",
    "problems",
    "public_keys_of",
    "qr_text",
    "register_of",
    "render",
    "seal",
    "unseal",
    "unsigned",
]
