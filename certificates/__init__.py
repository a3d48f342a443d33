"""The paper and its seal: facts to PDF, facts to seal, seal to facts. Knows neither Flask nor a database, clock nor chance."""

from certificates.code import LENGTH as CODE_LENGTH
from certificates.code import display_code, make_serial, new_code, parse_code, parse_serial
from certificates.design import Design, designs
from certificates.errors import (
    CertificateError,
    MalformedCode,
    MalformedDesign,
    MalformedKey,
    MalformedSerial,
    Unprintable,
)
from certificates.facts import Certificate, Issuer, Signatory
from certificates.keys import Keyring, key_id
from certificates.layout import Problem
from certificates.paper import problems, render
from certificates.seal import qr_text, seal, unseal
from certificates.verdict import Reason, SealedFacts, Verdict

__all__ = [
    "CODE_LENGTH",
    "Certificate",
    "CertificateError",
    "Design",
    "Issuer",
    "Keyring",
    "MalformedCode",
    "MalformedDesign",
    "MalformedKey",
    "MalformedSerial",
    "Problem",
    "Reason",
    "SealedFacts",
    "Signatory",
    "Unprintable",
    "Verdict",
    "designs",
    "display_code",
    "key_id",
    "make_serial",
    "new_code",
    "parse_code",
    "parse_serial",
    "problems",
    "qr_text",
    "render",
    "seal",
    "unseal",
]
