"""Personal data in the audit log are apart from the entries, and go with the person."""

import json

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import register_person
from trainer import audit
from trainer.audit.models import AuditEntry, AuditPersonalValues
from trainer.audit.verification import verify_chain
from trainer.clock import now
from trainer.portal.erasure import erase_person
from trainer.seminars.models import Seminar


def read_everything(session: Session) -> str:
    """Return all rows of the audit log as text."""
    rows = [*session.execute(select(AuditEntry.__table__)), *session.execute(select(AuditPersonalValues.__table__))]
    return repr(rows)


def test_values_of_a_person_can_be_read_until_the_person_is_erased(
    app: Flask, session: Session, seminar: Seminar
) -> None:
    registration = register_person(session, seminar)
    person = registration.person
    before = audit.read_values(person)
    person.phone, person.language = "+77015550199", "ru"
    audit.record(session, "changed", person, before, audit.read_values(person))
    session.commit()
    [entry] = session.scalars(select(AuditEntry))
    assert json.loads(entry.changes) == {"phone": None, "language": ["kk", "ru"]}
    assert "+77015550199" in read_everything(session)

    with app.test_request_context():
        erase_person(session, person, now())
    session.commit()
    assert "+77015550199" not in read_everything(session)
    assert "+77015550101" not in read_everything(session)
    assert verify_chain(session).fault is None


def test_the_values_of_a_registration_belong_to_its_person(session: Session, seminar: Seminar) -> None:
    registration = register_person(session, seminar)
    audit.record(
        session,
        "changed",
        registration,
        {"status": "registered", "answers": {}, "queue_number": None},
        {"status": "cancelled", "answers": {"access": "пандус"}, "queue_number": 3},
    )
    session.commit()
    [entry] = session.scalars(select(AuditEntry))
    assert json.loads(entry.changes) == {
        "status": ["registered", "cancelled"],
        "answers": None,
        "queue_number": [None, 3],
    }
    [values] = session.scalars(select(AuditPersonalValues))
    assert values.person_id == registration.person_id
    assert (entry.seminar_id, entry.project_id) == (seminar.id, seminar.project.id)


def test_secrets_are_never_read_for_the_log(session: Session, seminar: Seminar) -> None:
    values = audit.read_values(register_person(session, seminar))
    assert "status" in values
    assert not {"token", "pass_code", "nonce", "id"} & values.keys()
