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
from trainer.attendance.ledger import Place, append_mark, family, heads_of, merged, said_differently, standing_of
from trainer.attendance.models import AttendanceMark, Device, Status
from trainer.registration.models import Registration, State
from trainer.registration.seats.waiting_list import StateChanged, lock
from trainer.seminars.models import Seminar, SeminarSession


@dataclass(frozen=True)
class Said:
    """One mark: what it says, when by our clock, and who made it (empty where the account is no more)."""

    status: Status
    at: datetime
    maker: str
    device: bool
    decides: bool


@dataclass(frozen=True)
class Question:
    """A person in a session whose marks disagree, or disagreed until somebody decided; all marks in the order received."""

    registration: Registration
    session: SeminarSession
    head: UUID
    claims: tuple[Status, ...]
    said: tuple[Said, ...]
    decided: Status | None


def questions(session: Session, seminar: Seminar) -> list[Question]:
    """Give what waits for a decision first, then what was decided; each in the order of sessions and names."""
    kept, sessions = merged(session, [seminar.id]), {each.id: each for each in seminar.sessions}
    suspects = said_differently(session, sessions, kept, None)
    people = {each.id: each for each in people_of(session, {who for who, _place in suspects})}
    found = []
    for (who, where), ledger in in_full(session, suspects, kept).items():
        question = question_of(people[who], sessions[where], ledger)
        if question is not None:
            found.append(question)
    order = sorted(found, key=lambda each: (each.session.starts_at, each.registration.person.sort_key))
    return sorted(order, key=lambda each: each.decided is not None)


def people_of(session: Session, ids: set[int]) -> list[Registration]:
    """Find registrations."""
    return list(session.scalars(select(Registration).where(Registration.id.in_(ids))))


def in_full(session: Session, places: set[Place], kept: dict[int, int]) -> dict[Place, list[Row[Any]]]:
    """Give all marks of some places in the order received, with who made them."""
    columns = ("registration_id", "session_id", "id", "status", "after", "decides", "made_at", "skew", "device_id")
    wanted = (
        select(*(getattr(AttendanceMark, each) for each in columns))
        .add_columns(func.coalesce(Device.name, User.name, User.email).label("maker"))
        .outerjoin(Device, Device.id == AttendanceMark.device_id)
        .outerjoin(User, User.id == AttendanceMark.user_id)
        .where(AttendanceMark.registration_id.in_(family((who for who, _where in places), kept)))
        .order_by(AttendanceMark.received_at, AttendanceMark.id)
    )
    found: dict[Place, list[Row[Any]]] = defaultdict(list)
    for mark in session.execute(wanted):
        place = kept.get(mark.registration_id, mark.registration_id), mark.session_id
        if place in places:
            found[place].append(mark)
    return found


def question_of(registration: Registration, where: SeminarSession, ledger: list[Row[Any]]) -> Question | None:
    """Say what the marks of a place ask, or asked until the last of them decided; None where they asked nothing."""
    standing, before = standing_of(ledger), claims_before(ledger)
    if standing.head is None or not (standing.unresolved or before):
        return None
    said = tuple(said_by(each) for each in ledger)
    return Question(
        registration, where, standing.head, standing.claims if standing.unresolved else before, said, standing.status
    )


def claims_before(ledger: list[Row[Any]]) -> tuple[Status, ...]:
    """Give what the marks said that a decision settled, where it is the last word and they disagreed."""
    heads = heads_of(ledger)
    if len(heads) != 1 or not heads[0].decides:
        return ()
    place = next(number for number, mark in enumerate(ledger) if mark.id == heads[0].id)
    before = standing_of(ledger[:place])
    return before.claims if before.unresolved else ()


def said_by(mark: Row[Any]) -> Said:
    """Write down a mark for people."""
    at = mark.made_at + timedelta(milliseconds=mark.skew)
    return Said(Status(mark.status), at, mark.maker or "", mark.device_id is not None, mark.decides)


def find(session: Session, seminar: Seminar, registration_id: int, session_id: int, head: str) -> Question:
    """Find a question as the organizer saw it, letting nobody change it meanwhile. Raises StateChanged."""
    lock(session, seminar)
    for each in questions(session, seminar):
        if (each.registration.id, each.session.id, str(each.head)) == (registration_id, session_id, head):
            return each
    raise StateChanged


def decide(session: Session, question: Question, status: str, now: datetime, user_id: int | None) -> None:
    """Keep one of the answers, by a mark that settles those before it. Raises StateChanged for what is no answer or was decided."""
    if question.decided is not None or status not in question.claims:
        raise StateChanged
    append_mark(
        session,
        question.registration,
        question.session,
        Status(status),
        after=question.head,
        now=now,
        user_id=user_id,
        decides=True,
    )


def reopen(session: Session, question: Question, now: datetime, user_id: int | None) -> None:
    """Ask again what was decided: each answer that stood before is said once more, after the decision. Raises StateChanged."""
    if question.decided is None:
        raise StateChanged
    for each in question.claims:
        append_mark(
            session, question.registration, question.session, each, after=question.head, now=now, user_id=user_id
        )


def walk_ins(session: Session, seminar: Seminar) -> list[Registration]:
    """Those who came without registering, the first first: likely duplicates, people of their own, and who was merged."""
    wanted = select(Registration).where(
        Registration.seminar_id == seminar.id,
        Registration.walk_in_id.is_not(None),
        Registration.state.in_((State.DUPLICATE, State.MERGED, State.REGISTERED)),
    )
    return list(session.scalars(wanted.order_by(Registration.id).options(joinedload(Registration.person))))


def open_questions(session: Session, seminar: Seminar) -> int:
    """Count what waits for the organizer: places where marks disagree, and people who came and likely are registered."""
    found = marks.unresolved(session, [each.id for each in seminar.sessions], merged(session, [seminar.id]))
    undecided = select(func.count()).where(
        Registration.seminar_id == seminar.id,
        Registration.state == State.DUPLICATE,
        Registration.walk_in_id.is_not(None),
    )
    return len(found) + (session.scalar(undecided) or 0)
