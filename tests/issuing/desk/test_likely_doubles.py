"""The check sheet of a batch names people who may be registered twice and would get two certificates."""

from sqlalchemy.orm import Session

from tests.factories import NOON, YERLAN, issue_to_eligible, mark_sessions, register_eligible_person, register_person
from tests.visitor import Visitor
from trainer.attendance.models import AttendanceStatus
from trainer.registration.desk.bulk_actions import BulkAction, run_bulk_action
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar


def is_warned(organizer: Visitor, seminar: Seminar) -> bool:
    """Return whether the check sheet leads to the likely duplicates."""
    page = organizer.get(f"/desk/seminars/{seminar.id}/certificates/check")
    return f"/desk/seminars/{seminar.id}/duplicates" in page.list_links()


def decide_other(session: Session, registration: Registration) -> None:
    """Decide that a likely duplicate is another person."""
    run_bulk_action(session, registration.seminar, BulkAction.SEPARATE_PERSON, [registration.id], None, NOON)


def test_two_certificates_for_one_person_need_a_look(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    register_eligible_person(session, past_seminar)
    again = register_person(session, past_seminar, email="")
    register_eligible_person(session, past_seminar, YERLAN)
    assert not is_warned(organizer, past_seminar), "the second registration gets nothing"
    again.seminar.has_survey = False
    mark_sessions(session, again, AttendanceStatus.PRESENT, AttendanceStatus.PRESENT)
    assert is_warned(organizer, past_seminar)
    decide_other(session, again)
    assert not is_warned(organizer, past_seminar)


def test_the_second_certificate_needs_a_look_also_after_the_first(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    register_eligible_person(session, past_seminar)
    issue_to_eligible(session, past_seminar)
    again = register_eligible_person(session, past_seminar, email="")
    assert is_warned(organizer, past_seminar)
    issue_to_eligible(session, past_seminar)
    assert not is_warned(organizer, past_seminar), "there is nothing left to issue"
    assert again.is_likely_duplicate
