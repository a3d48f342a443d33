"""Names of files can be shown, stored and packed, whatever they were."""

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from trainer.evidence.items import MAX_NAME_BYTES, clean_file_name


@pytest.mark.parametrize(
    ("name", "cleaned"),
    [
        ("photo.jpg", "photo.jpg"),
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Айгүл\\сурет.jpg", "сурет.jpg"),
        ("a\x00b\x1f\n.pdf", "ab.pdf"),
        ("fdp.\u202egpj", "fdp.gpj"),
        ('<b>"x"</b>.png', "b.png"),
        ("", "file"),
        ("...", "file"),
        ("  .jpg", "jpg"),
        ("/", "file"),
        ("con.txt", "_con.txt"),
        ("LPT1", "_LPT1"),
        ("console.txt", "console.txt"),
        ("и\u0306ога.jpg", "йога.jpg"),
        ("есеп.2025 жылғы қорытынды", "есеп.2025 жылғы қорытынды"),
        ("\ud83d.jpg", "jpg"),
    ],
)
def test_a_name_loses_folders_and_what_can_not_be_shown(name: str, cleaned: str) -> None:
    assert clean_file_name(name) == cleaned


def test_a_long_kazakh_name_is_cut_before_its_extension_and_between_letters() -> None:
    cleaned = clean_file_name("қ" * 255 + ".jpeg")
    assert cleaned == "қ" * 125 + ".jpeg"
    assert len(cleaned.encode()) == MAX_NAME_BYTES


@given(st.text(st.characters(), max_size=400))
def test_every_name_is_safe_and_stays_the_same_when_it_is_cleaned_again(name: str) -> None:
    cleaned = clean_file_name(name)
    assert 0 < len(cleaned.encode()) <= MAX_NAME_BYTES
    assert not set(cleaned) & set('/\\<>:"|?*\x00\n\u202e')
    assert cleaned not in (".", "..")
    assert unicodedata.is_normalized("NFC", cleaned)
    assert clean_file_name(cleaned) == cleaned
