"""Eligibility: who qualifies for a certificate, and what is missing for the others."""

from datetime import timedelta

from sqlalchemy.orm import Session

from tests.factories import (
    MARINA,
    NOON,
    YERLAN,
    answer_survey,
    create_seminar,
    mark_sessions,
    register_eligible_person,
    register_person,
)
from tests.visitor import Visitor
from trainer.attendance.models import AttendanceStatus
from trainer.issuing.eligibility import MissingRequirement, get_eligibility, list_eligibility, list_missing_requirements
from trainer.projects.models import Project
from trainer.registration.models import Registration, RegistrationStatus
from trainer.seminars.models import Seminar

PRESENT, LATE, EXCUSED, ABSENT = (
    AttendanceStatus.PRESENT,
    AttendanceStatus.LATE,
    AttendanceStatus.EXCUSED,
    AttendanceStatus.ABSENT,
)


def list_missing(session: Session, registration: Registration) -> tuple[MissingRequirement, ...]:
    """Return what is missing for somebody at noon."""
    return get_eligibility(session, registration, NOON).missing


def test_who_attended_and_answered_qualifies(session: Session, past_seminar: Seminar) -> None:
    assert get_eligibility(session, register_eligible_person(session, past_seminar), NOON).is_eligible


def test_nobody_qualifies_before_the_last_session_has_ended(session: Session, past_seminar: Seminar) -> None:
    aigul, end = register_eligible_person(session, past_seminar), past_seminar.sessions[-1].ends_at
    assert get_eligibility(session, aigul, end - timedelta(seconds=1)).missing == (MissingRequirement.SEMINAR_NOT_OVER,)
    assert get_eligibility(session, aigul, end).is_eligible


def test_a_seminar_without_sessions_is_never_over(session: Session, project: Project) -> None:
    empty = create_seminar(session, project)
    aigul = register_person(session, empty)
    empty.sessions.clear()
    session.flush()
    session.refresh(empty)
    assert list_missing(session, aigul) == (MissingRequirement.SEMINAR_NOT_OVER, MissingRequirement.SURVEY)


def test_too_few_sessions_are_too_few(session: Session, past_seminar: Seminar) -> None:
    enough = [(PRESENT, LATE), (PRESENT, EXCUSED)]
    too_few = [(PRESENT, ABSENT), (PRESENT,), (EXCUSED, EXCUSED), ()]
    for number, statuses in enumerate((*enough, *too_few)):
        somebody = register_person(
            session, past_seminar, surname="Сейіт" + "абвгде"[number], phone=f"+7701555030{number}"
        )
        mark_sessions(session, somebody, *statuses)
        answer_survey(session, somebody)
        assert list_missing(session, somebody) == (() if statuses in enough else (MissingRequirement.ATTENDANCE,)), (
            statuses
        )


def test_the_required_share_is_a_setting_of_the_seminar(session: Session, past_seminar: Seminar) -> None:
    somebody = register_person(session, past_seminar)
    mark_sessions(session, somebody, PRESENT, ABSENT)
    answer_survey(session, somebody)
    past_seminar.share_required = 50
    assert list_missing(session, somebody) == ()


def test_conflicting_marks_prevent_a_certificate_until_they_are_resolved(
    session: Session, past_seminar: Seminar
) -> None:
    somebody = register_eligible_person(session, past_seminar)
    mark_sessions(session, somebody, ABSENT)
    assert list_missing(session, somebody) == (MissingRequirement.ATTENDANCE_UNRESOLVED,)


def test_a_survey_is_required_only_if_there_is_one(session: Session, past_seminar: Seminar) -> None:
    somebody = register_person(session, past_seminar)
    mark_sessions(session, somebody, PRESENT, PRESENT)
    assert list_missing(session, somebody) == (MissingRequirement.SURVEY,)
    past_seminar.has_survey = False
    assert list_missing(session, somebody) == ()


def test_all_missing_requirements_are_listed(session: Session, past_seminar: Seminar) -> None:
    somebody = register_person(session, past_seminar)
    assert list_missing(session, somebody) == (MissingRequirement.ATTENDANCE, MissingRequirement.SURVEY)
    share = get_eligibility(session, somebody, NOON).attendance
    assert list_missing_requirements(past_seminar, share, True, NOON) == (MissingRequirement.ATTENDANCE,)


def test_only_registered_people_are_listed_in_order_of_names(session: Session, past_seminar: Seminar) -> None:
    aigul, yerlan = (
        register_eligible_person(session, past_seminar),
        register_eligible_person(session, past_seminar, YERLAN),
    )
    cancelled = register_eligible_person(session, past_seminar, MARINA)
    cancelled.status = RegistrationStatus.CANCELLED
    people = list_eligibility(session, past_seminar, NOON)
    assert [eligibility.registration for eligibility in people] == [yerlan, aigul]
    assert all(eligibility.is_eligible for eligibility in people)


def test_the_page_lists_what_is_missing_for_each_participant(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    register_eligible_person(session, past_seminar)
    mark_sessions(session, register_person(session, past_seminar, YERLAN), PRESENT, ABSENT)
    page = organizer.get(f"/desk/seminars/{past_seminar.id}/certificates?lang=en")
    assert "Attended 1 of 2 sessions; at least 75 percent is required." in page.words
    assert "Has not answered the survey." in page.words
    assert "Ready to issue: 1. Issued: 0. Not ready yet: 1." in page.words
