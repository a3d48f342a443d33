"""People on the list without a mark in a session that was held, in many seminars by a few queries."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from trainer.attendance.ledger import list_held_sessions
from trainer.attendance.models import AttendanceMark
from trainer.registration.models import Registration, RegistrationStatus
from trainer.seminars.models import Seminar, SeminarSession


def count_unmarked_people(
    session: Session, seminars: Sequence[Seminar], now: datetime, surviving_ids: Mapping[int, int]
) -> dict[int, int]:
    """Return the number of registered people without a mark in some held session, by seminar id.

    Marks of a registration that was merged count for the surviving one, by `surviving_ids`.
    """
    session_ids = [held.id for seminar in seminars for held in list_held_sessions(seminar, now)]
    if not session_ids:
        return {}
    is_marked = exists().where(
        AttendanceMark.session_id == SeminarSession.id, AttendanceMark.registration_id == Registration.id
    )
    query = (
        select(Registration.seminar_id, Registration.id, SeminarSession.id)
        .join(SeminarSession, SeminarSession.seminar_id == Registration.seminar_id)
        .where(Registration.status == RegistrationStatus.REGISTERED, SeminarSession.id.in_(session_ids), ~is_marked)
    )
    unmarked = [(seminar_id, (person, part)) for seminar_id, person, part in session.execute(query)]
    marked = list_marked_by_merged(session, session_ids, surviving_ids) if unmarked else set()
    people = defaultdict(set)
    for seminar_id, key in unmarked:
        if key not in marked:
            people[seminar_id].add(key[0])
    return {seminar_id: len(ids) for seminar_id, ids in people.items()}


def list_marked_by_merged(
    session: Session, session_ids: Sequence[int], surviving_ids: Mapping[int, int]
) -> set[tuple[int, int]]:
    """Return surviving registration and session of the marks of registrations that were merged."""
    if not surviving_ids:
        return set()
    query = select(AttendanceMark.registration_id, AttendanceMark.session_id).where(
        AttendanceMark.session_id.in_(session_ids), AttendanceMark.registration_id.in_(surviving_ids)
    )
    return {(surviving_ids[row[0]], row[1]) for row in session.execute(query)}
