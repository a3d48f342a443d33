"""The key and certificate of an invented issuer that signs PDF files; and what pyHanko says about a signed file."""

import io
from datetime import UTC, datetime, timedelta

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko_certvalidator import ValidationContext

KEY = ec.generate_private_key(ec.SECP256R1())


def create_signing_certificate() -> x509.Certificate:
    """Return a self-signed certificate of the key."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "«Үлгі» қоғамдық бірлестігі")])
    now = datetime.now(UTC)
    builder = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(KEY.public_key()).serial_number(7)
    )
    builder = builder.not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=30))
    usage = x509.KeyUsage(True, True, False, False, False, False, False, False, False)
    builder = builder.add_extension(usage, critical=True).add_extension(
        x509.BasicConstraints(False, None), critical=True
    )
    return builder.sign(KEY, hashes.SHA256())


CERTIFICATE = create_signing_certificate()
PEM = KEY.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()) + CERTIFICATE.public_bytes(Encoding.PEM)
SECRET = "secret"
P12 = pkcs12.serialize_key_and_certificates(b"x", KEY, CERTIFICATE, None, BestAvailableEncryption(SECRET.encode()))


def is_signature_intact(paper: bytes) -> bool:
    """Return whether the signature covers the file and its certificate is trusted."""
    trusted = asn1_x509.Certificate.load(CERTIFICATE.public_bytes(Encoding.DER))
    context = ValidationContext(trust_roots=[trusted], allow_fetching=False)
    [signature] = PdfFileReader(io.BytesIO(paper), strict=False).embedded_signatures
    status = validate_pdf_signature(signature, context)
    return bool(status.intact and status.valid and status.trusted)
