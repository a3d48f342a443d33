"""Certificate registers of any size, inserted straight into the table."""

import os
from datetime import UTC, date, datetime

from sqlalchemy import create_engine, insert

from certificates import build_serial, create_code
from trainer.issuing.models import IssuedCertificate

SMALL_SIZE = 1_000
PIECE = 20_000
FACTS = {
    "heading": {},
    "title": {"kk": "Күтім негіздері: асқынулардың алдын алу", "ru": "Основы ухода: профилактика осложнений"},
    "kind": "participation",
    "event": "seminar",
    "hours": 8,
    "held": ["2025-05-24", "2025-05-25"],
    "place": {"kk": "Ақтау қаласы", "ru": "город Актау"},
    "issuer": {"kk": "«Үлгі» қоғамдық бірлестігі", "ru": "Общественное объединение «Үлгі»"},
    "co_issuer": {},
    "project": {"kk": "Тең мүмкіндік", "ru": "Равные возможности"},
    "languages": ["kk", "ru"],
    "signatories": [],
    "design": "standard",
    "logos": [],
    "timezone": "Asia/Aqtau",
    "specimen": False,
}


def get_large_size() -> int:
    """Return how many certificates the large register holds: a million, or TRAINER_BENCH_CERTIFICATES."""
    return int(os.environ.get("TRAINER_BENCH_CERTIFICATES", "1000000"))


def get_code(number: int) -> str:
    """Return the code of a certificate by its position in the register; codes are spread like random ones."""
    return create_code((number * 0x9E3779B97F4A7C15F39C % 2**80).to_bytes(10, "big"))


def fill_register(database: str, size: int) -> None:
    """Fill an empty register."""
    engine = create_engine(database)
    with engine.begin() as connection:
        for first in range(0, size, PIECE):
            rows = [build_row(number) for number in range(first, min(first + PIECE, size))]
            connection.execute(insert(IssuedCertificate), rows)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("ANALYZE")
    engine.dispose()


def build_row(number: int) -> dict[str, object]:
    """Return the row of one certificate."""
    return {
        "code": get_code(number),
        "serial": build_serial("TM", 2025, number + 1),
        "prefix": "TM",
        "year": 2025,
        "number": number + 1,
        "state": "valid",
        "recipient": "Қожахметова Әйгерім Ғабитқызы",
        "facts": FACTS,
        "issued_on": date(2025, 5, 26),
        "issued_at": datetime(2025, 5, 26, tzinfo=UTC),
        "exception": "",
        "qr_text": "",
        "pdf_sha256": f"{number:064x}",
        "reason": "",
        "note": "",
    }
