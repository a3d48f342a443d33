"""A sample certificate with fixed keys and facts."""

from dataclasses import replace
from datetime import date
from typing import Any

from certificates import Certificate, Issuer, Keyring, Signatory, build_serial, create_code, qr_text, seal

KEYRING = Keyring.from_seed(bytes(range(32)))
OTHER_KEYRING = Keyring.from_seed(bytes(32))
HOST = "seminar.example.org"
ISSUER = Issuer(
    name={"kk": "«Үлгі» қоғамдық бірлестігі", "ru": "Общественное объединение «Үлгі»"},
    host=HOST,
    signatories=(Signatory("Ә. Мұратбекова", {"kk": "Жоба менеджері", "ru": "Менеджер проекта"}),),
)
FACTS = Certificate(
    serial=build_serial("TM", 2025, 7),
    code=create_code(bytes(range(10))),
    recipient="Һашимова Ұлпан Өңерғалиқызы",
    title={"kk": "Күтім негіздері", "ru": "Основы ухода"},
    kind="participation",
    hours=8,
    held_on=(date(2025, 5, 24), date(2025, 5, 25)),
    issued_on=date(2025, 5, 26),
    city={"kk": "Ақтау қаласы", "ru": "город Актау"},
)


def build_certificate(**changes: Any) -> Certificate:
    """Return the sample with some facts changed."""
    return replace(FACTS, **changes)


def build_qr_text(certificate: Certificate = FACTS, keyring: Keyring = KEYRING) -> str:
    """Return the QR text of a certificate."""
    return qr_text(f"https://{HOST}", certificate.code, seal(certificate, keyring, HOST))
