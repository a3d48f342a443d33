"""The sample certificate as a file, and a register that contains it."""

import hashlib
import json
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from certificates import Design, hash_code, parse_register, render
from tests.certificates.sample import FACTS, ISSUER, build_qr_text

PAPER = render(FACTS, Design.load("standard"), ISSUER, qr=build_qr_text())
AQTAU = ZoneInfo("Asia/Aqtau")
NOW = datetime(2025, 6, 1, 23, tzinfo=AQTAU)


def build_register(**changes: Any) -> Any:
    """Return a register that contains the sample, with changes to its entry."""
    entry = {
        "code_sha256": hash_code(FACTS.code),
        "pdf_sha256": hashlib.sha256(PAPER).hexdigest(),
        "state": "valid",
        "expires_at": None,
    }
    return parse_register(json.dumps({"certificates": [{**entry, **changes}]}).encode())
