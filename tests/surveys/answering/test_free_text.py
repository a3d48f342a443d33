"""Free text takes what people write: emoji, angle brackets, joiners; in answers, drafts and all that is made of them."""

import csv
import io
import unicodedata

import openpyxl
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import mark_sessions, register_person
from tests.registration.factories import VALID_IIN
from tests.surveys.survey_factories import OVERALL_QUESTION, make_survey, make_text
from tests.visitor import Visitor
from trainer.attendance.models import AttendanceStatus
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.surveys.models import Survey, SurveyDraft, SurveyResponse
from trainer.surveys.questions.model import SurveyQuestion, SurveyQuestionKind
from trainer.web.text import clean_free_text

WRITTEN_TEXTS = (
    "Рақмет 👍🏽",
    "Температура <38, давление > 120 & <b>пульс</b>",
    "Дәрігер 👩🏽\u200d⚕️ және 🏴\U000e0067\U000e0062\U000e0065\U000e006e\U000e0067\U000e007f ❤️",
    "می\u200cخواهم",
    "</textarea><script>alert(1)</script>",
    "© ½ → ☺ 🪿 {{ 7*7 }}",
)


@pytest.fixture
def person(session: Session, past_seminar: Seminar) -> Registration:
    """Return a registration that attended."""
    registration = register_person(session, past_seminar)
    mark_sessions(session, registration, AttendanceStatus.PRESENT, AttendanceStatus.PRESENT)
    return registration


@pytest.fixture
def survey(session: Session, past_seminar: Seminar, person: Registration) -> Survey:
    """Return a survey with names that asks for a line and for a text."""
    kinds = (SurveyQuestionKind.SHORT_TEXT, SurveyQuestionKind.TEXT)
    questions = [SurveyQuestion(str(kind), kind, make_text(str(kind))) for kind in kinds]
    survey = make_survey(session, past_seminar, (OVERALL_QUESTION, *questions))
    session.commit()
    return survey


@pytest.mark.parametrize("written", WRITTEN_TEXTS)
def test_whatever_people_write_is_kept_in_drafts_answers_and_tables(
    organizer: Visitor, stranger: Visitor, session: Session, survey: Survey, person: Registration, written: str
) -> None:
    address = f"/r/{person.token}/survey/2"
    texts = {"q_short_text": written, "q_text": f"{written}\n{written}"}
    stranger.submit(address, {**texts, "later": "yes"})
    assert session.scalar(select(SurveyDraft.answers)) == {"short_text": written, "text": f"{written}\n{written}"}
    page = stranger.get(address)
    assert page.get_value("q_short_text") == written
    stranger.submit(address, {**texts, "q_overall": "5"})
    session.rollback()
    expected_answers = {"overall": 5, "short_text": written, "text": f"{written}\n{written}"}
    assert session.scalar(select(SurveyResponse.answers)) == expected_answers
    results = f"/desk/seminars/{survey.seminar_id}/surveys/2"
    assert written in organizer.get(f"{results}/results?part=1").words
    table = organizer.get(f"{results}/answers.csv?language=kk").response.data.decode("utf-8-sig")
    assert list(csv.reader(io.StringIO(table), delimiter=";"))[1][-2] == written
    workbook = organizer.get(f"{results}/answers.xlsx?language=kk").response.data
    assert openpyxl.load_workbook(io.BytesIO(workbook)).worksheets[0].cell(2, 6).value == written
    for kind in ("questionnaires.pdf", "report.pdf"):
        assert organizer.get(f"{results}/{kind}?language=kk").response.data.startswith(b"%PDF")


def test_what_can_not_be_stored_is_removed_and_an_iin_is_still_refused(
    stranger: Visitor, session: Session, survey: Survey, person: Registration
) -> None:
    address = f"/r/{person.token}/survey/2?lang=en"
    page = stranger.submit(address, {"q_overall": "5", "q_text": f"{VALID_IIN} 👍🏽"}, status=422)
    assert "IIN" in page.get_error("q_text")
    assert page.get_value("q_text") == f"{VALID_IIN} 👍🏽"
    stranger.submit(address, {"q_overall": "5", "q_text": "бір\x00\x07 екі\u202e\u2066\u2028үш"})
    session.rollback()
    assert session.scalar(select(SurveyResponse.answers)) == {"overall": 5, "text": "бір екі\nүш"}


@given(st.text())
@example("".join(WRITTEN_TEXTS))
@example("e\u0000\u0301\r\n\x85\u2029")
def test_cleaning_keeps_every_visible_character_and_is_stable(written: str) -> None:
    cleaned = clean_free_text(written)
    assert clean_free_text(cleaned) == cleaned
    cleaned.encode()
    assert not {"Cc", "Cs"} & {unicodedata.category(character) for character in cleaned if character != "\n"}
    assert list_visible_characters(cleaned) == list_visible_characters(written)


def list_visible_characters(text: str) -> list[str]:
    """Return the letters, digits, signs and symbols of a text in order, without their accents."""
    decomposed = unicodedata.normalize("NFD", text)
    return [character for character in decomposed if unicodedata.category(character)[0] in "LNPS"]
