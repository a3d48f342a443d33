"""Calendar files (iCalendar, RFC 5545 and 5546) of a seminar, one event per session, with times in UTC.

A file is published (METHOD:PUBLISH) while a person has a seat, and cancelled (METHOD:CANCEL) after that. A calendar takes
the version of an event with the highest SEQUENCE. It is the number of changes, of the seminar and of the person's seat,
and never a time: two changes within a minute are two versions.
"""

from datetime import datetime
from enum import StrEnum

from icalendar import Calendar, Event, vCalAddress, vText

from trainer.seminars.models import Seminar, SeminarSession


class CalendarMethod(StrEnum):
    """What a calendar file does with its events (RFC 5546, 1.4)."""

    PUBLISH = "PUBLISH"
    CANCEL = "CANCEL"


def build_seminar_calendar(
    seminar: Seminar,
    language: str,
    page_url: str,
    host_name: str,
    sequence: int,
    now: datetime,
    method: CalendarMethod = CalendarMethod.PUBLISH,
) -> bytes:
    """Return the .ics file of a seminar that has sessions.

    The event's UID consists of session id and `host_name`, so opening a file with a higher `sequence` changes the event
    instead of adding another. `page_url` is the link in the event.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//trainer//seminars//")
    calendar.add("version", "2.0")
    calendar.add("method", method)
    for session in seminar.sessions:
        event = build_session_event(session, language, page_url)
        event.add("uid", f"session-{session.id}@{host_name}")
        event.add("dtstamp", now)
        event.add("sequence", sequence)
        event.add("status", "CANCELLED" if method == CalendarMethod.CANCEL else "CONFIRMED")
        event["organizer"] = build_organizer(seminar, language, host_name)
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def build_session_event(session: SeminarSession, language: str, page_url: str) -> Event:
    """Return what the calendar event of a session says: when, what, where, and the link."""
    seminar, event = session.seminar, Event()
    location = ", ".join(text.get_text(language) for text in (seminar.venue, seminar.city) if text)
    event.add("dtstart", session.starts_at)
    event.add("dtend", session.ends_at)
    event.add("summary", seminar.title.get_text(language))
    event.add("description", "\n".join(line for line in (session.title.get_text(language), page_url) if line))
    if location:
        event.add("location", location)
    event.add("url", page_url)
    return event


def build_organizer(seminar: Seminar, language: str, host_name: str) -> vCalAddress:
    """Return the organisation with its e-mail address; without one, with the address of this site.

    ORGANIZER is required in published and cancelled events, and any URI is valid.
    """
    project = seminar.project
    organizer = vCalAddress(f"mailto:{project.contact_email}" if project.contact_email else f"https://{host_name}/")
    organizer.params["cn"] = vText(project.grantee.get_text(language))
    return organizer
