"""Text layout: no letter is lost, and long words are broken only where they may be."""

from hypothesis import given, settings
from hypothesis import strategies as st

from trainer.documents.text_layout import Paragraph, TextArea, TextStyle, break_text, set_column

words_of_any_length = st.lists(st.text("аәғқүұіШЖМ-/", min_size=1, max_size=70), min_size=1, max_size=60).map(" ".join)


@settings(max_examples=60)
@given(st.lists(words_of_any_length, min_size=1, max_size=5), st.integers(60, 500), st.integers(40, 600))
def test_paragraphs_stay_in_their_area_and_lose_no_letter(texts: list[str], width: int, height: int) -> None:
    room = TextArea(10, 700, width, height)
    column = set_column([Paragraph(text, TextStyle("serif", 30), space_above=5) for text in texts], room)
    assert "".join("".join(text.split()) for text in texts) == "".join(
        "".join(line.text.split()) for line in column.lines
    )
    assert room.top - column.bottom <= height or column.lines[0].style.size < 30 * 0.13
    assert [line.y for line in column.lines] == sorted((line.y for line in column.lines), reverse=True)


def test_a_word_stays_whole_if_it_fits_in_smaller_letters() -> None:
    word = "ұйымдастырылмағандықтан"
    [line] = set_column([Paragraph(word, TextStyle("serif", 40))], TextArea(0, 500, 300, 100)).lines
    assert line.text == word
    pieces = set_column([Paragraph("zhulyn-zharakaty-" * 8, TextStyle(size=20))], TextArea(0, 500, 200, 300)).lines
    assert len(pieces) > 1
    assert all(piece.text.endswith("-") for piece in pieces)


def count_lines(width: float, text: str, size: float = 9) -> list[str]:
    """Return the lines of a text in a column; assert that they are readable and narrow enough."""
    lines = set_column([Paragraph(text, TextStyle(size=size))], TextArea(0, 700, width, 600)).lines
    assert all(line.style.size >= 6.5 for line in lines)
    assert all(line.style.measure_text(line.text) <= width for line in lines)
    return [line.text for line in lines]


def test_a_long_word_is_broken_at_its_hyphen_before_it_is_too_small_to_be_read() -> None:
    assert count_lines(68, "медициналық-психологиялық көмек") == ["медициналық-", "психологиялық", "көмек"]
    assert count_lines(95, "kuralai@densaulyq-saqtau.example.org") == ["kuralai@densaulyq-", "saqtau.example.org"]
    assert len(count_lines(60, "қанағаттандырылмағандықтарыңыздан")) > 1


def test_a_little_smaller_a_word_stays_whole() -> None:
    assert count_lines(90, "Нұрмұхаммедқожаева") == ["Нұрмұхаммедқожаева"]
    assert count_lines(TextStyle(size=9).measure_text("Әбдіқадыр-Сейіт") * 0.85, "Әбдіқадыр-Сейіт") == [
        "Әбдіқадыр-Сейіт"
    ]


def test_lines_are_aligned_left_centred_or_right() -> None:
    look = TextStyle(size=10)
    for share in (0, 0.5, 1):
        [line] = set_column([Paragraph("Барлығы", look)], TextArea(10, 700, 200, 20, share)).lines
        assert line.x == 10 + share * (200 - look.measure_text("Барлығы"))


def test_missing_letters_become_question_marks_and_an_empty_text_has_no_line() -> None:
    assert break_text("مر\x07 дыбыс\n\nжауап", TextStyle(), 300) == ("?? дыбыс", "жауап")
    assert break_text(" \n ", TextStyle(), 300) == ()


def test_names_are_printed_as_their_letters_twins_and_without_stress_marks() -> None:
    names = "Оʼтегенова О\u2010Тегін Е\u0301льцова Ҷӯраев 王"
    assert break_text(names, TextStyle(), 600) == ("Оʼтегенова О-Тегін Ельцова Ҷӯраев ?",)
