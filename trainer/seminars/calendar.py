"""A seminar as calendar entries (iCalendar, RFC 5545), one for each session; times in UTC, which every calendar understands."""

from datetime import datetime

from icalendar import Calendar, Event

from trainer.seminars.models import Seminar


def calendar_of(seminar: Seminar, language: str, host: str, page: str, now: datetime) -> bytes:
    """Give the .ics file of a seminar.

    `host` makes the entries' names unique in the world, `page` is the address that they link to; the same session keeps
    its name, so that a file opened later moves the entry and makes no second one.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//trainer//seminars//")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    where = ", ".join(each.to(language) for each in (seminar.venue, seminar.city) if each)
    for session in seminar.sessions:
        event = Event()
        event.add("uid", f"session-{session.id}@{host}")
        event.add("dtstamp", now)
        event.add("sequence", int(now.timestamp()) // 60)
        event.add("dtstart", session.starts_at)
        event.add("dtend", session.ends_at)
        event.add("summary", seminar.title.to(language))
        event.add("description", "\n".join(each for each in (session.title.to(language), page) if each))
        if where:
            event.add("location", where)
        event.add("url", page)
        calendar.add_component(event)
    return bytes(calendar.to_ical())
