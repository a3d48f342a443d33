"""The status of a seminar for its organizer. It is derived from what is stored and from the clock, and stored nowhere."""

from datetime import datetime
from enum import StrEnum

from trainer.language.translate import lazy_gettext as _l
from trainer.seminars.models import Seminar
from trainer.seminars.registration_window import SeminarStage, derive_stage


class SeminarStatus(StrEnum):
    """Where a seminar stands. Exactly one applies."""

    DRAFT = "draft"
    OPEN = "open"
    FULL = "full"
    CLOSED = "closed"
    TODAY = "today"
    UNDER_WAY = "under_way"  # it has begun, and no session is today
    TO_FINISH = "to_finish"
    DONE = "done"
    CANCELLED = "cancelled"


STATUS_NAMES = {
    SeminarStatus.DRAFT: _l("Draft"),
    SeminarStatus.OPEN: _l("Registration is open"),
    SeminarStatus.FULL: _l("All places are taken"),
    SeminarStatus.CLOSED: _l("Registration is closed"),
    SeminarStatus.TODAY: _l("Today"),
    SeminarStatus.UNDER_WAY: _l("Under way"),
    SeminarStatus.TO_FINISH: _l("To finish"),
    SeminarStatus.DONE: _l("Finished"),
    SeminarStatus.CANCELLED: _l("Will not take place"),
}
STATUS_TONES = {
    SeminarStatus.DRAFT: "warn",
    SeminarStatus.OPEN: "good",
    SeminarStatus.TODAY: "good",
    SeminarStatus.TO_FINISH: "warn",
    SeminarStatus.CANCELLED: "bad",
}
"""The colours of the badges; the others are soft."""


def derive_status(seminar: Seminar, now: datetime, *, free_seats: int, has_open_work: bool) -> SeminarStatus:
    """Return the status of a seminar.

    `free_seats` are those that nobody holds; `has_open_work` says whether attendance, answers or certificates of a seminar
    that was held are still to come.
    """
    stage = derive_stage(seminar, now)
    if stage == SeminarStage.HELD:
        return SeminarStatus.TO_FINISH if has_open_work else SeminarStatus.DONE
    if stage == SeminarStage.CANCELLED:
        return SeminarStatus.CANCELLED
    if now.astimezone(seminar.zone).date() in seminar.days:
        return SeminarStatus.TODAY
    if stage == SeminarStage.OPEN and free_seats <= 0:
        return SeminarStatus.FULL
    return SeminarStatus(stage)
