"""Cancelling a whole seminar, and reinstating it.

Registrations stay as they are: what is true of all of them is stored once, with the seminar. So a seminar can be
reinstated at any time before its end, and everybody has their seat or position again. Before people were told, nothing
happened for them; afterwards, that it takes place after all is a change like any other, of which they are told alike,
with calendar entries that outrank the cancellation.
"""

from datetime import datetime

from sqlalchemy.orm import Session

from trainer.language.translated import Translated
from trainer.seminars.changes import record_change
from trainer.seminars.locking import lock_and_reload_seminar
from trainer.seminars.models import Seminar
from trainer.seminars.registration_window import SeminarOver
from trainer.seminars.schedule import build_schedule


class CancellationChanged(Exception):
    """The seminar has been cancelled, or reinstated, in the meantime."""


def cancel_seminar(session: Session, seminar: Seminar, reason: Translated, user_id: int | None, now: datetime) -> None:
    """Cancel a seminar: registration closes, and nobody is reminded. Raises SeminarOver and CancellationChanged."""
    set_cancellation(session, seminar, now, reason, user_id, now)


def reinstate_seminar(session: Session, seminar: Seminar, user_id: int | None, now: datetime) -> None:
    """Undo the cancellation of a seminar. Raises SeminarOver and CancellationChanged."""
    set_cancellation(session, seminar, None, Translated(), user_id, now)


def set_cancellation(
    session: Session,
    seminar: Seminar,
    cancelled_at: datetime | None,
    reason: Translated,
    user_id: int | None,
    now: datetime,
) -> None:
    """Set or clear the cancellation and record the change."""
    lock_and_reload_seminar(session, seminar)
    if seminar.is_over(now):
        raise SeminarOver
    if seminar.is_cancelled == (cancelled_at is not None):
        raise CancellationChanged
    before = build_schedule(seminar)
    seminar.cancelled_at, seminar.cancellation_reason = cancelled_at, reason
    seminar.calendar_version += 1
    record_change(session, seminar, before, user_id, now)
