"""Looking at a QR text or a file with nothing but keys, and with a register: what is not ours or not in force is never called valid."""

import hashlib
import json
from datetime import date
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
    hashed_code,
    inspect_pdf,
    inspect_text,
    public_keys_of,
    register_of,
    render,
)
from tests.certificates.sample import FACTS, ISSUER, KEYRING, OTHER_KEYRING, facts, text_of

KEYS = KEYRING.public_keys
PAPER = render(FACTS, Design.load("standard"), ISSUER, qr=text_of())
TODAY = date(2025, 6, 1)
GOOD = {Finding.VALID, Finding.GENUINE}


def register(**changes: Any) -> Any:
    """A register that holds the sample."""
    entry = {
        "code_sha256": hashed_code(FACTS.code),
        "pdf_sha256": hashlib.sha256(PAPER).hexdigest(),
        "state": "valid",
        "expires_on": None,
    }
    return register_of(json.dumps({"certificates": [{**entry, **changes}]}).encode())


def test_with_keys_alone_a_seal_is_genuine_and_no_more() -> None:
    assert inspect_text(text_of(), KEYS).finding == Finding.GENUINE
    assert inspect_pdf(PAPER, KEYS).finding == Finding.GENUINE
    assert inspect_text(text_of(), OTHER_KEYRING.public_keys).finding == Finding.FORGED


@pytest.mark.parametrize(
    ("changes", "finding"),
    [
        ({}, Finding.VALID),
        ({"state": "revoked"}, Finding.REVOKED),
        ({"state": "replaced"}, Finding.REPLACED),
        ({"expires_on": "2025-05-31"}, Finding.EXPIRED),
        ({"expires_on": "2025-06-01"}, Finding.VALID),
        ({"state": "revoked", "expires_on": "2025-05-31"}, Finding.REVOKED),
        ({"code_sha256": "0" * 64}, Finding.UNKNOWN),
    ],
)
def test_a_register_says_whether_it_is_in_force(changes: dict[str, Any], finding: Finding) -> None:
    assert inspect_text(text_of(), KEYS, register(**changes), TODAY).finding == finding
    assert inspect_pdf(PAPER, KEYS, register(**changes), TODAY).finding == finding


def test_a_file_that_was_changed_is_altered_and_one_that_is_not_ours_is_said_to_be() -> None:
    assert inspect_pdf(PAPER + b"%", KEYS, register(), TODAY).finding == Finding.ALTERED
    for other in (b"", b"%PDF-1.7 nothing", b"\x89PNG", PAPER.replace(b"dc:identifier", b"dc:identifies")):
        assert inspect_pdf(other, KEYS, register(), TODAY).finding == Finding.NOT_OURS


@given(st.integers(0, len(PAPER) - 1), st.integers(1, 255))
def test_no_changed_byte_leaves_the_file_valid(place: int, change: int) -> None:
    broken = PAPER[:place] + bytes([PAPER[place] ^ change]) + PAPER[place + 1 :]
    assert inspect_pdf(broken, KEYS, register(), TODAY).finding not in GOOD


@given(st.binary(max_size=300), st.text(max_size=80))
def test_anything_gets_an_answer_and_nothing_becomes_genuine(content: bytes, text: str) -> None:
    assert inspect_pdf(content, KEYS).finding not in GOOD
    inside = b"<dc:identifier>https://x/V/1#" + content + b"</dc:identifier>"
    assert inspect_pdf(inside, KEYS).finding not in GOOD
    assert inspect_text(text, KEYS).finding not in GOOD


@given(st.permutations(range(6)))
def test_parts_in_another_order_are_forged(order: list[int]) -> None:
    text = text_of()
    head, seal = text.split("#")
    size = len(seal) // 6
    parts = [seal[place * size : (place + 1) * size if place < 5 else None] for place in range(6)]
    mixed = head + "#" + "".join(parts[place] for place in order)
    assert (inspect_text(mixed, KEYS).finding == Finding.GENUINE) == (mixed == text)


def test_a_seal_of_one_certificate_under_the_code_of_another_is_forged() -> None:
    other = facts(code="0" * 16 + "0")
    mixed = text_of(other).split("#")[0] + "#" + text_of().split("#")[1]
    assert inspect_text(mixed, KEYS, register(), TODAY).finding == Finding.FORGED


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{}", b'{"certificates": [{}]}', b'{"certificates": 5}', b"\xff", b"[" * 5000]
)
def test_what_is_no_register_is_refused(content: bytes) -> None:
    with pytest.raises(CertificateError):
        register_of(content)


def test_keys_are_read_from_a_set_and_from_files() -> None:
    as_set = json.dumps(Keyring.from_seed(bytes(32), earlier=(KEYRING.public,)).jwks()).encode()
    assert KEYRING.public in public_keys_of(as_set).values()
    assert public_keys_of(KEYRING.to_pem()) == KEYS
    for broken in (
        b"",
        b"{}",
        b"[]",
        b'{"keys": []}',
        b'{"keys": [{"crv": "Ed25519", "x": "AA"}]}',
        b"-----BEGIN X-----",
    ):
        with pytest.raises(MalformedKey):
            public_keys_of(broken)
