"""Downloads of a survey: report, questionnaires, contacts and tables, in Kazakh, Russian and English."""

import csv
import io
from typing import Any

import openpyxl
import pypdfium2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from reportlab.graphics.shapes import Drawing
from reportlab.pdfgen.canvas import Canvas
from sqlalchemy.orm import Session

from tests.factories import AIGUL, NOON, mark_sessions, register_person
from tests.surveys.results.result_factories import COMPLETE_ANSWERS, close_and_seal, read_pdf_pages, record_answers
from tests.surveys.survey_factories import QUESTION_OF_EACH_KIND, make_choices, make_survey, make_text
from tests.visitor import Visitor
from trainer.attendance.models import AttendanceStatus
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.surveys.anonymity import close_survey
from trainer.surveys.models import Survey
from trainer.surveys.questions.model import OWN_CODE_KEY, Condition, SurveyQuestion, SurveyQuestionKind
from trainer.surveys.responses import record_response
from trainer.surveys.results.chart_svg import render_svg
from trainer.surveys.results.charts import draw_bar_chart
from trainer.surveys.results.presentation import AnswerCount

pytestmark = pytest.mark.one_database

NAMES = ("Һәкімов", "Іңкәрбекова", "Әбдіров", "Ғабитов", "Ұзақбаев", "Өтегенова", "Қожахметов")
NAMES_IN_KAZAKH_ORDER = ["Әбдіров", "Ғабитов", "Қожахметов", "Өтегенова", "Ұзақбаев", "Һәкімов", "Іңкәрбекова"]
WHY_QUESTION = SurveyQuestion("why", SurveyQuestionKind.TEXT, make_text("why"), show_if=Condition("again", ("no",)))
CODE_QUESTION = SurveyQuestion(OWN_CODE_KEY, SurveyQuestionKind.CODE, make_text("code"))
DOCUMENT_NAMES = ("report.pdf", "questionnaires.pdf", "contacts.pdf", "contacts.xlsx", "answers.xlsx", "answers.csv")


@pytest.fixture
def people(session: Session, past_seminar: Seminar) -> list[Registration]:
    """Return seven registrations that attended."""
    past_seminar.capacity = 7
    registrations = [
        register_person(session, past_seminar, AIGUL, surname=surname, phone=f"+770155502{number:02}")
        for number, surname in enumerate(NAMES)
    ]
    for person in registrations:
        mark_sessions(session, person, AttendanceStatus.PRESENT, AttendanceStatus.PRESENT)
    return registrations


@pytest.fixture
def named(session: Session, past_seminar: Seminar, people: list[Registration]) -> Survey:
    """Return a survey with names that six people have answered, one of them on paper."""
    survey = make_survey(session, past_seminar, (*QUESTION_OF_EACH_KIND, WHY_QUESTION))
    for number, registration in enumerate(people[:6]):
        record_answers(
            session, survey, registration, **COMPLETE_ANSWERS | {"years": number, "missing": f"сөзі {number}"}
        )
    return survey


@pytest.fixture
def anonymous(session: Session, past_seminar: Seminar, people: list[Registration]) -> Survey:
    """Return a closed anonymous survey that all have answered."""
    survey = make_survey(session, past_seminar, (CODE_QUESTION, *QUESTION_OF_EACH_KIND), number=3, anonymous=True)
    for number, registration in enumerate(people):
        record_answers(
            session,
            survey,
            registration,
            **COMPLETE_ANSWERS | {"missing": f"сөзі {number}", OWN_CODE_KEY: f"КОД{number}"},
        )
    close_and_seal(session, survey)
    return survey


def build_document_address(survey: Survey, kind: str, language: str = "ru") -> str:
    """Return the address of a download."""
    return f"/desk/seminars/{survey.seminar_id}/surveys/{survey.number}/{kind}?language={language}"


def download_document(organizer: Visitor, survey: Survey, kind: str, language: str = "ru") -> bytes:
    """Return the content of a download."""
    page = organizer.get(build_document_address(survey, kind, language))
    return bytes(page.response.data)


def open_workbook(content: bytes) -> Any:
    """Return the workbook of an XLSX file."""
    return openpyxl.load_workbook(io.BytesIO(content))


def list_cells(sheet: Any) -> list[list[Any]]:
    """Return the cells of a sheet by row."""
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_every_download_exists_in_every_language(organizer: Visitor, named: Survey, language: str) -> None:
    for kind in DOCUMENT_NAMES:
        page = organizer.get(build_document_address(named, kind, language))
        assert len(page.response.data) > 1000
        assert kind.rpartition(".")[2] in page.response.headers["Content-Disposition"]
    organizer.get(build_document_address(named, "report.pdf", "xx"), status=404)


def test_the_report_says_what_the_page_says(organizer: Visitor, named: Survey) -> None:
    text = " ".join(read_pdf_pages(download_document(organizer, named, "report.pdf", "en")))
    for sentence in ("survey eng", "The basics of care", "6 of 7 (85.7%)", "6 of 6 (100%)", "tools eng", "сөзі 3"):
        assert sentence in text
    assert "Net promoter score: +100" in text
    assert "second eng" in text
    with pypdfium2.PdfDocument(download_document(organizer, named, "report.pdf", "kk")) as opened:
        assert "survey қаз" in opened.get_metadata_value("Title")
    for language, seal in (("kk", "М.О."), ("ru", "М.П."), ("en", "L.S.")):
        pages = read_pdf_pages(download_document(organizer, named, "report.pdf", language))
        signature = pages[-1].index(seal)
        assert "Ә. Мұратбекова" in pages[-1][signature - 60 : signature + 60]
        assert named.seminar.project.grantee.get_text(language) in pages[0]


def test_a_report_of_an_anonymous_survey_that_is_not_sealed_says_why_it_shows_no_answers(
    organizer: Visitor, session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    survey = make_survey(session, past_seminar, number=4, anonymous=True)
    for registration in people:
        record_answers(session, survey, registration, **COMPLETE_ANSWERS)
    text = " ".join(read_pdf_pages(download_document(organizer, survey, "report.pdf", "en")))
    assert "7 of 7" in text
    assert "the answers will be shown once it is closed" in text
    assert "fewer than five" not in text
    close_survey(session, survey, NOON)
    text = " ".join(read_pdf_pages(download_document(organizer, survey, "report.pdf", "en")))
    assert "The survey is being closed" in text
    assert "fewer than five" not in text


def test_a_report_of_few_anonymous_answers_shows_no_details(
    organizer: Visitor, session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    survey = make_survey(session, past_seminar, number=4, anonymous=True)
    for registration in people[:4]:
        record_answers(session, survey, registration, **COMPLETE_ANSWERS | {"missing": "құпия"})
    close_and_seal(session, survey)
    text = " ".join(read_pdf_pages(download_document(organizer, survey, "report.pdf", "en")))
    assert "fewer than five answers" in text
    assert "құпия" not in text
    organizer.get("/desk/?lang=en")
    for kind in ("questionnaires.pdf", "answers.xlsx", "answers.csv"):
        page = organizer.get(build_document_address(survey, kind), status=303)
        assert "at least five people" in organizer.follow(page).text


def test_an_open_anonymous_survey_has_no_answers_to_download(
    organizer: Visitor, session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    survey = make_survey(session, past_seminar, number=4, anonymous=True)
    for registration in people:
        record_answers(session, survey, registration, **COMPLETE_ANSWERS)
    for kind in ("questionnaires.pdf", "answers.xlsx", "answers.csv"):
        organizer.get(build_document_address(survey, kind), status=303)
    assert len(list_cells(open_workbook(download_document(organizer, survey, "contacts.xlsx")).active)) == 8


def test_each_questionnaire_starts_on_its_own_page_with_its_name(organizer: Visitor, named: Survey) -> None:
    pages = read_pdf_pages(download_document(organizer, named, "questionnaires.pdf", "en"))
    assert len(pages) == 6
    surnames = [name for name in NAMES_IN_KAZAKH_ORDER if name != "Қожахметов"]
    for number, (page, surname) in enumerate(zip(pages, surnames, strict=True), 1):
        assert named.seminar.project.grantee.get_text("en") in page
        assert f"Questionnaire {number} of 6. {surname}" in page
        assert f"Page {number} of 6" in page[-20:]
        assert f"сөзі {NAMES.index(surname)}" in page
        assert all(question.text.get_text("en") in page for question in (*QUESTION_OF_EACH_KIND, WHY_QUESTION))
        assert "Not asked because of an earlier answer" in page


def test_what_was_chosen_is_ticked(
    organizer: Visitor, session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    ticks = []
    for number, tools in enumerate((["board"], ["board", "lift"]), 2):
        survey = make_survey(session, past_seminar, (QUESTION_OF_EACH_KIND[1], QUESTION_OF_EACH_KIND[4]), number=number)
        record_answers(session, survey, people[0], overall=5, tools=tools)
        with pypdfium2.PdfDocument(download_document(organizer, survey, "questionnaires.pdf")) as opened:
            picture = opened[0].render(scale=2).to_pil().convert("RGB")
            pixels = picture.get_flattened_data() if hasattr(picture, "get_flattened_data") else picture.getdata()
            ticks.append(sum(blue > green + 30 and red < 60 for red, green, blue in pixels))  # the colour of the pen
    assert ticks[1] > 1.3 * ticks[0] > 0


def test_anonymous_downloads_do_not_identify_anybody(
    organizer: Visitor, session: Session, anonymous: Survey, people: list[Registration]
) -> None:
    pdf = download_document(organizer, anonymous, "questionnaires.pdf")
    text = " ".join(read_pdf_pages(pdf))
    table = download_document(organizer, anonymous, "answers.csv").decode("utf-8-sig")
    workbook = str(
        [list_cells(sheet) for sheet in open_workbook(download_document(organizer, anonymous, "answers.xlsx"))]
    )
    for handed_out in (text, table, workbook):
        assert all(f"сөзі {number}" in handed_out for number in range(7))
        for secret in (*NAMES, "КОД", "2025", "+7701555", *(registration.token for registration in people)):
            if secret == "2025" and handed_out is text:
                continue
            assert secret not in handed_out
    assert "2 июня" not in text
    order = [row[-1] for row in csv.reader(table.splitlines(), delimiter=";")][1:]
    assert sorted(order) == [f"сөзі {number}" for number in range(7)]


def test_a_questionnaire_from_paper_is_marked(
    organizer: Visitor, session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    survey = make_survey(session, past_seminar)
    record_response(session, survey, people[0], {"overall": 5}, "kk", NOON, on_paper=True)
    record_answers(session, survey, people[1], overall=5)
    pages = read_pdf_pages(download_document(organizer, survey, "questionnaires.pdf", "en"))
    assert ["entered by the organiser" in page for page in pages] == [True, False]
    table = list(
        csv.reader(
            download_document(organizer, survey, "answers.csv", "en").decode("utf-8-sig").splitlines(), delimiter=";"
        )
    )
    assert [row[3] for row in table] == ["Completed on paper", "Yes", "No"]


def test_without_responses_there_are_no_questionnaires_to_download(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    survey = make_survey(session, past_seminar)
    organizer.get(build_document_address(survey, "questionnaires.pdf"), status=303)
    for kind in ("report.pdf", "contacts.pdf", "contacts.xlsx", "answers.xlsx", "answers.csv"):
        organizer.get(build_document_address(survey, kind))


@pytest.mark.parametrize("which", ["named", "anonymous"])
def test_the_contacts_are_in_kazakh_order_and_hold_no_answers(
    organizer: Visitor, which: str, request: pytest.FixtureRequest
) -> None:
    survey: Survey = request.getfixturevalue(which)
    rows = list_cells(open_workbook(download_document(organizer, survey, "contacts.xlsx", "kk")).active)
    expected_names = [name for name in NAMES_IN_KAZAKH_ORDER if which == "anonymous" or name != "Қожахметов"]
    assert [row[1].split()[0] for row in rows[1:]] == expected_names
    assert rows[1][2:] == ["Облыстық аурухана", "мейіргер", "8 701 555 02 02", "aigul@example.org"]
    text = " ".join(read_pdf_pages(download_document(organizer, survey, "contacts.pdf", "kk")))
    assert [name for name in sorted(NAMES, key=text.find) if name in text] == expected_names
    assert "сөзі" not in text + str(rows)


def test_the_workbook_has_labels_codes_and_a_codebook(organizer: Visitor, named: Survey) -> None:
    opened = open_workbook(download_document(organizer, named, "answers.xlsx"))
    answers, codes, meaning = (list_cells(sheet) for sheet in opened)
    place = codes[0].index("tools")
    assert answers[0][place] == "tools рус"
    assert (answers[1][place], codes[1][place]) == ("board рус; lift рус", "board lift")
    row = codes[0].index("trainers.second")
    assert answers[0][row] == "trainers рус – second рус"
    assert codes[1][row] == 3
    assert ["tools", "", "", "board", "board рус"] in meaning
    assert [row[1].split()[0] for row in answers[1:]] == [
        name for name in NAMES_IN_KAZAKH_ORDER if name != "Қожахметов"
    ]
    assert answers[1][2] == "02.06.2025"


def test_formulas_in_answers_are_escaped(
    organizer: Visitor, session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    survey = make_survey(session, past_seminar)
    formulas = ("=1+1", "+7", "-3", "@SUM(A1)", "\t=1", "'=1")
    for registration, formula in zip(people, formulas, strict=False):
        record_answers(session, survey, registration, overall=4, missing=formula)
    table = download_document(organizer, survey, "answers.csv")
    assert table.startswith(b"\xef\xbb\xbf")
    cells = [row[-1] for row in csv.reader(table.decode("utf-8-sig").splitlines(), delimiter=";")][1:]
    assert {cell[0] for cell in cells} == {"'"}
    sheet = open_workbook(download_document(organizer, survey, "answers.xlsx")).worksheets[0]
    assert {cell.data_type for row in sheet.iter_rows(min_row=2) for cell in row if cell.value} == {"s"}


def test_unusual_letters_are_shown_or_replaced_by_question_marks(
    organizer: Visitor, session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    survey = make_survey(session, past_seminar)
    odd = "\x07مرحبا\u202e \ud83d дыбыс" + "ә" * 1900
    record_answers(session, survey, people[0], overall=4, missing=odd.replace("\ud83d", ""), city="<b>&amp;</b>")
    for kind in ("questionnaires.pdf", "report.pdf"):
        text = " ".join(read_pdf_pages(download_document(organizer, survey, kind)))
        assert "?????" in text
        assert "дыбыс" in text
        assert "<b>&amp;</b>" in text
        assert text.replace(" ", "").count("ә") >= 1900
    for sheet in open_workbook(download_document(organizer, survey, "answers.xlsx")).worksheets[:1]:
        assert "مرحبا" in str(list_cells(sheet))


def test_sixty_questions_with_thirty_long_answers_fit_on_pages(
    organizer: Visitor, session: Session, past_seminar: Seminar, people: list[Registration]
) -> None:
    many = tuple(make_choices(*(f"c{number}" for number in range(30))))
    long = tuple(type(choice)(choice.key, make_text("ұзақ жауап " * 30 + choice.key)) for choice in many)
    questions = [
        SurveyQuestion(
            f"q{number}",
            SurveyQuestionKind.SINGLE,
            make_text("сұрақ " * 60),
            choices=long if number % 20 == 0 else many[-2:],
        )
        for number in range(60)
    ]
    survey = make_survey(session, past_seminar, questions)
    record_answers(session, survey, people[0], **{question.key: "c29" for question in questions})
    for kind in ("questionnaires.pdf", "report.pdf"):
        text = " ".join(read_pdf_pages(download_document(organizer, survey, kind)))
        assert all(f"{number}. сұрақ" in text for number in range(1, 61))
        assert "c29 рус" in text


@settings(max_examples=30)
@given(st.lists(st.tuples(st.text(max_size=60), st.integers(0, 50)), min_size=1, max_size=12))
def test_a_chart_svg_has_no_inline_styles_or_scripts(bars_of: list[tuple[str, int]]) -> None:
    lines = [AnswerCount(label, count, is_good=bool(count % 2)) for label, count in bars_of]
    drawing: Drawing = draw_bar_chart(lines, 50)
    text = render_svg(drawing, "<Сұрақ> & жауап")
    assert text.startswith("<svg")
    assert "&lt;Сұрақ&gt; &amp; жауап" in text
    assert "rgb(" not in text
    assert "PaperSans" not in text
    assert "prefers-color-scheme: dark" in text
    Canvas(io.BytesIO()).setTitle(text[:10])
