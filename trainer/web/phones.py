"""Telephone numbers: parsing to E.164, and formatting for readers in Kazakhstan."""

import re

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberFormat, PhoneNumberType

from trainer.web.text import clean_text

DEFAULT_REGION = "KZ"
# A label may stand before the number (“тел.: 8 701 …”). Letters within it are no digits of a keypad, and what follows it,
# such as an extension or a second number, would be lost.
TYPED_NUMBER = re.compile(r"(?:[^\d+＋]*[^\d\w+＋(])?[+＋(]?[\d\s()./*‐‑‒–—−-]+;?")
DOMESTIC_MOBILE_NUMBER = re.compile(r"\+77[04-7]\d{8}")
"""In Kazakhstan only landlines begin with 71 and 72; most numbers are mobile, so the library is asked for the others only."""
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
    """Return an E.164 number for display: 8 747 000 00 00 or 8 7292 50 50 50 within +7, +375 29 … for other countries."""
    if DOMESTIC_MOBILE_NUMBER.fullmatch(number):
        return format_domestic_number(number[2:], 3)
    try:
        parsed = phonenumbers.parse(number)
    except NumberParseException:
        return number
    if len(number) == 12 and number.startswith("+7"):
        return format_domestic_number(number[2:], find_area_code_length(parsed))
    return phonenumbers.format_number(parsed, PhoneNumberFormat.INTERNATIONAL)


def find_area_code_length(number: phonenumbers.PhoneNumber) -> int:
    """Return how many digits of a number within +7 are the area or operator code: 3, 4 or 5.

    In Kazakhstan towns have codes of 4 digits and districts of 5; for a few districts the library knows the numbers but not the
    code. Almaty has 727 and numbers of seven digits, most of which the library takes for 7272 and six. Mobile numbers and
    Russian ones are written with 3.
    """
    is_landline = phonenumbers.number_type(number) == PhoneNumberType.FIXED_LINE
    if phonenumbers.region_code_for_number(number) != DEFAULT_REGION or not is_landline:
        return 3
    length = phonenumbers.length_of_geographical_area_code(number)
    if str(number.national_number).startswith("727") and length < 5:
        return 3
    return 4 if length == 4 else 5


def format_domestic_number(digits: str, code_length: int) -> str:
    """Return the ten digits of a number within +7 as people dial it: 8, the code, the rest ending in two pairs."""
    return f"8 {digits[:code_length]} {digits[code_length:6]} {digits[6:8]} {digits[8:]}"
