"""What organizers change is recorded without a call; what programs and strangers do is not."""

import json

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import register_person
from trainer import audit
from trainer.audit.models import AuditEntry
from trainer.audit.tables import NOT_FOLLOWED, VALUES_OF
from trainer.base import Base
from trainer.registration.models import RegistrationStatus
from trainer.seminars.models import Seminar


@pytest.fixture
def own(session: Session, seminar: Seminar) -> Session:
    """Return the session of an organizer at work, in which nothing waits."""
    session.commit()
    audit.set_actor(session, "user", 7)
    return session


def read_entries(session: Session) -> list[tuple[str, str, dict[str, object]]]:
    """Return kind, action and changes of all entries."""
    session.commit()
    entries = session.scalars(select(AuditEntry).order_by(AuditEntry.number))
    return [(entry.subject_kind, entry.action, json.loads(entry.changes)) for entry in entries]


def test_several_flushes_of_a_transaction_are_one_entry(own: Session, seminar: Seminar) -> None:
    for capacity in (11, 12, 13):
        seminar.capacity = capacity
        own.flush()
    assert read_entries(own) == [("seminar", "changed", {"capacity": [10, 13]})]


def test_a_change_that_is_taken_back_is_none(own: Session, seminar: Seminar) -> None:
    seminar.capacity = 11
    own.flush()
    seminar.capacity = 10
    assert read_entries(own) == []


def test_a_call_names_what_was_followed(own: Session, seminar: Seminar) -> None:
    seminar.capacity = 11
    audit.record(own, "closed", seminar, {"reason": ""}, {"reason": "full"})
    seminar.capacity = 12
    changes = {"capacity": [10, 12], "reason": ["", "full"]}
    assert read_entries(own) == [("seminar", "closed", changes)]


def test_new_and_deleted_rows_are_entries(own: Session, seminar: Seminar) -> None:
    own.delete(seminar.sessions[0])
    [(kind, action, changes)] = read_entries(own)
    assert (kind, action) == ("seminar_session", "deleted")
    assert isinstance(changes["starts_at"], list) and changes["starts_at"][1] is None


def test_values_that_the_log_does_not_hold_are_named(own: Session, seminar: Seminar) -> None:
    registration = register_person(own, seminar)
    own.commit()
    registration.status, registration.answers = RegistrationStatus.CANCELLED, {"access": "пандус"}
    own.commit()
    text = repr(own.execute(select(AuditEntry.__table__)).all())
    assert read_entries(own)[-1] == (
        "registration",
        "changed",
        {"status": ["registered", "cancelled"], "answers": None},
    )
    assert "пандус" not in text
    assert registration.token not in text
    assert "Өтегенова" not in text


def test_a_rolled_back_savepoint_leaves_nothing(own: Session, seminar: Seminar) -> None:
    with own.begin_nested() as savepoint:
        seminar.capacity = 11
        own.flush()
        savepoint.rollback()
    assert read_entries(own) == []


def test_what_no_organizer_does_is_not_followed(session: Session, seminar: Seminar) -> None:
    session.info["actor"] = "job:offers"
    seminar.capacity = 11
    assert read_entries(session) == []


def test_the_tables_that_are_named_exist() -> None:
    assert {*NOT_FOLLOWED, *VALUES_OF} <= {*Base.metadata.tables}
    assert not NOT_FOLLOWED.keys() & VALUES_OF.keys()


@pytest.mark.parametrize("table", VALUES_OF)
def test_the_columns_that_are_named_exist(table: str) -> None:
    [model] = [mapper.class_ for mapper in Base.registry.mappers if mapper.class_.__tablename__ == table]
    assert all(hasattr(model, column) for column in VALUES_OF[table])
