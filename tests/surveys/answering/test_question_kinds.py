"""Answering questions of every kind: what is kept, what is refused next to its question, what is shown only sometimes."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import Visitor, marked, registered
from tests.surveys.survey_factories import ALL_ANSWERS, ONE_OF_EACH, OVERALL_ITEM, a_survey, choices, typed, words
from trainer.attendance.models import Status
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.surveys.models import AnonymousSlip, Survey, SurveyParticipation, SurveyResponse
from trainer.surveys.questions.model import Condition, Question, QuestionKind

STAFF = Question("staff", QuestionKind.YES_NO, words("staff"))
PART = Question("part", QuestionKind.SECTION, words("part"), show_if=Condition("staff", ("yes",)))
WARD = Question("ward", QuestionKind.SHORT_TEXT, words("ward"), required=True)
MATRIX = Question("steps", QuestionKind.MATRIX, words("steps"), required=True, rows=choices("first", "second"))
CODE = Question("own_code", QuestionKind.CODE, words("code"), required=True)


@pytest.fixture
def aigul(session: Session, held: Seminar) -> Registration:
    """Somebody who was at both sessions."""
    found = registered(session, held)
    marked(session, found, Status.PRESENT, Status.PRESENT)
    return found


def address_of(registration: Registration) -> str:
    """The second survey on somebody's personal page."""
    return f"/r/{registration.token}/survey/2"


def kept(session: Session) -> list[Any]:
    """What was answered with a name."""
    session.commit()
    return list(session.scalars(select(SurveyResponse.answers)))


def test_an_answer_of_every_kind_is_kept(stranger: Visitor, session: Session, aigul: Registration) -> None:
    a_survey(session, aigul.seminar)
    answer = stranger.submit(address_of(aigul), typed(ALL_ANSWERS))
    assert answer.location == f"/r/{aigul.token}"
    assert kept(session) == [ALL_ANSWERS]


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
def test_what_is_no_answer_is_refused_next_to_its_question_and_the_rest_stays(
    stranger: Visitor, session: Session, aigul: Registration, name: str, value: Any
) -> None:
    a_survey(session, aigul.seminar)
    sent = {**typed(ALL_ANSWERS), name: value}
    page = stranger.submit(address_of(aigul), sent, status=422)
    assert page.error(name), page.words
    for other, given in typed(ALL_ANSWERS).items():
        if other.partition("-")[0] != name.partition("-")[0]:
            assert page.form()[1][other] == given
    assert kept(session) == []


def test_an_endless_request_is_refused_and_nothing_kept(
    stranger: Visitor, session: Session, aigul: Registration
) -> None:
    a_survey(session, aigul.seminar)
    stranger.submit(address_of(aigul), {**typed(ALL_ANSWERS), "q_missing": "a" * 5_000_000}, status=413)
    assert kept(session) == []


def test_every_row_of_a_required_table_is_asked_for(stranger: Visitor, session: Session, aigul: Registration) -> None:
    a_survey(session, aigul.seminar, (MATRIX,))
    page = stranger.submit(address_of(aigul), {"q_steps-first": "4"}, status=422)
    assert page.error("q_steps-second")
    assert not page.error("q_steps-first")
    assert "#q_steps-second" in [each.get("href") for each in page.all("a")]
    stranger.submit(address_of(aigul), {"q_steps-first": "4", "q_steps-second": "5"})
    assert kept(session) == [{"steps": {"first": 4, "second": 5}}]


def test_what_is_not_shown_is_neither_asked_for_nor_kept(
    stranger: Visitor, session: Session, aigul: Registration
) -> None:
    a_survey(session, aigul.seminar, (OVERALL_ITEM, STAFF, PART, WARD))
    page = stranger.get(address_of(aigul))
    assert "«staff қаз»" in page.words
    page = stranger.submit(address_of(aigul), {"q_overall": "5", "q_staff": "yes"}, status=422)
    assert page.error("q_ward")
    stranger.submit(address_of(aigul), {"q_overall": "5", "q_staff": "no", "q_ward": "<b>" * 500})
    assert kept(session) == [{"overall": 5, "staff": False}]


def test_ones_own_code_is_the_same_whatever_keyboard_it_was_typed_on(
    stranger: Visitor, session: Session, aigul: Registration
) -> None:
    a_survey(session, aigul.seminar, (CODE,))
    assert stranger.submit(address_of(aigul), {"q_own_code": " - "}, status=422).error("q_own_code")
    stranger.submit(address_of(aigul), {"q_own_code": "aй-07"})  # a Latin a
    [answers] = kept(session)
    assert answers["own_code"] == "АИ07"


def test_questions_changed_meanwhile_are_shown_with_what_still_fits(
    stranger: Visitor, session: Session, aigul: Registration
) -> None:
    survey = a_survey(session, aigul.seminar)
    page = stranger.get(address_of(aigul))
    change(session, survey, [each for each in ONE_OF_EACH if each.key != "city"], work=choices("ward", "clinic"))
    shown = stranger.post(address_of(aigul), {**page.form()[1], **typed(ALL_ANSWERS)}, status=409)
    fields = shown.form()[1]
    session.refresh(survey)
    assert fields["version"] == survey.current.mark
    assert survey.current.number == 2
    assert (fields["q_overall"], fields["q_trainers-first"], fields["q_missing"]) == ("5", "3", "Ештеңе")
    assert fields["q_tools"] == ["board", "lift"]
    assert "q_work" not in fields
    assert "q_city" not in fields
    assert kept(session) == []
    stranger.post(address_of(aigul), {**fields, "q_work": "clinic"})
    assert kept(session)[0]["work"] == "clinic"


def change(session: Session, survey: Survey, questions: list[Question], **of_choices: Any) -> None:
    """Make the next version of a survey."""
    from dataclasses import replace

    from trainer.surveys.models import SurveyVersion

    asked = [replace(each, choices=of_choices.get(each.key, each.choices)) for each in questions]
    survey.versions.append(SurveyVersion(number=2, questions=[each.kept() for each in asked]))
    session.flush()


def test_the_form_says_who_will_know(stranger: Visitor, session: Session, aigul: Registration) -> None:
    a_survey(session, aigul.seminar)
    a_survey(session, aigul.seminar, number=3, anonymous=True)
    named = stranger.get(f"/r/{aigul.token}/survey/2?lang=en").words
    anonymous = stranger.get(f"/r/{aigul.token}/survey/3?lang=en").words
    assert "sees your answers together with your name" in named
    assert "a copy of the database cannot pair answers and people" in anonymous
    assert "watched the server meanwhile, or older backups, could" in anonymous
    assert "sees your answers together with your name" not in anonymous


def test_anonymous_answers_have_no_way_to_their_person(
    stranger: Visitor, session: Session, aigul: Registration
) -> None:
    a_survey(session, aigul.seminar, anonymous=True)
    stranger.submit(address_of(aigul), typed(ALL_ANSWERS))
    assert kept(session) == []
    assert list(session.scalars(select(AnonymousSlip.answers))) == [ALL_ANSWERS]
    assert list(session.scalars(select(SurveyParticipation.registration_id))) == [aigul.id]
    stranger.get(address_of(aigul), status=409)
