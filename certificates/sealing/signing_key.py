"""The issuer's key and X.509 certificate for the signature on files, read from PKCS #12 or PEM, and why they can't be used."""

import re
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from cryptography import x509
from cryptography.exceptions import UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_private_key, pkcs12
from cryptography.x509.oid import ExtendedKeyUsageOID

from certificates.errors import CertificateError

PrivateKey = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
SMALLEST_RSA_KEY = 2048  # bits; readers call a signature by a smaller key weak
PKCS12_START = re.compile(rb"\x30(?:[\x00-\x80]|[\x81-\x84].{1,4}?)\x02\x01\x03", re.DOTALL)
"""A sequence that begins with the version 3 (RFC 7292, 4)."""
CURVES = (ec.SECP256R1, ec.SECP384R1, ec.SECP521R1)
OTHER_PURPOSES = {
    ExtendedKeyUsageOID.SERVER_AUTH,
    ExtendedKeyUsageOID.CLIENT_AUTH,
    ExtendedKeyUsageOID.TIME_STAMPING,
    ExtendedKeyUsageOID.OCSP_SIGNING,
}
"""Purposes of a certificate (RFC 5280, 4.2.1.12) that don't include signing documents."""


class SignatureProblem(StrEnum):
    """Why files can't be signed.

    UNREADABLE, NO_LIBRARY: the file can't be opened, or pyHanko is not installed. FORMAT: neither PKCS #12 nor PEM. USAGE: the
    certificate is for something else, such as a web server.
    """

    UNREADABLE = "unreadable"
    NO_LIBRARY = "no_library"
    FORMAT = "format"
    PASSPHRASE = "passphrase"  # noqa: S105  # not a passphrase
    NO_KEY = "no_key"
    NO_CERTIFICATE = "no_certificate"
    OTHER_KEY = "other_key"
    ALGORITHM = "algorithm"
    USAGE = "usage"
    NOT_YET_VALID = "not_yet_valid"
    EXPIRED = "expired"


class SignatureUnusable(CertificateError):
    """Files can't be signed; `problem` says why, and `since` from which or until which moment the certificate is valid."""

    def __init__(self, problem: SignatureProblem, since: datetime | None = None) -> None:
        super().__init__(problem.value if since is None else f"{problem.value}: {since:%Y-%m-%d %H:%M} UTC")
        self.problem, self.since = problem, since


@dataclass(frozen=True)
class SigningKey:
    """A private key, the certificate of its public key, and the certificates of those who vouch for it."""

    private_key: PrivateKey
    certificate: x509.Certificate
    chain: tuple[x509.Certificate, ...]

    def require_valid_term(self, moment: datetime) -> None:
        """Raise SignatureUnusable if the certificate isn't valid yet, or no longer, at a moment."""
        first, last = self.certificate.not_valid_before_utc, self.certificate.not_valid_after_utc
        if moment < first:
            raise SignatureUnusable(SignatureProblem.NOT_YET_VALID, first)
        if moment > last:
            raise SignatureUnusable(SignatureProblem.EXPIRED, last)


def parse_signing_key(content: bytes, passphrase: str = "") -> SigningKey:
    """Parse a PKCS #12 file, or a PEM file with key and certificates in any order. Raises SignatureUnusable."""
    secret = encode_passphrase(passphrase)
    is_pem = b"-----BEGIN" in content
    key, certificates = read_pem(content, secret) if is_pem else read_pkcs12(content, secret)
    if key is None:
        raise SignatureUnusable(SignatureProblem.NO_KEY)
    if not isinstance(key, PrivateKey) or not is_key_usable(key):
        raise SignatureUnusable(SignatureProblem.ALGORITHM)
    if not certificates:
        raise SignatureUnusable(SignatureProblem.NO_CERTIFICATE)
    own = [certificate for certificate in certificates if has_public_key(certificate, key)]
    if not own:
        raise SignatureUnusable(SignatureProblem.OTHER_KEY)
    latest = max(own, key=lambda certificate: certificate.not_valid_after_utc)
    if not is_for_signing(latest):
        raise SignatureUnusable(SignatureProblem.USAGE)
    return SigningKey(key, latest, tuple(certificate for certificate in certificates if certificate not in own))


def encode_passphrase(passphrase: str) -> bytes | None:
    """Return a passphrase as bytes, None for an empty one. Raises SignatureUnusable for what can't be one.

    OpenSSL ends a passphrase at a zero; the environment may hold bytes that are no UTF-8 (PEP 383).
    """
    try:
        secret = passphrase.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        raise SignatureUnusable(SignatureProblem.PASSPHRASE) from error
    if 0 in secret:
        raise SignatureUnusable(SignatureProblem.PASSPHRASE)
    return secret or None


def read_pkcs12(content: bytes, secret: bytes | None) -> tuple[object, list[x509.Certificate]]:
    """Return key and certificates of a PKCS #12 file, the key's first. Raises SignatureUnusable."""
    if not PKCS12_START.match(content):
        raise SignatureUnusable(SignatureProblem.FORMAT)
    try:
        key, certificate, others = pkcs12.load_key_and_certificates(content, secret)
    except UnsupportedAlgorithm as error:
        raise SignatureUnusable(SignatureProblem.ALGORITHM) from error
    except (ValueError, TypeError) as error:
        raise SignatureUnusable(SignatureProblem.PASSPHRASE) from error
    return key, [found for found in (certificate, *others) if found is not None]


def read_pem(content: bytes, secret: bytes | None) -> tuple[object, list[x509.Certificate]]:
    """Return key and certificates of a PEM file; None without a key. Raises SignatureUnusable."""
    if b"PRIVATE KEY-----" not in content:
        return None, []
    is_encrypted = b"ENCRYPTED" in content  # in the heading of PKCS #8, or in the Proc-Type of older files
    try:
        key = load_pem_private_key(content, secret if is_encrypted else None)
    except UnsupportedAlgorithm as error:
        raise SignatureUnusable(SignatureProblem.ALGORITHM) from error
    except (ValueError, TypeError) as error:
        problem = SignatureProblem.PASSPHRASE if is_encrypted else SignatureProblem.NO_KEY
        raise SignatureUnusable(problem) from error
    if b"-----BEGIN CERTIFICATE-----" not in content:
        return key, []
    try:
        return key, x509.load_pem_x509_certificates(content)
    except ValueError as error:
        raise SignatureUnusable(SignatureProblem.NO_CERTIFICATE) from error


def is_key_usable(key: PrivateKey) -> bool:
    """Return whether readers of PDF/A-2 accept signatures by such a key; EdDSA came only with PDF 2.0 (ISO/TS 32002)."""
    if isinstance(key, rsa.RSAPrivateKey):
        return key.key_size >= SMALLEST_RSA_KEY
    return isinstance(key.curve, CURVES)


def has_public_key(certificate: x509.Certificate, key: PrivateKey) -> bool:
    """Return whether a certificate is for this key."""
    encoding = Encoding.DER, PublicFormat.SubjectPublicKeyInfo
    try:
        return certificate.public_key().public_bytes(*encoding) == key.public_key().public_bytes(*encoding)
    except (ValueError, UnsupportedAlgorithm):  # the certificate of a key that this library doesn't know
        return False


def is_for_signing(certificate: x509.Certificate) -> bool:
    """Return whether a certificate allows signing documents; without the extensions it allows everything (RFC 5280, 4.2.1)."""
    try:
        usage = certificate.extensions.get_extension_for_class(x509.KeyUsage).value
        if not (usage.digital_signature or usage.content_commitment):
            return False
    except x509.ExtensionNotFound:
        pass
    try:
        purposes = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return True
    return not OTHER_PURPOSES.issuperset(purposes)
