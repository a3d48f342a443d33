"""Calendar files for one person: what the personal page offers, and what letters carry."""

from datetime import datetime
from urllib.parse import urlsplit

from sqlalchemy.orm import Session

from trainer.registration.models import UNLISTED_STATUSES, Registration, RegistrationStatus
from trainer.registration.notifications.knowledge import list_removed_sessions
from trainer.seminars.calendar import CalendarMethod, CalendarWriter
from trainer.seminars.schedule import build_schedule
from trainer.web.addresses import build_full_url


def get_personal_page_address(registration: Registration) -> str:
    """Return the full URL of a personal page."""
    return build_full_url("portal.view_personal_page", token=registration.token)


def build_page_calendar(session: Session, registration: Registration, now: datetime) -> str:
    """Return the calendar file of the personal page: one file that says all of the seminar's sessions.

    It cancels the events once the seat is lost or the seminar is cancelled. Empty for who never had a seat, without
    sessions, and where another registration of the same person applies, to which the events belong.
    """
    if registration.calendar_version == 0 or registration.status in UNLISTED_STATUSES:
        return ""
    planned, removed = build_schedule(registration.seminar).sessions, list_removed_sessions(session, registration)
    writer = build_calendar_writer(registration, now)
    if registration.status != RegistrationStatus.REGISTERED or registration.seminar.is_cancelled:
        return writer.write_calendar(CalendarMethod.CANCEL, [], [*planned, *removed])
    return writer.write_calendar(CalendarMethod.PUBLISH, planned, removed)


def build_letter_calendars(session: Session, registration: Registration, now: datetime) -> str:
    """Return the calendar file of the personal page, and another one that cancels what it cancels (RFC 5546, 4.1.3)."""
    page_calendar = build_page_calendar(session, registration, now)
    removed = list_removed_sessions(session, registration) if "METHOD:PUBLISH" in page_calendar else []
    writer = build_calendar_writer(registration, now)
    return page_calendar + writer.write_calendar(CalendarMethod.CANCEL, [], removed)


def build_calendar_writer(registration: Registration, now: datetime) -> CalendarWriter:
    """Return a writer of the calendar files of a person, whose SEQUENCE counts changes of seminar and seat."""
    page, seminar = get_personal_page_address(registration), registration.seminar
    sequence = seminar.calendar_version + registration.calendar_version
    return CalendarWriter(seminar, registration.person.language, page, urlsplit(page).netloc, sequence, now)
