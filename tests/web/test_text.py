"""Cleaning of typed text, unprintable characters, and detection of IINs."""

import unicodedata
from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from tests.web.factories import compute_check_sum
from trainer.web.text import (
    clean_text,
    find_characters_not_in_names,
    find_mixed_alphabet_word,
    find_unprintable_characters,
    has_html_tag,
    has_iin,
    is_iin,
    is_noncharacter,
    remove_unshowable_characters,
)

FIRST_WEIGHTS = range(1, 12)
SECOND_WEIGHTS = (3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2)


def build_iin(born: date, century: int, serial: int) -> str:
    """Return a valid IIN, or an empty string if the rule gives no number."""
    eleven = f"{born:%y%m%d}{century}{serial:04d}"
    check = compute_check_sum(eleven, FIRST_WEIGHTS)
    if check == 10:
        check = compute_check_sum(eleven, SECOND_WEIGHTS)
    return "" if check == 10 else f"{eleven}{check}"


valid_numbers = st.builds(
    build_iin, st.dates(date(1930, 1, 1), date(2020, 1, 1)), st.integers(1, 6), st.integers(0, 9999)
).filter(bool)


@given(valid_numbers, st.sampled_from(["", "ЖСН ", "Алия, ", "№", "("]), st.sampled_from(["", " ", ".", "\nмейіргер"]))
def test_an_iin_is_detected_anywhere_in_a_text(number: str, before: str, after: str) -> None:
    assert has_iin(before + number + after)


@given(valid_numbers, st.integers(1, 9))
def test_another_check_digit_is_no_such_number(number: str, more: int) -> None:
    assert not has_iin(number[:11] + str((int(number[11]) + more) % 10))


@given(valid_numbers, st.integers(6, 9), st.integers(1, 9))
def test_a_changed_digit_is_no_such_number(number: str, place: int, more: int) -> None:
    changed = number[:place] + str((int(number[place]) + more) % 10) + number[place + 1 :]
    assume(compute_check_sum(number[:11], FIRST_WEIGHTS) != 10 and compute_check_sum(changed[:11], FIRST_WEIGHTS) != 10)
    assert not has_iin(changed)


@given(valid_numbers, st.sampled_from("0123456789"))
def test_twelve_digits_inside_a_longer_number_are_none(number: str, more: str) -> None:
    assert not has_iin(number + more)
    assert not has_iin(more + number)


@given(st.text("0123456789", min_size=12, max_size=12))
def test_any_twelve_digits_are_judged_without_an_error(digits: str) -> None:
    assert is_iin(digits) == has_iin(digits)


@pytest.mark.parametrize("digits", ["991301300005", "990032300000", "990101700006", "000000000000"])
def test_a_number_without_a_birthday_or_century_is_none(digits: str) -> None:
    assert not is_iin(digits)


@given(st.text())
def test_cleaning_what_is_clean_changes_nothing(text: str) -> None:
    assert clean_text(clean_text(text)) == clean_text(text)


@given(st.text())
def test_clean_text_is_composed_and_has_no_blanks_at_its_ends(text: str) -> None:
    cleaned = clean_text(text)
    assert cleaned == unicodedata.normalize("NFC", cleaned)
    assert not any(line != line.strip(" \t") for line in cleaned.split("\n"))


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("  Айгүл \u00a0 Маратқызы\t", "Айгүл Маратқызы"),
        ("Ай\u00adгүл\u200b\ufeff", "Айгүл"),
        ("Йод", "Йод"),
        ("бір\r\nекі\rүш", "бір\nекі\nүш"),
        ("\n\n бір \n\n", "бір"),
        ("Ә. Ғ. Қ. Ң. Ө. Ұ. Ү. Һ. І.", "Ә. Ғ. Қ. Ң. Ө. Ұ. Ү. Һ. І."),
        (" \u200b ", ""),
        ("\u202a8 701 555 01 01\u202c", "8 701 555 01 01"),
        ("\u202d+7 701\u2069", "+7 701"),
        ("Ай\u200dгүл\u200c\ufe0f\u3164", "Айгүл"),
        ("и\u200b\u0306од", "йод"),
        ("👩\u200d⚕\ufe0f", "👩\u200d⚕\ufe0f"),
    ],
)
def test_what_was_pasted_along_is_cleaned_away(typed: str, kept: str) -> None:
    assert clean_text(typed) == kept


@pytest.mark.parametrize("odd", ["😀", "🇰🇿", "𝐀", "\x00", "\x07", "\x1b", "\u202e", "\u200d", "\ue000", "\ufffd", "☎"])
def test_what_no_document_can_show_is_named(odd: str) -> None:
    assert set(find_unprintable_characters(f"Айгүл{odd}")) == set(odd)


@pytest.mark.parametrize("text", ["Әлия О’Нил-Қасым", "«Тең» – №5, 70 % ±1 © §3", "a@b.kz; 1/2 + 3 = ₸", "бір\nекі"])
def test_what_people_write_is_printable(text: str) -> None:
    assert find_unprintable_characters(text) == ""


@given(st.text())
def test_reported_unprintable_characters_occur_in_the_text(text: str) -> None:
    assert set(find_unprintable_characters(text)) <= set(text)
    assert (
        find_unprintable_characters(
            "".join(character for character in text if character not in find_unprintable_characters(text))
        )
        == ""
    )


@pytest.mark.parametrize("text", ["<b>", "a<script>", "< img src=x>", "</p>", "<!-- x", "<?php"])
def test_tags_are_seen(text: str) -> None:
    assert has_html_tag(text)


@pytest.mark.parametrize("text", ["5 < 6", "a <3", "->", "«»", "<"])
def test_a_sign_of_comparison_is_no_tag(text: str) -> None:
    assert not has_html_tag(text)


@pytest.mark.parametrize(("text", "word"), [("Мaрат Ким", "Мaрат"), ("Ким Aлия", "Aлия"), ("Iле", "Iле")])
def test_a_word_of_two_alphabets_is_named(text: str, word: str) -> None:
    assert find_mixed_alphabet_word(text) == word


@pytest.mark.parametrize("text", ["Марат Kim", "Smith", "Ілияс", "", "1-А"])
def test_words_of_one_alphabet_each_are_fine(text: str) -> None:
    assert find_mixed_alphabet_word(text) == ""


@pytest.mark.parametrize(
    ("text", "odd"), [("Айгүл1", "1"), ("Айгүл_", "_"), ("А/Б", "/"), ("Ким; Ли", ";"), ("№", "№")]
)
def test_what_no_name_holds_is_named(text: str, odd: str) -> None:
    assert find_characters_not_in_names(text) == odd


@pytest.mark.parametrize(
    "name",
    [
        *("Ахмет-Али", "О’Нил", "Д'Артаньян", "Сейіт ұлы", "Иванова-Петрова мл.", "Çelik", "Ким"),
        *("Oʻktamov", "O‘ktamov", "O`ktamov", "O´ktamov", "Оʼтегенова", "О‐Тегін"),
    ],
)
def test_names_as_people_have_them_are_fine(name: str) -> None:
    assert find_characters_not_in_names(name) == ""


def test_unshowable_characters_are_those_of_the_categories() -> None:
    characters = "".join(map(chr, range(0x110000)))
    expected = "".join(
        each
        for each in characters
        if each == "\n" or not (unicodedata.category(each) in ("Cc", "Cs") or is_noncharacter(each))
    )
    assert remove_unshowable_characters(characters) == expected
