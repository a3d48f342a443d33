"""Codes and serials: typed variants are accepted, and every typing error is detected."""

import contextlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates import (
    CertificateError,
    MalformedCode,
    MalformedSerial,
    build_serial,
    create_code,
    parse_code,
    parse_serial,
)
from certificates.code import CODE_ALPHABET, decode_code, format_code

codes = st.binary(min_size=10, max_size=10).map(create_code)
serials = st.builds(
    build_serial, st.sampled_from(["TM", "EX", "KZA"]), st.integers(2000, 2999), st.integers(1, 99_999_999)
)


@given(st.binary(min_size=10, max_size=10))
def test_a_code_holds_its_ten_bytes(content: bytes) -> None:
    assert decode_code(parse_code(create_code(content))) == content


@given(codes)
def test_case_blanks_hyphens_and_cyrillic_twins_do_not_matter(code: str) -> None:
    typed = format_code(code).lower().replace("-", " - ")
    assert parse_code(typed) == code
    assert parse_code(code.translate(str.maketrans("ABEKMHPCTXY01", "АВЕКМНРСТХУОІ"))) == code


@given(codes, st.integers(0, 16), st.sampled_from(CODE_ALPHABET))
def test_every_single_wrong_character_is_caught(code: str, place: int, other: str) -> None:
    wrong = code[:place] + other + code[place + 1 :]
    if wrong != code:
        with pytest.raises(MalformedCode):
            parse_code(wrong)


@given(codes, st.integers(0, 15))
def test_every_swap_of_neighbours_is_caught(code: str, place: int) -> None:
    wrong = code[:place] + code[place + 1] + code[place] + code[place + 2 :]
    if wrong != code:
        with pytest.raises(MalformedCode):
            parse_code(wrong)


@given(serials)
def test_a_serial_is_read_back_however_it_is_typed(serial: str) -> None:
    assert parse_serial(serial.lower().replace("-", " ")) == serial


@given(st.text())
def test_nothing_that_is_typed_raises_anything_else(typed: str) -> None:
    for parse in (parse_code, parse_serial):
        with contextlib.suppress(CertificateError):
            parse(typed)


def test_a_prefix_outside_the_alphabet_is_refused() -> None:
    for prefix in ("T", "TOOLS", "IL", "ТМ", ""):
        with pytest.raises(MalformedSerial):
            build_serial(prefix, 2025, 1)
