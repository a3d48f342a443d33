"""Letters of the faces: names of the region are printed, twins are mapped, and what is missing is named readably."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from certificates.drawing import FACES, list_paper_characters, list_unprintable_letters, load_face, replace_twins

LATIN = "abcdefghijklmnopqrstuvwxyz"
RUSSIAN = "абвгдеёжзийклмнопрстуфхцчшщъыьэюя"
ALPHABETS = {
    "Kazakh": RUSSIAN + "әғқңөұүһі",
    "Kazakh Latin, 2018": LATIN + "áǵıńóúý",
    "Kazakh Latin, 2021": LATIN + "äğıñöşūü",
    "Russian": RUSSIAN,
    "Uzbek": LATIN + "çğñŏşʻʼ",
    "Uzbek Cyrillic": RUSSIAN + "ғқўҳ",
    "Karakalpak": LATIN + "áǵıńóúý",
    "Karakalpak Cyrillic": RUSSIAN + "әғқңөүўҳ",
    "Kyrgyz": RUSSIAN + "ңөү",
    "Tajik": RUSSIAN + "ғӣқӯҳҷ",
    "Azerbaijani": LATIN + "əçğıöşü",
    "Turkmen": LATIN + "äçňöşüýž",
    "Turkish": LATIN + "çğıöşüâîû",
    "Ukrainian": RUSSIAN + "ґєіїʼ",
    "Belarusian": RUSSIAN + "іўʼ",
    "Tatar and Bashkir": RUSSIAN + "әғҙҗҡңөҫүһ",
    "Uyghur": RUSSIAN + "әғҗқңөүһ",
    "Chechen": RUSSIAN + "ӏ",
    "Serbian and Macedonian": RUSSIAN + "ђѓєѕјљњћќџ",
    "Polish, Czech, Slovak": LATIN + "ąćęłńóśźżáčďéěíňřšťúůýžäĺľŕô",
    "Hungarian, Romanian": LATIN + "áéíóöőúüűăâîșțşţ",
    "Baltic": LATIN + "āčēģīķļņšūžąęėįųõ",
    "German, Nordic": LATIN + "äöüßåæøðþ",
    "Romance": LATIN + "àâæçéèêëîïôœùûüÿáíóúñãõ",
    "Welsh, Irish, Maltese": LATIN + "ŵŷẁẃẅċġħż",
}


@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_every_letter_of_the_region_is_in_every_face(alphabet: str) -> None:
    letters = set(ALPHABETS[alphabet]) | {
        capital for letter in ALPHABETS[alphabet] for capital in letter.upper() if not unicodedata.combining(capital)
    }
    for face in FACES.values():
        assert letters <= {chr(code) for code in load_face(face).face.charToGlyph}


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("О\u2010Тегін", "О-Тегін"),
        ("О\u2011Тегін", "О\u2011Тегін"),
        ("Оʼтегенова", "Оʼтегенова"),
        ("Oʻktamov", "Oʻktamov"),
        ("O\u02bdktamov", "O‘ktamov"),
        ("O\u2032Brien", "O’Brien"),
        ("И\u0306ванов", "Йванов"),
        ("Ｋｉｍ", "Kim"),
        ("ﬁn", "fin"),
        ("Ли\u2003明", "Ли 明"),
    ],
)
def test_characters_without_a_form_are_drawn_as_their_twins(text: str, printed: str) -> None:
    assert replace_twins(text) == printed


@pytest.mark.parametrize(
    ("text", "letters"),
    [
        ("Е\u0301льцова А\u0301нна", ["Е\u0301", "А\u0301"]),
        ("Ли 明王明", ["明", "王"]),
        ("Э\u200dльза", ["U+200D"]),
        ("\u0301Анна", ["U+0301"]),
        ("Өтегенова Айгүл", []),
    ],
)
def test_what_cannot_be_printed_is_named_readably_once(text: str, letters: list[str]) -> None:
    assert list_unprintable_letters(text) == letters


@given(st.text())
def test_a_text_without_unprintable_letters_is_drawn_by_the_faces_alone(text: str) -> None:
    printed = replace_twins(text)
    assert replace_twins(printed) == printed
    assert (list_unprintable_letters(text) == []) == list_paper_characters().issuperset(printed)


@given(st.text(sorted(list_paper_characters())))
def test_what_the_faces_have_is_never_changed(text: str) -> None:
    assert replace_twins(text) == text
