"""What the ledger says: appending a mark, the status of a person in a session, and the share of sessions attended."""

import secrets
import uuid
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any, Protocol

from sqlalchemy import Row, Select, and_, bindparam, case, func, select
from sqlalchemy.orm import Session

from trainer.attendance.models import AttendanceMark, AttendanceStatus, MarkSource, Signature
from trainer.raw_queries import fetch_number_columns
from trainer.registration.models import Registration, RegistrationStatus
from trainer.seminars.models import Seminar, SeminarSession

PRESENT_STATUSES = (AttendanceStatus.PRESENT, AttendanceStatus.LATE)
MAX_PEOPLE_READ_BY_ID = 20  # people whose marks are looked up by their names instead of reading everybody's
AttendanceKey = tuple[int, int]
"""A registration and a session."""


class MarkLike(Protocol):
    """What the standing follows from."""

    @property
    def id(self) -> uuid.UUID: ...
    @property
    def status(self) -> str: ...
    @property
    def after(self) -> uuid.UUID | None: ...
    @property
    def decides(self) -> bool: ...


@dataclass(frozen=True)
class SessionAttendance:
    """Where a person stands in a session: the status, or a question for the organizer when marks disagree.

    `several` marks may stand beside each other and agree: a mark that replaces them has to decide.
    """

    status: AttendanceStatus | None = None
    last_mark_id: uuid.UUID | None = None
    latest_statuses: tuple[AttendanceStatus, ...] = ()
    has_parallel_marks: bool = False

    @property
    def is_conflicting(self) -> bool:
        """Whether two marks disagree and nobody has decided."""
        return len(self.latest_statuses) > 1


@dataclass(frozen=True)
class AttendanceSummary:
    """How much of a seminar a person attended, in sessions."""

    held: int
    present: int
    excused: int
    conflicting: int
    marked: int

    @property
    def counted(self) -> int:
        """The sessions that count: held, without those the person was excused from."""
        return self.held - self.excused

    @property
    def missed_all(self) -> bool:
        """Return True if every past session is marked and the person was present at none; False before the first session."""
        return self.held > 0 and self.marked == self.held and self.present == 0

    def reaches_share(self, percent: int) -> bool:
        """Whether the share attended is at least so many percent, compared as whole numbers; all excused is not."""
        return self.conflicting == 0 and self.counted > 0 and 100 * self.present >= percent * self.counted


def generate_mark_id(now: datetime) -> uuid.UUID:
    """Make a UUIDv7 (RFC 9562): milliseconds first, so that marks sort by time."""
    milliseconds = int(now.timestamp() * 1000)
    value = (milliseconds << 80) | (0x7 << 76) | (secrets.randbits(12) << 64) | (0b10 << 62) | secrets.randbits(62)
    return uuid.UUID(int=value)


def append_mark(
    session: Session,
    registration: Registration,
    seminar_session: SeminarSession,
    status: AttendanceStatus,
    *,
    after: uuid.UUID | None,
    now: datetime,
    user_id: int | None = None,
    decides: bool = False,
    source: MarkSource = MarkSource.DESK,
) -> AttendanceMark:
    """Add a mark to the ledger; nothing that is there changes."""
    mark = AttendanceMark(
        id=generate_mark_id(now),
        registration_id=registration.id,
        session_id=seminar_session.id,
        status=status,
        after=after,
        decides=decides,
        made_at=now,
        received_at=now,
        source=source,
        user_id=user_id,
    )
    session.add(mark)
    return mark


def derive_session_attendance(marks: Sequence[MarkLike]) -> SessionAttendance:
    """Derive where the marks of one person and session, in the order received, leave the person."""
    heads = list_latest_marks(marks)
    claims = tuple(sorted({AttendanceStatus(mark.status) for mark in heads}))
    if not heads:
        return SessionAttendance()
    status = claims[0] if len(claims) == 1 else None
    return SessionAttendance(
        status=status, last_mark_id=heads[-1].id, latest_statuses=claims, has_parallel_marks=len(heads) > 1
    )


def list_latest_marks(marks: Sequence[MarkLike]) -> list[MarkLike]:
    """Give the marks that no later one has taken the place of, since the last that decided."""
    decided = max((place for place, mark in enumerate(marks) if mark.decides), default=0)
    standing = marks[decided:]
    superseded = {mark.after for mark in standing}
    return [mark for mark in standing if mark.id not in superseded]


def load_seminar_attendance(session: Session, seminar: Seminar) -> dict[AttendanceKey, SessionAttendance]:
    """Give where everybody stands in every session of the seminar, by registration and session.

    The marks of a registration that was merged into another count for that one, for as long as the merge stands.
    """
    places = load_ledger(
        session, [each.id for each in seminar.sessions], map_merged_registrations(session, [seminar.id])
    )
    return {place: derive_session_attendance(marks) for place, marks in places.items()}


def load_attendance_of_people(
    session: Session,
    seminar: Seminar,
    registrations: Iterable[Registration],
    surviving_ids: Mapping[int, int] | None = None,
) -> dict[AttendanceKey, SessionAttendance]:
    """Return the attendance of some people by registration id and session id, reading only their marks.

    `surviving_ids` maps merged registrations to the surviving ones; it is read from the database if not given.
    """
    if surviving_ids is None:
        surviving_ids = map_merged_registrations(session, [seminar.id])
    registration_ids = add_merged_ids((registration.id for registration in registrations), surviving_ids)
    session_ids = [seminar_session.id for seminar_session in seminar.sessions]
    places = load_ledger(session, session_ids, surviving_ids, registration_ids)
    return {place: derive_session_attendance(marks) for place, marks in places.items()}


def load_ledger(
    session: Session,
    session_ids: Iterable[int],
    surviving_ids: Mapping[int, int],
    registration_ids: Iterable[int] | None = None,
) -> dict[AttendanceKey, list[Row[Any]]]:
    """Give the marks of sessions in the order received, by the registration that they count for and session.

    `registration_ids` are the registrations to look at, where not all are; those merged into them have to be among them.
    """
    columns = ("registration_id", "session_id", "id", "status", "after", "decides")
    wanted = select(*(getattr(AttendanceMark, each) for each in columns)).where(
        AttendanceMark.session_id.in_(session_ids)
    )
    if registration_ids is not None:
        wanted = wanted.where(AttendanceMark.registration_id.in_(registration_ids))
    found: dict[AttendanceKey, list[Row[Any]]] = defaultdict(list)
    for mark in session.execute(wanted.order_by(AttendanceMark.received_at, AttendanceMark.id)):
        found[surviving_ids.get(mark.registration_id, mark.registration_id), mark.session_id].append(mark)
    return found


def map_merged_registrations(session: Session, seminar_ids: Iterable[int] | Select[int]) -> dict[int, int]:
    """Return the id of the surviving registration for each merged registration of some seminars.

    `seminar_ids` may be a SELECT of ids, which then becomes a subquery.
    """
    rows = select(Registration.id, Registration.merged_into_id).where(
        Registration.seminar_id.in_(seminar_ids), Registration.status == RegistrationStatus.MERGED
    )
    return resolve_merges({row[0]: row[1] for row in session.execute(rows) if row[1] is not None})


def resolve_merges(merged_into_ids: Mapping[int, int]) -> dict[int, int]:
    """Follow each merge to the registration that was merged into no other."""
    found = {}
    for each in merged_into_ids:
        kept, seen = each, {each}
        while kept in merged_into_ids and merged_into_ids[kept] not in seen:
            kept = merged_into_ids[kept]
            seen.add(kept)
        found[each] = kept
    return found


def load_conflicting_attendance(
    session: Session,
    session_ids: Iterable[int],
    surviving_ids: Mapping[int, int],
    registration_ids: Iterable[int] | None = None,
) -> dict[AttendanceKey, SessionAttendance]:
    """Give the places where marks disagree and nobody has decided: of all people, or of some and whoever was merged into them."""
    session_ids = list(session_ids)
    suspects = list_keys_with_differing_marks(
        session,
        session_ids,
        surviving_ids,
        None if registration_ids is None else add_merged_ids(registration_ids, surviving_ids),
    )
    if not suspects:
        return {}
    places = load_ledger(
        session, session_ids, surviving_ids, add_merged_ids((each for each, _session in suspects), surviving_ids)
    )
    found = {place: derive_session_attendance(marks) for place, marks in places.items() if place in suspects}
    return {place: standing for place, standing in found.items() if standing.is_conflicting}


def add_merged_ids(registration_ids: Iterable[int], surviving_ids: Mapping[int, int]) -> set[int]:
    """Give the registrations under which some people's marks may stand: the kept ones and those merged into them."""
    ends = {surviving_ids.get(each, each) for each in registration_ids}
    return ends | {each for each, into in surviving_ids.items() if into in ends}


@cache
def build_status_range_query(for_everybody: bool, include_uniform: bool) -> Select[Any]:
    """Ask for two of the statuses ever said of each place; only where they differ, unless places are joined afterwards."""
    table = AttendanceMark.__table__
    place = (table.c.registration_id, table.c.session_id)
    least, most = func.min(table.c.status), func.max(table.c.status)
    wanted = select(*place, least, most).where(table.c.session_id.in_(bindparam("sessions", expanding=True)))
    if not for_everybody:
        wanted = wanted.where(table.c.registration_id.in_(bindparam("people", expanding=True)))
    wanted = wanted.group_by(*place)
    return wanted if include_uniform else wanted.having(least != most)


def list_keys_with_differing_marks(
    session: Session,
    session_ids: Iterable[int],
    surviving_ids: Mapping[int, int],
    registration_ids: Iterable[int] | None,
) -> set[AttendanceKey]:
    """Give the places where not all marks ever made say the same; counted by the database, as there are few."""
    asked = {"sessions": list(session_ids)} | ({} if registration_ids is None else {"people": list(registration_ids)})
    wanted = build_status_range_query(registration_ids is None, bool(surviving_ids))
    said: dict[AttendanceKey, set[str]] = defaultdict(set)
    for registration, where, *statuses in session.connection().execute(wanted, asked):
        said[surviving_ids.get(registration, registration), where].update(statuses)
    return {each for each, statuses in said.items() if len(statuses) > 1}


def list_possible_attendee_ids(session: Session, registrations: Iterable[Registration]) -> set[int]:
    """Say which of some registrations stand on a list of those who came: marked as here, disputed or not, or signed."""
    asked = list(registrations)
    kept = map_merged_registrations(session, {each.seminar_id for each in asked})
    sessions = select(SeminarSession.id).where(SeminarSession.seminar_id.in_({each.seminar_id for each in asked}))
    people = add_merged_ids((each.id for each in asked), kept)
    places = load_ledger(session, session.scalars(sessions).all(), kept, people)
    came = {
        who
        for (who, _session), marks in places.items()
        if any(each in PRESENT_STATUSES for each in derive_session_attendance(marks).latest_statuses)
    }
    signed = session.scalars(select(Signature.registration_id).where(Signature.registration_id.in_(people)))
    came |= {kept.get(each, each) for each in signed}
    return {each.id for each in asked if kept.get(each.id, each.id) in came}


def list_present_registration_ids(session: Session, seminars: Iterable[Seminar], now: datetime) -> set[int]:
    """Give who was here in any session held of some seminars; of registrations that were merged, the ones that were kept.

    The database counts; the ledger is read only of people of whom marks disagree, and of those who were merged.
    """
    seminars = list(seminars)
    kept = map_merged_registrations(session, [each.id for each in seminars])
    held = [place.id for each in seminars for place in list_held_sessions(each, now)]
    places = build_status_range_query(True, True).subquery()
    registration, _session, least, most = places.c
    here = func.max(case((and_(least == most, least.in_(PRESENT_STATUSES)), registration)))
    disputed = func.max(case((least != most, registration)))
    of_merged = add_merged_ids(kept, kept)
    found, unclear = fetch_number_columns(session, select(here, disputed).group_by(registration), {"sessions": held})
    found -= of_merged
    unclear = unclear - found | of_merged
    if unclear:
        marks = load_ledger(session, held, kept, add_merged_ids(unclear, kept))
        found |= {
            who for (who, _place), each in marks.items() if derive_session_attendance(each).status in PRESENT_STATUSES
        }
    return found


def map_signature_times(session: Session, registration: Registration) -> dict[int, datetime]:
    """Say when somebody signed for which sessions."""
    wanted = select(Signature.session_id, Signature.made_at).where(Signature.registration_id == registration.id)
    return {row.session_id: row.made_at for row in session.execute(wanted.order_by(Signature.received_at))}


def list_held_sessions(seminar: Seminar, now: datetime) -> list[SeminarSession]:
    """The sessions that have begun."""
    return [each for each in seminar.sessions if each.starts_at <= now]


def summarize_attendance(
    session: Session,
    seminar: Seminar,
    registrations: Iterable[Registration],
    now: datetime,
    surviving_ids: Mapping[int, int] | None = None,
) -> dict[int, AttendanceSummary]:
    """Return how many sessions each registration attended; a session held without a mark counts as missed.

    `surviving_ids` maps merged registrations to the surviving ones; it is read from the database if not given.
    """
    people, held = list(registrations), [each.id for each in list_held_sessions(seminar, now)]
    known = (
        load_attendance_of_people(session, seminar, people, surviving_ids)
        if len(people) <= MAX_PEOPLE_READ_BY_ID
        else load_seminar_attendance(session, seminar)
    )
    return {
        each.id: count_attendance([known.get((each.id, place), SessionAttendance()) for place in held])
        for each in people
    }


def count_attendance(session_attendances: Sequence[SessionAttendance]) -> AttendanceSummary:
    """Count the standings of one person in the sessions held."""
    return AttendanceSummary(
        held=len(session_attendances),
        present=sum(each.status in PRESENT_STATUSES for each in session_attendances),
        excused=sum(each.status == AttendanceStatus.EXCUSED for each in session_attendances),
        conflicting=sum(each.is_conflicting for each in session_attendances),
        marked=sum(each.status is not None for each in session_attendances),
    )
