"""XLSForm as other people and programs write it: every file is taken, and what it loses is named row by row."""

import io
from collections.abc import Sequence
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from trainer.surveys.questions.model import Condition, SurveyQuestionKind, list_question_problems
from trainer.surveys.questions.validation import is_condition_met, list_visible_questions
from trainer.surveys.xlsform.formulas import FormulaUnsupported, parse_condition_formula, parse_range_parameters
from trainer.surveys.xlsform.reader import XlsformContent, read_form_sheets, read_xlsform
from trainer.surveys.xlsform.texts import simplify_text, split_text

pytestmark = pytest.mark.one_database

DATA_FOLDER = Path(__file__).parent / "data"
OMISSIONS_BY_FILE: dict[str, list[str]] = {
    "x01_header_caps": [],
    "x03_kz": [],
    "x05_or_other": [],
    "x08_choice_filter": ["survey 3 filter"],
    "x09_long_note": [],
    "x13_date_choice": ["choices 2 date", "choices 3 date"],
    "x15_russian_plain": [],
    "x21_negative": [],
    "x25_group_relevant": ["survey 6 heading"],
    "x26_noteq": ["survey 3 negation"],
    "x28_cyr_names": [],
    "y01_min_end": [],
    "y03_show": ["survey 3 reference", "survey 4 formatting", "choices 2 date", "choices 3 date"],
    "y04_cond_test": [],
    "y06_anon_sel": [],
}


def read_content(app: Flask, content: bytes) -> XlsformContent:
    """Return the content of a workbook."""
    with app.app_context(), app.test_request_context():
        return read_xlsform(read_form_sheets(content))


def read_file(app: Flask, name: str) -> XlsformContent:
    """Return the content of a file in the data folder."""
    return read_content(app, (DATA_FOLDER / f"xlsform-{name}.xlsx").read_bytes())


def build_workbook(**sheets: Sequence[Sequence[object]]) -> bytes:
    """Return a workbook with these sheets."""
    book = Workbook()
    book.remove(book.active)  # type: ignore[arg-type]
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


def test_every_file_in_the_folder_is_tried() -> None:
    assert {path.stem.removeprefix("xlsform-") for path in DATA_FOLDER.iterdir()} == set(OMISSIONS_BY_FILE)


@pytest.mark.parametrize("name", list(OMISSIONS_BY_FILE))
def test_every_file_is_taken_and_what_it_loses_is_named(app: Flask, name: str) -> None:
    content = read_file(app, name)
    assert [f"{each.sheet} {each.row} {each.kind}" for each in content.omissions] == OMISSIONS_BY_FILE[name]
    assert list_question_problems(content.questions) == []


def test_languages_are_recognised_by_name_code_and_letters(app: Flask) -> None:
    [came] = read_file(app, "x03_kz").questions
    assert (came.text.kk, came.text.ru) == ("Келдіңіз бе?", "Вы приходили?")
    [liked] = read_file(app, "x15_russian_plain").questions
    assert (liked.text.kk, liked.text.ru) == ("", "Что понравилось больше всего?")
    [capital] = read_content(
        app, build_workbook(SURVEY=[("TYPE", "NAME", "LABEL:EN"), ("Text", "q", "Why?")])
    ).questions
    assert capital.text.en == "Why?"


def test_other_is_offered_with_a_text_and_negation_means_the_other_answers(app: Flask) -> None:
    came, other = read_file(app, "x05_or_other").questions
    assert [choice.key for choice in came.choices] == ["yes", "no", "other"]
    assert (other.kind, other.show_if) == (SurveyQuestionKind.SHORT_TEXT, Condition("came", ("other",)))
    assert read_file(app, "x26_noteq").questions[1].show_if == Condition("came", ("no",))
    assert read_file(app, "x28_cyr_names").questions[1].show_if is not None


def test_a_question_after_a_conditional_group_is_asked_of_everybody(app: Flask) -> None:
    questions = read_file(app, "x25_group_relevant").questions
    for came, shown in (("yes", ["came", "g", "a", "question", "z"]), ("no", ["came", "question", "z"])):
        assert [question.key for question in list_visible_questions(questions, {"came": came})] == shown


def test_nested_conditions_are_reduced_to_those_that_no_other_implies(app: Flask) -> None:
    rows = [
        ("type", "name", "label", "relevant"),
        ("select_one yn", "a", "А?", ""),
        ("begin_group", "outer", "", "${a} = 'yes'"),
        ("select_one yn", "b", "Б?", ""),
        ("begin_group", "inner", "Ішкі", "${b} = ‘yes’"),
        ("text", "q", "В?", ""),
        ("end_group", "", "", ""),
        ("text", "q", "Г?", ""),
        ("end_group", "", "", ""),
        ("text", "last", "Соңы", ""),
    ]
    choices = [("list_name", "name", "label"), ("yn", "yes", "Иә"), ("yn", "no", "Жоқ")]
    content = read_content(app, build_workbook(survey=rows, choices=choices, README=[("х" * 9000,)]))
    assert [(each.row, each.kind) for each in content.omissions] == [(8, "heading"), (10, "heading")]
    for answers, shown in (
        ({"a": "yes", "b": "yes"}, "А?Б?ІшкіВ?Басқа сұрақтарГ?Басқа сұрақтарСоңы"),
        ({"a": "yes", "b": "no"}, "А?Б?Басқа сұрақтарГ?Басқа сұрақтарСоңы"),
        ({"a": "no", "b": "yes"}, "А?Басқа сұрақтарСоңы"),
    ):
        assert "".join(question.text.kk for question in list_visible_questions(content.questions, answers)) == shown


def test_many_choices_negative_bounds_and_ranges_are_taken(app: Flask) -> None:
    rows = [
        ("type", "name", "label", "parameters"),
        ("select_one many", "m", "Қайсы?", ""),
        ("range", "nps", "Баға", "start=0;end=10"),
        ("range", "pain", "Ауырсыну", "start=1 end=100 step=1"),
    ]
    choices = [("list_name", "name", "label"), *(("many", number, f"Жауап {number}") for number in range(90))]
    many, nps, pain = read_content(app, build_workbook(survey=rows, choices=choices)).questions
    assert len(many.choices) == 90
    assert (nps.kind, pain.kind, pain.least, pain.most) == (SurveyQuestionKind.NPS, SurveyQuestionKind.NUMBER, 1, 100)
    [cold] = read_file(app, "x21_negative").questions
    assert (cold.least, cold.most) == (-40, 50)


def test_a_text_missing_in_one_language_is_named(app: Flask) -> None:
    rows = [("type", "name", "label::kk", "label::ru"), ("select_one l", "q", "Не?", "Что?")]
    choices = [("list_name", "name", "label::kk", "label::ru"), ("l", "a", "А", "А"), ("l", "b", "Б", "")]
    content = read_content(app, build_workbook(survey=rows, choices=choices))
    assert [(each.sheet, each.row, each.kind) for each in content.omissions] == [("choices", 3, "language")]


@pytest.mark.parametrize(
    ("formula", "answers", "is_negated"),
    [
        ("${q} = “a”", ["a"], False),
        ("(selected( ${q}, 'a') or (${q}='b'))", ["a", "b"], False),
        ("not(selected(${q}, 'a'))", ["a"], True),
        ("${q} != 'a' and not (${q} = 'b')", ["a", "b"], True),
        ("not(${q} != 'a')", ["a"], False),
    ],
)
def test_conditions_are_read_in_any_spelling(formula: str, answers: list[str], is_negated: bool) -> None:
    assert parse_condition_formula(formula) == ("q", answers, is_negated)


@pytest.mark.parametrize(
    "formula", ["${q} != 'a' or ${q} = 'b'", "${q} = 'a' and ${q} = 'b'", "${a} = 'x' or ${b} = 'x'", ""]
)
def test_other_conditions_are_refused(formula: str) -> None:
    with pytest.raises(FormulaUnsupported):
        parse_condition_formula(formula)
    with pytest.raises(FormulaUnsupported):
        parse_range_parameters("start=5 end=1")


@given(
    st.lists(st.sampled_from(["a", "b", "c"]), min_size=1, unique=True), st.sampled_from(["a", "b", "c"]), st.booleans()
)
def test_a_condition_holds_for_exactly_the_answers_it_names(
    answers: list[str], given_answer: str, negated: bool
) -> None:
    joiner, sign = (" and ", "!=") if negated else (" or ", "=")
    parsed = parse_condition_formula(joiner.join(f"${{q}} {sign} '{answer}'" for answer in answers))
    is_met = is_condition_met(Condition("q", tuple(parsed.answers)), {"q": given_answer}) is not parsed.is_negated
    assert is_met is ((given_answer in answers) is not negated)


@given(st.text(max_size=200))
def test_a_plain_text_stays_plain(label: str) -> None:
    plain, _changes = simplify_text(label)
    assert "<b" not in plain
    assert not simplify_text("Температура 36.6 * 2 = 73.2, A_B_C < 5")[1]


@given(st.lists(st.from_regex(r"[а-я]{1,12}", fullmatch=True), min_size=1), st.integers(1, 6))
def test_a_long_text_loses_no_word_when_it_is_divided(words: list[str], count: int) -> None:
    parts = split_text(" ".join(words), count)
    assert len(parts) == count
    assert " ".join(filter(None, parts)).split() == words
