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

from tests.factories import NOON, Visitor, registered
from tests.surveys.survey_factories import ONE_OF_EACH, OVERALL_ITEM, a_survey, words
from trainer.documents.upload_tables import workbook_sheets
from trainer.language.translated import Translated
from trainer.seminars.models import Seminar
from trainer.surveys.models import Purpose, Survey, SurveyVersion
from trainer.surveys.questions.model import (
    OVERALL,
    OWN_CODE,
    SCALED,
    Choice,
    Condition,
    Question,
    QuestionKind,
    answers_of,
    problems,
)
from trainer.surveys.questions.templates import ready_made
from trainer.surveys.responses import keep_response, questions_of
from trainer.surveys.xlsform.errors import FormRefused
from trainer.surveys.xlsform.export import workbook
from trainer.surveys.xlsform.reader import Taken, read_form

TITLE = Translated("Сауалнама", "Опрос", "Survey")


def survey_of(questions: Sequence[Question], purpose: Purpose = Purpose.OTHER) -> Survey:
    """A survey in no table."""
    version = SurveyVersion(number=3, questions=[each.kept() for each in questions])
    return Survey(seminar_id=7, number=2, title=TITLE, purpose=purpose, versions=[version])


def exported(app: Flask, questions: Sequence[Question]) -> bytes:
    """The workbook of a survey."""
    with app.app_context(), app.test_request_context():
        return workbook(survey_of(questions, Purpose.POST_TEST))


def read(app: Flask, content: bytes) -> Taken:
    """What a workbook holds."""
    with app.app_context(), app.test_request_context():
        return read_form(workbook_sheets(content))


def accepted(content: bytes) -> str:
    """Let the reference reader read a workbook; gives the form that it makes of it."""
    from pyxform.xls2xform import convert

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        result = convert(xlsform=content, file_type=".xlsx", validate=False)
    return str(result.xform)


def a_form(survey: Sequence[Sequence[Any]], choices: Sequence[Sequence[Any]] = (), **settings: str) -> bytes:
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


HEAD = ("type", "name", "label::Қазақша (kk)", "label::Russian (ru)")


def test_a_question_of_every_kind_goes_out_and_comes_back(app: Flask) -> None:
    code = Question(OWN_CODE, QuestionKind.CODE, words("code"), required=True)
    content = exported(app, [code, *ONE_OF_EACH])
    form = accepted(content)
    assert 'lang="Қазақша (kk)" default="true()"' in form
    assert "overall рус" in form
    taken = read(app, content)
    assert taken.questions == [code, *ONE_OF_EACH]
    assert (taken.purpose, taken.left_out) == ("post_test", [])


@pytest.mark.parametrize("name", list(ready_made()))
def test_every_ready_made_survey_goes_out_and_comes_back(app: Flask, name: str) -> None:
    questions = list(ready_made()[name].questions)
    content = exported(app, questions)
    accepted(content)
    assert read(app, content).questions == questions


def test_conditions_of_a_section_and_of_a_matrix_inside_it_both_stay(app: Flask) -> None:
    yes, no = Condition(OVERALL, ("5",)), Condition(OVERALL, ("5", "4"))
    rows = (Choice("first", words("first")), Choice("second", words("second")))
    questions = [
        OVERALL_ITEM,
        Question("part", QuestionKind.SECTION, words("part"), show_if=yes),
        Question("table", QuestionKind.MATRIX, words("table"), rows=rows, show_if=no),
        Question("text", QuestionKind.TEXT, words("text"), show_if=no),
        Question("last", QuestionKind.SECTION, words("last")),
    ]
    content = exported(app, questions)
    accepted(content)
    assert read(app, content).questions == questions


SENTENCES = st.text("абвәқңөһ -АБ,.?!=+№“”5", min_size=1, max_size=40).map(lambda said: " ".join(said.split()) or "а")
TEXTS = st.builds(lambda kk, ru, en: Translated(kk or ru or "а", ru, en), *[SENTENCES | st.just("")] * 3)
KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True).filter(lambda key: key not in ("meta", OVERALL, OWN_CODE))


def choices_for(least: int) -> Any:
    """Choices with keys of their own."""
    one = st.builds(Choice, KEYS, TEXTS, st.just(False))
    return st.lists(one, min_size=least, max_size=4, unique_by=lambda each: each.key).map(tuple)


@st.composite
def forms(draw: Any) -> list[Question]:
    """Questions that can be asked, in any order, some after an answer to an earlier one."""
    made: list[Question] = []
    for key in draw(st.lists(KEYS, min_size=1, max_size=8, unique=True)):
        kind = draw(st.sampled_from([each for each in QuestionKind if each != QuestionKind.CODE]))
        facts: dict[str, Any] = {}
        if kind in (QuestionKind.SINGLE, QuestionKind.MULTIPLE):
            facts["choices"] = draw(choices_for(2))
        if kind == QuestionKind.MATRIX:
            facts |= {"rows": draw(choices_for(1)), "scale": draw(st.sampled_from(SCALED))}
        if kind == QuestionKind.NUMBER:
            bounds = sorted(draw(st.tuples(st.integers(0, 99), st.integers(0, 99))))
            facts |= {
                "least": draw(st.sampled_from([None, bounds[0]])),
                "most": draw(st.sampled_from([None, bounds[1]])),
            }
        asked = [each for each in made if answers_of(each)]
        if asked and draw(st.booleans()):
            other = draw(st.sampled_from(asked))
            said = draw(st.lists(st.sampled_from(answers_of(other)), min_size=1, unique=True))
            facts["show_if"] = Condition(other.key, tuple(said))
        required = kind != QuestionKind.SECTION and draw(st.booleans())
        made.append(Question(key, kind, draw(TEXTS), required, **facts))
    return made


@settings(max_examples=40)
@given(forms())
def test_whatever_is_asked_comes_back_the_same_and_the_reference_reader_accepts_it(
    app: Flask, questions: list[Question]
) -> None:
    assert problems(questions) == []
    content = exported(app, questions)
    accepted(content)
    assert read(app, content).questions == questions


def test_no_cell_is_computed_and_the_sheets_are_those_of_the_format(app: Flask) -> None:
    evil = Translated("=1+1", "+7", "@sum")
    book = load_workbook(io.BytesIO(exported(app, [Question("q", QuestionKind.TEXT, evil)])))
    assert book.sheetnames == ["survey", "choices", "settings"]
    assert [cell.data_type for cell in book["survey"][2] if cell.value] == ["s"] * 6
    assert [cell.value for cell in book["settings"][2]][:4] == ["Сауалнама", "survey_7_2", "3", "Қазақша (kk)"]


def test_a_form_of_somebody_else_is_read(app: Flask) -> None:
    content = a_form(
        [
            (*HEAD, "required", "relevant", "constraint", "default", "appearance"),
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
    taken = read(app, content)
    found = {each.key: each for each in taken.questions}
    assert list(found) == ["group_1", "q1", "q_2", "q1_other", "age", "sat", "long"]
    assert [each.key for each in found["q1"].choices] == ["n1", "n0"]
    assert found["q_2"].show_if == Condition("q1", ("n1",))
    assert found["q1_other"].show_if == Condition("q_2", ("b_b", "a"))
    assert (found["age"].least, found["age"].most, found["age"].required) == (18, 99, True)
    assert found["sat"].kind == QuestionKind.SINGLE  # their 1 may be our 5
    assert found["long"].kind == QuestionKind.TEXT
    assert problems(taken.questions) == []
    assert taken.left_out == ["default", "start"]


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
    with pytest.raises(FormRefused) as refused:
        read(app, a_form([head, *rows], lists))
    assert [part.strip() for part in str(refused.value).split(", survey")][:1] == said


def test_the_narrowest_bounds_hold_whatever_their_order(app: Flask) -> None:
    form = a_form(
        [
            ("type", "name", "label", "constraint"),
            ("integer", "age", "Жас", ". >= 18 and . >= 5 and . < 60 and . <= 99"),
        ]
    )
    [age] = read(app, form).questions
    assert (age.least, age.most) == (18, 59)


def test_hints_that_we_do_not_show_are_named_and_disabled_rows_are_not_asked(app: Flask) -> None:
    form = a_form(
        [
            ("type", "name", "label", "hint", "hint::Russian (ru)", "disabled", "required"),
            ("text", "old", "Ескі", None, None, "yes"),
            ("text", "name", "Атыңыз", "Толық", None, "no", "жоқ"),
        ]
    )
    taken = read(app, form)
    assert [each.key for each in taken.questions] == ["name"]
    assert taken.left_out == ["hint"]


@pytest.mark.parametrize("rows", [[], [("type", "name")], [("a", "b"), ("c", "d")]])
def test_a_workbook_without_questions_is_none(app: Flask, rows: list[tuple[str, ...]]) -> None:
    with pytest.raises(FormRefused) as refused:
        read(app, a_form(rows))
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
            taken = read_form(sheets)
        except FormRefused as refused:
            assert refused.issues
            return
    assert problems(taken.questions) == []


def at(survey: Survey, page: str = "xlsform") -> str:
    """The address of the exchange."""
    return f"/desk/seminars/{survey.seminar_id}/surveys/{survey.number}/{page}"


def sent(visitor: Visitor, survey: Survey, content: bytes, status: int = 303) -> Any:
    """Send a file."""
    fields = visitor.get(at(survey)).form()[1]
    return visitor.post(at(survey) + "?lang=en", {**fields, "file": (io.BytesIO(content), "form.xlsx")}, status)


def test_a_survey_is_taken_home_and_taken_in(organizer: Visitor, session: Session, held: Seminar) -> None:
    survey = a_survey(session, held, ONE_OF_EACH, released=False)
    session.commit()
    answer = organizer.client.get(at(survey, "xlsform.xlsx"))
    assert answer.headers["Content-Disposition"].startswith("attachment")
    empty = a_survey(session, held, (), number=3, released=False)
    page = organizer.follow(sent(organizer, empty, answer.data))
    assert "Questions: 11" in page.words
    session.expire_all()
    assert questions_of(empty.current) == list(ONE_OF_EACH)


def test_what_is_wrong_is_shown_and_nothing_is_changed(organizer: Visitor, session: Session, held: Seminar) -> None:
    survey = a_survey(session, held, (OVERALL_ITEM,), released=False)
    page = sent(organizer, survey, a_form([HEAD, ("geopoint", "place", "Қайда?"), ("text", "q", "Не?")]), 422)
    assert "Sheet survey, row 2" in page.words
    assert "“geopoint”" in page.words
    for content in (b"", b"text", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600):
        assert sent(organizer, survey, content, 422).error("file")
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 60_000_000)
    assert "too large" in sent(organizer, survey, bomb.getvalue(), 422).error("file")
    session.expire_all()
    assert [each.key for each in questions_of(survey.current)] == [OVERALL]


def test_an_answered_survey_gets_the_next_version_and_no_key_changes_its_kind(
    organizer: Visitor, session: Session, held: Seminar
) -> None:
    asked = Question("opinion", QuestionKind.YES_NO, words("opinion"))
    survey = a_survey(session, held, (OVERALL_ITEM, asked))
    keep_response(session, survey, registered(session, held), {"overall": 5, "opinion": True}, "kk", NOON)
    sent(organizer, survey, a_form([HEAD, ("text", "opinion", "Пікір"), ("text", OVERALL, "Жалпы")]))
    session.expire_all()
    assert questions_of(survey.versions[0]) == [OVERALL_ITEM, asked]
    [opinion, overall] = questions_of(survey.versions[-1])
    assert opinion.key not in ("opinion", OVERALL)
    assert overall.key not in ("opinion", OVERALL)
    survey.anonymous = True
    assert not organizer.get(at(survey)).forms()


def test_a_file_does_not_overwrite_what_another_organizer_did_meanwhile(
    organizer: Visitor, session: Session, held: Seminar
) -> None:
    survey = a_survey(session, held, (OVERALL_ITEM,), released=False)
    fields = organizer.get(at(survey)).form()[1]
    organizer.submit(at(survey, "edit/new/text"), {"text-kk": "Сұрақ"}, form="question")
    content = a_form([HEAD, ("text", "q", "Не?")])
    refused = organizer.post(at(survey) + "?lang=en", {**fields, "file": (io.BytesIO(content), "form.xlsx")}, 422)
    assert "Somebody else has changed" in refused.error("file")
    session.expire_all()
    assert len(questions_of(survey.current)) == 2
