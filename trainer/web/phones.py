"""Telephone numbers: parsing to E.164, and formatting for readers in Kazakhstan."""

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

from trainer.web.text import clean_text

DEFAULT_REGION = "KZ"
# A label may stand before the number (“тел.: 8 701 …”). Letters within it are no digits of a keypad, and what follows it,
# such as an extension or a second number, would be lost.
TYPED_NUMBER = re.compile(r"(?:[^\d+＋]*[^\d\w+＋(])?[+＋(]?[\d\s()./*‐‑‒–—−-]+;?")
E164_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")


class PhoneInvalid(ValueError):
    """The text is not a telephone number that can be called."""


def normalise_phone(text: str) -> str:
    """Return a typed number in E.164, such as +77470000000. Raises PhoneInvalid, also for two numbers in one text."""
    typed = clean_text(text)
    if not TYPED_NUMBER.fullmatch(typed):
        raise PhoneInvalid(text)
    try:
        number = phonenumbers.parse(typed, DEFAULT_REGION)
    except NumberParseException as error:
        raise PhoneInvalid(text) from error
    if not phonenumbers.is_valid_number(number) or number.extension:
        raise PhoneInvalid(text)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def is_phone_number(text: str) -> bool:
    """Return whether a stored phone is a number that can be called, not what somebody typed instead of one (“жоқ”)."""
    return E164_NUMBER.fullmatch(text) is not None


def format_phone(number: str) -> str:
    """Return an E.164 number for display: 8 747 000 00 00 for Kazakhstan and Russia, +375 29 … for other countries."""
    if len(number) == 12 and number.startswith("+7"):
        return f"8 {number[2:5]} {number[5:8]} {number[8:10]} {number[10:]}"
    try:
        return phonenumbers.format_number(phonenumbers.parse(number), PhoneNumberFormat.INTERNATIONAL)
    except NumberParseException:
        return number
