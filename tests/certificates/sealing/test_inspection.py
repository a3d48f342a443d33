"""Inspection of texts and files with keys alone and with a register: nothing foreign or invalid is ever called valid."""

import json
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates import (
    CertificateError,
    Design,
    Finding,
    Keyring,
    MalformedKey,
    build_serial,
    format_inspection,
    inspect_pdf,
    inspect_text,
    parse_public_keys,
    parse_register,
    qr_text,
    render,
    seal,
)
from tests.certificates.sample import FACTS, HOST, ISSUER, KEYRING, OTHER_KEYRING, build_certificate, build_qr_text
from tests.certificates.sealing.register import AQTAU, NOW, PAPER, build_register

KEYS = KEYRING.public_keys
MIDNIGHT = int(NOW.timestamp()) + 3600
GOOD = {Finding.VALID, Finding.GENUINE, Finding.SEALED}


def test_with_keys_alone_a_seal_is_genuine_but_not_valid() -> None:
    assert inspect_text(build_qr_text(), KEYS).finding == Finding.GENUINE
    assert inspect_text(build_qr_text(), OTHER_KEYRING.public_keys).finding == Finding.FORGED


def test_with_keys_alone_a_file_is_never_called_genuine() -> None:
    other = render(build_certificate(recipient="Өзге Адам"), Design.load("standard"), ISSUER, qr=build_qr_text())
    for paper in (PAPER, other):
        inspection = inspect_pdf(paper, KEYS, now=NOW)
        assert inspection.finding == Finding.SEALED
        assert "not compared" in format_inspection(inspection)[1]
    assert inspect_pdf(PAPER, OTHER_KEYRING.public_keys).finding == Finding.FORGED


def test_a_specimen_proves_nothing_whatever_the_finding() -> None:
    example = build_certificate(serial=build_serial("EX", 2025, 7))
    for certificate, specimen in ((example, True), (FACTS, False)):
        inspection = inspect_text(build_qr_text(certificate), KEYS, build_register())
        assert inspection.finding == Finding.VALID
        assert inspection.is_example == specimen
        assert any("proves nothing" in line for line in format_inspection(inspection)) == specimen


def test_with_keys_alone_an_expired_certificate_is_reported_with_its_last_day() -> None:
    expiring = build_certificate(expires_on=date(2025, 6, 1))
    text = qr_text(f"https://{HOST}", FACTS.code, seal(expiring, KEYRING, HOST, AQTAU))
    paper = render(expiring, Design.load("standard"), ISSUER, qr=text)
    for moment, of_text, of_paper in (
        (NOW, Finding.GENUINE, Finding.SEALED),
        (NOW + timedelta(hours=1), Finding.EXPIRED, Finding.EXPIRED),
    ):
        assert inspect_text(text, KEYS, now=moment).finding == of_text
        assert inspect_pdf(paper, KEYS, now=moment).finding == of_paper
        assert "expires: 2025-06-01" in format_inspection(inspect_text(text, KEYS, now=moment))
    assert not any("expires" in line for line in format_inspection(inspect_text(build_qr_text(), KEYS)))


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({}, Finding.VALID),
        ({"state": "revoked"}, Finding.REVOKED),
        ({"state": "replaced"}, Finding.REPLACED),
        ({"expires_at": MIDNIGHT - 3600}, Finding.EXPIRED),
        ({"expires_at": MIDNIGHT}, Finding.VALID),
        ({"state": "revoked", "expires_at": MIDNIGHT - 86400}, Finding.REVOKED),
        ({"code_sha256": "0" * 64}, Finding.UNKNOWN),
    ],
)
def test_a_register_tells_whether_a_certificate_is_in_force(changes: dict[str, Any], finding: Finding) -> None:
    assert inspect_text(build_qr_text(), KEYS, build_register(**changes), NOW).finding == finding
    assert inspect_pdf(PAPER, KEYS, build_register(**changes), NOW).finding == finding


def test_a_changed_file_is_altered_and_a_foreign_one_is_not_ours() -> None:
    assert inspect_pdf(PAPER + b"%", KEYS, build_register(), NOW).finding == Finding.ALTERED
    for other in (b"", b"%PDF-1.7 nothing", b"\x89PNG", PAPER.replace(b"dc:identifier", b"dc:identifies")):
        assert inspect_pdf(other, KEYS, build_register(), NOW).finding == Finding.NOT_OURS


@given(st.integers(0, len(PAPER) - 1), st.integers(1, 255))
def test_no_changed_byte_leaves_the_file_valid(place: int, change: int) -> None:
    broken = PAPER[:place] + bytes([PAPER[place] ^ change]) + PAPER[place + 1 :]
    assert inspect_pdf(broken, KEYS, build_register(), NOW).finding not in GOOD


@given(st.binary(max_size=300), st.text(max_size=80))
def test_anything_gets_an_answer_and_nothing_becomes_genuine(content: bytes, text: str) -> None:
    assert inspect_pdf(content, KEYS).finding not in GOOD
    inside = b"<dc:identifier>https://x/V/1#" + content + b"</dc:identifier>"
    assert inspect_pdf(inside, KEYS).finding not in GOOD
    assert inspect_text(text, KEYS).finding not in GOOD


@given(st.permutations(range(6)))
def test_parts_in_another_order_are_forged(order: list[int]) -> None:
    text = build_qr_text()
    head, sealed = text.split("#")
    size = len(sealed) // 6
    parts = [sealed[place * size : (place + 1) * size if place < 5 else None] for place in range(6)]
    mixed = head + "#" + "".join(parts[place] for place in order)
    assert (inspect_text(mixed, KEYS).finding == Finding.GENUINE) == (mixed == text)


def test_a_seal_of_one_certificate_under_the_code_of_another_is_forged() -> None:
    other = build_certificate(code="0" * 16 + "0")
    mixed = build_qr_text(other).split("#")[0] + "#" + build_qr_text().split("#")[1]
    assert inspect_text(mixed, KEYS, build_register(), NOW).finding == Finding.FORGED


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"[]",
        b"{}",
        b'{"certificates": [{}]}',
        b'{"certificates": [{"code_sha256": "", "pdf_sha256": "", "state": "valid", "expires_on": "2025-06-01"}]}',
        b'{"certificates": [{"code_sha256": "", "pdf_sha256": "", "state": "valid", "expires_at": "2025-06-01"}]}',
        b'{"certificates": 5}',
        b"\xff",
        b"[" * 5000,
    ],
)
def test_a_file_that_is_no_register_is_refused(content: bytes) -> None:
    with pytest.raises(CertificateError):
        parse_register(content)


def test_keys_are_read_from_a_set_and_from_files() -> None:
    as_set = json.dumps(Keyring.from_seed(bytes(32), earlier_public_keys=(KEYRING.public_key,)).build_jwks()).encode()
    assert KEYRING.public_key in parse_public_keys(as_set).values()
    assert parse_public_keys(KEYRING.export_private_pem()) == KEYS
    for broken in (
        b"",
        b"{}",
        b"[]",
        b'{"keys": []}',
        b'{"keys": [{"crv": "Ed25519", "x": "AA"}]}',
        b"-----BEGIN X-----",
    ):
        with pytest.raises(MalformedKey):
            parse_public_keys(broken)
