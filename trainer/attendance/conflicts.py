"""Questions about marks: two answers for one person in one session. The organizer decides by one more mark; nothing is taken away."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session, joinedload

from trainer.accounts.models import User
from trainer.attendance import ledger as marks
from trainer.attendance.ledger import (
    AttendanceKey,
    add_merged_ids,
    append_mark,
    derive_session_attendance,
    list_keys_with_differing_marks,
    list_latest_marks,
    map_merged_registrations,
)
from trainer.attendance.models import AttendanceMark, AttendanceStatus, Device
from trainer.registration.models import Registration, RegistrationStatus
from trainer.seminars.locking import StatusChanged, lock_seminar
from trainer.seminars.models import Seminar, SeminarSession


@dataclass(frozen=True)
class ConflictMark:
    """One mark: what it says, when by our clock, and who made it (empty where the account is no more)."""

    status: AttendanceStatus
    made_at: datetime
    author: str
    is_from_device: bool
    is_decision: bool


@dataclass(frozen=True)
class AttendanceConflict:
    """A person in a session whose marks disagree, or disagreed until somebody decided; all marks in the order received."""

    registration: Registration
    session: SeminarSession
    last_mark_id: UUID
    statuses: tuple[AttendanceStatus, ...]
    marks: tuple[ConflictMark, ...]
    decided_status: AttendanceStatus | None


def list_attendance_conflicts(session: Session, seminar: Seminar) -> list[AttendanceConflict]:
    """Give what waits for a decision first, then what was decided; each in the order of sessions and names."""
    kept, sessions = map_merged_registrations(session, [seminar.id]), {each.id: each for each in seminar.sessions}
    suspects = list_keys_with_differing_marks(session, sessions, kept, None)
    people = {each.id: each for each in list_registrations_by_ids(session, {who for who, _place in suspects})}
    found = []
    for (who, where), ledger in load_marks_with_authors(session, suspects, kept).items():
        question = build_attendance_conflict(people[who], sessions[where], ledger)
        if question is not None:
            found.append(question)
    order = sorted(found, key=lambda each: (each.session.starts_at, each.registration.person.sort_key))
    return sorted(order, key=lambda each: each.decided_status is not None)


def list_registrations_by_ids(session: Session, registration_ids: set[int]) -> list[Registration]:
    """Find registrations."""
    return list(session.scalars(select(Registration).where(Registration.id.in_(registration_ids))))


def load_marks_with_authors(
    session: Session, keys: set[AttendanceKey], surviving_ids: dict[int, int]
) -> dict[AttendanceKey, list[Row[Any]]]:
    """Give all marks of some places in the order received, with who made them."""
    columns = ("registration_id", "session_id", "id", "status", "after", "decides", "made_at", "skew", "device_id")
    wanted = (
        select(*(getattr(AttendanceMark, each) for each in columns))
        .add_columns(func.coalesce(Device.name, User.name, User.email).label("maker"))
        .outerjoin(Device, Device.id == AttendanceMark.device_id)
        .outerjoin(User, User.id == AttendanceMark.user_id)
        .where(AttendanceMark.registration_id.in_(add_merged_ids((who for who, _where in keys), surviving_ids)))
        .order_by(AttendanceMark.received_at, AttendanceMark.id)
    )
    found: dict[AttendanceKey, list[Row[Any]]] = defaultdict(list)
    for mark in session.execute(wanted):
        place = surviving_ids.get(mark.registration_id, mark.registration_id), mark.session_id
        if place in keys:
            found[place].append(mark)
    return found


def build_attendance_conflict(
    registration: Registration, seminar_session: SeminarSession, marks_received: list[Row[Any]]
) -> AttendanceConflict | None:
    """Say what the marks of a place ask, or asked until the last of them decided; None where they asked nothing."""
    standing, before = derive_session_attendance(marks_received), list_statuses_before_decision(marks_received)
    if standing.last_mark_id is None or not (standing.is_conflicting or before):
        return None
    said = tuple(build_conflict_mark(each) for each in marks_received)
    return AttendanceConflict(
        registration,
        seminar_session,
        standing.last_mark_id,
        standing.latest_statuses if standing.is_conflicting else before,
        said,
        standing.status,
    )


def list_statuses_before_decision(marks_received: list[Row[Any]]) -> tuple[AttendanceStatus, ...]:
    """Give what the marks said that a decision settled, where it is the last word and they disagreed."""
    heads = list_latest_marks(marks_received)
    if len(heads) != 1 or not heads[0].decides:
        return ()
    place = next(number for number, mark in enumerate(marks_received) if mark.id == heads[0].id)
    before = derive_session_attendance(marks_received[:place])
    return before.latest_statuses if before.is_conflicting else ()


def build_conflict_mark(mark: Row[Any]) -> ConflictMark:
    """Write down a mark for people."""
    at = mark.made_at + timedelta(milliseconds=mark.skew)
    return ConflictMark(AttendanceStatus(mark.status), at, mark.maker or "", mark.device_id is not None, mark.decides)


def get_attendance_conflict(
    session: Session, seminar: Seminar, registration_id: int, session_id: int, last_mark_id: str
) -> AttendanceConflict:
    """Find a question as the organizer saw it, letting nobody change it meanwhile. Raises StatusChanged."""
    lock_seminar(session, seminar)
    for each in list_attendance_conflicts(session, seminar):
        if (each.registration.id, each.session.id, str(each.last_mark_id)) == (
            registration_id,
            session_id,
            last_mark_id,
        ):
            return each
    raise StatusChanged


def resolve_attendance_conflict(
    session: Session, conflict: AttendanceConflict, status: str, now: datetime, user_id: int | None
) -> None:
    """Keep one of the answers, by a mark that settles those before it. Raises StatusChanged for what is no answer or was decided."""
    if conflict.decided_status is not None or status not in conflict.statuses:
        raise StatusChanged
    append_mark(
        session,
        conflict.registration,
        conflict.session,
        AttendanceStatus(status),
        after=conflict.last_mark_id,
        now=now,
        user_id=user_id,
        decides=True,
    )


def reopen_attendance_conflict(
    session: Session, conflict: AttendanceConflict, now: datetime, user_id: int | None
) -> None:
    """Ask again what was decided: each answer that stood before is said once more, after the decision. Raises StatusChanged."""
    if conflict.decided_status is None:
        raise StatusChanged
    for each in conflict.statuses:
        append_mark(
            session,
            conflict.registration,
            conflict.session,
            each,
            after=conflict.last_mark_id,
            now=now,
            user_id=user_id,
        )


def list_walk_ins(session: Session, seminar: Seminar) -> list[Registration]:
    """Those who came without registering, the first first: likely duplicates, people of their own, and who was merged."""
    wanted = select(Registration).where(
        Registration.seminar_id == seminar.id,
        Registration.walk_in_id.is_not(None),
        Registration.status.in_(
            (RegistrationStatus.DUPLICATE, RegistrationStatus.MERGED, RegistrationStatus.REGISTERED)
        ),
    )
    return list(session.scalars(wanted.order_by(Registration.id).options(joinedload(Registration.person))))


def count_open_conflicts(session: Session, seminar: Seminar) -> int:
    """Count what waits for the organizer: places where marks disagree, and people who came and likely are registered."""
    found = marks.load_conflicting_attendance(
        session, [each.id for each in seminar.sessions], map_merged_registrations(session, [seminar.id])
    )
    undecided = select(func.count()).where(
        Registration.seminar_id == seminar.id,
        Registration.status == RegistrationStatus.DUPLICATE,
        Registration.walk_in_id.is_not(None),
    )
    return len(found) + (session.scalar(undecided) or 0)
