"""The QR code of a certificate on a photograph."""

import re

from certificates import parse_link
from trainer.web.pictures.qr_reading import read_qr_texts

CERTIFICATE_URL_PATTERN = re.compile(r"https?://[^/#]+/v/[^/#?]+", re.IGNORECASE)


def read_certificate_qr(content: bytes) -> str:
    """Return the text of the QR code in a picture, a certificate's before any other; empty if there is none. Raises NoPicture."""
    texts = read_qr_texts(content)
    return next(filter(has_certificate_link, texts), next(iter(texts), ""))


def has_certificate_link(text: str) -> bool:
    """Return whether a QR text is the link of a certificate, also one with a damaged code."""
    link = parse_link(text)
    return bool(link.host and (link.code or CERTIFICATE_URL_PATTERN.search(text)))
