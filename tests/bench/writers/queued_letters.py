"""A deployment without a mail server in which thousands of letters wait to be sent by hand."""

from datetime import timedelta

from sqlalchemy import create_engine, insert, select
from sqlalchemy.orm import Session

from tests.bench.attendance.marking_data import build_registration_row
from tests.bench.issuing.candidates import build_candidate_row
from tests.factories import create_project, create_seminar
from trainer.clock import now
from trainer.issuing.models import CertificateStatus, IssuedCertificate
from trainer.messages.models import Message, MessageChannel, MessageStatus
from trainer.people.models import Person
from trainer.registration.models import Registration
from trainer.registration.notifications.queueing import build_status_key


def fill_database(database: str, letters: int) -> None:
    """Fill an empty database with so many letters: half say that somebody is registered, half that a certificate is ready."""
    engine = create_engine(database)
    with Session(engine) as session:
        project = create_project(session)
        future = create_seminar(session, project, now() + timedelta(days=20), capacity=letters)
        past = create_seminar(session, project, now() - timedelta(days=3), slug="held", capacity=letters)
        people = [build_candidate_row(number) for number in range(letters)]
        person_ids = list(session.scalars(insert(Person).returning(Person.id, sort_by_parameter_order=True), people))
        half = letters // 2
        rows = [build_registration_row(future.id, person_id) for person_id in person_ids[:half]]
        rows += [build_registration_row(past.id, person_id) for person_id in person_ids[half:]]
        registrations = list(session.scalars(insert(Registration).returning(Registration), rows))
        messages = [
            build_message_row(registration.person_id, registration.status, build_status_key(registration), future.id)
            for registration in registrations
            if registration.seminar_id == future.id
        ]
        holders = [registration.id for registration in registrations if registration.seminar_id == past.id]
        session.execute(insert(IssuedCertificate), [build_certificate_row(past.id, each) for each in holders])
        issued = session.execute(
            select(IssuedCertificate.id, Registration.person_id).join(IssuedCertificate.registration)
        )
        messages += [
            build_message_row(row.person_id, "certificate", f"certificate-{row.id}", past.id) for row in issued
        ]
        session.execute(insert(Message), messages)
        session.commit()
    engine.dispose()


def build_message_row(person_id: int, kind: str, key: str, seminar_id: int) -> dict[str, object]:
    """Return the values of a letter that waits."""
    sending = {"channel": MessageChannel.MANUAL, "address": "+77010000000", "status": MessageStatus.QUEUED}
    texts = {"language": "kk", "subject": "", "body": "", "topic": f"seminar-{seminar_id}"}
    return {"person_id": person_id, "kind": kind, "key": key, "created_at": now(), "due_at": now(), **sending, **texts}


def build_certificate_row(seminar_id: int, registration_id: int) -> dict[str, object]:
    """Return the values of a certificate."""
    number = {"prefix": "TM", "year": 2025, "number": registration_id, "serial": f"TM-{registration_id}"}
    names = {
        "code": f"{registration_id:017d}",
        "recipient": "Сейіт Арман",
        "facts": {},
        "qr_text": "",
        "pdf_sha256": "",
    }
    place = {"seminar_id": seminar_id, "registration_id": registration_id, "status": CertificateStatus.VALID}
    return {**number, **names, **place, "issued_on": now().date(), "issued_at": now()}
