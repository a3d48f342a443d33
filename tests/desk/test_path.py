"""The path of a seminar: its present step, one sentence, one button; and how a seminar is duplicated or leaves the lists."""

from datetime import date, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import (
    AIGUL,
    NOON,
    YERLAN,
    answer_survey,
    create_seminar,
    issue_to_eligible,
    mark_sessions,
    register_person,
)
from tests.page import Page, get_words
from tests.statements import record_statements
from tests.visitor import Visitor
from trainer.attendance.models import AttendanceStatus
from trainer.desk.path.duplication import duplicate_seminar
from trainer.desk.path.progress import list_progress
from trainer.issuing.eligibility import list_eligibility
from trainer.messages.models import Message
from trainer.projects.models import Project
from trainer.registration.models import RegistrationQuestion
from trainer.registration.seats.duplicates import merge_registration
from trainer.seminars.models import Seminar
from trainer.surveys.catalogue import list_seminar_surveys

PRESENT = AttendanceStatus.PRESENT


def read_path(page: Page) -> tuple[str, str, str]:
    """Return present step, sentence and button of an overview."""
    section = page.get_element("main").find(".//*[@id='path']")
    [step] = [get_words(item) for item in section.iter("li") if item.get("aria-current")]
    [sentence] = [get_words(item) for item in section.iter("strong")]
    [button] = [get_words(item) for item in section.iter() if "button" in (item.get("class") or "").split()]
    return step, sentence, button


def test_a_seminar_is_led_from_its_description_to_the_proofs(
    organizer: Visitor, session: Session, project: Project, clock: time_machine.Traveller
) -> None:
    seminar = create_seminar(session, project, opened_at=None, capacity=2)
    address = f"/desk/seminars/{seminar.id}?lang=en"
    assert read_path(organizer.get(address))[::2] == ("Opening", "Open registration")
    organizer.submit(f"/desk/seminars/{seminar.id}", form=0)
    session.expire_all()
    assert seminar.opened_at == NOON
    seminar.opened_at = NOON - timedelta(days=1)
    first, second = register_person(session, seminar, AIGUL), register_person(session, seminar, YERLAN)
    assert read_path(organizer.get(address)) == ("Fill", "2 people are registered for 2 places.", "See the list")
    clock.move_to(seminar.sessions[0].starts_at - timedelta(hours=1))
    assert read_path(organizer.get(address))[::2] == ("Hold", "Mark attendance")
    clock.move_to(seminar.sessions[-1].ends_at + timedelta(minutes=1))
    assert read_path(organizer.get(address)) == ("Hold", "Attendance of 2 people is not marked.", "Mark attendance")
    for registration in (first, second):
        mark_sessions(session, registration, PRESENT, PRESENT)
    answer_survey(session, first)
    assert read_path(organizer.get(address)) == ("Ask", "1 of 2 has not answered.", "Remind")
    answer_survey(session, second)
    assert read_path(organizer.get(address))[::2] == ("Issue", "Check and issue")
    issue_to_eligible(session, seminar)
    assert read_path(organizer.get(address))[::2] == ("Prove", "Documents")


def test_a_reminder_goes_once_a_day_to_those_who_attended_and_have_not_answered(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    answered, unanswered = register_person(session, past_seminar, AIGUL), register_person(session, past_seminar, YERLAN)
    for registration in (answered, unanswered):
        mark_sessions(session, registration, PRESENT, PRESENT)
    answer_survey(session, answered)
    for _tap in range(2):
        organizer.submit(f"/desk/seminars/{past_seminar.id}", form=0)
    session.expire_all()
    reminders = [message for message in session.scalars(select(Message)) if message.key.startswith("survey")]
    assert [message.person_id for message in reminders] == [unanswered.person_id]


def test_ready_certificates_are_those_of_the_eligible(session: Session, project: Project) -> None:
    seminars = []
    for number in range(3):
        seminar = create_seminar(session, project, NOON - timedelta(days=9), slug=f"held-{number}")
        seminars.append(seminar)
        for person, statuses in ((AIGUL, (PRESENT, PRESENT)), (YERLAN, (PRESENT, AttendanceStatus.ABSENT))):
            registration = register_person(session, seminar, person)
            mark_sessions(session, registration, *statuses)
            if number:
                answer_survey(session, registration)
    issue_to_eligible(session, seminars[2])
    progress = list_progress(session, seminars, NOON)
    ready = {each.seminar.id: each.ready for each in progress if each.ready}
    expected = {
        seminar.id: sum(each.is_eligible for each in list_eligibility(session, seminar, NOON))
        for seminar in seminars[:2]
    }
    assert ready == {seminar_id: count for seminar_id, count in expected.items() if count}
    assert [each.unanswered for each in progress] == [2, 0, 0]


def test_merges_are_read_once(app: Flask, organizer: Visitor, session: Session, past_seminar: Seminar) -> None:
    kept, merged = register_person(session, past_seminar, AIGUL), register_person(session, past_seminar, YERLAN)
    mark_sessions(session, merged, PRESENT, PRESENT)
    merge_registration(session, merged, kept, NOON)
    session.commit()
    with record_statements(app) as statements:
        organizer.get(f"/desk/seminars/{past_seminar.id}")
    [progress] = list_progress(session, [past_seminar], NOON)
    assert (progress.registered, progress.attended) == (1, 1)
    assert sum(each.startswith("SELECT registration.id, registration.merged_into_id") for each in statements) == 1


@pytest.mark.parametrize("first_day", [None, date(2025, 9, 1)])
def test_a_duplicate_has_everything_but_dates_and_people(
    session: Session, seminar: Seminar, first_day: date | None
) -> None:
    register_person(session, seminar)
    session.add(RegistrationQuestion(seminar_id=seminar.id, position=1, kind="text", label=seminar.title, choices=[]))
    session.flush()
    duplicate = duplicate_seminar(session, seminar, first_day)
    assert (duplicate.title, duplicate.capacity, duplicate.venue) == (seminar.title, seminar.capacity, seminar.venue)
    assert duplicate.opened_at is None and duplicate.slug != seminar.slug
    assert duplicate.days == ([first_day] if first_day else [])
    if first_day:
        times = [
            [f"{part.starts_at.astimezone(seminar.zone):%H:%M}" for part in each.sessions]
            for each in (seminar, duplicate)
        ]
        assert times[0] == times[1]
    questions = session.scalars(select(RegistrationQuestion).where(RegistrationQuestion.seminar_id == duplicate.id))
    assert [question.label for question in questions] == [seminar.title]


def test_the_surveys_are_duplicated_with_their_questions(
    organizer: Visitor, session: Session, seminar: Seminar
) -> None:
    organizer.submit(f"/desk/seminars/{seminar.id}/surveys/1/decisions", {"anonymous": "yes", "title-ru": "Мнение"})
    page = organizer.submit(f"/desk/seminars/{seminar.id}/duplicate", {"first_day": "2025-09-01"})
    assert page.location == f"/desk/seminars/{seminar.id + 1}/edit/about"
    duplicate = session.get_one(Seminar, seminar.id + 1)
    [survey], [earlier] = list_seminar_surveys(session, duplicate), list_seminar_surveys(session, seminar)
    assert (survey.title.ru, survey.anonymous, survey.id != earlier.id) == ("Мнение", True, True)
    assert survey.current_version.questions == earlier.current_version.questions


def test_a_seminar_is_deleted_while_nobody_is_registered(
    organizer: Visitor, session: Session, project: Project, seminar: Seminar
) -> None:
    organizer.submit(f"/desk/seminars/{seminar.id}/surveys/1/decisions", {"anonymous": "yes"})
    unused = create_seminar(session, project, slug="unused", opened_at=None)
    register_person(session, seminar)
    ids = seminar.id, unused.id
    organizer.submit(f"/desk/seminars/{unused.id}/delete")
    refused = organizer.get(f"/desk/seminars/{seminar.id}/delete")
    assert refused.list_forms() == []
    token = organizer.get("/desk/account").read_form()[1]["csrf_token"]
    organizer.post(f"/desk/seminars/{seminar.id}/delete", {"csrf_token": token})
    session.expire_all()
    assert [session.get(Seminar, id_) is not None for id_ in ids] == [True, False]


def test_an_archived_seminar_leaves_the_lists_and_comes_back(
    organizer: Visitor, stranger: Visitor, session: Session, past_seminar: Seminar, seminar: Seminar
) -> None:
    token = organizer.get("/desk/account").read_form()[1]["csrf_token"]
    address = f"/desk/seminars/{past_seminar.id}"

    def is_listed() -> list[bool]:
        return [
            address in organizer.get(page).list_links()
            for page in ("/desk/", "/desk/seminars", "/desk/seminars/archive")
        ]

    register_person(session, past_seminar)
    assert is_listed() == [True, True, False]
    organizer.post(f"{address}/archive", {"csrf_token": token, "decision": "archive"})
    assert is_listed() == [False, False, True]
    organizer.post(f"{address}/archive", {"csrf_token": token, "decision": "restore"})
    assert is_listed() == [True, True, False]
    organizer.post(f"/desk/seminars/{seminar.id}/archive", {"csrf_token": token, "decision": "archive"})
    session.expire_all()
    assert seminar.archived_at is None, "people can still come"
