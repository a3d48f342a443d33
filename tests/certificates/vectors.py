"""`python -m tests.certificates.vectors` writes vectors.json: seals and their meaning, for verifiers in other languages."""

import json
from dataclasses import replace
from datetime import UTC, date
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from certificates import Certificate, Keyring, build_serial, create_code, qr_text, seal, unseal
from tests.certificates.sample import FACTS, HOST, KEYRING, OTHER_KEYRING

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


def build_vectors() -> dict[str, Any]:
    """Return the content of the file."""
    genuine = [
        build_vector("plain", FACTS, UTC),
        build_vector("expiring", EXPIRING, AQTAU),
        build_vector("latin", LATIN, UTC),
    ]
    text = genuine[0]["qr_text"]
    forged = {
        "changed": text[:-60] + ("A" if text[-60] != "A" else "B") + text[-59:],
        "cut": text[:-8],
        "doubled": text + text.partition("#")[2],
        "empty": text.partition("#")[0] + "#",
        "small letters": text.lower(),
        "padded": text + "=",
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
    }


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
