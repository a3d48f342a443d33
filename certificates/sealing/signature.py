"""PAdES signature (ETSI EN 319 142-1, level B-B) over a finished certificate, with the issuer's key and X.509 certificate.

Needs pyHanko, an optional dependency. The seal in the QR code works without it; this signature is for PDF readers.
"""

import io
from datetime import datetime
from importlib.util import find_spec
from typing import Any

from certificates.sealing.signing_key import SignatureProblem, SignatureUnusable, SigningKey, parse_signing_key

RESERVED_SIGNATURE_BYTES = 16_384  # for the signature with its chain; a sufficient size avoids signing twice
PDF_SIGNATURE_FIELD = "Signature"


class Signer:
    """Signs files with a key and its certificate chain."""

    def __init__(self, key: SigningKey) -> None:
        from certificates.sealing.pyhanko_signer import build_pdfa_signer

        self.key = key
        self.signer: Any = build_pdfa_signer(key, PDF_SIGNATURE_FIELD)

    @classmethod
    def load(cls, content: bytes, passphrase: str = "") -> "Signer":
        """Load a PKCS #12 file, or a PEM file with key and certificates. Raises SignatureUnusable."""
        if not is_signing_available():
            raise SignatureUnusable(SignatureProblem.NO_LIBRARY)
        return cls(parse_signing_key(content, passphrase))

    def require_valid_term(self, moment: datetime) -> None:
        """Raise SignatureUnusable if the certificate isn't valid yet, or no longer, at a moment."""
        self.key.require_valid_term(moment)

    def add_signature(self, pdf: bytes) -> bytes:
        """Return the file with a signature appended; the original bytes stay unchanged, and PDF/A stays PDF/A."""
        from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter

        writer = IncrementalPdfFileWriter(io.BytesIO(pdf))
        return bytes(self.signer.sign_pdf(writer, bytes_reserved=RESERVED_SIGNATURE_BYTES).getvalue())


def is_signing_available() -> bool:
    """Return whether this installation can sign files."""
    return find_spec("pyhanko") is not None
