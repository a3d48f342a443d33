"""XLSForm: our import and pyxform read what we export, and unsupported rows are reported."""

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
from tests.registration.factories import VALID_IIN
from tests.surveys.survey_factories import OVERALL_QUESTION, QUESTION_OF_EACH_KIND, make_survey, make_text
from tests.visitor import Visitor
from trainer.documents.upload_workbook import read_workbook_sheets
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

pytestmark = pytest.mark.one_database

TITLE = Translated("Сауалнама", "Опрос", "Survey")


def build_unsaved_survey(questions: Sequence[SurveyQuestion], purpose: SurveyPurpose = SurveyPurpose.OTHER) -> Survey:
    """Return a survey that is not stored."""
    version = SurveyVersion(number=3, questions=[question.to_json() for question in questions])
    return Survey(seminar_id=7, number=2, title=TITLE, purpose=purpose, versions=[version])


def export_xlsform(app: Flask, questions: Sequence[SurveyQuestion]) -> bytes:
    """Return the workbook of a survey with these questions."""
    with app.app_context(), app.test_request_context():
        return render_xlsform(build_unsaved_survey(questions, SurveyPurpose.POST_TEST))


def import_xlsform(app: Flask, content: bytes) -> XlsformContent:
    """Return the content of a workbook."""
    with app.app_context(), app.test_request_context():
        return read_xlsform(read_workbook_sheets(content))


def convert_with_pyxform(content: bytes) -> str:
    """Return the XForm that pyxform, the reference implementation, makes of a workbook."""
    from pyxform.xls2xform import convert

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ResourceWarning)
        result = convert(xlsform=content, file_type=".xlsx", validate=False)
    return str(result.xform)


def build_foreign_workbook(
    survey: Sequence[Sequence[Any]], choices: Sequence[Sequence[Any]] = (), **settings: str
) -> bytes:
    """Return a workbook as another program writes it."""
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
    output = io.BytesIO()
    book.save(output)
    return output.getvalue()


FOREIGN_COLUMNS = ("type", "name", "label::Қазақша (kk)", "label::Russian (ru)")


def test_a_question_of_every_kind_survives_export_and_import(app: Flask) -> None:
    code = SurveyQuestion(OWN_CODE_KEY, SurveyQuestionKind.CODE, make_text("code"), required=True)
    content = export_xlsform(app, [code, *QUESTION_OF_EACH_KIND])
    form = convert_with_pyxform(content)
    assert 'lang="Қазақша (kk)" default="true()"' in form
    assert "overall рус" in form
    imported = import_xlsform(app, content)
    assert imported.questions == [code, *QUESTION_OF_EACH_KIND]
    assert (imported.purpose, imported.ignored_names) == ("post_test", [])


@pytest.mark.parametrize("name", list(load_survey_templates()))
def test_every_template_survives_export_and_import(app: Flask, name: str) -> None:
    questions = list(load_survey_templates()[name].questions)
    content = export_xlsform(app, questions)
    convert_with_pyxform(content)
    assert import_xlsform(app, content).questions == questions


def test_conditions_of_a_section_and_of_its_matrix_survive_export_and_import(app: Flask) -> None:
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


SENTENCES = st.text("абвәқңөһ -АБ,.?!=+№“”5", min_size=1, max_size=40).map(lambda text: " ".join(text.split()) or "а")
TEXTS = st.builds(lambda kk, ru, en: Translated(kk or ru or "а", ru, en), *[SENTENCES | st.just("")] * 3)
KEYS = st.from_regex(r"[a-z][a-z0-9_]{0,12}", fullmatch=True).filter(
    lambda key: key not in ("meta", OVERALL_KEY, OWN_CODE_KEY)
)


def choices_strategy(min_count: int) -> Any:
    """Return a strategy for at least `min_count` choices with different keys."""
    one = st.builds(Choice, KEYS, TEXTS, st.just(False))
    return st.lists(one, min_size=min_count, max_size=4, unique_by=lambda choice: choice.key).map(tuple)


@st.composite
def questions_strategy(draw: Any) -> list[SurveyQuestion]:
    """Draw valid questions, some with a condition on an earlier one."""
    questions: list[SurveyQuestion] = []
    for key in draw(st.lists(KEYS, min_size=1, max_size=8, unique=True)):
        kind = draw(st.sampled_from([kind for kind in SurveyQuestionKind if kind != SurveyQuestionKind.CODE]))
        fields: dict[str, Any] = {}
        if kind in (SurveyQuestionKind.SINGLE, SurveyQuestionKind.MULTIPLE):
            fields["choices"] = draw(choices_strategy(2))
        if kind == SurveyQuestionKind.MATRIX:
            fields |= {"rows": draw(choices_strategy(1)), "scale": draw(st.sampled_from(SCALE_KINDS))}
        if kind == SurveyQuestionKind.NUMBER:
            bounds = sorted(draw(st.tuples(st.integers(0, 99), st.integers(0, 99))))
            fields |= {
                "least": draw(st.sampled_from([None, bounds[0]])),
                "most": draw(st.sampled_from([None, bounds[1]])),
            }
        earlier_questions = [question for question in questions if list_condition_answers(question)]
        if earlier_questions and draw(st.booleans()):
            earlier = draw(st.sampled_from(earlier_questions))
            answers = draw(st.lists(st.sampled_from(list_condition_answers(earlier)), min_size=1, unique=True))
            fields["show_if"] = Condition(earlier.key, tuple(answers))
        required = kind != SurveyQuestionKind.SECTION and draw(st.booleans())
        questions.append(SurveyQuestion(key, kind, draw(TEXTS), required, **fields))
    return questions


@pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)  # a workbook is not stored
@settings(max_examples=30)
@given(questions_strategy())
def test_any_questions_survive_export_and_import_and_pyxform_accepts_them(
    app: Flask, questions: list[SurveyQuestion]
) -> None:
    assert list_question_problems(questions) == []
    content = export_xlsform(app, questions)
    convert_with_pyxform(content)
    assert import_xlsform(app, content).questions == questions


def test_the_workbook_has_the_sheets_of_the_format_and_no_formulas(app: Flask) -> None:
    evil = Translated("=1+1", "+7", "@sum")
    book = load_workbook(io.BytesIO(export_xlsform(app, [SurveyQuestion("q", SurveyQuestionKind.TEXT, evil)])))
    assert book.sheetnames == ["survey", "choices", "settings"]
    assert [cell.data_type for cell in book["survey"][2] if cell.value] == ["s"] * 6
    assert [cell.value for cell in book["settings"][2]][:4] == ["Сауалнама", "survey_7_2", "3", "Қазақша (kk)"]


def test_a_workbook_of_another_program_is_imported(app: Flask) -> None:
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
    imported = import_xlsform(app, content)
    questions = {question.key: question for question in imported.questions}
    assert list(questions) == ["group_1", "q1", "q_2", "q1_other", "age", "sat", "long"]
    assert [choice.key for choice in questions["q1"].choices] == ["n1", "n0"]
    assert questions["q_2"].show_if == Condition("q1", ("n1",))
    assert questions["q1_other"].show_if == Condition("q_2", ("b_b", "a"))
    assert (questions["age"].least, questions["age"].most, questions["age"].required) == (18, 99, True)
    assert questions["sat"].kind == SurveyQuestionKind.SINGLE  # their 1 may be our 5
    assert questions["long"].kind == SurveyQuestionKind.TEXT
    assert list_question_problems(imported.questions) == []
    assert imported.ignored_names == ["default", "start"]


@pytest.mark.parametrize(
    ("rows", "omissions", "count"),
    [
        ([("geopoint", "q", "Қайда?")], ["survey 2: type geopoint"], 0),
        ([("begin_repeat", "q", "Қайта")], ["survey 2: repeat", "survey 2: group"], 1),
        ([("text", "", "Не?")], [], 1),
        ([("text", "q", "Не?"), ("text", "q", "Не?")], [], 2),
        ([("text", "q", "")], ["survey 2: no_text"], 0),
        ([("text", "q", "<b>Не?</b>")], ["survey 2: formatting <b>Не?</b>"], 1),
        ([("text", "q", "Не? 👍")], ["survey 2: characters Не? 👍"], 1),
        ([("text", "q", f"ЖСН {VALID_IIN}")], [f"survey 2: iin ЖСН {VALID_IIN}"], 0),
        ([("text", "q", "сөз " * 150)], [], 3),
        ([("select_one none", "q", "Не?")], ["survey 2: list none"], 0),
        ([("select_one single", "q", "Не?")], ["survey 2: list single"], 0),
        ([("text", "q", "Не?", "", "${x} > 5")], ["survey 2: condition ${x} > 5"], 1),
        ([("text", "q", "Не?", "", "${q} = 'a'")], ["survey 2: condition ${q} = 'a'"], 1),
        ([("integer", "q", "Не?", "", "", "regex(., 'a')")], ["survey 2: constraint regex(., 'a')"], 1),
        ([("integer", "q", "Не?", "", "", ". > 5 and . < 2")], ["survey 2: constraint . > 5 and . < 2"], 1),
        ([("integer", "q", "Не?", "", "", ". > 999999999")], ["survey 2: constraint . > 999999999"], 1),
        ([("integer", "q", "Не?", "", "", ". < 0")], [], 1),
        ([("text", "q", "Не?", "", "", "regex(., '^7')")], ["survey 2: constraint regex(., '^7')"], 1),
        ([("text", "q", "Не?", "${a} = 'yes'")], ["survey 2: required ${a} = 'yes'"], 1),
        ([("select_one twice", "q", "Не?")], [], 1),
        ([("select_one unnamed", "q", "Не?")], [], 1),
        ([("select_one wordless", "q", "Не?")], ["choices 8: name_as_text a", "choices 9: name_as_text b"], 1),
        ([("range", "q", "Не?")], [], 1),
        ([("begin_group", "g", "Бөлім"), ("text", "q", "Не?")], ["survey 2: group"], 2),
        ([("end_group", "g")], ["survey 2: group"], 0),
        (
            [
                ("select_one yes_no", "a", "Иә?"),
                ("begin_group", "g", "Бөлім", "", "${a} = 'yes'"),
                ("end_group",),
                ("text", "q", "Не?"),
            ],
            ["survey 5: heading"],
            4,
        ),
        ([("text", f"q{place}", "Не?") for place in range(60)], ["survey 62: too_many"], 59),
    ],
)
def test_what_a_row_loses_is_noted_and_the_rest_is_imported(
    app: Flask, rows: list[tuple[str, ...]], omissions: list[str], count: int
) -> None:
    lists = [("list_name", "name", "label"), ("single", "a", "А")]
    lists += [
        ("twice", "a", "А"),
        ("twice", "b", "Б"),
        ("twice", "a", "В"),
        ("unnamed", "a", "А"),
        ("unnamed", "", "Б"),
    ]
    lists += [("wordless", "a", ""), ("wordless", "b", ""), ("yes_no", "yes", "Иә"), ("yes_no", "no", "Жоқ")]
    head = ("type", "name", "label::Kazakh (kk)", "required", "relevant", "constraint")
    last = ("text", "last", "Соңғы сұрақ")
    content = import_xlsform(app, build_foreign_workbook([head, *rows, last], lists))
    assert list_omissions(content) == omissions
    assert len(content.questions) == count + 1
    assert list_question_problems(content.questions) == []


def list_omissions(content: XlsformContent) -> list[str]:
    """Return what was left out or changed, as short texts."""
    return [
        f"{omission.sheet} {omission.row}: {omission.kind} {omission.detail}".strip() for omission in content.omissions
    ]


def test_the_narrowest_bounds_count_in_any_order(app: Flask) -> None:
    form = build_foreign_workbook(
        [
            ("type", "name", "label", "constraint"),
            ("integer", "age", "Жас", ". >= 18 and . >= 5 and . < 60 and . <= 99"),
        ]
    )
    [age] = import_xlsform(app, form).questions
    assert (age.least, age.most) == (18, 59)


def test_ignored_hints_are_reported_and_disabled_rows_skipped(app: Flask) -> None:
    form = build_foreign_workbook(
        [
            ("type", "name", "label", "hint", "hint::Russian (ru)", "disabled", "required"),
            ("text", "old", "Ескі", None, None, "yes"),
            ("text", "name", "Атыңыз", "Толық", None, "no", "жоқ"),
        ]
    )
    content = import_xlsform(app, form)
    assert [question.key for question in content.questions] == ["name"]
    assert content.ignored_names == ["hint"]


@pytest.mark.parametrize("rows", [[], [("type", "name")], [("a", "b"), ("c", "d")]])
def test_a_workbook_without_questions_is_rejected(app: Flask, rows: list[tuple[str, ...]]) -> None:
    with pytest.raises(XlsformInvalid) as error:
        import_xlsform(app, build_foreign_workbook(rows))
    assert str(error.value) == "survey 0: sheet "


CELLS = ["", "type", "name", "label", "relevant", "constraint", "list_name", "begin_group", "end_group", "text", "note"]
CELLS += ["range", "integer", "select_one q", "q", "1", "${q} = 'a'", ". > 1"]


@settings(max_examples=60)
@given(
    st.dictionaries(
        st.sampled_from(["survey", "choices", "settings", "Лист1"]),
        st.lists(st.lists(st.sampled_from(CELLS), max_size=5), max_size=8),
    )
)
def test_any_cells_give_valid_questions_or_reported_rows(app: Flask, sheets: dict[str, list[list[str]]]) -> None:
    with app.app_context(), app.test_request_context():
        try:
            content = read_xlsform(sheets)
        except XlsformInvalid as error:
            assert error.problems
            return
    assert list_question_problems(content.questions) == []


def build_xlsform_path(survey: Survey, page: str = "xlsform") -> str:
    """Return the path of the page for export and import."""
    return f"/desk/seminars/{survey.seminar_id}/surveys/{survey.number}/{page}"


def upload_xlsform(visitor: Visitor, survey: Survey, content: bytes, status: int = 303) -> Any:
    """Upload a workbook and return the page."""
    fields = visitor.get(build_xlsform_path(survey)).read_form()[1]
    return visitor.post(
        build_xlsform_path(survey) + "?lang=en", {**fields, "file": (io.BytesIO(content), "form.xlsx")}, status=status
    )


def test_a_survey_is_downloaded_and_uploaded(organizer: Visitor, session: Session, past_seminar: Seminar) -> None:
    survey = make_survey(session, past_seminar, QUESTION_OF_EACH_KIND, released=False)
    session.commit()
    answer = organizer.client.get(build_xlsform_path(survey, "xlsform.xlsx"))
    assert answer.headers["Content-Disposition"].startswith("attachment")
    empty = make_survey(session, past_seminar, (), number=3, released=False)
    page = organizer.follow(upload_xlsform(organizer, empty, answer.data))
    assert "Questions: 11" in page.words
    session.expire_all()
    assert list_version_questions(empty.current_version) == list(QUESTION_OF_EACH_KIND)


def test_problems_are_shown_and_nothing_is_changed(organizer: Visitor, session: Session, past_seminar: Seminar) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,), released=False)
    page = upload_xlsform(
        organizer,
        survey,
        build_foreign_workbook([FOREIGN_COLUMNS, ("geopoint", "place", "Қайда?"), ("note", "n", "")]),
        422,
    )
    assert "Sheet survey, row 2" in page.words
    assert "Sheet survey, row 3" in page.words
    assert "“geopoint”" in page.words
    for content in (b"", b"text", b"PK\x03\x04broken", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 600):
        assert upload_xlsform(organizer, survey, content, status=422).get_error("file")
    bomb = io.BytesIO()
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b"0" * 60_000_000)
    assert "too large" in upload_xlsform(organizer, survey, bomb.getvalue(), status=422).get_error("file")
    session.expire_all()
    assert [question.key for question in list_version_questions(survey.current_version)] == [OVERALL_KEY]


def test_an_import_names_what_is_missing_and_reloading_the_page_changes_nothing(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,), released=False)
    content = build_foreign_workbook([FOREIGN_COLUMNS, ("geopoint", "place", "Қайда?"), ("text", "q", "Не?", "Что?")])
    fields = organizer.get(build_xlsform_path(survey)).read_form()[1]
    upload = {**fields, "file": (io.BytesIO(content), "form.xlsx")}
    page = organizer.post(build_xlsform_path(survey) + "?lang=en", upload, status=200)
    assert "Sheet survey, row 2 Left out: the type “geopoint” is not supported here." in page.words.replace(
        "2Left", "2 Left"
    )
    session.expire_all()
    assert [question.key for question in list_version_questions(survey.current_version)] == ["q"]
    again = {**fields, "file": (io.BytesIO(content), "form.xlsx")}
    error = organizer.post(build_xlsform_path(survey) + "?lang=en", again, status=422).get_error("file")
    assert "Another person has changed" in error


def test_an_import_into_an_answered_survey_makes_the_next_version_with_separate_keys(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    question = SurveyQuestion("opinion", SurveyQuestionKind.YES_NO, make_text("opinion"))
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION, question))
    record_response(
        session, survey, register_person(session, past_seminar), {"overall": 5, "opinion": True}, "kk", NOON
    )
    upload_xlsform(
        organizer,
        survey,
        build_foreign_workbook([FOREIGN_COLUMNS, ("text", "opinion", "Пікір"), ("text", OVERALL_KEY, "Жалпы")]),
    )
    session.expire_all()
    assert list_version_questions(survey.versions[0]) == [OVERALL_QUESTION, question]
    [opinion, overall] = list_version_questions(survey.versions[-1])
    assert opinion.key not in ("opinion", OVERALL_KEY)
    assert overall.key not in ("opinion", OVERALL_KEY)
    survey.anonymous = True
    assert not organizer.get(build_xlsform_path(survey)).list_forms()


def test_an_import_does_not_overwrite_a_concurrent_change(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION,), released=False)
    fields = organizer.get(build_xlsform_path(survey)).read_form()[1]
    organizer.submit(build_xlsform_path(survey, "edit/new/text"), {"text-kk": "Сұрақ"}, form="question")
    content = build_foreign_workbook([FOREIGN_COLUMNS, ("text", "q", "Не?")])
    error = organizer.post(
        build_xlsform_path(survey) + "?lang=en", {**fields, "file": (io.BytesIO(content), "form.xlsx")}, status=422
    )
    assert "Another person has changed" in error.get_error("file")
    session.expire_all()
    assert len(list_version_questions(survey.current_version)) == 2
