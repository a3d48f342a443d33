"""Codes and serials: Crockford base32 with a check character that detects every wrong character and every swap of neighbours.

The check character is Damm's over GF(2^5) with the polynomial x^5 + x^2 + 1: start with 0; for each character multiply by x
and add its value; the check character is the result multiplied by x once more. The whole code, check character included,
then evaluates to 0. The length is fixed, so that leading zeros cannot be added.
"""

import re

from certificates.characters import remove_meaningless_characters
from certificates.errors import MalformedCode, MalformedSerial

CODE_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
CHARACTER_VALUES = {character: value for value, character in enumerate(CODE_ALPHABET)}
EXAMPLE_PREFIX = "EX"  # prefix of the example project's serials only
CODE_LENGTH = 17  # 16 characters of 5 bits and the check character
# Typed characters by the printed one: Crockford's look-alikes, Cyrillic twins, letters on the same keys.
LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"} | dict(zip("АВЕКМНОРСТХУІ", "ABEKMH0PCTXY1", strict=True)))


def create_code(random_bytes: bytes) -> str:
    """Create a code of 17 characters from 10 random bytes."""
    if len(random_bytes) != 10:
        raise MalformedCode(f"a code needs 10 bytes, not {len(random_bytes)}")
    number = int.from_bytes(random_bytes, "big")
    body = "".join(CODE_ALPHABET[(number >> shift) & 31] for shift in range(75, -1, -5))
    return body + compute_check_character(body)


def decode_code(code: str) -> bytes:
    """Return the 10 bytes of a code that `parse_code` has accepted."""
    number = 0
    for character in code[:-1]:
        number = number << 5 | CHARACTER_VALUES[character]
    return number.to_bytes(10, "big")


def parse_code(text: str) -> str:
    """Return a code in canonical spelling; case, blanks, punctuation and look-alikes do not matter. Raises MalformedCode."""
    code = normalise_typed_code(text)
    if len(code) != CODE_LENGTH:
        raise MalformedCode(f"a code has {CODE_LENGTH} characters")
    if any(character not in CHARACTER_VALUES for character in code):
        raise MalformedCode("a code has only letters and digits")
    if compute_check_character(code[:-1]) != code[-1]:
        raise MalformedCode("the check character is wrong")
    return code


def format_code(code: str) -> str:
    """Format a code in groups for reading."""
    return "-".join((code[:4], code[4:8], code[8:12], code[12:]))


def build_serial(prefix: str, year: int, number: int) -> str:
    """Build a serial such as TM-2025-0007-K. Raises MalformedSerial for a prefix outside the alphabet."""
    if (
        not re.fullmatch(r"[A-Z]{2,4}", prefix)
        or any(letter not in CHARACTER_VALUES for letter in prefix)
        or not 0 < number < 10**8
    ):
        raise MalformedSerial(f"{prefix}-{year}-{number}")
    body = f"{prefix}{year:04d}{number:04d}"
    return f"{prefix}-{year:04d}-{number:04d}-{compute_check_character(body)}"


def parse_serial(text: str) -> str:
    """Return a serial in canonical spelling; case, blanks and look-alikes are ignored. Raises MalformedSerial."""
    normalised = re.sub(r"[^0-9A-Z]", "", normalise_typed_code(text))
    match = re.fullmatch(r"([A-Z]{2,4})(\d{4})(\d{4,8})([0-9A-Z])", normalised)
    if match is None:
        raise MalformedSerial("a serial looks like TM-2025-0007-K")
    prefix, year, number, check = match.groups()
    if (
        any(letter not in CHARACTER_VALUES for letter in prefix)
        or compute_check_character(prefix + year + number) != check
    ):
        raise MalformedSerial("the check character is wrong")
    return f"{prefix}-{year}-{number}-{check}"


def normalise_typed_code(text: str) -> str:
    """Remove what has no meaning in a code, convert to capitals and replace look-alikes."""
    return remove_meaningless_characters(text).upper().translate(LOOK_ALIKES)


def compute_check_character(body: str) -> str:
    """Return the check character of a text in the alphabet."""
    state = 0
    for character in body:
        state = multiply_by_x(state) ^ CHARACTER_VALUES[character]
    return CODE_ALPHABET[multiply_by_x(state)]


def multiply_by_x(value: int) -> int:
    """Multiply by x in GF(2^5) with x^5 + x^2 + 1."""
    doubled = value << 1
    return doubled ^ 0b100101 if doubled & 0b100000 else doubled
