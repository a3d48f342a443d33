"""The seal: genuine facts are returned, anything else is refused with a reason, and another library agrees."""

import base64
import json
from datetime import UTC, date, datetime

import cbor2
import cwt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates import Keyring, MalformedKey, SealFailure, compute_key_id, parse_public_keys, seal, unseal
from certificates.sealing.keys import is_signature_valid
from certificates.sealing.seal import build_signature_input
from tests.certificates.sample import FACTS, HOST, KEYRING, OTHER_KEYRING, build_certificate, build_qr_text
from tests.certificates.vectors import VECTORS_FILE, build_vectors

SEAL = seal(FACTS, KEYRING, HOST)


def test_a_genuine_seal_gives_the_facts_back() -> None:
    verdict = unseal(build_qr_text(), KEYRING.public_keys)
    assert verdict.is_genuine and verdict.facts is not None
    assert (verdict.facts.recipient, verdict.facts.serial, verdict.facts.code) == (
        FACTS.recipient,
        FACTS.serial,
        FACTS.code,
    )
    assert (verdict.facts.title, verdict.facts.kind, verdict.facts.hours) == ("Күтім негіздері", "participation", 8)
    assert (verdict.facts.held_on, verdict.facts.issued_on, verdict.facts.host) == (
        FACTS.held_on,
        FACTS.issued_on,
        HOST,
    )


def test_the_seal_alone_is_enough() -> None:
    assert unseal(SEAL, KEYRING.public_keys).is_genuine


@pytest.mark.parametrize("query", ["?lang=ru", "/?utm_source=a/b&c=d", "?"])
def test_a_query_after_the_code_changes_nothing(query: str) -> None:
    assert unseal(build_qr_text().replace("#", f"{query}#"), KEYRING.public_keys).is_genuine
    assert (
        unseal(f"HTTPS://{HOST}/V/{'0' * 17}?/{FACTS.code}#{SEAL}", KEYRING.public_keys).reason
        == SealFailure.OTHER_CODE
    )


def test_another_code_in_the_address_is_noticed() -> None:
    other = build_qr_text(build_certificate(code="000G40R40M30E209J"[::1])).replace(FACTS.code, "0" * 17)
    assert unseal(other, KEYRING.public_keys).reason == SealFailure.OTHER_CODE


def test_a_seal_by_an_unknown_key_is_refused() -> None:
    assert unseal(seal(FACTS, OTHER_KEYRING, HOST), KEYRING.public_keys).reason == SealFailure.UNKNOWN_KEY


def test_seals_of_earlier_keys_stay_genuine() -> None:
    rotated = Keyring.from_seed(bytes([7]) * 32, earlier_public_keys=(KEYRING.public_key,))
    assert unseal(SEAL, rotated.public_keys).is_genuine


def test_an_expiry_is_the_first_second_after_the_last_valid_day() -> None:
    verdict = unseal(seal(build_certificate(expires_on=date(2026, 5, 26)), KEYRING, HOST), KEYRING.public_keys)
    assert verdict.facts is not None
    assert verdict.facts.expires_at == datetime(2026, 5, 27, tzinfo=UTC).timestamp()


def test_a_long_title_is_cut_to_60_characters() -> None:
    verdict = unseal(seal(build_certificate(title={"kk": "Ә" * 300}), KEYRING, HOST), KEYRING.public_keys)
    assert verdict.facts is not None
    assert verdict.facts.title == "Ә" * 59 + "…"


@given(st.integers(0, len(SEAL) - 1), st.sampled_from("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"))
def test_no_changed_character_is_ever_genuine(place: int, other: str) -> None:
    changed = SEAL[:place] + other + SEAL[place + 1 :]
    assert unseal(changed, KEYRING.public_keys).is_genuine == (changed == SEAL)


@given(st.integers(0, len(SEAL) - 1))
def test_no_truncated_or_doubled_seal_is_genuine(length: int) -> None:
    assert not unseal(SEAL[:length], KEYRING.public_keys).is_genuine
    assert not unseal(SEAL + SEAL[:length] if length else SEAL * 2, KEYRING.public_keys).is_genuine


@given(st.text())
def test_any_text_gets_an_answer(text: str) -> None:
    assert not unseal(text, KEYRING.public_keys).is_genuine


@given(st.binary(max_size=200))
def test_any_bytes_get_an_answer(content: bytes) -> None:
    assert not unseal(base64.b32encode(content).decode().rstrip("="), KEYRING.public_keys).is_genuine


WRONG_CLAIMS: tuple[object, ...] = (
    {},
    [],
    {1: "a"},
    {1: HOST, 6: 1, 7: b"", -65537: []},
    {1: HOST, 6: 86400, 7: bytes(10), -65537: [1] * 6},
)


@pytest.mark.parametrize("payload", WRONG_CLAIMS)
def test_signed_claims_of_another_form_are_refused(payload: object) -> None:
    protected = cbor2.dumps({1: -8, 4: compute_key_id(KEYRING.public_key)}, canonical=True)
    content = cbor2.dumps(payload, canonical=True)
    signature = KEYRING.signing_key.sign(build_signature_input(protected, content))
    message = cbor2.dumps(cbor2.CBORTag(18, [protected, {}, content, signature]), canonical=True)
    sealed = base64.b32encode(message).decode().rstrip("=")
    assert unseal(sealed, KEYRING.public_keys).reason == SealFailure.MALFORMED_CLAIMS


@pytest.mark.parametrize(
    "content", ["c482016161", "c4821b7fffffffffffffff01", "c5821b7fffffffffffffff01", "d81e820100"]
)
def test_numbers_out_of_range_are_refused(content: str) -> None:
    assert unseal(base64.b32encode(bytes.fromhex(content)).decode().rstrip("="), {}).reason == SealFailure.NOT_A_SEAL


@pytest.mark.parametrize("beginning", ["a20448{}f93c0027", "a2f5270448{}", "a201f9c8000448{}"])
def test_a_signed_header_with_another_spelling_of_its_numbers_is_refused(beginning: str) -> None:
    protected = bytes.fromhex(beginning.format(compute_key_id(KEYRING.public_key).hex()))
    content = cbor2.loads(base64.b32decode(SEAL + "=" * (-len(SEAL) % 8))).value[2]
    signature = KEYRING.signing_key.sign(build_signature_input(protected, content))
    message = cbor2.dumps(cbor2.CBORTag(18, [protected, {}, content, signature]), canonical=True)
    assert unseal(base64.b32encode(message).decode().rstrip("="), KEYRING.public_keys).reason == SealFailure.NOT_A_SEAL


def test_another_library_accepts_the_seal() -> None:
    message = base64.b32decode(SEAL + "=" * (-len(SEAL) % 8))
    jwk = {**KEYRING.build_jwks()["keys"][0], "alg": "EdDSA"}
    key = cwt.COSEKey.from_jwk({**jwk, "kid": compute_key_id(KEYRING.public_key).decode("latin-1")})
    key._kid = compute_key_id(KEYRING.public_key)
    claims = cbor2.loads(cwt.COSE.new().decode(message, key))
    assert (claims[1], claims[-65537][1]) == (HOST, FACTS.recipient)


def test_the_signature_of_rfc_8032_is_verified() -> None:
    public = bytes.fromhex("3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c")
    signature = bytes.fromhex(
        "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
    )
    assert is_signature_valid(public, signature, bytes.fromhex("72"))
    assert not is_signature_valid(public, signature, bytes.fromhex("73"))


def test_a_key_is_saved_to_a_file_and_loaded_again() -> None:
    assert Keyring.from_pem(KEYRING.export_private_pem()).public_key == KEYRING.public_key
    for broken in (b"", b"nothing", KEYRING.export_private_pem()[:60]):
        with pytest.raises(MalformedKey):
            Keyring.from_pem(broken)


def test_the_published_vectors_are_what_the_library_writes_and_reads() -> None:
    published = json.loads(VECTORS_FILE.read_text(encoding="utf-8"))
    assert published == json.loads(json.dumps(build_vectors()))
    keys = parse_public_keys(json.dumps(published).encode())
    assert [unseal(vector["qr_text"], keys).is_genuine for vector in published["genuine"]] == [True] * 3
    assert not any(unseal(vector["qr_text"], keys).is_genuine for vector in published["forged"])


def test_the_cose_working_groups_ed25519_example_is_verified() -> None:
    """cose-wg/Examples, eddsa-examples/eddsa-sig-01: a COSE_Sign1 (RFC 9052) by the key of RFC 8032 test 1."""
    message = cbor2.loads(
        bytes.fromhex(
            "D28445A201270300A10442313154546869732069732074686520636F6E74656E742E58407142FD2FF96D56DB85BEE905A76BA1D0"
            "B7321A95C8C4D3607C5781932B7AFB8711497DFA751BF40B58B3BCC32300B1487F3DB34085EEF013BF08F4A44D6FEF0D"
        )
    )
    protected, _unprotected, payload, signature = message.value
    public = bytes.fromhex("d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a")
    assert (message.tag, payload) == (18, b"This is the content.")
    assert is_signature_valid(public, signature, build_signature_input(protected, payload))
    assert not is_signature_valid(public, signature, build_signature_input(protected, payload + b"."))
    secret = bytes.fromhex("9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60")
    assert Keyring.from_seed(secret).signing_key.sign(build_signature_input(protected, payload)) == signature
