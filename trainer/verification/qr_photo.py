"""The QR code of a certificate on a photograph."""

import re

from trainer.web.qr_reading import read_qr_texts

CERTIFICATE_URL_PATTERN = re.compile(r"https?://([^/#]+)/v/([^/#?]+)/?(?:#([A-Z2-7]+))?", re.IGNORECASE)


def read_certificate_qr(content: bytes) -> str:
    """Return the text of the QR code in a picture, a certificate's before any other; empty if there is none. Raises NoPicture."""
    texts = read_qr_texts(content)
    return next(filter(parse_certificate_url, texts), next(iter(texts), ""))


def parse_certificate_url(text: str) -> tuple[str, str, str] | None:
    """Return host, code and seal of a certificate's QR text; None for any other text."""
    match = CERTIFICATE_URL_PATTERN.fullmatch(text.strip())
    return (match.group(1).lower(), match.group(2), match.group(3) or "") if match else None
