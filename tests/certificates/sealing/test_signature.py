"""The PAdES signature: accepted by the library's own validator and by poppler's, broken by one changed byte."""

import io
import shutil
import subprocess
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
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

from certificates import Design, MalformedKey, Signer, inspect_pdf, render
from tests.certificates.sample import FACTS, ISSUER, KEYRING, build_qr_text

PAPER = render(FACTS, Design.load("standard"), ISSUER, qr=build_qr_text())
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
P12 = pkcs12.serialize_key_and_certificates(b"x", KEY, CERTIFICATE, None, BestAvailableEncryption(b"secret"))


def is_signature_intact(paper: bytes) -> bool:
    """Return whether the signature covers the file and its certificate is trusted."""
    trusted = asn1_x509.Certificate.load(CERTIFICATE.public_bytes(Encoding.DER))
    context = ValidationContext(trust_roots=[trusted], allow_fetching=False)
    [signature] = PdfFileReader(io.BytesIO(paper), strict=False).embedded_signatures
    status = validate_pdf_signature(signature, context)
    return bool(status.intact and status.valid and status.trusted)


@pytest.mark.parametrize("signer", [Signer.load(PEM), Signer.load(P12, "secret")], ids=["pem", "p12"])
def test_a_signed_file_is_intact_and_keeps_its_original_bytes(signer: Signer, tmp_path: Path) -> None:
    signed = signer.add_signature(PAPER)
    assert signed.startswith(PAPER)
    assert is_signature_intact(signed)
    assert inspect_pdf(signed, KEYRING.public_keys).verdict.is_genuine
    (tmp_path / "signed.pdf").write_bytes(signed)
    if shutil.which("pdfsig"):
        output = subprocess.run(["pdfsig", "-nocert", tmp_path / "signed.pdf"], capture_output=True, text=True).stdout
        assert "Signature is Valid" in output and "ETSI.CAdES.detached" in output


def test_one_changed_byte_breaks_it() -> None:
    signed = Signer.load(PEM).add_signature(PAPER)
    position = signed.index("СЕРТ".encode("utf-16-be")) if "СЕРТ".encode("utf-16-be") in signed else 2000
    assert not is_signature_intact(signed[:position] + bytes([signed[position] ^ 1]) + signed[position + 1 :])


@pytest.mark.parametrize("content", [b"", b"nothing", P12, PEM.partition(b"-----BEGIN CERT")[0], b"-----BEGIN X-----"])
def test_a_file_without_key_and_certificate_is_refused(content: bytes) -> None:
    with pytest.raises(MalformedKey):
        Signer.load(content, "another")
