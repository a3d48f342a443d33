"""Tests, checklists and complete answers for the tests of survey results; reading the pages of a PDF."""

from typing import Any

import pypdfium2
from sqlalchemy.orm import Session

from tests.factories import NOON
from tests.surveys.survey_factories import make_choices, make_survey, make_text
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.surveys.anonymity import close_survey
from trainer.surveys.catalogue import list_seminar_surveys
from trainer.surveys.models import Survey, SurveyPurpose
from trainer.surveys.questions.model import OWN_CODE_KEY, SurveyQuestion, SurveyQuestionKind
from trainer.surveys.responses import record_response
from trainer.surveys.results.learning_gain import LearningGain, calculate_learning_gain

COMPLETE_ANSWERS: dict[str, Any] = {
    "overall": 5,
    "useful": 4,
    "work": "home",
    "tools": ["board", "lift"],
    "trainers": {"first": 5, "second": 3},
    "recommend": 9,
    "years": 12,
    "again": True,
    "city": "Ақтау",
    "missing": "Ештеңе",
}
"""An answer to each of QUESTION_OF_EACH_KIND, by question key."""
CODE_QUESTION = SurveyQuestion(OWN_CODE_KEY, SurveyQuestionKind.CODE, make_text("code"))
TEST_QUESTIONS = tuple(
    SurveyQuestion(
        f"item{number}",
        SurveyQuestionKind.SINGLE,
        make_text(f"item{number}"),
        choices=make_choices("yes", "no", correct_key="yes"),
    )
    for number in range(4)
)
CHECKLIST_STEPS = tuple(
    SurveyQuestion(f"step{number}", SurveyQuestionKind.YES_NO, make_text(f"step{number}")) for number in range(3)
)


def record_answers(session: Session, survey: Survey, registration: Registration, **answers: Any) -> None:
    """Record answers of a person, given by question key."""
    record_response(session, survey, registration, answers, "kk", NOON)


def close_and_seal(session: Session, *surveys: Survey) -> None:
    """Close surveys and mark them as sealed, without rewriting the database."""
    for survey in surveys:
        close_survey(session, survey, NOON).sealed_at = NOON
    session.flush()


def create_tests(session: Session, seminar: Seminar, anonymous: bool = False) -> tuple[Survey, Survey]:
    """Create a pre-test (number 2) and a post-test (number 3) with TEST_QUESTIONS."""
    questions = (CODE_QUESTION, *TEST_QUESTIONS) if anonymous else TEST_QUESTIONS
    before, after = (
        make_survey(session, seminar, questions, number=number, purpose=purpose, anonymous=anonymous)
        for number, purpose in ((2, SurveyPurpose.PRE_TEST), (3, SurveyPurpose.POST_TEST))
    )
    return before, after


def build_test_answers(correct: int, code: str = "") -> dict[str, Any]:
    """Return answers to TEST_QUESTIONS of which so many are correct, with the participant's code if given."""
    code_answer = {OWN_CODE_KEY: code} if code else {}
    return code_answer | {
        question.key: "yes" if number < correct else "no" for number, question in enumerate(TEST_QUESTIONS)
    }


def record_test(session: Session, survey: Survey, registration: Registration, correct: int, code: str = "") -> None:
    """Record a test of a person with so many correct answers."""
    record_response(session, survey, registration, build_test_answers(correct, code), "kk", NOON)


def get_learning_gain(session: Session, survey: Survey) -> LearningGain:
    """Return the results of a test."""
    learning_gain = calculate_learning_gain(session, survey, list_seminar_surveys(session, survey.seminar))
    assert learning_gain is not None
    return learning_gain


def read_pdf_pages(pdf: bytes) -> list[str]:
    """Return the words of each page of a PDF."""
    with pypdfium2.PdfDocument(pdf) as document:
        return [" ".join(page.get_textpage().get_text_bounded().split()) for page in document]
