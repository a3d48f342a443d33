"""The segments of announcements that attendance knows of: who was present, and who was not."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from trainer.attendance.ledger import list_present_registration_ids
from trainer.language.translate import lazy_gettext as _l
from trainer.registration.announcements.segments import Segment, list_seat_ids
from trainer.seminars.models import Seminar


def list_present_ids(session: Session, seminars: Sequence[Seminar], now: datetime) -> set[int]:
    """Return the ids of the registrations with a seat that were present in any session."""
    return list_seat_ids(session, seminars) & list_present_registration_ids(session, seminars, now)


def list_absent_ids(session: Session, seminars: Sequence[Seminar], now: datetime) -> set[int]:
    """Return the ids of the registrations with a seat that were present in no session, once their seminar is over."""
    over = [seminar for seminar in seminars if seminar.is_over(now)]
    return list_seat_ids(session, over) - list_present_registration_ids(session, over, now)


ATTENDANCE_SEGMENTS = (
    Segment("present", _l("People who were present"), list_present_ids),
    Segment("absent", _l("People who were absent, after the seminar"), list_absent_ids),
)
