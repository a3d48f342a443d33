"""What the participants' list of a day says: who was there, where from, and what stands in the column for the signature."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.attendance import ledger
from trainer.attendance.ledger import PRESENT_STATUSES, SessionAttendance
from trainer.attendance.models import AttendanceStatus, Signature
from trainer.people.models import Person
from trainer.registration.desk import listing
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar, SeminarSession

Strokes = list[list[list[int]]]
ASSISTANTS_AUDIENCE = "personal_assistant"
ASSISTANT_POSITIONS = (
    "",
    "жеке көмекші",
    "индивидуальный помощник",
)  # what assistants write as their position, if anything


class LastColumn(StrEnum):
    """What stands in the last column of the list."""

    SIGNATURES = "signatures"  # as they were drawn on a tablet
    EMPTY = "empty"  # to be signed by hand
    STATUSES = "statuses"  # how everybody was marked


@dataclass(frozen=True)
class Participant:
    """A line of the list. `statuses` are those of the day's sessions, None where nobody marked or marks disagree."""

    name: str
    workplace: str
    position: str
    is_assistant: bool
    """Whether somebody is a personal assistant, said or not: those mostly have no other position."""
    phone: str
    statuses: tuple[AttendanceStatus | None, ...]
    strokes: Strokes | None

    @property
    def was_present(self) -> bool:
        """Whether somebody was there in at least one session of the day."""
        return any(each in PRESENT_STATUSES for each in self.statuses)


@dataclass(frozen=True)
class ParticipantList:
    """The list of a day. Before anybody was marked everybody on the list stands on it, afterwards who came."""

    seminar: Seminar
    day: date
    sessions: tuple[SeminarSession, ...]
    last_column: LastColumn
    participants: tuple[Participant, ...]
    registered_count: int
    has_marks: bool


def build_participant_list(session: Session, seminar: Seminar, day: date, last_column: LastColumn) -> ParticipantList:
    """Give the list of a day of the seminar, in the order of the Kazakh alphabet."""
    sessions = list_sessions_on_day(seminar, day)
    standings = ledger.load_seminar_attendance(session, seminar)
    drawn = map_signature_strokes(session, seminar, sessions)
    everybody = [
        build_participant(each, list_session_statuses(each, sessions, standings), drawn.get(each.id))
        for each in listing.list_participants(session, seminar)
    ]
    marked = any(any(each.statuses) for each in everybody)
    shown = (
        everybody
        if last_column == LastColumn.STATUSES or not marked
        else [each for each in everybody if each.was_present]
    )
    return ParticipantList(seminar, day, sessions, last_column, tuple(shown), len(everybody), marked)


def list_sessions_on_day(seminar: Seminar, day: date) -> tuple[SeminarSession, ...]:
    """Give the sessions that begin on a day."""
    return tuple(each for each in seminar.sessions if each.starts_at.astimezone(seminar.zone).date() == day)


def list_session_statuses(
    registration: Registration,
    sessions: Sequence[SeminarSession],
    attendance_by_key: Mapping[ledger.AttendanceKey, SessionAttendance],
) -> tuple[AttendanceStatus | None, ...]:
    """Give how somebody was marked in sessions."""
    return tuple(attendance_by_key.get((registration.id, each.id), SessionAttendance()).status for each in sessions)


def map_signature_strokes(session: Session, seminar: Seminar, sessions: Sequence[SeminarSession]) -> dict[int, Strokes]:
    """Give the last signature that each person drew in sessions, by the registration for which it counts."""
    kept = ledger.map_merged_registrations(session, [seminar.id])
    wanted = select(Signature.registration_id, Signature.strokes).where(
        Signature.session_id.in_([each.id for each in sessions])
    )
    rows = session.execute(wanted.order_by(Signature.received_at, Signature.id))
    return {kept.get(each.registration_id, each.registration_id): each.strokes for each in rows}


def build_participant(
    registration: Registration, statuses: tuple[AttendanceStatus | None, ...], strokes: Strokes | None
) -> Participant:
    """Write a line of the list."""
    person: Person = registration.person
    return Participant(
        name=person.full_name,
        workplace=person.workplace,
        position=person.position,
        is_assistant=is_personal_assistant(registration.seminar.audience, person.position),
        phone=person.phone,
        statuses=statuses,
        strokes=strokes,
    )


def is_personal_assistant(audience: str, position: str) -> bool:
    """Whether somebody is a personal assistant: by the position, or without one in a seminar for assistants."""
    written = position.strip().casefold()
    return written in ASSISTANT_POSITIONS and (written != "" or audience == ASSISTANTS_AUDIENCE)
