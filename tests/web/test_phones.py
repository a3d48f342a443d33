"""Telephone numbers: every way of typing gives the same E.164 number; numbers that can't be called are rejected."""

import re

import phonenumbers
import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.web.phones import PhoneInvalid, find_area_code_length, format_phone, is_phone_number, normalise_phone

MOBILE_PREFIXES = [
    str(number) for number in (*range(700, 703), *range(705, 709), 747, *range(760, 765), 771, *range(775, 779), 785)
]
TOWN_CODES = (
    *("7102", "7112", "7122", "7132", "7142", "7152", "7162", "7172", "7182"),
    *("7212", "7222", "7232", "7242", "7252", "7262", "7282", "7292"),
)
NUMBER_FORMATS = [
    "8{p}{n}",
    "+7{p}{n}",
    "7{p}{n}",
    "{p}{n}",
    "8 ({p}) {a}-{b}-{c}",
    "+7 {p} {a} {b} {c}",
    " 8-{p}-{a}-{b}-{c} ",
]


@pytest.mark.parametrize("prefix", MOBILE_PREFIXES)
@pytest.mark.parametrize("way", NUMBER_FORMATS)
def test_every_mobile_number_is_kept_alike_however_it_is_typed(prefix: str, way: str) -> None:
    typed = way.format(p=prefix, n="5550102", a="555", b="01", c="02")
    assert normalise_phone(typed) == f"+7{prefix}5550102"


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("8 7292 50 12 34", "+77292501234"),
        ("+375 29 123 45 67", "+375291234567"),
        ("8 903 123 45 67", "+79031234567"),
        ("8\u00a0701\u00a0555\u00a001\u00a001", "+77015550101"),
        ("тел.: 8 (701) 555-01-01", "+77015550101"),
        ("tel:+77015550101", "+77015550101"),
        ("\u202a8 701 555 01 01\u202c", "+77015550101"),
        ("8 701 555\u221201\u221201;", "+77015550101"),
    ],
)
def test_landlines_and_numbers_of_neighbours_are_fine(typed: str, kept: str) -> None:
    assert normalise_phone(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "жоқ",
        "8",
        "8 701 555 01",
        "8 701 555 01 012",
        "8 799 555 01 01",
        "+7 600 555 01 01",
        "+999 1 2 3",
        "aigul@example.org",
        "8 701 555 01 01 доб. 5",
        "8 701 555 01 01 x5",
        "8 701 555 01 01, 8 702 555 01 02",
        "112",
        "8701AAA0101",
        "8 701 AAA 01 01",
        "A87015550101",
        "8 701 555 80 07 / 8 775 555 80 07",
        "8 701 555 80 08, үй: 50-10-10",
        "+7 701 555 01 01 +7 702 555 01 01",
        "9" * 300,
    ],
)
def test_what_cannot_be_called_is_refused(typed: str) -> None:
    with pytest.raises(PhoneInvalid):
        normalise_phone(typed)


@given(st.text(max_size=40))
def test_whatever_is_typed_is_a_number_or_refused(typed: str) -> None:
    try:
        normalised = normalise_phone(typed)
    except PhoneInvalid:
        return
    assert normalised.startswith("+")
    assert normalise_phone(normalised) == normalised


NUMBERS = st.builds("8{}{:07d}".format, st.sampled_from(MOBILE_PREFIXES), st.integers(0, 9_999_999))


@given(NUMBERS, st.text(max_size=3), NUMBERS)
def test_of_two_numbers_none_is_chosen(first: str, between: str, second: str) -> None:
    with pytest.raises(PhoneInvalid):
        normalise_phone(first + between + second)


@given(NUMBERS, st.integers(1, 11), st.characters(categories=["L"]))
def test_a_letter_in_a_number_is_no_digit(number: str, place: int, letter: str) -> None:
    with pytest.raises(PhoneInvalid):
        normalise_phone(number[:place] + letter + number[place:])
    with pytest.raises(PhoneInvalid):
        normalise_phone(number[:place] + letter + number[place + 1 :])


@given(st.text(max_size=40))
def test_only_what_was_normalised_counts_as_a_number(typed: str) -> None:
    try:
        assert is_phone_number(normalise_phone(typed))
    except PhoneInvalid:
        assert not is_phone_number(typed) or typed.startswith("+")


@given(st.sampled_from(MOBILE_PREFIXES), st.integers(0, 9_999_999))
def test_a_number_shown_and_typed_again_is_the_same(prefix: str, rest: int) -> None:
    number = f"+7{prefix}{rest:07d}"
    assert normalise_phone(format_phone(number)) == number


def list_landlines() -> st.SearchStrategy[str]:
    """Return a strategy for the landline numbers of Kazakhstan: ten digits, as the numbering plan has them."""
    plan = phonenumbers.PhoneMetadata.metadata_for_region("KZ")
    assert plan is not None and plan.fixed_line is not None and plan.fixed_line.national_number_pattern is not None
    return st.from_regex(plan.fixed_line.national_number_pattern.replace(r"\d", "[0-9]"), fullmatch=True)


@given(list_landlines())
def test_any_landline_of_kazakhstan_is_shown_with_a_code_of_its_length_and_typed_again_the_same(digits: str) -> None:
    shown = format_phone(f"+7{digits}")
    assert re.fullmatch(r"8 (727 \d{3}|7\d{3} \d\d|7\d{4} \d) \d\d \d\d", shown)
    assert normalise_phone(shown) == f"+7{digits}"


@given(st.sampled_from(TOWN_CODES), st.integers(300_000, 559_999))
def test_a_landline_of_a_town_is_shown_with_the_code_of_the_town(code: str, rest: int) -> None:
    digits = str(rest)
    assert format_phone(f"+7{code}{digits}") == f"8 {code} {digits[:2]} {digits[2:4]} {digits[4:]}"


@pytest.mark.parametrize(
    ("number", "written"),
    [
        ("+77470000000", "8 747 000 00 00"),
        ("+77292505050", "8 7292 50 50 50"),
        ("+77172501234", "8 7172 50 12 34"),
        ("+77272501234", "8 727 250 12 34"),
        ("+77273901234", "8 727 390 12 34"),
        ("+77293451234", "8 72934 5 12 34"),
        ("+74951234567", "8 495 123 45 67"),
        ("+375291234567", "+375 29 123-45-67"),
        ("nonsense", "nonsense"),
        ("", ""),
    ],
)
def test_a_number_is_shown_as_people_here_write_it(number: str, written: str) -> None:
    assert format_phone(number) == written


@given(st.from_regex(r"\+77[04-7][0-9]{8}", fullmatch=True))
def test_mobile_numbers_of_the_country_are_formatted_as_the_library_says(number: str) -> None:
    assert find_area_code_length(phonenumbers.parse(number)) == 3
    assert format_phone(number) == f"8 {number[2:5]} {number[5:8]} {number[8:10]} {number[10:]}"
