"""What the participants' list of a day says: who was there, where from, and what stands in the column for the signature."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.attendance import ledger
from trainer.attendance.ledger import HERE, Standing
from trainer.attendance.models import Signature, Status
from trainer.people.models import Person
from trainer.registration.desk import listing
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar, SeminarSession

Strokes = list[list[list[int]]]
ASSISTANTS = "personal_assistant"
ASSISTANT = ("", "жеке көмекші", "индивидуальный помощник")  # what assistants write as their position, if anything


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
    assistant: bool
    """Whether somebody is a personal assistant, said or not: those mostly have no other position."""
    phone: str
    statuses: tuple[Status | None, ...]
    strokes: Strokes | None

    @property
    def came(self) -> bool:
        """Whether somebody was there in at least one session of the day."""
        return any(each in HERE for each in self.statuses)


@dataclass(frozen=True)
class Attendance:
    """The list of a day. Before anybody was marked everybody on the list stands on it, afterwards who came."""

    seminar: Seminar
    day: date
    sessions: tuple[SeminarSession, ...]
    column: LastColumn
    people: tuple[Participant, ...]
    registered: int
    marked: bool


def attendance_of(session: Session, seminar: Seminar, day: date, column: LastColumn) -> Attendance:
    """Give the list of a day of the seminar, in the order of the Kazakh alphabet."""
    sessions = sessions_on(seminar, day)
    standings = ledger.standings(session, seminar)
    drawn = drawn_signatures(session, seminar, sessions)
    everybody = [
        participant(each, statuses_of(each, sessions, standings), drawn.get(each.id))
        for each in listing.participants(session, seminar)
    ]
    marked = any(any(each.statuses) for each in everybody)
    shown = everybody if column == LastColumn.STATUSES or not marked else [each for each in everybody if each.came]
    return Attendance(seminar, day, sessions, column, tuple(shown), len(everybody), marked)


def sessions_on(seminar: Seminar, day: date) -> tuple[SeminarSession, ...]:
    """Give the sessions that begin on a day."""
    return tuple(each for each in seminar.sessions if each.starts_at.astimezone(seminar.zone).date() == day)


def statuses_of(
    registration: Registration, sessions: Sequence[SeminarSession], standings: Mapping[ledger.Place, Standing]
) -> tuple[Status | None, ...]:
    """Give how somebody was marked in sessions."""
    return tuple(standings.get((registration.id, each.id), Standing()).status for each in sessions)


def drawn_signatures(session: Session, seminar: Seminar, sessions: Sequence[SeminarSession]) -> dict[int, Strokes]:
    """Give the last signature that each person drew in sessions, by the registration for which it counts."""
    kept = ledger.merged(session, [seminar.id])
    wanted = select(Signature.registration_id, Signature.strokes).where(
        Signature.session_id.in_([each.id for each in sessions])
    )
    rows = session.execute(wanted.order_by(Signature.received_at, Signature.id))
    return {kept.get(each.registration_id, each.registration_id): each.strokes for each in rows}


def participant(
    registration: Registration, statuses: tuple[Status | None, ...], strokes: Strokes | None
) -> Participant:
    """Write a line of the list."""
    person: Person = registration.person
    return Participant(
        name=person.full_name,
        workplace=person.workplace,
        position=person.position,
        assistant=is_assistant(registration.seminar.audience, person.position),
        phone=person.phone,
        statuses=statuses,
        strokes=strokes,
    )


def is_assistant(audience: str, position: str) -> bool:
    """Whether somebody is a personal assistant: by the position, or without one in a seminar for assistants."""
    written = position.strip().casefold()
    return written in ASSISTANT and (written != "" or audience == ASSISTANTS)
