"""The QR code of a certificate on a photograph."""

import re

from trainer.web.qr_reading import texts_of

CERTIFICATE = re.compile(r"https?://([^/#]+)/v/([^/#?]+)/?(?:#([A-Z2-7]+))?", re.IGNORECASE)


def text_of(content: bytes) -> str:
    """Give the text of the QR code in a picture, a certificate's before any other; empty where none is found. Raises NoPicture."""
    texts = texts_of(content)
    return next(filter(parts_of, texts), next(iter(texts), ""))


def parts_of(text: str) -> tuple[str, str, str] | None:
    """Give host, code and seal of what a certificate's QR says; None for any other text."""
    match = CERTIFICATE.fullmatch(text.strip())
    return (match.group(1).lower(), match.group(2), match.group(3) or "") if match else None
