"""Keys, certificates and files of an invented issuer that signs PDF files; and what pyHanko says about a signed file."""

import io
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from asn1crypto import x509 as asn1_x509
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed448, ed25519, rsa
from cryptography.hazmat.primitives.serialization import (
    BestAvailableEncryption,
    Encoding,
    KeySerializationEncryption,
    NoEncryption,
    PrivateFormat,
    pkcs12,
)
from cryptography.x509.oid import NameOID
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign.validation import validate_pdf_signature
from pyhanko.sign.validation.settings import KeyUsageConstraints
from pyhanko_certvalidator import ValidationContext

from tests.factories import NOON

FIRST_DAY, LAST_DAY = NOON - timedelta(days=400), datetime.now(UTC) + timedelta(days=30)
SECRET = "құпия сөз"
EC_KEY = ec.generate_private_key(ec.SECP256R1())
RSA_KEY = rsa.generate_private_key(65537, 2048)
SIGNING = ("digital_signature", "content_commitment")


def create_certificate(
    key: Any = EC_KEY,
    usage: Sequence[str] | None = SIGNING,
    purposes: Sequence[x509.ObjectIdentifier] = (),
    first: datetime = FIRST_DAY,
    last: datetime = LAST_DAY,
) -> x509.Certificate:
    """Return a self-signed certificate of a key; `usage` None leaves out the extension."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "«Үлгі» қоғамдық бірлестігі")])
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
    builder = builder.serial_number(x509.random_serial_number()).not_valid_before(first).not_valid_after(last)
    builder = builder.add_extension(x509.BasicConstraints(False, None), critical=True)
    if usage is not None:
        names = (
            *("digital_signature", "content_commitment", "key_encipherment", "data_encipherment", "key_agreement"),
            *("key_cert_sign", "crl_sign", "encipher_only", "decipher_only"),
        )
        builder = builder.add_extension(x509.KeyUsage(**{name: name in usage for name in names}), critical=True)
    if purposes:
        builder = builder.add_extension(x509.ExtendedKeyUsage(purposes), critical=False)
    is_edwards = isinstance(key, (ed25519.Ed25519PrivateKey, ed448.Ed448PrivateKey))
    return builder.sign(key, None if is_edwards else hashes.SHA256())


def dump_pem(key: Any, *certificates: x509.Certificate, secret: str = "") -> bytes:
    """Return key and certificates as one PEM file; without a key if it is None."""
    pem = b"".join(certificate.public_bytes(Encoding.PEM) for certificate in certificates)
    if key is None:
        return pem
    return bytes(key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, choose_encryption(secret))) + pem


def dump_pkcs12(key: Any, certificate: x509.Certificate | None, secret: str = SECRET) -> bytes:
    """Return key and certificate as PKCS #12."""
    return pkcs12.serialize_key_and_certificates(b"x", key, certificate, None, choose_encryption(secret))


def choose_encryption(secret: str) -> KeySerializationEncryption:
    """Return how a file with this passphrase is encrypted."""
    return BestAvailableEncryption(secret.encode()) if secret else NoEncryption()


CERTIFICATE = create_certificate()
PEM = dump_pem(EC_KEY, CERTIFICATE)
P12 = dump_pkcs12(EC_KEY, CERTIFICATE)


def is_signature_intact(paper: bytes, certificate: x509.Certificate = CERTIFICATE) -> bool:
    """Return whether the signature covers the file and its certificate is trusted."""
    trusted = asn1_x509.Certificate.load(certificate.public_bytes(Encoding.DER))
    context = ValidationContext(trust_roots=[trusted], allow_fetching=False)
    [signature] = PdfFileReader(io.BytesIO(paper), strict=False).embedded_signatures
    usage = KeyUsageConstraints(key_usage={"digital_signature", "non_repudiation"}, match_all_key_usages=False)
    status = validate_pdf_signature(signature, context, key_usage_settings=usage)
    return bool(status.intact and status.valid and status.trusted and status.bottom_line)
