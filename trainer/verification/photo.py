"""The QR code of a certificate on a photograph."""

import re

from trainer.web.codes import texts_of

OURS = re.compile(r"https?://[^/#]+/v/([^/#?]+)/?(?:#([A-Z2-7]+))?", re.IGNORECASE)


def text_of(content: bytes) -> str:
    """Give the text of the QR code in a picture, empty where none is found. Raises NoPicture."""
    return next(iter(texts_of(content)), "")


def code_and_seal(text: str) -> tuple[str, str] | None:
    """Give code and seal of what a certificate's QR says; None for any other text."""
    match = OURS.fullmatch(text.strip())
    return (match.group(1), match.group(2) or "") if match else None
