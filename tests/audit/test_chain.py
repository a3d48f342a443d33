"""The audit log: entries are appended in the order of commits, chained, and every later change to them is noticed."""

import json
import logging
from datetime import UTC, date, datetime
from typing import Any

import pytest
from click.testing import CliRunner
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from tests.concurrency import run_concurrently
from trainer import audit, cli
from trainer.audit.chain import HASHED_FIELDS, compute_entry_hash
from trainer.audit.models import AuditEntry, AuditHead, AuditPersonalValues
from trainer.audit.values import compare_values, dump_canonical_json
from trainer.audit.verification import ChainFault, verify_chain
from trainer.extensions import db
from trainer.language.translated import Translated
from trainer.projects.models import Project
from trainer.seminars.models import Seminar

JSON_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**9), 10**9) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
FIELDS = st.dictionaries(st.text(min_size=1, max_size=6), JSON_VALUES, max_size=5)


def record_changes(session: Session, project: Project, count: int) -> None:
    """Commit a number of changes, one after another."""
    for number in range(count):
        audit.record(session, "changed", project, {"number": number}, {"number": number + 1})
        session.commit()


def list_entries(session: Session) -> list[AuditEntry]:
    """Return all entries in order."""
    session.expire_all()
    return list(session.scalars(select(AuditEntry).order_by(AuditEntry.number)))


@given(before=FIELDS, after=FIELDS)
def test_only_what_differs_is_recorded(before: dict[str, Any], after: dict[str, Any]) -> None:
    changes = compare_values(before, after)
    assert changes.keys() <= before.keys() | after.keys()
    for name in before.keys() | after.keys():
        assert (name in changes) == (before.get(name) != after.get(name))
    assert json.loads(dump_canonical_json(changes)) == changes


@given(fields=FIELDS, name=st.sampled_from(HASHED_FIELDS), other=st.text(min_size=1))
def test_the_hash_covers_every_field_and_the_hash_before(fields: dict[str, Any], name: str, other: str) -> None:
    row = dict.fromkeys(HASHED_FIELDS, "x") | {"changes": dump_canonical_json(fields)}
    original = compute_entry_hash("0" * 64, row)
    assert compute_entry_hash("0" * 64, dict(reversed(row.items()))) == original
    assert compute_entry_hash("1" * 64, row) != original
    if other != row[name]:
        assert compute_entry_hash("0" * 64, {**row, name: other}) != original


def test_an_entry_says_who_what_when_and_what_differs(session: Session, seminar: Seminar) -> None:
    audit.set_actor(session, "user", 7)
    before = audit.read_values(seminar)
    seminar.capacity, seminar.venue = 25, Translated("Зал", "Зал", "Hall")
    audit.record(session, "changed", seminar, before, audit.read_values(seminar))
    session.commit()
    [entry] = list_entries(session)
    assert (entry.number, entry.actor, entry.action) == (1, "user:7", "changed")
    assert (entry.subject_kind, entry.subject_id, entry.seminar_id) == ("seminar", str(seminar.id), seminar.id)
    assert entry.project_id == seminar.project.id
    assert entry.recorded_at == datetime(2025, 6, 2, 7, 0, tzinfo=UTC)
    changes = json.loads(entry.changes)
    assert changes.keys() == {"capacity", "venue"}
    assert changes["capacity"] == [10, 25]
    assert changes["venue"][1] == {"kk": "Зал", "ru": "Зал", "en": "Hall"}


def test_a_change_that_changes_nothing_leaves_no_entry(session: Session, project: Project) -> None:
    audit.record(session, "changed", project, audit.read_values(project), audit.read_values(project))
    session.commit()
    assert list_entries(session) == []
    assert verify_chain(session).number == 0


def test_what_is_rolled_back_leaves_no_entry(session: Session, project: Project) -> None:
    audit.record(session, "changed", project, {"code": 1}, {"code": 2})
    session.rollback()
    audit.record(session, "changed", project, {"code": 1}, {"code": 3})
    with session.begin_nested() as savepoint:
        audit.record(session, "changed", project, {"code": 1}, {"code": 4})
        savepoint.rollback()
    with session.begin_nested():
        audit.record(session, "changed", project, {"code": 1}, {"code": 5})
    session.commit()
    assert [json.loads(entry.changes)["code"][1] for entry in list_entries(session)] == [3, 5]
    assert verify_chain(session).fault is None


def test_an_unknown_action_is_a_mistake_of_the_programmer(session: Session, project: Project) -> None:
    with pytest.raises(ValueError, match="ACTION_NAMES"):
        audit.record(session, "twiddled", project)


def test_every_entry_is_a_log_line_with_its_hash(
    session: Session, project: Project, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO, logger="trainer.audit"):
        audit.record(session, "changed", project, {"start": date(2025, 1, 1)}, {"start": date(2025, 2, 1)})
        assert caplog.messages == []
        session.commit()
    [entry] = list_entries(session)
    assert caplog.messages == [f"audit 1 server: changed project:{project.id} {entry.hash}"]


def test_several_at_once_make_one_chain(app: Flask, session: Session, project: Project) -> None:
    project_id = project.id
    session.commit()

    def record_from_elsewhere() -> None:
        with app.app_context():
            for _ in range(5):
                record_changes(db.session(), db.session.get_one(Project, project_id), 1)

    run_concurrently(*[record_from_elsewhere] * 4)
    assert [entry.number for entry in list_entries(session)] == list(range(1, 21))
    assert verify_chain(session).fault is None


@pytest.mark.parametrize(
    ("number", "change"),
    [
        (2, {"actor": "user:9"}),
        (3, {"changes": "{}"}),
        (5, {"recorded_at": datetime(2024, 1, 1, tzinfo=UTC)}),
        (1, {"hash": "0" * 64}),
        (5, {"hash": "f" * 64}),
    ],
)
def test_a_changed_entry_is_named(session: Session, project: Project, number: int, change: dict[str, Any]) -> None:
    record_changes(session, project, 5)
    session.execute(update(AuditEntry).where(AuditEntry.number == number).values(**change))
    session.commit()
    report = verify_chain(session)
    assert (report.broken_number, report.fault) == (number, ChainFault.ALTERED)


@pytest.mark.parametrize("numbers", [(1,), (3,), (5,), (4, 5), (1, 2, 3, 4, 5)])
def test_removed_entries_are_named(session: Session, project: Project, numbers: tuple[int, ...]) -> None:
    record_changes(session, project, 5)
    session.execute(delete(AuditEntry).where(AuditEntry.number.in_(numbers)))
    session.commit()
    report = verify_chain(session)
    assert (report.broken_number, report.fault) == (numbers[0], ChainFault.MISSING)


def test_an_entry_put_in_later_is_noticed(session: Session, project: Project) -> None:
    record_changes(session, project, 2)
    last = list_entries(session)[-1]
    row = {name: getattr(last, name) for name in HASHED_FIELDS} | {"number": 3}
    session.execute(insert(AuditEntry).values(**row, hash=compute_entry_hash(last.hash, row)))
    session.commit()
    report = verify_chain(session)
    assert (report.broken_number, report.fault) == (3, ChainFault.ALTERED)


def test_a_removed_head_is_noticed(session: Session, project: Project) -> None:
    record_changes(session, project, 2)
    session.execute(delete(AuditHead))
    session.commit()
    assert verify_chain(session).fault is ChainFault.ALTERED


def test_the_command_names_the_first_broken_entry_and_the_head(
    app: Flask, session: Session, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("trainer.cli.audit.build_application", lambda: app)
    record_changes(session, project, 3)
    result = CliRunner().invoke(cli.main, ["audit", "verify"])
    assert (result.exit_code, result.output) == (0, f"3 entries in order, head {list_entries(session)[-1].hash}\n")
    session.execute(delete(AuditEntry).where(AuditEntry.number == 2))
    session.commit()
    result = CliRunner().invoke(cli.main, ["audit", "verify"])
    assert result.exit_code == 1
    assert result.output.splitlines()[0] == "entry 2: missing"


def test_changed_personal_values_are_noticed_and_erased_ones_are_no_fault(session: Session, project: Project) -> None:
    record_changes(session, project, 1)
    salt, text = "s" * 43, '{"phone":["1","2"]}'
    session.execute(insert(AuditPersonalValues).values(entry_number=1, person_id=1, salt=salt, changes=text))
    session.commit()
    assert verify_chain(session).fault is ChainFault.PERSONAL_VALUES_ALTERED
    audit.erase_personal_values(session, 1)
    session.commit()
    assert verify_chain(session).fault is None
