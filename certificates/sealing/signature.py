"""PAdES signature (ETSI EN 319 142-1, level B-B) over a finished certificate, with the issuer's key and X.509 certificate.

Needs pyHanko, an optional dependency. The seal in the QR code works without it; this signature is for PDF readers.
"""

import io
from typing import Any

from certificates.errors import MalformedKey

RESERVED_SIGNATURE_BYTES = 16_384  # for the signature with its chain; a sufficient size avoids signing twice
PDF_SIGNATURE_FIELD = "Signature"


class Signer:
    """Signs files with a key and its certificate chain."""

    def __init__(self, signer: Any) -> None:
        self.signer = signer

    @classmethod
    def load(cls, content: bytes, passphrase: str = "") -> "Signer":
        """Load a PKCS #12 file, or a PEM file with key and certificates. Raises MalformedKey."""
        from pyhanko.sign.signers import SimpleSigner

        secret = passphrase.encode() or None
        if b"-----BEGIN" in content:
            return cls(load_pem_signer(content, secret))
        try:
            signer = SimpleSigner.load_pkcs12_data(content, [], passphrase=secret)
        except (ValueError, TypeError) as error:
            raise MalformedKey("the file is no PKCS #12 file, or the passphrase is another") from error
        if signer is None:
            raise MalformedKey("the file is no PKCS #12 file, or the passphrase is another")
        return cls(signer)

    def add_signature(self, pdf: bytes) -> bytes:
        """Return the file with a signature appended; the original bytes stay unchanged."""
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
        from pyhanko.sign.fields import SigSeedSubFilter
        from pyhanko.sign.signers import PdfSignatureMetadata, sign_pdf

        metadata = PdfSignatureMetadata(PDF_SIGNATURE_FIELD, md_algorithm="sha256", subfilter=SigSeedSubFilter.PADES)
        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        signed = sign_pdf(writer, metadata, signer=self.signer, bytes_reserved=RESERVED_SIGNATURE_BYTES)
        return bytes(signed.getvalue())


def load_pem_signer(content: bytes, secret: bytes | None) -> Any:
    """Load key and certificates from one PEM file; the first certificate belongs to the key."""
    from asn1crypto import keys, pem, x509
    from cryptography.exceptions import UnsupportedAlgorithm
    from cryptography.hazmat.primitives.serialization import (
        Encoding,
        NoEncryption,
        PrivateFormat,
        load_pem_private_key,
    )
    from pyhanko.sign.signers import SimpleSigner
    from pyhanko_certvalidator.registry import SimpleCertificateStore

    try:
        key = load_pem_private_key(content, secret)
        certificates = [block for kind, _headers, block in pem.unarmor(content, multiple=True) if kind == "CERTIFICATE"]
        key_certificate, *others = [x509.Certificate.load(block) for block in certificates]
    except (ValueError, TypeError, UnsupportedAlgorithm) as error:
        raise MalformedKey("the file needs a private key and its certificate") from error
    private_key_der = key.private_bytes(Encoding.DER, PrivateFormat.PKCS8, NoEncryption())
    store = SimpleCertificateStore()  # type: ignore[no-untyped-call]
    store.register_multiple(others)
    return SimpleSigner(key_certificate, keys.PrivateKeyInfo.load(private_key_der), store)
