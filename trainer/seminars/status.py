"""The status of a seminar for its organizer. It is derived from what is stored and from the clock, and stored nowhere."""

from datetime import datetime, timedelta
from enum import StrEnum

from trainer.language.translate import lazy_gettext as _l
from trainer.seminars.models import Seminar
from trainer.seminars.registration_window import SeminarStage, derive_stage


class OpenWork(StrEnum):
    """What is still to be done for a seminar that was held, in the order in which it is done."""

    ATTENDANCE = "attendance"
    ANSWERS = "answers"
    CERTIFICATES = "certificates"


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


TIME_TO_ANSWER = timedelta(days=3)
"""How long after the end certificates wait for the answers of others."""


def find_open_work(
    seminar: Seminar, now: datetime, *, unmarked: int, undecided: int, unanswered: int, ready: int
) -> OpenWork | None:
    """Return what has to be done first for a seminar that was held; None if it is done.

    The numbers are those of people without a mark, of decisions on attendance, of people who attended and have not answered,
    and of certificates that can be issued. For a while certificates wait for the answers.
    """
    if unmarked or undecided:
        return OpenWork.ATTENDANCE
    is_time_to_answer = seminar.ends_at is not None and now < seminar.ends_at + TIME_TO_ANSWER
    if unanswered and (is_time_to_answer or not ready):
        return OpenWork.ANSWERS
    return OpenWork.CERTIFICATES if ready else None


def derive_status(seminar: Seminar, now: datetime, *, free_seats: int, open_work: OpenWork | None) -> SeminarStatus:
    """Return the status of a seminar; `free_seats` are those that nobody holds."""
    stage = derive_stage(seminar, now)
    if stage == SeminarStage.HELD:
        return SeminarStatus.TO_FINISH if open_work else SeminarStatus.DONE
    if stage == SeminarStage.CANCELLED:
        return SeminarStatus.CANCELLED
    if now.astimezone(seminar.zone).date() in seminar.days:
        return SeminarStatus.TODAY
    if stage == SeminarStage.OPEN and free_seats <= 0:
        return SeminarStatus.FULL
    return SeminarStatus(stage)
