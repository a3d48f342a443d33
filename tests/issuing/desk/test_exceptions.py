"""Exceptions: recorded with a reason, kept on the certificate, and only for requirements that they may waive."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import (
    NOON,
    YERLAN,
    answer_survey,
    issue_to_eligible,
    mark_sessions,
    register_eligible_person,
    register_person,
)
from tests.visitor import Visitor
from trainer.attendance.models import AttendanceStatus
from trainer.issuing.eligibility import MissingRequirement, NothingToExcuse, get_eligibility, record_exception
from trainer.issuing.models import EligibilityException, IssuedCertificate
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.surveys.scores.scores import record_test_scores

REASON = "Жүрек ауруына байланысты екінші күні кетті, тапсырманы үйде орындады"


@pytest.fixture
def half(session: Session, past_seminar: Seminar) -> Registration:
    """Return a participant of one of the two sessions."""
    somebody = register_person(session, past_seminar, YERLAN)
    mark_sessions(session, somebody, AttendanceStatus.PRESENT, AttendanceStatus.ABSENT)
    answer_survey(session, somebody)
    return somebody


def submit_exception_form(organizer: Visitor, somebody: Registration, reason: str = REASON, status: int = 303) -> None:
    """Record an exception on the page."""
    page = organizer.get(f"/desk/seminars/{somebody.seminar_id}/certificates")
    target = f"/desk/registrations/{somebody.id}/exception"
    [fields] = [
        page.read_form(number)[1] for number, form in enumerate(page.list_forms()) if form.get("action") == target
    ]
    organizer.post(target, {**fields, "reason": reason}, status=status)


def test_an_exception_needs_a_reason(organizer: Visitor, session: Session, half: Registration) -> None:
    submit_exception_form(organizer, half, "  ", status=422)
    assert session.scalars(select(EligibilityException)).all() == []


def test_an_exception_with_errors_is_reported_above_the_list(
    organizer: Visitor, session: Session, half: Registration
) -> None:
    fields = organizer.get("/desk/account").read_form()[1]
    page = organizer.post(f"/desk/registrations/{half.id}/exception", {**fields, "reason": ""}, status=422)
    [summary] = [element for element in page.find_all("a") if element.get("href") == f"#reason-{half.id}"]
    assert page.get_error(f"reason-{half.id}") in (summary.text or "")


def test_after_a_mistake_the_page_can_be_read_in_another_language(
    organizer: Visitor, session: Session, half: Registration
) -> None:
    fields = organizer.get("/desk/account").read_form()[1]
    page = organizer.post(f"/desk/registrations/{half.id}/exception", {**fields, "reason": ""}, status=422)
    [russian] = [link for link in page.list_links() if "lang=ru" in link]
    assert organizer.get(russian).language == "ru"


def test_a_certificate_issued_by_exception_keeps_the_reason(
    organizer: Visitor, session: Session, half: Registration, past_seminar: Seminar
) -> None:
    submit_exception_form(organizer, half)
    organizer.submit(f"/desk/seminars/{past_seminar.id}/certificates/check", form="issue")
    [entry] = session.scalars(select(IssuedCertificate))
    assert (entry.registration_id, entry.exception_reason) == (half.id, REASON)
    assert REASON in organizer.get(f"/desk/certificates/{entry.serial}").words


def test_an_unnecessary_exception_is_not_recorded_on_the_certificate(session: Session, past_seminar: Seminar) -> None:
    register_eligible_person(session, past_seminar)
    [entry] = issue_to_eligible(session, past_seminar)
    assert entry.exception_reason == ""


def test_an_exception_shows_its_author_and_can_be_removed(
    organizer: Visitor, session: Session, half: Registration, past_seminar: Seminar
) -> None:
    submit_exception_form(organizer, half)
    page = organizer.get(f"/desk/seminars/{past_seminar.id}/certificates")
    assert REASON in page.words and "Сәуле" in page.words
    organizer.submit(f"/desk/seminars/{past_seminar.id}/certificates")
    assert not get_eligibility(session, half, NOON).is_eligible
    assert session.scalars(select(EligibilityException)).all() == []


def test_after_a_revocation_missing_requirements_are_shown_and_can_be_waived(
    organizer: Visitor, session: Session, half: Registration, past_seminar: Seminar
) -> None:
    address = f"/desk/seminars/{past_seminar.id}/certificates?lang=en"
    submit_exception_form(organizer, half)
    [entry] = issue_to_eligible(session, past_seminar)
    organizer.submit(f"/desk/certificates/{entry.serial}", {"reason": "conditions_not_met", "note": "Қателік"})
    assert REASON in organizer.get(address).words
    organizer.submit(address)  # takes the exception back
    page = organizer.get(address)
    assert "Attended 1 of 2 sessions" in page.words and "Issue a new one" not in page.words
    submit_exception_form(organizer, half, "Басқа себеп")
    assert "Issue a new one" in organizer.get(address).words


def test_an_exception_is_not_removed_once_a_certificate_was_issued_by_it(
    organizer: Visitor, session: Session, half: Registration, past_seminar: Seminar
) -> None:
    address = f"/desk/seminars/{past_seminar.id}/certificates?lang=en"
    submit_exception_form(organizer, half)
    removal, fields = organizer.get(address).read_form()
    [entry] = issue_to_eligible(session, past_seminar)
    page = organizer.follow(organizer.post(removal, fields))
    assert f"The certificate has already been issued: {entry.serial}" in page.words
    assert [exception.reason for exception in session.scalars(select(EligibilityException))] == [REASON]


def test_conflicts_and_a_future_seminar_cannot_be_waived(
    session: Session, seminar: Seminar, past_seminar: Seminar
) -> None:
    early, unresolved, fine = (
        register_person(session, seminar),
        register_eligible_person(session, past_seminar),
        register_eligible_person(session, past_seminar, YERLAN),
    )
    mark_sessions(session, unresolved, AttendanceStatus.ABSENT)
    for somebody in (early, unresolved, fine):
        with pytest.raises(NothingToExcuse):
            record_exception(session, somebody, REASON, None, NOON)


def test_a_second_reason_replaces_the_first(session: Session, half: Registration) -> None:
    record_exception(session, half, "Бірінші", None, NOON)
    record_exception(session, half, "Екінші", None, NOON)
    assert [exception.reason for exception in session.scalars(select(EligibilityException))] == ["Екінші"]


def test_a_test_is_passed_with_the_mark_and_not_below_it(session: Session, past_seminar: Seminar) -> None:
    past_seminar.pass_mark = 70
    for percent, missing in ((None, (MissingRequirement.TEST,)), (69, (MissingRequirement.TEST,)), (70, ()), (100, ())):
        somebody = register_eligible_person(
            session, past_seminar, surname="Сейіт", given_name=f"{percent}", phone=f"+770155504{percent or 0:02d}"
        )
        record_test_scores(session, past_seminar, {somebody.id: percent}, None, NOON)
        assert get_eligibility(session, somebody, NOON).missing == missing, percent


def test_a_survey_need_not_be_a_requirement(session: Session, past_seminar: Seminar) -> None:
    somebody = register_person(session, past_seminar)
    mark_sessions(session, somebody, AttendanceStatus.PRESENT, AttendanceStatus.PRESENT)
    past_seminar.survey_required = False
    assert get_eligibility(session, somebody, NOON).is_eligible
