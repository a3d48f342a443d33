"""Telephone numbers: parsing to E.164, and formatting for readers in Kazakhstan."""

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

DEFAULT_REGION = "KZ"
LETTER_BETWEEN_DIGITS = re.compile(r"\d[^\W\d_]+[+\-]?\d")


class PhoneInvalid(ValueError):
    """The text is not a telephone number that can be called."""


def normalise_phone(text: str) -> str:
    """Return a typed number in E.164, such as +77470000000. Raises PhoneInvalid, also for letters between digits."""
    if LETTER_BETWEEN_DIGITS.search(text):  # phonenumbers would read them as the keys of a telephone
        raise PhoneInvalid(text)
    try:
        number = phonenumbers.parse(text, DEFAULT_REGION)
    except NumberParseException as error:
        raise PhoneInvalid(text) from error
    if not phonenumbers.is_valid_number(number) or number.extension:
        raise PhoneInvalid(text)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def format_phone(number: str) -> str:
    """Return an E.164 number for display: 8 747 000 00 00 for Kazakhstan and Russia, +375 29 … for other countries."""
    if len(number) == 12 and number.startswith("+7"):
        return f"8 {number[2:5]} {number[5:8]} {number[8:10]} {number[10:]}"
    try:
        return phonenumbers.format_number(phonenumbers.parse(number), PhoneNumberFormat.INTERNATIONAL)
    except NumberParseException:
        return number
