r"""Characters that may stand in or around a code, a serial or a link without meaning anything.

One list for all verifiers: trainer/static/js/characters.js has the same, and tests/certificates/vectors.json tries each
character in both. Ranges are written out, because `\s`, `strip` and `trim` differ between languages.
"""

import re

BLANKS = "\\u0009-\\u000d\\u001c-\\u0020\\u0085\\u00a0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000"
INVISIBLES = (
    "\\u0000-\\u0008\\u000e-\\u001b\\u007f-\\u0084\\u0086-\\u009f\\u00ad\\u034f\\u061c\\u115f\\u1160\\u17b4\\u17b5"
    "\\u180b-\\u180f\\u200b-\\u200f\\u202a-\\u202e\\u2060-\\u206f\\u2800\\u3164\\ufe00-\\ufe0f\\ufeff\\uffa0\\ufff9-\\ufffc"
)
DASHES = "\\u002d\\u005f\\u2010-\\u2015\\u2043\\u2212\\ufe58\\ufe63\\uff0d"
PUNCTUATION = (
    "\\u0021-\\u002c\\u002e\\u002f\\u003a-\\u0040\\u005b-\\u005e\\u0060\\u007b-\\u007e\\u00ab\\u00b4\\u00b7\\u00bb\\u02bb\\u02bc"
    "\\u2018-\\u201f\\u2022\\u2026\\u2032\\u2033\\u2039\\u203a\\u2116\\u3001\\u3002\\uff0c\\uff0e"
)
INVISIBLE_PATTERN = re.compile(f"[{INVISIBLES}]")
BLANK_PATTERN = re.compile(f"[{BLANKS}]")
MEANINGLESS_PATTERN = re.compile(f"[{BLANKS}{INVISIBLES}{DASHES}{PUNCTUATION}]")


def remove_invisible_characters(text: str) -> str:
    """Remove characters that nobody sees, such as a zero-width space; blanks stay."""
    return INVISIBLE_PATTERN.sub("", text)


def remove_meaningless_characters(text: str) -> str:
    """Remove blanks, invisible characters, dashes and punctuation: none of them is part of a code."""
    return MEANINGLESS_PATTERN.sub("", text)
