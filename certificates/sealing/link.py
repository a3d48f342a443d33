"""Links of certificates as people have them: copied with punctuation, cut, lower-cased, percent-encoded, wrapped by mail scanners.

A link carries a code and a seal. Whatever surrounds them is dropped, and whatever cannot be read is left empty or left
damaged: nothing is guessed. So a damaged link can lose its seal but never turns into a bad signature, and only a bad
signature, or facts that contradict each other, may be called forged:

1.  Invisible characters are removed; percent-encoding (up to four times over) and that of Proofpoint are decoded.
2.  The code stands behind `/v/` or `code=`, otherwise at the beginning, up to `/`, `#`, `?`, `&` or `*`. Where a text has
    several, the first that has the right check character counts.
3.  The seal is the run of base32 characters behind the next `#` (`*` in links of urldefense.com). Small letters count as
    capitals. A seal that mail has broken into lines is joined if only this makes it whole.
4.  Where letters or digits follow, but for a parameter or the end of a link of urldefense.com, the seal may go on there
    after something that was put into it: if the signature of what was read is bad, the link is damaged, not forged.
5.  A text without a code and without `#` is a SEAL alone.

trainer/static/js/link.js does the same; tests/certificates/vectors.json tries both.
"""

import re
from dataclasses import dataclass

from certificates.characters import BLANKS, remove_invisible_characters
from certificates.code import parse_code
from certificates.errors import MalformedCode
from certificates.sealing.envelope import is_whole_seal

MAX_LINK_LENGTH = 16_000  # characters that are looked at
MAX_ENCODINGS = 4
PERCENT_PATTERN = re.compile("(?:%[0-9A-Fa-f]{2})+")
PROOFPOINT_PATTERN = re.compile("https?-3A__[^&]*", re.IGNORECASE | re.ASCII)
CODE_PATTERN = re.compile(
    "(?:https?://(?P<host>[^/?#@]*))?(?:(?:^|/)v/+|[?&]code=)(?P<code>[^/#?&*]*)", re.IGNORECASE | re.ASCII
)
BARE_CODE_PATTERN = re.compile("(?P<host>)/*(?P<code>[^/#?&*]*)")
BASE32 = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
REMAINDER_PATTERN = re.compile("(?!&[A-Z0-9_]+=|__;)[^A-Z0-9]*[A-Z0-9]")
LINE_BREAKS_PATTERN = re.compile(f"[{BLANKS}=>]")
BLANKS_PATTERN = re.compile(f"[{BLANKS}]+")


@dataclass(frozen=True)
class CertificateLink:
    """What could be read of a link; empty what could not."""

    host: str = ""
    code: str = ""
    seal: str = ""
    remainder: str = ""
    """Text behind the seal, up to the first character that may belong to it."""


def parse_link(text: str) -> CertificateLink:
    """Read host, code and seal of a link, a QR text, a code or a SEAL. Never raises."""
    text = decode_link(text[:MAX_LINK_LENGTH])
    matches = list(CODE_PATTERN.finditer(text)) or [match for match in [BARE_CODE_PATTERN.match(text)] if match]
    found = next((match for match in matches if read_code(match["code"])), matches[0])
    code, rest = read_code(found["code"]), text[found.end() :]
    if not code and "#" not in text and found.re is BARE_CODE_PATTERN:
        return CertificateLink("", "", *read_seal(text))
    seal = rest[1:] if rest.startswith("*") else rest.partition("#")[2]
    return CertificateLink((found["host"] or "").lower(), code, *read_seal(seal))


def decode_link(text: str) -> str:
    """Remove invisible characters and the encodings of mail scanners."""
    text = PROOFPOINT_PATTERN.sub(lambda match: decode_proofpoint(match[0]), remove_invisible_characters(text))
    for _encoding in range(MAX_ENCODINGS):
        text = remove_invisible_characters(PERCENT_PATTERN.sub(lambda match: decode_percents(match[0]), text))
    return text


def decode_proofpoint(text: str) -> str:
    """Turn the encoding of Proofpoint, which has - for % and _ for /, into percent-encoding."""
    return re.sub("-(?=[0-9A-Fa-f]{2})", "%", text.replace("_", "/"))


def decode_percents(run: str) -> str:
    """Decode a run of percent-encoded bytes; one that is not UTF-8 stays as it is."""
    try:
        return bytes.fromhex(run.replace("%", "")).decode("utf-8")
    except UnicodeDecodeError:
        return run


def read_code(text: str) -> str:
    """Return the code that a text is or begins with; "" if there is none."""
    for candidate in (text, BLANKS_PATTERN.split(text.lstrip())[0] if text.strip() else ""):
        try:
            return parse_code(candidate)
        except MalformedCode:
            continue
    return ""


def read_seal(text: str) -> tuple[str, str]:
    """Return seal and remainder in capitals; the seal is read across line breaks if only that makes it whole."""
    text = text.upper()
    first, joined = (split_base32(each) for each in (text, LINE_BREAKS_PATTERN.sub("", text)))
    return joined if not is_whole_seal(first[0]) and is_whole_seal(joined[0]) else first


def split_base32(text: str) -> tuple[str, str]:
    """Return the base32 characters that a text begins with, after blanks, and the remainder behind them."""
    text = re.sub(f"^[{BLANKS}]+", "", text)
    length = len(text) - len(text.lstrip(BASE32))
    remainder = REMAINDER_PATTERN.match(text, length)
    return text[:length], remainder[0] if remainder else ""
