"""Answering questions of every kind: what is saved, what is rejected, and questions shown only on a condition."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import mark_sessions, register_person
from tests.surveys.survey_factories import (
    ANSWER_TO_EACH_KIND,
    OVERALL_QUESTION,
    QUESTION_OF_EACH_KIND,
    make_choices,
    make_form_data,
    make_survey,
    make_text,
)
from tests.visitor import Visitor
from trainer.attendance.models import AttendanceStatus
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.surveys.models import Ballot, Survey, SurveyParticipation, SurveyResponse
from trainer.surveys.questions.model import Condition, SurveyQuestion, SurveyQuestionKind

pytestmark = pytest.mark.one_database

STAFF = SurveyQuestion("staff", SurveyQuestionKind.YES_NO, make_text("staff"))
PART = SurveyQuestion("part", SurveyQuestionKind.SECTION, make_text("part"), show_if=Condition("staff", ("yes",)))
WARD = SurveyQuestion("ward", SurveyQuestionKind.SHORT_TEXT, make_text("ward"), required=True)
MATRIX = SurveyQuestion(
    "steps", SurveyQuestionKind.MATRIX, make_text("steps"), required=True, rows=make_choices("first", "second")
)
CODE = SurveyQuestion("own_code", SurveyQuestionKind.CODE, make_text("code"), required=True)


@pytest.fixture
def aigul(session: Session, past_seminar: Seminar) -> Registration:
    """Return a registration that attended both sessions."""
    registration = register_person(session, past_seminar)
    mark_sessions(session, registration, AttendanceStatus.PRESENT, AttendanceStatus.PRESENT)
    return registration


def build_survey_address(registration: Registration) -> str:
    """Return the address of survey 2 on a personal page."""
    return f"/r/{registration.token}/survey/2"


def list_answers(session: Session) -> list[Any]:
    """Return the answers of all responses with names."""
    session.commit()
    return list(session.scalars(select(SurveyResponse.answers)))


def test_an_answer_of_every_kind_is_kept(stranger: Visitor, session: Session, aigul: Registration) -> None:
    make_survey(session, aigul.seminar)
    answer = stranger.submit(build_survey_address(aigul), make_form_data(ANSWER_TO_EACH_KIND))
    assert answer.location == f"/r/{aigul.token}"
    assert list_answers(session) == [ANSWER_TO_EACH_KIND]


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("q_work", "castle"),
        ("q_tools", ["board", "castle"]),
        ("q_tools", ["board", "board"]),
        ("q_trainers-first", "6"),
        ("q_trainers-first", "five"),
        ("q_recommend", "11"),
        ("q_recommend", "-1"),
        ("q_years", "61"),
        ("q_years", "-1"),
        ("q_years", "1.5"),
        ("q_years", "9" * 5000),
        ("q_again", "perhaps"),
        ("q_city", "ә" * 201),
        ("q_missing", "ә" * 500_000),
    ],
)
def test_an_invalid_answer_is_reported_next_to_its_question_and_the_rest_stays(
    stranger: Visitor, session: Session, aigul: Registration, name: str, value: Any
) -> None:
    make_survey(session, aigul.seminar)
    sent = {**make_form_data(ANSWER_TO_EACH_KIND), name: value}
    page = stranger.submit(build_survey_address(aigul), sent, status=422)
    assert page.get_error(name), page.words
    form_data = page.read_form()[1]
    other_values = {
        field: value
        for field, value in make_form_data(ANSWER_TO_EACH_KIND).items()
        if field.partition("-")[0] != name.partition("-")[0]
    }
    assert len(other_values) >= len(ANSWER_TO_EACH_KIND) - 1
    assert {field: form_data[field] for field in other_values} == other_values
    assert list_answers(session) == []


def test_an_oversized_request_is_rejected(stranger: Visitor, session: Session, aigul: Registration) -> None:
    make_survey(session, aigul.seminar)
    stranger.submit(
        build_survey_address(aigul), {**make_form_data(ANSWER_TO_EACH_KIND), "q_missing": "a" * 5_000_000}, status=413
    )
    assert list_answers(session) == []


def test_every_row_of_a_required_table_is_asked_for(stranger: Visitor, session: Session, aigul: Registration) -> None:
    make_survey(session, aigul.seminar, (MATRIX,))
    page = stranger.submit(build_survey_address(aigul), {"q_steps-first": "4"}, status=422)
    assert page.get_error("q_steps-second")
    assert not page.get_error("q_steps-first")
    assert "#q_steps-second" in [link.get("href") for link in page.find_all("a")]
    stranger.submit(build_survey_address(aigul), {"q_steps-first": "4", "q_steps-second": "5"})
    assert list_answers(session) == [{"steps": {"first": 4, "second": 5}}]


def test_hidden_questions_are_neither_required_nor_recorded(
    stranger: Visitor, session: Session, aigul: Registration
) -> None:
    make_survey(session, aigul.seminar, (OVERALL_QUESTION, STAFF, PART, WARD))
    page = stranger.get(build_survey_address(aigul))
    assert "«staff қаз»" in page.words
    page = stranger.submit(build_survey_address(aigul), {"q_overall": "5", "q_staff": "yes"}, status=422)
    assert page.get_error("q_ward")
    stranger.submit(build_survey_address(aigul), {"q_overall": "5", "q_staff": "no", "q_ward": "<b>" * 500})
    assert list_answers(session) == [{"overall": 5, "staff": False}]


def test_the_personal_code_is_the_same_on_any_keyboard_layout(
    stranger: Visitor, session: Session, aigul: Registration
) -> None:
    make_survey(session, aigul.seminar, (CODE,))
    assert stranger.submit(build_survey_address(aigul), {"q_own_code": " - "}, status=422).get_error("q_own_code")
    stranger.submit(build_survey_address(aigul), {"q_own_code": "aй-07"})  # a Latin a
    [answers] = list_answers(session)
    assert answers["own_code"] == "АИ07"


def test_questions_changed_meanwhile_are_shown_with_what_still_fits(
    stranger: Visitor, session: Session, aigul: Registration
) -> None:
    survey = make_survey(session, aigul.seminar)
    page = stranger.get(build_survey_address(aigul))
    add_version(
        session,
        survey,
        [question for question in QUESTION_OF_EACH_KIND if question.key != "city"],
        work=make_choices("ward", "clinic"),
    )
    shown = stranger.post(
        build_survey_address(aigul), {**page.read_form()[1], **make_form_data(ANSWER_TO_EACH_KIND)}, status=409
    )
    fields = shown.read_form()[1]
    session.refresh(survey)
    assert fields["version"] == survey.current_version.fingerprint
    assert survey.current_version.number == 2
    assert (fields["q_overall"], fields["q_trainers-first"], fields["q_missing"]) == ("5", "3", "Ештеңе")
    assert fields["q_tools"] == ["board", "lift"]
    assert "q_work" not in fields
    assert "q_city" not in fields
    assert list_answers(session) == []
    stranger.post(build_survey_address(aigul), {**fields, "q_work": "clinic"})
    assert list_answers(session)[0]["work"] == "clinic"


def add_version(session: Session, survey: Survey, questions: list[SurveyQuestion], **of_choices: Any) -> None:
    """Add the next version of a survey, with other choices for the given question keys."""
    from dataclasses import replace

    from trainer.surveys.models import SurveyVersion

    changed_questions = [
        replace(question, choices=of_choices.get(question.key, question.choices)) for question in questions
    ]
    survey.versions.append(SurveyVersion(number=2, questions=[question.to_json() for question in changed_questions]))
    session.flush()


def test_the_form_says_who_will_see_the_answers(stranger: Visitor, session: Session, aigul: Registration) -> None:
    make_survey(session, aigul.seminar)
    make_survey(session, aigul.seminar, number=3, anonymous=True)
    named = stranger.get(f"/r/{aigul.token}/survey/2?lang=en").words
    anonymous = stranger.get(f"/r/{aigul.token}/survey/3?lang=en").words
    assert "sees your answers together with your name" in named
    assert "no longer link answers to people" in anonymous
    assert "backups, archives, replicas and disk images made before that" in anonymous.casefold()
    assert "a person who watched the server" in anonymous
    assert "sees your answers together with your name" not in anonymous


def test_anonymous_answers_have_no_link_to_their_person(
    stranger: Visitor, session: Session, aigul: Registration
) -> None:
    make_survey(session, aigul.seminar, anonymous=True)
    stranger.submit(build_survey_address(aigul), make_form_data(ANSWER_TO_EACH_KIND))
    assert list_answers(session) == []
    assert list(session.scalars(select(Ballot.answers))) == [ANSWER_TO_EACH_KIND]
    assert list(session.scalars(select(SurveyParticipation.registration_id))) == [aigul.id]
    stranger.get(build_survey_address(aigul), status=409)
