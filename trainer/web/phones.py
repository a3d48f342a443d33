"""Telephone numbers: whatever is typed becomes E.164, and is shown as people here write it."""

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat

DEFAULT_REGION = "KZ"


class PhoneInvalid(ValueError):
    """This is no telephone number that can be called."""


def normalise_phone(text: str) -> str:
    """Give the number in E.164, such as +77470000000; raises PhoneRefused."""
    try:
        number = phonenumbers.parse(text, DEFAULT_REGION)
    except NumberParseException as error:
        raise PhoneInvalid(text) from error
    if not phonenumbers.is_valid_number(number) or number.extension:
        raise PhoneInvalid(text)
    return phonenumbers.format_number(number, PhoneNumberFormat.E164)


def format_phone(number: str) -> str:
    """Write an E.164 number for people: 8 747 000 00 00 for Kazakhstan and Russia, +375 29 … for others."""
    if len(number) == 12 and number.startswith("+7"):
        return f"8 {number[2:5]} {number[5:8]} {number[8:10]} {number[10:]}"
    try:
        return phonenumbers.format_number(phonenumbers.parse(number), PhoneNumberFormat.INTERNATIONAL)
    except NumberParseException:
        return number
