"""`python -m tests.certificates.vectors` writes vectors.json: seals and their meaning, for verifiers in other languages."""

import json
from collections.abc import Callable
from dataclasses import asdict, replace
from datetime import UTC, date
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from certificates import Certificate, Keyring, build_serial, create_code, parse_link, qr_text, seal, unseal
from tests.certificates.sample import FACTS, HOST, KEYRING, OTHER_KEYRING

SEAL_PLACEHOLDER = "$SEAL"  # keeps the file small
VECTORS_FILE = Path(__file__).with_name("vectors.json")
AQTAU = ZoneInfo("Asia/Aqtau")
EXPIRING = replace(
    FACTS,
    serial=build_serial("EX", 2026, 12345),
    code=create_code(bytes([255] * 10)),
    recipient="Соколова Марина Викторовна",
    languages=("ru", "kk"),
    kind="completion",
    hours=16,
    held_on=(date(2026, 2, 28), date(2026, 3, 1)),
    issued_on=date(2026, 3, 2),
    expires_on=date(2027, 3, 2),
)
LATIN = replace(FACTS, code=create_code(bytes(10)), recipient="O'Neil Anne-Marie", languages=("en", "kk"), held_on=())


# Controls, blanks, formats, dashes, quotes and their neighbours: what Python and JavaScript do not treat alike by themselves.
EDGE_POINTS = [
    *range(0x20),
    *(ord(character) for character in "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~\x7f"),
    *(
        0x80,
        0x85,
        0x9F,
        0xA0,
        0xAD,
        0xAB,
        0xBB,
        0xB4,
        0xB7,
        0x034F,
        0x061C,
        0x115F,
        0x1160,
        0x1680,
        0x180B,
        0x180E,
        0x180F,
    ),
    *range(0x2000, 0x2050),
    *(0x205F, 0x2060, 0x2064, 0x2066, 0x2069, 0x206F, 0x2116, 0x2212, 0x2800, 0x3000, 0x3001, 0x3002, 0x3164),
    *(
        0xFE00,
        0xFE0F,
        0xFE58,
        0xFE63,
        0xFEFF,
        0xFF0D,
        0xFF0E,
        0xFFA0,
        0xFFF9,
        0xFFFC,
        0xFFFD,
        0x1F600,
        0x17F,
        0x130,
        0x131,
        0xDF,
    ),
]
WRAPPERS: dict[str, Callable[[str], str]] = {
    "safelinks": lambda text: (
        f"https://eur01.safelinks.protection.outlook.com/?url={quote(text, safe='')}&data=05%7C01%7C&sdata=q%3D&reserved=0"
    ),
    "safelinks twice": lambda text: WRAPPERS["safelinks"](WRAPPERS["safelinks"](text)),
    "proofpoint 2": lambda text: (
        "https://urldefense.proofpoint.com/v2/url?u="
        f"{quote(text, safe='').replace('-', '%2D').replace('%2F', '_').replace('%', '-')}&d=DwMFaQ&c=x"
    ),
    "proofpoint 3": lambda text: f"https://urldefense.com/v3/__{text.replace('#', '*')}__;Iw!!AbC!x$",
    "barracuda": lambda text: f"https://linkprotect.cudasvc.com/url?a={quote(text, safe='').lower()}&c=E,1,x&typo=1",
    "google": lambda text: f"https://www.google.com/url?q={quote(text, safe='')}&sa=D&source=editors",
    "facebook": lambda text: f"https://l.facebook.com/l.php?u={quote(text, safe='')}&h=AT0",
    "login": lambda text: f"{text}#_=_",
    "tracking": lambda text: f"{text}&utm_source=mail",
    "query": lambda text: text.replace("#", "?fbclid=IwAR0-x_Y#"),
    "encoded fragment": lambda text: text.replace("#", "%23"),
    "encoded blank": lambda text: f"{text}%20",
    "encoded zero width": lambda text: f"%E2%80%8B{text}%E2%80%8B",
    "encoded twice": lambda text: quote(quote(text, safe=""), safe=""),
    "markdown": lambda text: f"[сертификат]({text}).",
    "quotes": lambda text: f"«{text}»",
    "angles": lambda text: f"<{text}>",
    "slash": lambda text: text.replace("#", "/#"),
}


def build_vectors() -> dict[str, Any]:
    """Return the content of the file."""
    genuine = [
        build_vector("plain", FACTS, UTC),
        build_vector("expiring", EXPIRING, AQTAU),
        build_vector("latin", LATIN, UTC),
    ]
    text = genuine[0]["qr_text"]
    sealed = text.partition("#")[2]
    forged = {
        "changed": text[:-60] + ("A" if text[-60] != "A" else "B") + text[-59:],
        "cut": text[:-8],
        "doubled": text + text.partition("#")[2],
        "empty": text.partition("#")[0] + "#",
        "other key": qr_text(f"https://{HOST}", FACTS.code, seal(FACTS, OTHER_KEYRING, HOST)),
        "other code": qr_text(f"https://{HOST}", LATIN.code, seal(FACTS, KEYRING, HOST)),
    }
    return {
        "format": "certificates/sealing/seal.py",
        "seed": bytes(range(32)).hex(),
        "keys": KEYRING.build_jwks()["keys"],
        "genuine": genuine,
        "forged": [
            {"name": name, "qr_text": forged_text, "reason": unseal(forged_text, KEYRING.public_keys).reason}
            for name, forged_text in forged.items()
        ],
        "links": [
            {
                "text": link.replace(sealed, SEAL_PLACEHOLDER),
                **{name: part.replace(sealed, SEAL_PLACEHOLDER) for name, part in asdict(parse_link(link)).items()},
                "reason": unseal(link, KEYRING.public_keys).reason,
            }
            for link in list_links(text)
        ],
        "seal_of_links": sealed,
    }


def list_links(text: str) -> list[str]:
    """Return a link as people have it: with every character that has no meaning, encoded, wrapped, cut."""
    code, sealed = FACTS.code, text.partition("#")[2]
    around = [chr(point) for point in EDGE_POINTS]
    return [
        *(f"{character}{text}{character}" for character in around),
        *(text.replace("#", f"{character}#{character}") for character in around if character not in "#?&*/"),
        *(f"{code[:5]}{character}{code[5:]}" for character in around),
        *(f"{code}{character}" for character in around),
        *(wrap(text) for wrap in WRAPPERS.values()),
        *(wrap(text.partition("#")[0]) for wrap in WRAPPERS.values()),
        *(text[:length] for length in range(0, len(text), 11)),
        text.lower(),
        text + "=",
        sealed,
        sealed.lower(),
        f"{text} Best regards",
        *list_interrupted_links(text),
        text[:90] + "=\r\n" + text[90:],
        text[:90] + "\n> " + text[90:],
        f"Here: {text.partition('#')[0]}, and {text}",
        text.replace("/V/", "/V//"),
        text.replace(code, code.replace("0", "О").lower()),
        text.replace(code, "0" * 16),
        "https://seminar.example.org/verify?code=" + code,
        "%FF%00%zz" + text,
    ]


def list_interrupted_links(text: str) -> list[str]:
    """Return links whose seal has its length in spite of something put into it, and a changed one with text behind it."""
    added = ["A0", "A-", "A.", "A\n", "A ", "A>", "A)", "A«қ", "AA0", "AQ--"]
    changed = text[:-1] + ("A" if text[-1] != "A" else "Q")
    followed = ["&utm_source=x", " Best regards", "__;Iw!!x", "). ", "№ 5"]
    return [
        *(text[:-count] + each + text[-count:] for each in added for count in (1, 2, 3)),
        *(changed + each for each in followed),
    ]


def build_vector(name: str, facts: Certificate, zone: Any, keyring: Keyring = KEYRING) -> dict[str, Any]:
    """Return one genuine seal with its facts."""
    text = qr_text(f"https://{HOST}", facts.code, seal(facts, keyring, HOST, zone))
    facts_read = unseal(text, keyring.public_keys).facts
    assert facts_read is not None
    expected = {
        "host": facts_read.host,
        "code": facts_read.code,
        "serial": facts_read.serial,
        "recipient": facts_read.recipient,
        "title": facts_read.title,
        "kind": facts_read.kind,
        "hours": facts_read.hours,
        "held": [day.isoformat() for day in facts_read.held_on],
        "issued": facts_read.issued_on.isoformat(),
        "expires_at": facts_read.expires_at,
    }
    return {"name": name, "qr_text": text, "facts": expected}


if __name__ == "__main__":
    VECTORS_FILE.write_text(json.dumps(build_vectors(), ensure_ascii=False, indent=1) + "\n", encoding="utf-8")
