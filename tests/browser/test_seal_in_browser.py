"""The browser's seal reader and the library agree on seals that are changed, cut, mixed, or signed in another form."""

import base64
import random
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, date, datetime
from typing import Any

import cbor2
import pytest
from flask import Flask
from playwright.sync_api import Browser, Page

from certificates import SealVerdict, compute_key_id, seal, unseal
from certificates.sealing.seal import build_signature_input
from tests.certificates.sample import FACTS, HOST, KEYRING, OTHER_KEYRING, build_certificate, build_qr_text

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)]

HEADER = cbor2.dumps({1: -8, 4: compute_key_id(KEYRING.public_key)}, canonical=True)
KID = b"\x04\x48" + compute_key_id(KEYRING.public_key)
UNSEAL = """async ([texts, jwks]) => {
    const { importKeys, unseal } = await import("/static/js/seal.js");
    const keys = await importKeys(jwks);
    return Promise.all(texts.map((text) => unseal(text, keys)));
}"""


@pytest.fixture
def page(browser: Browser, served: tuple[Flask, str]) -> Page:
    """Return a page that can import the scripts."""
    opened = browser.new_page(base_url=served[1])
    opened.goto("/verify")
    return opened


def to_browser_verdict(verdict: SealVerdict) -> dict[str, Any]:
    """Return the library's verdict in the form of the browser's."""
    facts = asdict(verdict.facts) if verdict.facts else None
    if facts is not None:
        facts |= {
            "held": [day.isoformat() for day in facts.pop("held_on")],
            "issued": facts.pop("issued_on").isoformat(),
        }
    return {"genuine": verdict.is_genuine, "reason": verdict.reason, "facts": facts}


def list_agreed_reasons(page: Page, texts: list[str]) -> set[str]:
    """Compare both verdicts for every text and return the reasons that occurred; "" stands for genuine seals."""
    answers = page.evaluate(UNSEAL, [texts, KEYRING.build_jwks()])
    for text, answer in zip(texts, answers, strict=True):
        assert answer == to_browser_verdict(unseal(text, KEYRING.public_keys)), text
    return {answer["reason"] or "" for answer in answers}


def build_qr_text_around(message: bytes) -> str:
    """Return the QR text with these bytes as its seal."""
    return f"HTTPS://{HOST}/V/{FACTS.code}#".upper() + base64.b32encode(message).decode().rstrip("=")


def sign_payload(payload: bytes, header: bytes = HEADER, unprotected: bytes = b"\xa0", tag: bytes = b"\xd2") -> str:
    """Return a QR text whose bytes are signed by the issuer."""
    signature = KEYRING.signing_key.sign(build_signature_input(header, payload))
    parts = cbor2.dumps(header), unprotected, cbor2.dumps(payload), cbor2.dumps(signature)
    return build_qr_text_around(tag + b"\x84" + b"".join(parts))


def build_message() -> bytes:
    """Return the bytes of a genuine seal."""
    sealed = seal(FACTS, KEYRING, HOST)
    return base64.b32decode(sealed + "=" * (-len(sealed) % 8))


def build_claims() -> dict[Any, Any]:
    """Return the claims of a genuine seal."""
    claims: dict[Any, Any] = cbor2.loads(cbor2.loads(build_message()).value[2])
    return claims


def replace_claim(place: int, value: Any) -> bytes:
    """Return claims with another value at one position of our own list."""
    own = list(build_claims()[-65537])
    own[place] = value
    return cbor2.dumps({**build_claims(), -65537: own}, canonical=True)


def list_other_claims() -> Iterator[bytes]:
    """Yield claims of other forms, a few of them right."""
    numbers: tuple[Any, ...] = (
        0,
        -1,
        1,
        3,
        2**31 - 1,
        2**31,
        2**53,
        2**64 - 1,
        2**70,
        1.0,
        1.5,
        True,
        None,
        "1",
        b"1",
        [1],
        {},
    )
    for place in range(6):
        yield from (
            replace_claim(place, value) for value in (*numbers, [], [-1], [0], [1999999], [2000000], [True], "Ә\ufeff")
        )
    for name in (1, 4, 6, 7, -65537):
        yield cbor2.dumps({key: value for key, value in build_claims().items() if key != name}, canonical=True)
        for value in (*numbers, 86400, 86400 * 366, 2**37, 2**37 - 1, bytes(10), bytes(11), "seminar.example.org", []):
            yield cbor2.dumps({**build_claims(), name: value}, canonical=True)
    for added in (0, 5, -1, "1", b"1", 1.5, True, None):
        yield cbor2.dumps({**build_claims(), added: 1}, canonical=True)
    yield from (
        b"",
        b"\xa0",
        b"\x80",
        b"\xf6",
        b"\x9f\xff",
        b"\xbf\xff",
        b"\xc1\x00",
        cbor2.dumps(build_claims()) + b"\x00",
    )


def list_other_forms() -> Iterator[str]:
    """Yield texts signed by the issuer in another form than a seal has."""
    payload = cbor2.dumps(build_claims(), canonical=True)
    disordered = dict(reversed(cbor2.loads(payload).items()))
    yield sign_payload(cbor2.dumps(disordered))
    yield from (sign_payload(payload, tag=tag) for tag in (b"", b"\xd1", b"\xd8\x12", b"\xd2\xd2", b"\xd9\xd9\xf7\xd2"))
    yield from (
        sign_payload(payload, unprotected=header)
        for header in (b"\xa1\x01\x27", b"\xf6", b"\x80", b"\xbf\xff", b"\x40")
    )
    for header in (
        b"\xa2\x01\xf9\xc8\x00" + KID,  # the algorithm as a float
        b"\xa2" + KID + b"\x01\x27",  # keys in another order
        b"\xa2" + KID + b"\xf5\x27",  # true for one
        b"\xa2" + KID + b"\xf9\x3c\x00\x27",  # a float for one
        b"\xa2\x01\x26" + KID,  # another algorithm
        b"\xa3\x01\x27\x02\x80" + KID,
        b"\xa1\x01\x27",
        b"\xa2\x01\x38\x07" + KID,  # a longer form of -8
        b"\xa2\x01\x27\x04\x48" + bytes(8),
        b"\xa2\x01\x27\x04\x40",
        b"",
    ):
        yield sign_payload(payload, header)


def test_both_refuse_the_same_changes_of_a_genuine_seal(page: Page) -> None:
    chance, genuine = random.Random(20250602), build_message()
    texts = []
    for _each in range(900):
        changed = bytearray(genuine)
        match chance.randrange(5):
            case 0:
                changed[chance.randrange(len(changed))] ^= 1 << chance.randrange(8)
            case 1:
                del changed[chance.randrange(len(changed)) :]
            case 2:
                at = chance.randrange(len(changed))
                changed[at:at] = chance.randbytes(chance.randint(1, 4))
            case 3:
                at, to = sorted(chance.choices(range(len(changed)), k=2))
                changed[at:to] = reversed(changed[at:to])
            case _:
                changed[: chance.randrange(8)] = chance.randbytes(chance.randrange(8))
        texts.append(build_qr_text_around(bytes(changed)))
    assert list_agreed_reasons(page, texts) >= {"", "not_a_seal", "unknown_key", "bad_signature"}


def test_both_refuse_the_same_claims_that_the_issuer_really_signed(page: Page) -> None:
    assert list_agreed_reasons(page, [sign_payload(claims) for claims in list_other_claims()]) >= {
        "",
        "malformed_claims",
        "other_code",
    }
    assert list_agreed_reasons(page, list(list_other_forms())) == {"not_a_seal", "unknown_key", "malformed_claims"}


def test_both_read_the_same_facts(page: Page) -> None:
    kinds = [
        build_certificate(),
        build_certificate(kind="completion", hours=1000, held_on=(), expires_on=date(2026, 5, 26)),
        build_certificate(title={"kk": "🌿" * 121}, recipient="Һ"),
        build_certificate(held_on=tuple(date.fromordinal(date(2025, 1, 1).toordinal() + day) for day in range(40))),
        build_certificate(issued_on=datetime(1970, 1, 1, tzinfo=UTC).date(), title={"kk": ""}),
    ]
    assert list_agreed_reasons(page, [build_qr_text(certificate) for certificate in kinds]) == {""}


def test_both_refuse_another_key_another_code_and_an_empty_seal(page: Page) -> None:
    genuine = build_qr_text()
    other = genuine.replace(FACTS.code, "0" * 17)
    typed = genuine.replace(FACTS.code, FACTS.code.lower().replace("0", "О"))
    unknown = build_qr_text(keyring=OTHER_KEYRING)
    nothing = ["", "#", "##", genuine.partition("#")[0] + "#", genuine.partition("#")[0], "қағаз", "A" * 4001, "=" * 8]
    reasons = list_agreed_reasons(
        page, [genuine, other, typed, unknown, f"  {genuine}\n", genuine.replace("#", "/#"), *nothing]
    )
    assert reasons == {"", "other_code", "unknown_key", "empty", "not_a_seal"}
