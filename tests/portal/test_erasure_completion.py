"""The end of an erasure: what had to be kept is listed with its day, and goes on that day."""

import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.attendance.tablet_client import create_paired_tablet
from tests.factories import NOON, YERLAN, issue_to_eligible, mark_sessions, register_eligible_person, register_person
from tests.fake_smtp import BackgroundWorker
from tests.portal.traces import list_traces
from tests.visitor import Visitor
from trainer.attendance.models import AttendanceStatus, Signature
from trainer.attendance.summary import summarize_attendance
from trainer.issuing.eligibility import record_exception
from trainer.issuing.models import IssuedCertificate
from trainer.issuing.names.corrections import request_correction
from trainer.projects.models import Project
from trainer.registration.models import Registration
from trainer.registration.seats.participants import list_participants
from trainer.registration.self_service.retention import list_erasure_requests
from trainer.seminars.models import Seminar
from trainer.surveys.models import SurveyResponse

PRESUMED_DAY = date(
    2026, 1, 30
)  # the project ends on 31 October 2025, its report is presumed to be accepted 90 days later
PRESUMED_MOMENT = datetime(2026, 1, 29, 19, 0, tzinfo=UTC)  # the beginning of that day in Aktau


@pytest.fixture
def aigul(app: Flask, session: Session, project: Project, past_seminar: Seminar, stranger: Visitor) -> Registration:
    """Return somebody who attended, signed, answered, had an exception, and asked for erasure."""
    registration = register_eligible_person(session, past_seminar)
    tablet = create_paired_tablet(app, session, past_seminar)
    session.add(
        Signature(
            id=uuid.uuid4(),
            registration_id=registration.id,
            session_id=past_seminar.sessions[0].id,
            device_id=tablet.device,
            strokes=[[[1, 2]]],
            made_at=NOON,
            received_at=NOON,
        )
    )
    stranger.submit(f"/r/{registration.token}/erase")
    session.expire_all()
    return registration


def run_erasures(worker: BackgroundWorker, clock: time_machine.Traveller, moment: datetime) -> None:
    """Run the job at a moment."""
    clock.move_to(moment)
    assert worker.run_jobs("erasures")


def test_the_rest_goes_on_the_day_and_the_counts_stay(
    session: Session,
    stranger: Visitor,
    worker: BackgroundWorker,
    clock: time_machine.Traveller,
    past_seminar: Seminar,
    aigul: Registration,
) -> None:
    run_erasures(worker, clock, PRESUMED_MOMENT - timedelta(seconds=1))
    assert "person.surname" in list_traces(session)
    run_erasures(worker, clock, PRESUMED_MOMENT)
    assert list_traces(session) == []
    session.expire_all()
    assert [registration.id for registration in list_participants(session, past_seminar)] == [aigul.id]
    assert summarize_attendance(session, past_seminar, [aigul], PRESUMED_MOMENT)[aigul.id].present == 2
    assert session.scalar(select(func.count()).select_from(Signature)) == 0
    assert session.scalar(select(func.count()).select_from(SurveyResponse)) == 0
    assert list_erasure_requests(session) == []
    run_erasures(worker, clock, PRESUMED_MOMENT + timedelta(days=1))


def test_the_organizer_and_the_person_read_the_day(
    organizer: Visitor, stranger: Visitor, session: Session, project: Project, aigul: Registration
) -> None:
    assert f"/desk/registrations/{aigul.id}" in organizer.get("/desk/").list_links()
    pages = [(organizer, "/desk/"), (organizer, f"/desk/registrations/{aigul.id}"), (stranger, f"/r/{aigul.token}")]
    for visitor, address in pages:
        assert "2026 жылғы 30 қаңтар" in visitor.get(address).words, address
    organizer.submit(f"/desk/project/{project.id}", {"report_accepted_on": "2025-12-01"})
    for visitor, address in pages:
        assert "2025 жылғы 2 желтоқсан" in visitor.get(address).words, address
    [request] = list_erasure_requests(session)
    assert request.due_on == date(2025, 12, 2)


def test_a_report_is_not_accepted_while_the_project_runs(
    organizer: Visitor, session: Session, project: Project
) -> None:
    organizer.submit(f"/desk/project/{project.id}", {"report_accepted_on": "2025-06-01"}, status=422)
    session.expire_all()
    assert project.report_accepted_on is None


def test_a_certificate_stays_in_the_register_and_nothing_else(
    stranger: Visitor,
    session: Session,
    worker: BackgroundWorker,
    clock: time_machine.Traveller,
    past_seminar: Seminar,
) -> None:
    aigul = register_person(session, past_seminar)
    mark_sessions(session, aigul, AttendanceStatus.PRESENT, AttendanceStatus.ABSENT)
    record_exception(session, aigul, "Өтегенова ауырып қалды", None, NOON)
    [issued] = issue_to_eligible(session, past_seminar)
    request_correction(session, issued, "Утегенова Айгүл", "Айгүл", NOON)
    stranger.submit(f"/r/{aigul.token}/erase")
    run_erasures(worker, clock, PRESUMED_MOMENT)
    assert {trace.split(".")[1] for trace in list_traces(session)} <= {"recipient", "facts", "qr_text"}
    assert {trace.split(".")[0] for trace in list_traces(session)} == {"issued_certificate"}
    stored = session.scalars(select(IssuedCertificate)).one()
    session.refresh(stored)
    assert (stored.recipient, stored.status, stored.exception_reason) == (issued.recipient, "valid", "")


def test_nobody_else_is_erased(
    session: Session,
    worker: BackgroundWorker,
    clock: time_machine.Traveller,
    past_seminar: Seminar,
    aigul: Registration,
) -> None:
    yerlan = register_eligible_person(session, past_seminar, YERLAN)
    session.commit()
    run_erasures(worker, clock, PRESUMED_MOMENT)
    session.expire_all()
    assert (yerlan.person.phone, aigul.person.full_name) == (YERLAN.phone, "—")
