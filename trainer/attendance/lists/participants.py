"""Content of the participants' list of a day: people, their attendance, and the content of the last column."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.attendance.ledger import PRESENT_STATUSES
from trainer.attendance.merges import map_merged_registrations
from trainer.attendance.models import AttendanceStatus, Signature
from trainer.attendance.tally import map_session_statuses
from trainer.registration.seats.participants import list_listed_people
from trainer.seminars.models import Seminar, SeminarSession

Strokes = list[list[list[int]]]
ASSISTANTS_AUDIENCE = "personal_assistant"
ASSISTANT_POSITIONS = ("", "жеке көмекші", "индивидуальный помощник")  # as assistants enter it, if at all


class LastColumn(StrEnum):
    """Content of the last column of the list."""

    SIGNATURES = "signatures"  # drawn on tablets
    EMPTY = "empty"  # for handwritten signatures
    STATUSES = "statuses"  # attendance of everybody


@dataclass(frozen=True)
class Participant:
    """A row of the list. `statuses` are those of the day's sessions, None without a mark or in a conflict."""

    name: str
    workplace: str
    position: str
    is_assistant: bool
    """Whether the person is a personal assistant (see `is_personal_assistant`)."""
    phone: str
    statuses: tuple[AttendanceStatus | None, ...]
    strokes: Strokes | None

    @property
    def was_present(self) -> bool:
        """Return whether the person was present in at least one session of the day."""
        return any(status in PRESENT_STATUSES for status in self.statuses)


@dataclass(frozen=True)
class ParticipantList:
    """The list of a day: everybody registered while nobody is marked (`has_marks`), afterwards those present."""

    seminar: Seminar
    day: date
    sessions: tuple[SeminarSession, ...]
    last_column: LastColumn
    participants: tuple[Participant, ...]
    registered_count: int
    has_marks: bool


def build_participant_list(session: Session, seminar: Seminar, day: date, last_column: LastColumn) -> ParticipantList:
    """Return the list of a day, in the order of the Kazakh alphabet."""
    sessions = list_sessions_on_day(seminar, day)
    surviving_ids = map_merged_registrations(session, [seminar.id])
    strokes = map_signature_strokes(session, sessions, surviving_ids)
    statuses = [map_statuses(session, seminar_session, surviving_ids) for seminar_session in sessions]
    everybody = [
        Participant(
            person.full_name,
            person.workplace,
            person.position,
            is_personal_assistant(seminar.audience, person.position),
            person.phone,
            tuple(of_session.get(person.registration_id) for of_session in statuses),
            strokes.get(person.registration_id),
        )
        for person in list_listed_people(session, seminar)
    ]
    has_marks = any(any(participant.statuses) for participant in everybody)
    is_for_everybody = last_column == LastColumn.STATUSES or not has_marks
    return ParticipantList(
        seminar=seminar,
        day=day,
        sessions=sessions,
        last_column=last_column,
        participants=tuple(participant for participant in everybody if is_for_everybody or participant.was_present),
        registered_count=len(everybody),
        has_marks=has_marks,
    )


def list_sessions_on_day(seminar: Seminar, day: date) -> tuple[SeminarSession, ...]:
    """Return the sessions that begin on a day in the seminar's zone."""
    return tuple(
        seminar_session
        for seminar_session in seminar.sessions
        if seminar_session.starts_at.astimezone(seminar.zone).date() == day
    )


def map_statuses(
    session: Session, seminar_session: SeminarSession, surviving_ids: Mapping[int, int]
) -> dict[int, AttendanceStatus]:
    """Return the status of everybody in a session by registration id; who has no mark or a conflict is not among them."""
    ids_by_status = map_session_statuses(session, seminar_session, surviving_ids)
    return {registration_id: status for status, ids in ids_by_status.items() for registration_id in ids}


def map_signature_strokes(
    session: Session, sessions: Sequence[SeminarSession], surviving_ids: Mapping[int, int]
) -> dict[int, Strokes]:
    """Return the strokes of each person's last signature in the sessions, by surviving registration."""
    query = select(Signature.registration_id, Signature.strokes).where(
        Signature.session_id.in_([seminar_session.id for seminar_session in sessions])
    )
    rows = session.execute(query.order_by(Signature.received_at, Signature.id))
    return {surviving_ids.get(row.registration_id, row.registration_id): row.strokes for row in rows}


def is_personal_assistant(audience: str, position: str) -> bool:
    """Return whether a person is a personal assistant: by position, or without a position in a seminar for assistants."""
    normalized = position.strip().casefold()
    return normalized in ASSISTANT_POSITIONS and (normalized != "" or audience == ASSISTANTS_AUDIENCE)
