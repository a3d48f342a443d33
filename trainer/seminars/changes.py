"""Changes of a seminar: recording them, the organizer's decision whether people are told, and what was true at a version."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.seminars.models import ChangeDecision, Seminar, SeminarChange
from trainer.seminars.schedule import Schedule, ScheduledSession, build_schedule


@dataclass(frozen=True)
class ScheduleHistory:
    """The present schedule of a seminar, and the changes that led to it in the order of their versions."""

    seminar: Seminar
    present: Schedule
    changes: Sequence[SeminarChange]

    @property
    def last_told_version(self) -> int | None:
        """Return the version of the last change of which people were told; None if they were told of none."""
        told = (change.version for change in self.changes if change.decision == ChangeDecision.TOLD)
        return max(told, default=None)

    def get_schedule(self, version: int) -> Schedule:
        """Return the schedule of a version."""
        later = [change for change in self.changes if change.version > version]
        return Schedule.from_mapping(later[0].before) if later else self.present

    def get_change_time(self, version: int) -> datetime:
        """Return when the last change after a version was made; there must be one."""
        return next(change.changed_at for change in reversed(self.changes) if change.version > version)

    def list_removed_sessions(self, version: int) -> list[ScheduledSession]:
        """Return the sessions that were planned at a version or later and are not planned any more, as they were last."""
        earlier = [Schedule.from_mapping(change.before) for change in self.changes if change.version > version]
        sessions = {session.uid: session for schedule in earlier for session in schedule.sessions}
        removed = sessions.keys() - {session.uid for session in self.present.sessions}
        return sorted((sessions[uid] for uid in removed), key=lambda session: (session.starts_at, session.uid))


def load_history(session: Session, seminar: Seminar) -> ScheduleHistory:
    """Return the history of a seminar."""
    return load_histories(session, [seminar])[seminar.id]


def load_histories(session: Session, seminars: Iterable[Seminar]) -> dict[int, ScheduleHistory]:
    """Return the histories of seminars by id, with one query for the changes of all."""
    by_id = {seminar.id: seminar for seminar in seminars}
    statement = select(SeminarChange).where(SeminarChange.seminar_id.in_(by_id)).order_by(SeminarChange.version)
    changes = session.scalars(statement).all()
    return {
        id_: ScheduleHistory(seminar, build_schedule(seminar), [item for item in changes if item.seminar_id == id_])
        for id_, seminar in by_id.items()
    }


def record_change(session: Session, seminar: Seminar, before: Schedule, user_id: int | None, now: datetime) -> None:
    """Record that the schedule is another one than `before` and leave the decision open; no effect if it is the same.

    The seminar must be locked, and its `calendar_version` counts the change already.
    """
    after = build_schedule(seminar)
    if after == before:
        return
    change = SeminarChange(
        seminar_id=seminar.id,
        version=seminar.calendar_version,
        before=before.to_mapping(),
        after=after.to_mapping(),
        changed_at=now,
        changed_by_id=user_id,
    )
    session.add(change)
    seminar.has_open_change = True
    session.flush()


def decide_changes(
    session: Session, seminar: Seminar, decision: ChangeDecision, user_id: int | None, now: datetime
) -> None:
    """Record one decision for all open changes of a locked seminar."""
    open_changes = select(SeminarChange).where(
        SeminarChange.seminar_id == seminar.id, SeminarChange.decision == ChangeDecision.OPEN
    )
    for change in session.scalars(open_changes):
        change.decision, change.decided_at, change.decided_by_id = decision, now, user_id
    seminar.has_open_change = False
    session.flush()
