"""Answering a survey on the personal page: who can answer and when, only once, and the messages for errors."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.concurrency import run_concurrently
from tests.factories import AIGUL, NOON, mark_sessions, register_person
from tests.visitor import Visitor
from trainer.attendance.models import AttendanceStatus
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.surveys.catalogue import get_satisfaction_survey, list_version_questions
from trainer.surveys.models import Survey, SurveyResponse
from trainer.surveys.responses import SurveyVersionChanged, record_response


@pytest.fixture
def aigul(session: Session, past_seminar: Seminar) -> Registration:
    """Return a registration that attended both sessions."""
    registration = register_person(session, past_seminar)
    mark_sessions(session, registration, AttendanceStatus.PRESENT, AttendanceStatus.LATE)
    session.commit()
    return registration


def build_survey_address(registration: Registration) -> str:
    """Return the address of the satisfaction survey on a personal page."""
    return f"/r/{registration.token}/survey/1"


def list_responses(session: Session) -> list[SurveyResponse]:
    """Return all responses."""
    session.commit()
    return list(session.scalars(select(SurveyResponse).order_by(SurveyResponse.id)))


def test_answers_are_kept_as_they_were_given(stranger: Visitor, session: Session, aigul: Registration) -> None:
    typed = {"q_overall": "5", "q_useful": "4", "q_change": "  Теріні күн сайын\r\nтексеремін. ", "q_missing": ""}
    answer = stranger.submit(build_survey_address(aigul), typed)
    assert answer.location == f"/r/{aigul.token}"
    [response] = list_responses(session)
    assert response.answers == {"overall": 5, "useful": 4, "change": "Теріні күн сайын\nтексеремін."}
    assert (response.registration_id, response.language, response.answered_at) == (aigul.id, "kk", NOON)
    assert response.version.number == 1


def test_the_survey_opens_when_the_last_session_starts(
    stranger: Visitor, session: Session, seminar: Seminar, clock: time_machine.Traveller
) -> None:
    early = register_person(session, seminar)
    opens = seminar.sessions[-1].starts_at
    clock.move_to(opens - timedelta(seconds=1))
    stranger.get(build_survey_address(early), status=409)
    clock.move_to(opens)
    stranger.submit(build_survey_address(early), {"q_overall": "4"})
    assert len(list_responses(session)) == 1


def test_a_seminar_without_sessions_has_no_open_survey(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    early = register_person(session, seminar)
    seminar.sessions.clear()
    stranger.get(build_survey_address(early), status=409)


def test_a_closed_survey_takes_no_answer(
    stranger: Visitor, session: Session, aigul: Registration, clock: time_machine.Traveller
) -> None:
    survey = get_satisfaction_survey(session, aigul.seminar)
    survey.closed_at = NOON + timedelta(minutes=1)
    session.add(survey)
    page = stranger.get(build_survey_address(aigul))
    clock.shift(timedelta(minutes=1))
    assert not stranger.post(
        build_survey_address(aigul), {**page.read_form()[1], "q_overall": "5"}, status=409
    ).list_forms()
    stranger.get(build_survey_address(aigul), status=409)
    assert list_responses(session) == []


def test_only_people_marked_absent_at_every_session_cannot_answer(
    stranger: Visitor, session: Session, past_seminar: Seminar
) -> None:
    absent, excused, late = AttendanceStatus.ABSENT, AttendanceStatus.EXCUSED, AttendanceStatus.LATE
    may, may_not = [(absent, late), (absent,), ()], [(absent, absent), (absent, excused)]
    for number, statuses in enumerate((*may, *may_not)):
        somebody = register_person(
            session, past_seminar, surname="Сейіт" + "абвгд"[number], phone=f"+7701555040{number}"
        )
        mark_sessions(session, somebody, *statuses)
        stranger.get(build_survey_address(somebody), status=200 if statuses in may else 409)


def test_a_second_response_is_rejected_and_the_first_one_stays(
    stranger: Visitor, session: Session, aigul: Registration
) -> None:
    old = stranger.get(build_survey_address(aigul)).read_form()[1]
    stranger.submit(build_survey_address(aigul), {"q_overall": "2", "q_change": "Бірінші"})
    stranger.post(build_survey_address(aigul), {**old, "q_overall": "5", "q_change": "Екінші"}, status=409)
    assert not stranger.get(build_survey_address(aigul), status=409).list_forms()
    assert [response.answers for response in list_responses(session)] == [{"overall": 2, "change": "Бірінші"}]


def prepare_submission(app: Flask, session: Session, registration: Registration, overall: int) -> Callable[[], int]:
    """Open the form of a person and return a function that submits it and returns the status."""
    client, address = app.test_client(), build_survey_address(registration)
    fields = {**Visitor(client, session).get(address).read_form()[1], "q_overall": str(overall)}
    session.commit()
    return lambda: client.post(address, data=fields).status_code


def test_of_responses_submitted_at_the_same_time_one_is_recorded(
    app: Flask, session: Session, aigul: Registration
) -> None:
    statuses = run_concurrently(*(prepare_submission(app, session, aigul, overall) for overall in (1, 2, 4, 5)))
    assert sorted(statuses) == [303, 409, 409, 409]
    assert len(list_responses(session)) == 1


def test_simultaneous_first_responses_create_one_survey(app: Flask, session: Session, past_seminar: Seminar) -> None:
    people = [
        register_person(session, past_seminar, AIGUL, surname=f"Сейіт{letter}", phone=f"+7701555020{number}")
        for number, letter in enumerate("абвг")
    ]
    assert (
        run_concurrently(*(prepare_submission(app, session, registration, 5) for registration in people)) == [303] * 4
    )
    assert len(list_responses(session)) == 4
    assert len(session.scalars(select(Survey)).all()) == 1


def test_a_changed_ready_made_survey_is_shown_again_and_each_rating_stays_with_its_trainer(
    stranger: Visitor, session: Session, aigul: Registration
) -> None:
    aigul.seminar.trainers = "Асқар Серғазин, Болат Омаров"
    session.commit()
    form = stranger.get(build_survey_address(aigul)).read_form()[1]
    worst, best = (name for name in list_field_names(stranger, aigul) if name.startswith("q_trainers-"))
    aigul.seminar.trainers = "Болат Омаров, Асқар Серғазин"
    session.commit()
    typed = {**form, "q_overall": "5", worst: "1", best: "5"}
    page = stranger.post(build_survey_address(aigul) + "?lang=en", typed, status=409)
    assert "has changed the questions since you opened them" in page.words
    assert list_responses(session) == []
    stranger.post(build_survey_address(aigul), {**page.read_form()[1], worst: "1", best: "5"})
    [response] = list_responses(session)
    [trainers_question] = [
        question for question in list_version_questions(response.version) if question.key == "trainers"
    ]
    assert [(row.text.kk, response.answers["trainers"][row.key]) for row in trainers_question.rows] == [
        ("Болат Омаров", 5),
        ("Асқар Серғазин", 1),
    ]


def list_field_names(stranger: Visitor, registration: Registration) -> list[str]:
    """Return the distinct field names of the survey form in their order."""
    fields = stranger.get(build_survey_address(registration)).find_all("input")
    return list(dict.fromkeys(field.get("name") for field in fields))


def test_answers_to_outdated_ready_made_questions_are_rejected(session: Session, aigul: Registration) -> None:
    shown_survey = get_satisfaction_survey(session, aigul.seminar)
    aigul.seminar.trainers = "Асқар Серғазин, Болат Омаров"
    session.add(get_satisfaction_survey(session, aigul.seminar))
    session.flush()
    with pytest.raises(SurveyVersionChanged):
        record_response(
            session,
            shown_survey,
            aigul,
            {"overall": 5},
            "kk",
            NOON,
            fingerprint=shown_survey.current_version.fingerprint,
        )


def test_the_overall_question_is_required(stranger: Visitor, session: Session, aigul: Registration) -> None:
    page = stranger.submit(build_survey_address(aigul), {"q_useful": "3", "q_change": "Ештеңе"}, status=422)
    assert page.get_error("q_overall")
    assert (page.get_value("q_useful"), page.get_value("q_change")) == ("3", "Ештеңе")
    assert list_responses(session) == []


def test_a_value_that_is_not_offered_is_refused(stranger: Visitor, session: Session, aigul: Registration) -> None:
    for value in ("0", "6", "-1", "4.5", "5 ", "five", "٥", "5\x00", "99999999999999999999", "<b>"):
        assert stranger.submit(build_survey_address(aigul), {"q_overall": value}, status=422).get_error("q_overall"), (
            value
        )
        sent = {"q_overall": "5", "q_clear": value, "q_change": "Иә"}
        page = stranger.submit(build_survey_address(aigul), sent, status=422)
        assert page.get_error("q_clear"), value
        assert (page.get_value("q_overall"), page.get_value("q_change")) == ("5", "Иә")
    assert list_responses(session) == []


def test_an_invalid_text_gets_a_message_and_stays_in_its_field(
    stranger: Visitor, session: Session, aigul: Registration
) -> None:
    for typed in ("ә" * 2001, "🙂" * 2001):
        page = stranger.submit(build_survey_address(aigul), {"q_overall": "5", "q_change": typed}, status=422)
        assert page.get_error("q_change"), typed[:20]
        assert page.get_value("q_change") == typed, typed[:20]
        assert page.get_value("q_overall") == "5"
    assert list_responses(session) == []


def test_a_text_that_is_just_long_enough_is_kept(stranger: Visitor, session: Session, aigul: Registration) -> None:
    stranger.submit(build_survey_address(aigul), {"q_overall": "5", "q_missing": "ә" * 2000})
    assert list_responses(session)[0].answers["missing"] == "ә" * 2000


def test_answers_to_unknown_questions_are_ignored(stranger: Visitor, session: Session, aigul: Registration) -> None:
    unasked = {"q_": "1", "q_other": "5", "q___class__": "x", "overall": "1", "q_overall.x": "1", "validate": "x"}
    stranger.submit(build_survey_address(aigul), {"q_overall": "4", **unasked})
    assert list_responses(session)[0].answers == {"overall": 4}


def test_answers_to_another_version_are_not_recorded_but_shown_where_they_fit(
    stranger: Visitor, session: Session, aigul: Registration
) -> None:
    for version in ("1", "2", "0", "-1", "", "1 ", "x", "\x00", "9" * 5000):
        sent = {"q_overall": "5", "q_clear": "9", "q_change": "Бәрін", "version": version}
        page = stranger.submit(build_survey_address(aigul), sent, status=409)
        assert page.get_value("version") == get_satisfaction_survey(session, aigul.seminar).current_version.fingerprint
        assert (page.get_value("q_overall"), page.get_value("q_change")) == ("5", "Бәрін")
        assert "q_clear" not in page.read_form()[1]
    assert list_responses(session) == []


def test_a_change_of_language_keeps_what_was_answered(stranger: Visitor, session: Session, aigul: Registration) -> None:
    typed = {"q_overall": "4", "q_clear": "2", "q_change": "Бәрін", "switch": "ru"}
    page = stranger.submit(build_survey_address(aigul), typed, status=200)
    assert page.language == "ru"
    assert "Насколько Вы в целом удовлетворены семинаром?" in page.words
    assert [page.get_value(name) for name in ("q_overall", "q_clear", "q_change")] == ["4", "2", "Бәрін"]
    assert list_responses(session) == []
    stranger.submit(build_survey_address(aigul), {"q_overall": "4"})
    assert list_responses(session)[0].language == "ru"


def test_switching_the_language_does_not_reopen_an_answered_survey(stranger: Visitor, aigul: Registration) -> None:
    fields = stranger.get(build_survey_address(aigul)).read_form()[1]
    stranger.submit(build_survey_address(aigul), {"q_overall": "4"})
    assert not stranger.post(build_survey_address(aigul), {**fields, "switch": "ru"}, status=409).list_forms()


def test_there_is_no_other_survey_than_the_seminars_own(
    stranger: Visitor, session: Session, aigul: Registration
) -> None:
    for number in ("0", "2", "x", "99999999999999999999"):
        stranger.get(f"/r/{aigul.token}/survey/{number}", status=404)
    stranger.get(f"/r/{'x' * 43}/survey/1", status=404)
    aigul.seminar.has_survey = False
    stranger.get(build_survey_address(aigul), status=404)
