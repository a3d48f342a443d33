"""A figure as of a moment stays the same, whatever is added, removed, revoked, merged or changed afterwards."""

from collections.abc import Callable
from datetime import datetime, timedelta
from random import Random

import hypothesis
import hypothesis.strategies as st
import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOON, create_seminar, mark_sessions, register_person
from tests.monitoring import worlds
from tests.monitoring.factories import link_items, measure
from tests.monitoring.worlds import World, create_world
from trainer import audit
from trainer.attendance.models import AttendanceMark, AttendanceStatus
from trainer.evidence.models import EvidenceKind, EvidenceLink
from trainer.evidence.publications.models import PublicationKind
from trainer.issuing.models import CertificateStatus, IssuedCertificate
from trainer.monitoring.facts.project_facts import ProjectFacts
from trainer.monitoring.figures import IndicatorFigure, measure_plan
from trainer.monitoring.scope import Scope, build_scope
from trainer.projects.models import Project
from trainer.registration.models import RegistrationStatus
from trainer.registration.seats.status import set_registration_status
from trainer.seminars.models import SeminarKind

ASKED_FOR = NOON + timedelta(days=5)
LATER = NOON + timedelta(days=6)


def measure_at(session: Session, project: Project, moment: datetime, *, is_live: bool) -> list[IndicatorFigure]:
    """Return the figures of a plan as of a moment, read afresh."""
    session.expire_all()
    facts = ProjectFacts(session, Scope(project, moment, is_live=is_live))
    return list(measure_plan(facts).values())


def add_people(world: World, moment: datetime) -> None:
    """Register somebody, with a mark of today."""
    seminar = world.random.choice(world.seminars)
    registration = worlds.add_registration(world, seminar)
    registration.created_at = registration.status_since = moment
    for certificate in world.session.scalars(select(IssuedCertificate).filter_by(registration_id=registration.id)):
        certificate.issued_at, certificate.invalidated_at = moment, None
        certificate.status = CertificateStatus.VALID
    for part in seminar.sessions:
        worlds.add_mark(world, registration, part)
    for mark in world.session.scalars(select(AttendanceMark).filter_by(registration_id=registration.id)):
        mark.received_at = moment


def change_registration(world: World, moment: datetime) -> None:
    """Cancel a registration, or merge it into another one.

    Nobody cancels what is cancelled: the product refuses it. A status that began after the moment asked for has no entry in the
    log that tells the one before (see `earlier_registrations`).
    """
    changeable = [
        row
        for row in world.registrations
        if row.status != RegistrationStatus.CANCELLED and row.status_since <= ASKED_FOR
    ]
    if not changeable:
        return
    registration = world.random.choice(changeable)
    others = [
        row for row in world.registrations if row.seminar_id == registration.seminar_id and row is not registration
    ]
    if others and world.random.random() < 0.5 and registration.status != RegistrationStatus.MERGED:
        set_registration_status(registration, RegistrationStatus.MERGED, moment)
        registration.merged_into = world.random.choice(others)
    else:
        set_registration_status(registration, RegistrationStatus.CANCELLED, moment)
        registration.merged_into = None


def change_seminar(world: World, _moment: datetime) -> None:
    """Move, cancel or reinstate a seminar, change its kind, or the agenda of a session."""
    seminar = world.random.choice(world.seminars)
    seminar.kind = world.random.choice(list(SeminarKind))
    seminar.cancelled_at = LATER if seminar.cancelled_at is None else None
    for part in seminar.sessions:
        part.agenda = [] if part.agenda else [{"time": "09:00", "topic": {"kk": "Кіріспе"}}]
        part.starts_at += timedelta(days=1)
        part.ends_at += timedelta(days=1)


def change_sessions(world: World, _moment: datetime) -> None:
    """Add a session, and remove one that nobody was marked in."""
    seminar = world.random.choice(world.seminars)
    marked = set(world.session.scalars(select(AttendanceMark.session_id)))
    for part in [part for part in seminar.sessions if part.id not in marked][:1]:
        seminar.sessions.remove(part)
    worlds.add_session(world, seminar)


def change_evidence(world: World, moment: datetime) -> None:
    """Change the kind or month of files, remove those that are there, and restore those that are removed."""
    for item in world.items:
        item.kind, item.month = world.random.choice(list(EvidenceKind)), None
        item.removed_at = None if item.removed_at else moment
    for publication in world.publications:
        publication.kind = world.random.choice(list(PublicationKind))
        publication.removed_at = None if publication.removed_at else moment


def change_links(world: World, moment: datetime) -> None:
    """Remove links, and restore those that were removed."""
    for link in world.session.scalars(select(EvidenceLink)):
        link.removed_at = None if link.removed_at else moment


def revoke_certificates(world: World, moment: datetime) -> None:
    """Revoke every certificate that is valid."""
    for certificate in world.session.scalars(select(IssuedCertificate).filter_by(status=CertificateStatus.VALID)):
        certificate.status, certificate.invalidated_at = CertificateStatus.REVOKED, moment


CHANGES: tuple[Callable[[World, datetime], None], ...] = (
    add_people,
    change_registration,
    change_seminar,
    change_sessions,
    change_evidence,
    change_links,
    revoke_certificates,
)


@pytest.mark.slow
@hypothesis.settings(max_examples=15, phases=[hypothesis.Phase.generate])
@hypothesis.given(seed=st.integers(0, 10**6), changes=st.lists(st.sampled_from(CHANGES), min_size=1, max_size=6))
def test_later_changes_do_not_change_an_earlier_figure(
    session: Session, project: Project, seed: int, changes: list[Callable[[World, datetime], None]]
) -> None:
    session.info.pop("actor", None)
    with time_machine.travel(ASKED_FOR, tick=False) as clock:
        world = create_world(session, project, Random(seed))
        if not world.registrations:
            session.rollback()
            return
        session.commit()
        audit.set_default_scope(session, project.id, None)
        session.info["actor"] = "user:1"
        before = measure_at(session, project, ASKED_FOR, is_live=False)
        for number, change in enumerate(changes):
            later = LATER + timedelta(hours=number)
            clock.move_to(later)
            change(world, later)
            session.commit()
        after = measure_at(session, project, ASKED_FOR, is_live=False)
        for earlier, later_asked in zip(before, after, strict=True):
            assert earlier.targets == later_asked.targets, earlier.indicator.kind


def test_a_figure_can_be_asked_as_of_an_earlier_day(session: Session, project: Project) -> None:
    link_items(session, project, "T1.A1.I1", 3)
    yesterday = build_scope(project, NOON, as_of=NOON.date() - timedelta(days=1))
    assert measure(session, project, "T1.A1.I1", yesterday).targets[0].actual == 0
    today = build_scope(project, NOON + timedelta(days=3), as_of=NOON.date())
    assert measure(session, project, "T1.A1.I1", today).targets[0].actual == 3


def test_a_merge_changes_no_figure_of_an_earlier_day(session: Session, project: Project) -> None:
    seminar = create_seminar(session, project, NOON - timedelta(hours=8))
    first, second = (register_person(session, seminar, phone=f"+7701555010{n}", surname=f"Әлиева{n}") for n in "ба")
    for registration in (first, second):
        mark_sessions(session, registration, AttendanceStatus.PRESENT)
    set_registration_status(second, RegistrationStatus.MERGED, NOON + timedelta(days=2))
    second.merged_into = first
    session.flush()
    moments = [build_scope(project, NOON + timedelta(days=days)) for days in (1, 3)]
    earlier = build_scope(project, NOON + timedelta(days=3), as_of=NOON.date())
    assert measure(session, project, "SI1", earlier).targets[0].actual == 2
    assert measure(session, project, "SI1", moments[1]).targets[0].actual == 1
