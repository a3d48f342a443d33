"""Several surveys of one person: their status on the personal page, and the reminders that list them."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from tests.factories import AIGUL, MARINA, NOON, YERLAN, create_seminar, mark_sessions, register_person
from tests.fake_smtp import BackgroundWorker, FakeSmtpServer, get_email_text, get_message_body, list_queued_messages
from tests.surveys.survey_factories import ANSWER_TO_EACH_KIND, make_survey
from tests.visitor import Visitor
from trainer.attendance.models import AttendanceStatus
from trainer.clock import now
from trainer.extensions import db
from trainer.messages.models import Message
from trainer.projects.models import Project
from trainer.seminars.models import Seminar
from trainer.surveys.builder.settings import release_survey
from trainer.surveys.models import SurveyPurpose
from trainer.surveys.responses import list_nonrespondent_ids, record_response

pytestmark = pytest.mark.one_database

PRESENT = AttendanceStatus.PRESENT
DAY = timedelta(days=1)


def list_reminders(session: Session) -> list[Message]:
    """Return the queued survey reminders."""
    return [message for message in list_queued_messages(session) if message.kind == "survey"]


@contextmanager
def record_queries(session: Session) -> Iterator[list[str]]:
    """Yield the list of SQL statements that are executed inside the block."""
    sent: list[str] = []
    with session.info["app"].app_context():
        engine = db.engine

    def note(_connection: object, _cursor: object, statement: str, *_more: object) -> None:
        sent.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield sent
    event.remove(engine, "before_cursor_execute", note)


def test_the_personal_page_shows_the_status_of_each_survey(
    stranger: Visitor, session: Session, past_seminar: Seminar
) -> None:
    aigul = register_person(session, past_seminar)
    mark_sessions(session, aigul, PRESENT, PRESENT)
    before = make_survey(
        session, past_seminar, number=2, purpose=SurveyPurpose.PRE_TEST, closes_at=NOON - timedelta(hours=1)
    )
    answered = make_survey(session, past_seminar, number=3, purpose=SurveyPurpose.POST_TEST, anonymous=True)
    later = make_survey(session, past_seminar, number=4, purpose=SurveyPurpose.FOLLOW_UP, opens_at=NOON + 30 * DAY)
    checklist = make_survey(session, past_seminar, number=5, purpose=SurveyPurpose.CHECKLIST)
    record_response(session, answered, aigul, ANSWER_TO_EACH_KIND, "kk", NOON)
    page = stranger.get(f"/r/{aigul.token}?lang=en")
    links = page.list_links()
    assert f"/r/{aigul.token}/survey/1" in links
    for survey in (before, answered, later, checklist):
        assert f"/r/{aigul.token}/survey/{survey.number}" not in links
    assert "The survey is closed." in page.words
    assert "The survey opens: 2 July 2025" in page.words
    assert "Thank you" in page.words


def test_a_project_survey_is_answered_once_per_person_on_any_personal_page(
    stranger: Visitor, session: Session, project: Project, past_seminar: Seminar
) -> None:
    other_seminar = create_seminar(session, project, NOON - timedelta(days=3), slug="other")
    survey = make_survey(session, other_seminar, number=9, for_project=True, opens_at=NOON - DAY)
    first_registration, second_registration = (
        register_person(session, past_seminar),
        register_person(session, other_seminar),
    )
    second_registration.person = first_registration.person
    for registration in (first_registration, second_registration):
        mark_sessions(session, registration, PRESENT, PRESENT)
    session.flush()
    for registration in (first_registration, second_registration):
        assert f"/r/{registration.token}/survey/9" in stranger.get(f"/r/{registration.token}").list_links()
    record_response(session, survey, first_registration, ANSWER_TO_EACH_KIND, "kk", NOON)
    for registration in (first_registration, second_registration):
        assert f"/r/{registration.token}/survey/9" not in stranger.get(f"/r/{registration.token}").list_links()
        stranger.get(f"/r/{registration.token}/survey/9", status=409)
    assert list_nonrespondent_ids(session, survey) == []


def test_the_number_of_queries_of_the_personal_page_does_not_grow(
    stranger: Visitor, session: Session, project: Project, past_seminar: Seminar
) -> None:
    aigul = register_person(session, past_seminar)
    mark_sessions(session, aigul, PRESENT, PRESENT)
    make_survey(session, past_seminar, number=2)
    other = create_seminar(session, project, NOON - timedelta(days=3), slug="other")
    make_survey(session, other, number=3, for_project=True)
    stranger.get(f"/r/{aigul.token}")
    with record_queries(session) as few:
        stranger.get(f"/r/{aigul.token}")
    for number in range(4, 10):
        make_survey(session, past_seminar, number=number)
    for number in range(10, 16):
        make_survey(session, other, number=number, for_project=True)
    with record_queries(session) as many:
        stranger.get(f"/r/{aigul.token}")
    assert len(many) == len(few)


def test_a_pre_test_is_reminded_of_in_the_days_before_the_seminar(
    worker: BackgroundWorker,
    session: Session,
    seminar: Seminar,
    smtp_server: FakeSmtpServer,
    clock: time_machine.Traveller,
) -> None:
    aigul = register_person(session, seminar)
    aigul.notified_status = aigul.status
    make_survey(session, seminar, purpose=SurveyPurpose.PRE_TEST)
    starts = seminar.sessions[0].starts_at
    counts = []
    for days in (4, 3, 2, 1):
        clock.move_to(starts - days * DAY)
        worker.run_jobs()
        counts.append(len(list_reminders(session)))
    clock.move_to(starts)
    worker.run_jobs()
    assert [*counts, len(list_reminders(session))] == [0, 1, 1, 2, 2]
    assert any(f"/r/{aigul.token}/survey/2" in get_email_text(email) for email in smtp_server.emails)


def test_a_follow_up_is_reminded_of_weeks_later_and_once_more(
    worker: BackgroundWorker, session: Session, past_seminar: Seminar, clock: time_machine.Traveller
) -> None:
    past_seminar.has_survey = False
    present, absent = register_person(session, past_seminar), register_person(session, past_seminar, YERLAN)
    mark_sessions(session, present, PRESENT, PRESENT)
    mark_sessions(session, absent, AttendanceStatus.ABSENT, AttendanceStatus.ABSENT)
    make_survey(session, past_seminar, purpose=SurveyPurpose.FOLLOW_UP, opens_at=NOON + 30 * DAY)
    counts = []
    for days in (0, 29, 30, 31, 32, 40, 60):
        clock.move_to(NOON + days * DAY)
        worker.run_jobs()
        counts.append(len(list_reminders(session)))
    assert counts == [0, 0, 1, 1, 2, 2, 2]
    assert {reminder.person_id for reminder in list_reminders(session)} == {present.person_id}


def test_each_person_is_reminded_of_a_project_survey_once(
    worker: BackgroundWorker, session: Session, project: Project, past_seminar: Seminar, clock: time_machine.Traveller
) -> None:
    other_seminar = create_seminar(session, project, NOON - timedelta(days=3), slug="other")
    past_seminar.has_survey = other_seminar.has_survey = False
    survey = make_survey(session, other_seminar, number=9, for_project=True, opens_at=NOON + DAY)
    first_registration, second_registration, marina = (
        register_person(session, past_seminar),
        register_person(session, other_seminar),
        register_person(session, past_seminar, MARINA),
    )
    second_registration.person = first_registration.person
    for registration in (first_registration, second_registration, marina):
        mark_sessions(session, registration, PRESENT, PRESENT)
    clock.move_to(NOON + DAY)
    worker.run_jobs()
    worker.run_jobs()
    assert sorted(reminder.person_id for reminder in list_reminders(session)) == sorted(
        [first_registration.person_id, marina.person_id]
    )
    record_response(session, survey, second_registration, ANSWER_TO_EACH_KIND, "kk", NOON + DAY)
    session.commit()
    clock.move_to(NOON + 3 * DAY)
    worker.run_jobs()
    assert [reminder.person_id for reminder in list_reminders(session)[2:]] == [marina.person_id]


def test_a_project_survey_is_reminded_of_when_it_opens_even_before_its_own_seminar(
    worker: BackgroundWorker, session: Session, project: Project, past_seminar: Seminar, clock: time_machine.Traveller
) -> None:
    to_come = create_seminar(session, project, NOON + 40 * DAY, slug="to-come")
    past_seminar.has_survey = False
    over, waiting = register_person(session, past_seminar), register_person(session, to_come, MARINA)
    mark_sessions(session, over, PRESENT, PRESENT)
    make_survey(session, to_come, number=9, for_project=True, opens_at=NOON)
    counts = []
    for days in (0, 1, 2, 3, 20):
        clock.move_to(NOON + days * DAY)
        worker.run_jobs()
        counts.append(len(list_reminders(session)))
    assert counts == [1, 1, 2, 2, 2]
    assert waiting.person_id not in {reminder.person_id for reminder in list_reminders(session)}


def test_participants_of_a_later_seminar_are_reminded_of_a_project_survey_after_it(
    worker: BackgroundWorker, session: Session, project: Project, past_seminar: Seminar, clock: time_machine.Traveller
) -> None:
    later = create_seminar(session, project, NOON + 40 * DAY, slug="later", has_survey=False)
    past_seminar.has_survey = False
    past_participant, later_participant = (
        register_person(session, past_seminar),
        register_person(session, later, MARINA),
    )
    make_survey(session, past_seminar, number=9, for_project=True)
    mark_sessions(session, past_participant, PRESENT, PRESENT)
    worker.run_jobs()
    assert [reminder.person_id for reminder in list_reminders(session)] == [past_participant.person_id]
    clock.move_to(later.sessions[0].ends_at)
    mark_sessions(session, later_participant, PRESENT)
    worker.run_jobs()
    assert len(list_reminders(session)) == 1, "the seminar is not over yet"
    for days in (0, 2, 4):
        clock.move_to(later.sessions[-1].ends_at + days * DAY)
        worker.run_jobs()
    assert [reminder.person_id for reminder in list_reminders(session)[1:]] == [later_participant.person_id] * 2


def test_manual_reminders_are_withdrawn_when_an_anonymous_survey_is_answered_or_closed(
    worker: BackgroundWorker, session: Session, past_seminar: Seminar
) -> None:
    yerlan, marina = register_person(session, past_seminar, YERLAN), register_person(session, past_seminar, MARINA)
    past_seminar.has_survey = False
    for registration in (yerlan, marina):
        mark_sessions(session, registration, PRESENT, PRESENT)
    survey = make_survey(session, past_seminar, anonymous=True)
    worker.run_jobs()
    assert {reminder.status for reminder in list_reminders(session)} == {"queued"}
    record_response(session, survey, yerlan, ANSWER_TO_EACH_KIND, "kk", NOON)
    session.commit()
    worker.run_jobs()
    assert {reminder.person_id: reminder.status for reminder in list_reminders(session)} == {
        yerlan.person_id: "recalled",
        marina.person_id: "queued",
    }
    survey.closed_at = NOON
    session.commit()
    worker.run_jobs()
    assert {reminder.status for reminder in list_reminders(session)} == {"recalled"}


def test_a_survey_released_long_after_its_seminar_opens_then_and_reminders_are_sent(
    worker: BackgroundWorker, session: Session, past_seminar: Seminar, clock: time_machine.Traveller
) -> None:
    past_seminar.has_survey = False
    mark_sessions(session, register_person(session, past_seminar, AIGUL), PRESENT, PRESENT)
    clock.shift(45 * DAY)
    survey = make_survey(session, past_seminar, released=False)
    release_survey(session, survey, now())
    session.commit()
    worker.run_jobs()
    assert len(list_reminders(session)) == 1


def test_surveys_due_together_share_one_reminder_and_the_rest_share_the_second(
    worker: BackgroundWorker, session: Session, past_seminar: Seminar, clock: time_machine.Traveller
) -> None:
    aigul = register_person(session, past_seminar, AIGUL)
    mark_sessions(session, aigul, PRESENT, PRESENT)
    tests = [make_survey(session, past_seminar, purpose=SurveyPurpose.POST_TEST, number=number) for number in (2, 3)]
    worker.run_jobs()
    [letter] = list_reminders(session)
    assert all(f"/r/{aigul.token}/survey/{number}" in letter.body for number in (1, 2, 3))
    for test in tests:
        record_response(session, test, aigul, ANSWER_TO_EACH_KIND, "kk", NOON)
    session.commit()
    for _day in range(4):
        clock.shift(DAY)
        worker.run_jobs()
    [reminder] = list_reminders(session)[1:]
    assert f"/r/{aigul.token}/survey/1" in reminder.body
    assert "/survey/2" not in reminder.body


def test_a_reminder_of_several_surveys_is_withdrawn_when_all_are_answered(
    worker: BackgroundWorker, session: Session, past_seminar: Seminar
) -> None:
    yerlan = register_person(session, past_seminar, YERLAN)
    mark_sessions(session, yerlan, PRESENT, PRESENT)
    past_seminar.has_survey = False
    first_survey, second_survey = (make_survey(session, past_seminar, number=number) for number in (2, 3))
    worker.run_jobs()
    record_response(session, first_survey, yerlan, ANSWER_TO_EACH_KIND, "kk", NOON)
    session.commit()
    worker.run_jobs()
    assert [reminder.status for reminder in list_reminders(session)] == ["queued"]
    second_survey.closed_at = NOON
    session.commit()
    worker.run_jobs()
    assert [reminder.status for reminder in list_reminders(session)] == ["recalled"]


def test_a_project_survey_joins_the_reminder_of_a_seminar_survey_on_any_page(
    app: Flask,
    worker: BackgroundWorker,
    session: Session,
    project: Project,
    past_seminar: Seminar,
    clock: time_machine.Traveller,
) -> None:
    earlier = create_seminar(session, project, NOON - 20 * DAY, slug="earlier", has_survey=False)
    make_survey(session, earlier, number=9, for_project=True, opens_at=NOON)
    for first, second, applicant in (
        (earlier, past_seminar, AIGUL),
        (past_seminar, earlier, MARINA),
    ):  # registrations are listed in the order of their creation
        first_registration, second_registration = (
            register_person(session, first, applicant),
            register_person(session, second, applicant),
        )
        second_registration.person = first_registration.person
        for registration in (first_registration, second_registration):
            mark_sessions(session, registration, PRESENT, PRESENT)
    clock.move_to(NOON)
    worker.run_jobs()
    assert len(list_reminders(session)) == 2
    bodies = [get_message_body(app, session, reminder) for reminder in list_reminders(session)]
    assert all("/survey/1" in body and "/survey/9" in body for body in bodies)
    clock.move_to(NOON + 2 * DAY)
    worker.run_jobs()
    assert len(list_reminders(session)) == 4
