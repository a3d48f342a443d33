"""Placeholders: filled in once, checked with their line, lines without a value left out."""

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.messages.placeholders import (
    PlaceholderError,
    fill_line,
    fill_text,
    find_placeholder_error,
    list_placeholder_names,
)

NAMES = {"name", "venue", "page", "contact"}
VALUES = st.dictionaries(st.sampled_from(sorted(NAMES)), st.text(max_size=12), min_size=4)
PLAIN = st.text(st.characters(exclude_characters="{}\n\r", exclude_categories=["Cs"]), max_size=20)


def test_placeholders_are_replaced_however_they_are_typed() -> None:
    assert fill_line("{name}, { Name }: {page}", {"name": "Айгүл", "page": "x"}) == "Айгүл, Айгүл: x"


def test_a_line_without_any_value_is_left_out_and_its_paragraph_with_it() -> None:
    text = "Hello, {name}!\n\nVenue: {venue}\n\n{page}\nCall {contact}"
    assert fill_text(text, {"name": "A", "venue": "", "page": "P", "contact": ""}) == "Hello, A!\n\nP"


def test_a_line_with_one_value_stays() -> None:
    assert fill_text("{venue} {name}", {"name": "A", "venue": ""}) == " A"


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("Hello\n{nam}", PlaceholderError(2, "nam", "name")),
        ("{name} {zzz}", PlaceholderError(1, "zzz", "")),
        ("\n\n{}", PlaceholderError(3, "", "")),
        ("{name", PlaceholderError(1, "", "")),
        ("a } b", PlaceholderError(1, "", "")),
        ("{{name}}", PlaceholderError(1, "", "")),
        ("{аты}", PlaceholderError(1, "аты", "")),
    ],
)
def test_what_can_not_be_filled_in_is_named_with_its_line(text: str, error: PlaceholderError) -> None:
    assert find_placeholder_error(text, NAMES) == error


@given(VALUES, st.lists(st.one_of(PLAIN, st.sampled_from([f"{{{name}}}" for name in sorted(NAMES)])), max_size=8))
def test_a_text_without_errors_has_no_placeholder_left_and_values_are_not_filled_again(
    values: dict[str, str], parts: list[str]
) -> None:
    text = "".join(parts)
    assert find_placeholder_error(text, NAMES) is None
    by_hand = "".join(values[part[1:-1]] if part[:1] == "{" else part for part in parts)
    assert fill_line(text, values) == by_hand


@given(st.text(string.ascii_lowercase + "{}\n ", max_size=40))
def test_a_text_is_either_explained_or_can_be_filled_in(text: str) -> None:
    if find_placeholder_error(text, NAMES) is None:
        assert list_placeholder_names(text) <= NAMES
        assert not set("{}") & set(fill_text(text, dict.fromkeys(NAMES, "x")))


@given(VALUES)
def test_plain_text_stays_as_it_is(values: dict[str, str]) -> None:
    assert fill_text("Сәлеметсіз бе!\n\nЕртең кездесеміз.", values) == "Сәлеметсіз бе!\n\nЕртең кездесеміз."
