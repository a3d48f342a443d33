"""Codes and serials: Crockford's base32 with a check character that catches every wrong character and every swap of neighbours.

The check character is Damm's over GF(2^5) with the polynomial x^5 + x^2 + 1: start with 0, for each character multiply by x
and add its value; the check character is the result multiplied by x once more. The whole, check character included, then
gives 0. The length is fixed, so that nothing can be put in front.
"""

import re

from certificates.errors import MalformedCode, MalformedSerial

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
VALUES = {character: value for value, character in enumerate(ALPHABET)}
EXAMPLE_PREFIX = "EX"  # begins the numbers of the example project, and no others
LENGTH = 17  # 16 characters of 5 bits and the check character
# What is typed for what was printed: Crockford's look-alikes, Cyrillic twins, the letters that stand on the same keys.
LOOK_ALIKES = str.maketrans({"O": "0", "I": "1", "L": "1"} | dict(zip("АВЕКМНОРСТХУІ", "ABEKMH0PCTXY1", strict=True)))


def new_code(random_bytes: bytes) -> str:
    """Make a code of 17 characters from 10 random bytes."""
    if len(random_bytes) != 10:
        raise MalformedCode(f"a code is made of 10 bytes, not {len(random_bytes)}")
    number = int.from_bytes(random_bytes, "big")
    body = "".join(ALPHABET[(number >> shift) & 31] for shift in range(75, -1, -5))
    return body + check_character(body)


def code_bytes(code: str) -> bytes:
    """Give the 10 bytes of a code that `parse_code` has accepted."""
    number = 0
    for character in code[:-1]:
        number = number << 5 | VALUES[character]
    return number.to_bytes(10, "big")


def parse_code(typed: str) -> str:
    """Give the code in its one spelling; case, blanks, hyphens and look-alikes do not matter. Raises MalformedCode."""
    code = fold(typed)
    if len(code) != LENGTH:
        raise MalformedCode(f"a code has {LENGTH} characters")
    if any(character not in VALUES for character in code):
        raise MalformedCode("a code has only letters and digits")
    if check_character(code[:-1]) != code[-1]:
        raise MalformedCode("the check character is wrong")
    return code


def display_code(code: str) -> str:
    """Write a code in groups for people to read."""
    return "-".join((code[:4], code[4:8], code[8:12], code[12:]))


def make_serial(prefix: str, year: int, number: int) -> str:
    """Make a serial such as TM-2025-0007-K. Raises MalformedSerial for a prefix outside the alphabet."""
    if (
        not re.fullmatch(r"[A-Z]{2,4}", prefix)
        or any(letter not in VALUES for letter in prefix)
        or not 0 < number < 10**8
    ):
        raise MalformedSerial(f"{prefix}-{year}-{number}")
    body = f"{prefix}{year:04d}{number:04d}"
    return f"{prefix}-{year:04d}-{number:04d}-{check_character(body)}"


def parse_serial(typed: str) -> str:
    """Give the serial in its one spelling; case, blanks and look-alikes do not matter. Raises MalformedSerial."""
    folded = re.sub(r"[^0-9A-Z]", "", fold(typed))
    match = re.fullmatch(r"([A-Z]{2,4})(\d{4})(\d{4,8})([0-9A-Z])", folded)
    if match is None:
        raise MalformedSerial("a serial looks like TM-2025-0007-K")
    prefix, year, number, check = match.groups()
    if any(letter not in VALUES for letter in prefix) or check_character(prefix + year + number) != check:
        raise MalformedSerial("the check character is wrong")
    return f"{prefix}-{year}-{number}-{check}"


def fold(typed: str) -> str:
    """Take away what does not matter in a typed code: case, blanks, hyphens, look-alikes."""
    return re.sub(r"[\s\-‐‑–—_]", "", typed).upper().translate(LOOK_ALIKES)


def check_character(body: str) -> str:
    """Give the check character of a text in the alphabet."""
    state = 0
    for character in body:
        state = times_x(state) ^ VALUES[character]
    return ALPHABET[times_x(state)]


def times_x(value: int) -> int:
    """Multiply by x in GF(2^5) with x^5 + x^2 + 1."""
    doubled = value << 1
    return doubled ^ 0b100101 if doubled & 0b100000 else doubled
