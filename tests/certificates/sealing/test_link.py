"""Links as people have them: what can be read is read, and no damage makes a genuine certificate forged."""

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates import Finding, inspect_text, parse_link, unseal
from certificates.characters import MEANINGLESS_PATTERN
from tests.certificates.sample import FACTS, HOST, KEYRING, build_qr_text
from tests.certificates.sealing.register import NOW, build_register
from tests.certificates.vectors import WRAPPERS

KEYS = KEYRING.public_keys
TEXT = build_qr_text()
SEAL = TEXT.partition("#")[2]
HARMLESS = {Finding.VALID, Finding.DAMAGED}
edges = st.text(alphabet=[chr(point) for point in range(0x3100) if MEANINGLESS_PATTERN.match(chr(point))], max_size=4)


@pytest.mark.parametrize("wrap", WRAPPERS)
def test_a_wrapped_link_is_read_in_full(wrap: str) -> None:
    for text in (TEXT, TEXT.lower()):
        link = parse_link(WRAPPERS[wrap](text))
        assert (link.host, link.code, link.seal) == (HOST, FACTS.code, SEAL)
        assert inspect_text(WRAPPERS[wrap](text), KEYS, build_register(), NOW).finding == Finding.VALID


def test_a_link_cut_anywhere_is_damaged_and_keeps_the_answer_of_the_register() -> None:
    for length in range(len(TEXT)):
        inspection = inspect_text(TEXT[:length], KEYS, build_register(), NOW)
        assert inspection.finding == Finding.DAMAGED, length
        has_code = length >= TEXT.index("#")
        assert inspection.registered == (Finding.VALID if has_code else None)


@given(edges, edges)
def test_characters_around_a_link_change_nothing(before: str, after: str) -> None:
    assert inspect_text(f"«{before}{TEXT}{after}».", KEYS, build_register(), NOW).finding == Finding.VALID
    assert parse_link(f"{FACTS.code[:4]}{''.join(set(before) - set('/#?&*%='))}{FACTS.code[4:]}").code == FACTS.code


@given(st.integers(0, len(TEXT)), st.text(max_size=5))
def test_text_put_into_a_link_never_makes_it_forged(place: int, added: str) -> None:
    assert not unseal(TEXT[:place] + added + TEXT[place:], KEYS).is_forged


@given(st.integers(1, 12), st.text("AEIMQUY4", max_size=12), st.text(min_size=1, max_size=3))
def test_text_that_ends_a_seal_at_its_right_length_never_makes_it_forged(left: int, added: str, end: str) -> None:
    assert not unseal(TEXT[:-left] + added + end + TEXT[-left:], KEYS).is_forged


@pytest.mark.parametrize("behind", ["", "&utm_source=mail", "#_=_", "__;Iw!!AbC!x$", "».", "\n"])
def test_a_changed_seal_is_forged_whatever_a_program_put_behind_its_link(behind: str) -> None:
    changed = TEXT[:-1] + ("A" if TEXT[-1] != "A" else "Q")
    assert unseal(changed + behind, KEYS).is_forged


@given(st.lists(st.integers(0, len(TEXT)), max_size=3).map(sorted))
def test_links_with_parts_missing_are_damaged_or_whole(places: list[int]) -> None:
    parts = [TEXT[start:end] for start, end in pairwise([0, *places, len(TEXT)])]
    for kept in (
        " ".join(parts),
        "\n".join(parts),
        "\u200b".join(parts),
        "%E2%80%8B".join(parts),
        "=\r\n> ".join(parts),
    ):
        assert inspect_text(kept, KEYS, build_register(), NOW).finding in HARMLESS
    assert inspect_text("\u200b".join(parts), KEYS, build_register(), NOW).finding == Finding.VALID


@pytest.mark.parametrize("lost", range(1, 9))
def test_characters_lost_at_the_end_of_the_code_leave_the_seal_to_decide(lost: int) -> None:
    link = TEXT.replace(FACTS.code, FACTS.code[:-lost])
    assert inspect_text(link, KEYS, build_register(), NOW).finding == Finding.VALID


def test_another_certificates_code_and_a_changed_signature_are_forged() -> None:
    other = TEXT.replace(FACTS.code, "0" * 17)
    changed = TEXT[:-60] + ("A" if TEXT[-60] != "A" else "B") + TEXT[-59:]
    for text in (other, changed):
        for wrap in WRAPPERS.values():
            assert inspect_text(wrap(text), KEYS, build_register(), NOW).finding == Finding.FORGED


@given(st.text(max_size=60))
def test_any_text_is_read_without_an_error(text: str) -> None:
    for given_text in (text, f"https://{HOST}/v/{text}", f"{TEXT}{text}", f"https-3A__{text}"):
        link = parse_link(given_text)
        assert link.code in ("", FACTS.code)
