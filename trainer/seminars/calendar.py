"""Calendar files (iCalendar, RFC 5545) of a seminar, one event per session, with times in UTC."""

from datetime import datetime

from icalendar import Calendar, Event

from trainer.seminars.models import Seminar, SeminarSession


def build_seminar_calendar(seminar: Seminar, language: str, host_name: str, page_url: str, now: datetime) -> bytes:
    """Return the .ics file of a seminar.

    The event's UID consists of session id and `host_name`, so opening a newer file moves the event instead of adding
    another. `page_url` is the link in the event.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//trainer//seminars//")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for session in seminar.sessions:
        event = build_session_event(session, language, page_url, now)
        event.add("uid", f"session-{session.id}@{host_name}")
        calendar.add_component(event)
    return bytes(calendar.to_ical())


def build_session_event(session: SeminarSession, language: str, page_url: str, now: datetime) -> Event:
    """Return the calendar event of a session, without its UID. A later `now` makes it supersede an earlier version."""
    seminar, event = session.seminar, Event()
    location = ", ".join(text.get_text(language) for text in (seminar.venue, seminar.city) if text)
    event.add("dtstamp", now)
    event.add("sequence", int(now.timestamp()) // 60)
    event.add("dtstart", session.starts_at)
    event.add("dtend", session.ends_at)
    event.add("summary", seminar.title.get_text(language))
    event.add("description", "\n".join(line for line in (session.title.get_text(language), page_url) if line))
    if location:
        event.add("location", location)
    event.add("url", page_url)
    return event
