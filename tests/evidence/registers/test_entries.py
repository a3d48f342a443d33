"""Names typed one on each line become entries, each once."""

import hypothesis.strategies as st
import pytest
from hypothesis import given

from trainer.evidence.registers.entries import build_entry_key, parse_name_lines

NAMES = st.lists(st.sampled_from(["Атырау филиалы", "ОФ «Нұр»", "Әлиева Айгүл", "1-й центр", "2025 жыл қоры", "-нұр"]))
MARKS = st.sampled_from(["", "  ", "- ", "– ", "• ", "1. ", "12) ", "* "])
BLANK_LINES = st.sampled_from(["", "\n", "\n \n", "\r\n\t\r\n", "\n—\n", "\n...\n"])


@given(NAMES, st.data())
def test_each_line_is_a_name_whatever_marks_and_blank_lines_surround_it(names: list[str], data: st.DataObject) -> None:
    text = "".join(f"{data.draw(BLANK_LINES)}\n{data.draw(MARKS)}{name} {data.draw(BLANK_LINES)}" for name in names)
    assert parse_name_lines(text) == names


@given(st.text())
def test_any_text_gives_names_of_one_line_with_letters_or_digits(text: str) -> None:
    for name in parse_name_lines(text):
        assert len(name.splitlines()) == 1
        assert any(character.isalnum() for character in name)
        assert name == name.strip()


@pytest.mark.parametrize("double", ["АТЫРАУ ФИЛИАЛЫ", "атырау-филиалы", "«Атырау» филиалы", "Атырау филиалы "])
def test_case_and_punctuation_make_no_other_entry(double: str) -> None:
    assert build_entry_key(double, "Қоғамдық бірлестік") == build_entry_key("Атырау филиалы", "қоғамдық бірлестік")


def test_another_branch_makes_another_entry() -> None:
    assert build_entry_key("Альянс", "Атырау") != build_entry_key("Альянс", "Ақтау")
