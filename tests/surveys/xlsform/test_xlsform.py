"""XLSForm: what we write the reference reader accepts and we read again; of what we can't take, each row is named."""

import io
import warnings
import zipfile
from collections.abc import Sequence
from typing import Any

import pytest
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import Workbook, load_workbook
from sqlalchemy.orm import Session

from tests.factories import NOON, register_person
from tests.surveys.survey_factories import OVERALL_QUESTION, QUESTION_OF_EACH_KIND, make_survey, make_text
from tests.visitor import Visitor
from trainer.documents.upload_tables import read_workbook_sheets
from trainer.language.translated import Translated
from trainer.seminars.models import Seminar
from trainer.surveys.catalogue import list_version_questions
from trainer.surveys.models import Survey, SurveyPurpose, SurveyVersion
from trainer.surveys.questions.model import (
    OVERALL_KEY,
    OWN_CODE_KEY,
    SCALE_KINDS,
    Choice,
    Condition,
    SurveyQuestion,
    SurveyQuestionKind,
    list_condition_answers,
    list_question_problems,
)
from trainer.surveys.questions.templates import load_survey_templates
from trainer.surveys.responses import record_response
from trainer.surveys.xlsform.errors import XlsformInvalid
from trainer.surveys.xlsform.export import render_xlsform
from trainer.surveys.xlsform.reader import XlsformContent, read_xlsform

TITLE = Translated("Сауалнама", "Опрос", "Survey")


def build_unsaved_survey(questions: Sequence[SurveyQuestion], purpose: SurveyPurpose = SurveyPurpose.OTHER) -> Survey:
    """A survey in no table."""
    version = SurveyVersion(number=3, questions=[each.to_json() for each in questions])
    return Survey(seminar_id=7, number=2, title=TITLE, purpose=purpose, versions=[version])


def export_xlsform(app: Flask, questions: Sequence[SurveyQuestion]) -> bytes:
    """The workbook of a survey."""
    with app.app_context(), app.test_request_context():
        return render_xlsform(build_unsaved_survey(questions, SurveyPurpose.POST_TEST))


def import_xlsform(app: Flask, content: bytes) -> XlsformContent:
    """What a workbook holds."""
    with app.app_context(), app.test_request_context():
        return read_xlsform(read_workbook_sheets(content))


def convert_with_pyxform(content: bytes) -> str:
    """Let the reference reader read a workbook; gives the form that it makes of it."""
    from pyxform.xls2xform import convert

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        result = convert(xlsform=content, file_type=".xlsx", validate=False)
    return str(result.xform)


def build_foreign_workbook(
    survey: Sequence[Sequence[Any]], choices: Sequence[Sequence[Any]] = (), **settings: str
) -> bytes:
    """A workbook as somebody else makes it."""
    book = Workbook()
    book.active.title = "survey"  # type: ignore[union-attr]
    for name, rows in (
        ("survey", survey),
        ("choices", choices),
        ("settings", [list(settings), list(settings.values())]),
    ):
        sheet = book[name] if name in book.sheetnames else book.create_sheet(name)
        for row in rows:
            sheet.append(list(row))
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


FOREIGN_COLUMNS = ("type", "name", "label::Қазақша (kk)", "label::Russian (ru)")


def test_a_question_of_every_kind_goes_out_and_comes_back(app: Flask) -> None:
    code = SurveyQuestion(OWN_CODE_KEY, SurveyQuestionKind.CODE, make_text("code"), required=True)
    content = export_xlsform(app, [code, *QUESTION_OF_EACH_KIND])
    form = convert_with_pyxform(content)
    assert 'lang="Қазақша (kk)" default="true()"' in form
    assert "overall рус" in form
    taken = import_xlsform(app, content)
    assert taken.questions == [code, *QUESTION_OF_EACH_KIND]
    assert (taken.purpose, taken.ignored_names) == ("post_test", [])


@pytest.mark.parametrize("name", list(load_survey_templates()))
def test_every_ready_made_survey_goes_out_and_comes_back(app: Flask, name: str) -> None:
    questions = list(load_survey_templates()[name].questions)
    content = export_xlsform(app, questions)
    convert_with_pyxform(content)
    assert import_xlsform(app, content).questions == questions


def test_conditions_of_a_section_and_of_a_matrix_inside_it_both_stay(app: Flask) -> None:
    yes, no = Condition(OVERALL_KEY, ("5",)), Condition(OVERALL_KEY, ("5", "4"))
    rows = (Choice("first", make_text("first")), Choice("second", make_text("second")))
    questions = [
        OVERALL_QUESTION,
        SurveyQuestion("part", SurveyQuestionKind.SECTION, make_text("part"), show_if=yes),
        SurveyQuestion("table", SurveyQuestionKind.MATRIX, make_text("table"), rows=rows, show_if=no),
        SurveyQuestion("text", SurveyQuestionKind.TEXT, make_text("text"), show_if=no),
        SurveyQuestion("last", SurveyQuestionKind.SECTION, make_text("last")),
    ]
    content = export_xlsform(app, questions)
    convert_with_pyxform(content)
    assert import_xlsform(app, content).questions == questions


SENTENCES = st.text("абвәқңөһ -АБ,.?!=+№“”5", min_size=1, max_size=40).map(lambda said: " ".join(said.split()) or "а")
TEXTS = st.builds(lambda kk, ru, en: Translated(kk or ru or "а", ru, en), *[SENTENCES | st.just("")] * 3)
KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True).filter(
    lambda key: key not in ("meta", OVERALL_KEY, OWN_CODE_KEY)
)


def choices_strategy(least: int) -> Any:
    """Choices with keys of their own."""
    one = st.builds(Choice, KEYS, TEXTS, st.just(False))
    return st.lists(one, min_size=least, max_size=4, unique_by=lambda each: each.key).map(tuple)


@st.composite
def questions_strategy(draw: Any) -> list[SurveyQuestion]:
    """Questions that can be asked, in any order, some after an answer to an earlier one."""
    made: list[SurveyQuestion] = []
    for key in draw(st.lists(KEYS, min_size=1, max_size=8, unique=True)):
        kind = draw(st.sampled_from([each for each in SurveyQuestionKind if each != SurveyQuestionKind.CODE]))
        facts: dict[str, Any] = {}
        if kind in (SurveyQuestionKind.SINGLE, SurveyQuestionKind.MULTIPLE):
            facts["choices"] = draw(choices_strategy(2))
        if kind == SurveyQuestionKind.MATRIX:
            facts |= {"rows": draw(choices_strategy(1)), "scale": draw(st.sampled_from(SCALE_KINDS))}
        if kind == SurveyQuestionKind.NUMBER:
            bounds = sorted(draw(st.tuples(st.integers(0, 99), st.integers(0, 99))))
            facts |= {
                "least": draw(st.sampled_from([None, bounds[0]])),
                "most": draw(st.sampled_from([None, bounds[1]])),
            }
        asked = [each for each in made if list_condition_answers(each)]
        if asked and draw(st.booleans()):
            other = draw(st.sampled_from(asked))
            said = draw(st.lists(st.sampled_from(list_condition_answers(other)), min_size=1, unique=True))
            facts["show_if"] = Condition(other.key, tuple(said))
        required = kind != SurveyQuestionKind.SECTION and draw(st.booleans())
        made.append(SurveyQuestion(key, kind, draw(TEXTS), required, **facts))
    return made


@settings(max_examples=40)
@given(questions_strategy())
def test_whatever_is_asked_comes_back_the_same_and_the_reference_reader_accepts_it(
    app: Flask, questions: list[SurveyQuestion]
) -> None:
    assert list_question_problems(questions) == []
    content = export_xlsform(app, questions)
    convert_with_pyxform(content)
    assert import_xlsform(app, content).questions == questions


def test_no_cell_is_computed_and_the_sheets_are_those_of_the_format(app: Flask) -> None:
    evil = Translated("=1+1", "+7", "@sum")
    book = load_workbook(io.BytesIO(export_xlsform(app, [SurveyQuestion("q", SurveyQuestionKind.TEXT, evil)])))
    assert book.sheetnames == ["survey", "choices", "settings"]
    assert [cell.data_type for cell in book["survey"][2] if cell.value] == ["s"] * 6
    assert [cell.value for cell in book["settings"][2]][:4] == ["Сауалнама", "survey_7_2", "3", "Қазақша (kk)"]


def test_a_form_of_somebody_else_is_read(app: Flask) -> None:
    content = build_foreign_workbook(
        [
            (*FOREIGN_COLUMNS, "required", "relevant", "constraint", "default", "appearance"),
            ("start", "start"),
            ("begin group", "Group 1", "Бөлім"),
            ("select_one yesno", "Q1", "Бәрі ұнады ма?", "Всё понравилось?", "true"),
            ("select_multiple things", "q-2", "Не?", None, None, "${Q1}='1'"),
            ("end group",),
            ("text", "Q1_other", "Басқа", None, None, "selected(${q-2}, 'B b') or selected(${q-2}, 'a')"),
            ("integer", "age", "Жас", "Возраст", "yes", None, ".>17 and .<100", 20),
            (None,),
            ("select_one satisfaction", "sat", "Баға"),
            ("text", "long", "Пікір", None, None, None, None, None, "multiline"),
        ],
        [
            ("list name", "name", "label"),
            ("yesno", 1, "Иә"),
            ("yesno", 0, "Жоқ"),
            ("things", "a", "А"),
            ("things", "B b", "Б"),
            *(("satisfaction", value, f"{value} балл") for value in range(1, 6)),
        ],
        default_language="Қазақша (kk)",
    )
    taken = import_xlsform(app, content)
    found = {each.key: each for each in taken.questions}
    assert list(found) == ["group_1", "q1", "q_2", "q1_other", "age", "sat", "long"]
    assert [each.key for each in found["q1"].choices] == ["n1", "n0"]
    assert found["q_2"].show_if == Condition("q1", ("n1",))
    assert found["q1_other"].show_if == Condition("q_2", ("b_b", "a"))
    assert (found["age"].least, found["age"].most, found["age"].required) == (18, 99, True)
    assert found["sat"].kind == SurveyQuestionKind.SINGLE  # their 1 may be our 5
    assert found["long"].kind == SurveyQuestionKind.TEXT
    assert list_question_problems(taken.questions) == []
    assert taken.ignored_names == ["default", "start"]


@pytest.mark.parametrize(
    ("rows", "said"),
    [
        ([("geopoint", "q", "Қайда?")], ["survey 2: type geopoint"]),
        ([("begin_repeat", "q", "Қайта")], ["survey 2: type begin_repeat"]),
        ([("text", "", "Не?")], ["survey 2: name"]),
        ([("text", "q", "Не?"), ("text", "q", "Не?")], ["survey 3: name q"]),
        ([("text", "q", "")], ["survey 2: no_text"]),
        ([("text", "q", "<b>Не?</b>")], ["survey 2: text <b>Не?</b>"]),
        ([("text", "q", "а" * 501)], ["survey 2: too_long 500"]),
        ([("select_one none", "q", "Не?")], ["survey 2: list none"]),
        ([("select_one single", "q", "Не?")], ["survey 2: list single"]),
        ([("text", "q", "Не?", "", "${x} > 5")], ["survey 2: condition ${x} > 5"]),
        ([("text", "q", "Не?", "", "${q} = 'a'")], ["survey 2: condition ${q} = 'a'"]),
        ([("integer", "q", "Не?", "", "", "regex(., 'a')")], ["survey 2: constraint regex(., 'a')"]),
        ([("integer", "q", "Не?", "", "", ". > 5 and . < 2")], ["survey 2: constraint . > 5 and . < 2"]),
        ([("integer", "q", "Не?", "", "", ". > 999999999")], ["survey 2: constraint . > 999999999"]),
        ([("integer", "q", "Не?", "", "", ". < 0")], ["survey 2: constraint . < 0"]),
        ([("text", "q", "Не?", "", "", "regex(., '^7')")], ["survey 2: constraint regex(., '^7')"]),
        ([("text", "q", "Не?", "${a} = 'yes'")], ["survey 2: required ${a} = 'yes'"]),
        ([("select_one twice", "q", "Не?")], ["choices 5: name a"]),
        ([("select_one unnamed", "q", "Не?")], ["choices 7: name"]),
        ([("range", "q", "Не?")], ["survey 2: parameters"]),
        ([("begin_group", "g", "Бөлім"), ("text", "q", "Не?")], ["survey 2: group"]),
        ([("end_group", "g")], ["survey 2: group"]),
        (
            [
                ("select_one yes_no", "a", "Иә?"),
                ("begin_group", "g", "Бөлім", "", "${a} = 'yes'"),
                ("end_group",),
                ("text", "q", "Не?"),
            ],
            ["survey 5: after_group"],
        ),
        ([("text", f"q{place}", "Не?") for place in range(61)], ["survey 0: too_many 61"]),
    ],
)
def test_what_cant_be_taken_is_named_row_by_row(app: Flask, rows: list[tuple[str, ...]], said: list[str]) -> None:
    lists = [("list_name", "name", "label"), ("single", "a", "А"), ("yes_no", "yes", "Иә"), ("yes_no", "no", "Жоқ")]
    lists[2:2] = [
        ("twice", "a", "А"),
        ("twice", "b", "Б"),
        ("twice", "a", "В"),
        ("unnamed", "a", "А"),
        ("unnamed", "", "Б"),
    ]
    head = ("type", "name", "label::Kazakh (kk)", "required", "relevant", "constraint")
    with pytest.raises(XlsformInvalid) as refused:
        import_xlsform(app, build_foreign_workbook([head, *rows], lists))
    assert [part.strip() for part in str(refused.value).split(", survey")][:1] == said


def test_the_narrowest_bounds_hold_whatever_their_order(app: Flask) -> None:
    form = build_foreign_workbook(
        [
            ("type", "name", "label", "constraint"),
            ("integer", "age", "Жас", ". >= 18 and . >= 5 and . < 60 and . <= 99"),
        ]
    )
    [age] = import_xlsform(app, form).questions
    assert (age.least, age.most) == (18, 59)


def test_hints_that_we_do_not_show_are_named_and_disabled_rows_are_not_asked(app: Flask) -> None:
    form = build_foreign_workbook(
        [
            ("type", "name", "label", "hint", "hint::Russian (ru)", "disabled", "required"),
            ("text", "old", "Ескі", None, None, "yes"),
            ("text", "name", "Атыңыз", "Толық", None, "no", "жоқ"),
        ]
    )
    taken = import_xlsform(app, form)
    assert [each.key for each in taken.questions] == ["name"]
    assert taken.ignored_names == ["hint"]


@pytest.mark.parametrize("rows", [[], [("type", "name")], [("a", "b"), ("c", "d")]])
def test_a_workbook_without_questions_is_none(app: Flask, rows: list[tuple[str, ...]]) -> None:
    with pytest.raises(XlsformInvalid) as refused:
        import_xlsform(app, build_foreign_workbook(rows))
    assert str(refused.value) == "survey 0: sheet "


CELLS = ["", "type", "name", "label", "relevant", "constraint", "list_name", "begin_group", "end_group", "text", "note"]
CELLS += ["range", "integer", "select_one q", "q", "1", "${q} = 'a'", ". > 1"]


@settings(max_examples=60)
@given(
    st.dictionaries(
        st.sampled_from(["survey", "choices", "settings", "Лист1"]),
        st.lists(st.lists(st.sampled_from(CELLS), max_size=5), max_size=8),
    )
)
def test_whatever_stands_in_the_cells_it_is_questions_or_rows_to_repair(
    app: Flask, sheets: dict[str, list[list[str]]]
) -> None:
    with app.app_context(), app.test_request_context():
        try:
            taken = read_xlsform(sheets)
        except XlsformInvalid as refused:
            assert refused.problems
            return
    assert list_question_problems(taken.questions) == []


def build_xlsform_path(survey: Survey, page: str = "xlsform") -> str:
    """The address of the exchange."""
    return f"/desk/seminars/{survey.seminar_id}/surveys/{survey.number}/{page}"


def upload_xlsform(visitor: Visitor, survey: Survey, content: bytes, status: int = 303) -> Any:
    """Send a file."""
    fields = visitor.get(build_xlsform_path(survey)).read_form()[1]
    return visitor.post(
        build_xlsform_path(survey) + "?lang=en", {**fields, "file": (io.BytesIO(content), "form.xlsx")}, status=status
    )


def test_a_survey_is_taken_home_and_taken_in(organizer: Visitor, session: Session, past_seminar: Seminar) -> None:
    survey = make_survey(session, past_seminar, QUESTION_OF_EACH_KIND, released=False)
    session.commit()
    answer = organizer.client.get(build_xlsform_path(survey, "xlsform.xlsx"))
    assert answer.headers["Content-Disposition"].startswith("attachment")
    empty = make_survey(session, past_seminar, (), number=3, released=False)
    page = organizer.follow(upload_xlsform(organizer, empty, answer.data))
    assert "Questions: 11" in page.words
    session.expire_all()
    assert list_version_questions(empty.current_version) == list(QUESTION_OF_EACH_KIND)


def test_what_is_wrong_is_shown_and_nothing_is_changed(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,), released=False)
    page = upload_xlsform(
        organizer,
        survey,
        build_foreign_workbook([FOREIGN_COLUMNS, ("geopoint", "place", "Қайда?"), ("text", "q", "Не?")]),
        422,
    )
    assert "Sheet survey, row 2" in page.words
    assert "“geopoint”" in page.words
    for content in (b"", b"text", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600):
        assert upload_xlsform(organizer, survey, content, 422).get_error("file")
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 60_000_000)
    assert "too large" in upload_xlsform(organizer, survey, bomb.getvalue(), 422).get_error("file")
    session.expire_all()
    assert [each.key for each in list_version_questions(survey.current_version)] == [OVERALL_KEY]


def test_an_answered_survey_gets_the_next_version_and_no_key_changes_its_kind(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    asked = SurveyQuestion("opinion", SurveyQuestionKind.YES_NO, make_text("opinion"))
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION, asked))
    record_response(
        session, survey, register_person(session, past_seminar), {"overall": 5, "opinion": True}, "kk", NOON
    )
    upload_xlsform(
        organizer,
        survey,
        build_foreign_workbook([FOREIGN_COLUMNS, ("text", "opinion", "Пікір"), ("text", OVERALL_KEY, "Жалпы")]),
    )
    session.expire_all()
    assert list_version_questions(survey.versions[0]) == [OVERALL_QUESTION, asked]
    [opinion, overall] = list_version_questions(survey.versions[-1])
    assert opinion.key not in ("opinion", OVERALL_KEY)
    assert overall.key not in ("opinion", OVERALL_KEY)
    survey.anonymous = True
    assert not organizer.get(build_xlsform_path(survey)).list_forms()


def test_a_file_does_not_overwrite_what_another_organizer_did_meanwhile(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,), released=False)
    fields = organizer.get(build_xlsform_path(survey)).read_form()[1]
    organizer.submit(build_xlsform_path(survey, "edit/new/text"), {"text-kk": "Сұрақ"}, form="question")
    content = build_foreign_workbook([FOREIGN_COLUMNS, ("text", "q", "Не?")])
    refused = organizer.post(
        build_xlsform_path(survey) + "?lang=en", {**fields, "file": (io.BytesIO(content), "form.xlsx")}, status=422
    )
    assert "Another person has changed" in refused.get_error("file")
    session.expire_all()
    assert len(list_version_questions(survey.current_version)) == 2
