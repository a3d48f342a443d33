"""Calendar files (iCalendar, RFC 5545 and 5546) of a seminar, one event per session, with times in UTC.

A file is published (METHOD:PUBLISH) while a person has a seat, and cancelled (METHOD:CANCEL) after that. A session that
was removed is cancelled in both: many programs read one file, and in a published one its STATUS may say so (3.2.1). A calendar takes
the version of an event with the highest SEQUENCE. It is the number of changes, of the seminar and of the person's seat,
and never a time: two changes within a minute are two versions.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from trainer.seminars.models import Seminar, SeminarSession
from trainer.seminars.schedule import ScheduledSession

if TYPE_CHECKING:
    import icalendar

ALARM_BEFORE = timedelta(hours=2)
GOOGLE_CALENDAR_URL = "https://calendar.google.com/calendar/render"


class CalendarMethod(StrEnum):
    """What a calendar file does with its events (RFC 5546, 1.4)."""

    PUBLISH = "PUBLISH"
    CANCEL = "CANCEL"


@dataclass(frozen=True)
class CalendarWriter:
    """Writes calendar files of a seminar for one reader. `page_url` is the link in the events.

    An event's UID consists of the one of the session and `host_name`, so opening a file with a higher `sequence` changes the event
    instead of adding another.
    """

    seminar: Seminar
    language: str
    page_url: str
    host_name: str
    sequence: int
    now: datetime

    def write_calendar(
        self,
        method: CalendarMethod,
        confirmed: Sequence[ScheduledSession],
        cancelled: Sequence[ScheduledSession],
    ) -> str:
        """Return the .ics file with an event for each session; empty where there are none."""
        from icalendar import Calendar  # imported late: the first page does not need it

        calendar = Calendar()
        calendar.add("prodid", "-//trainer//seminars//")
        calendar.add("version", "2.0")
        calendar.add("method", method)
        for session in confirmed:
            event = self.build_event(session, "CONFIRMED")
            event.add_component(
                build_alarm(str(event["summary"]))
            )  # a cancelled event must have none (RFC 5546, 3.2.5)
            calendar.add_component(event)
        for session in cancelled:
            calendar.add_component(self.build_event(session, "CANCELLED"))
        return calendar.to_ical().decode() if calendar.events else ""

    def build_event(self, session: ScheduledSession, status: str) -> "icalendar.Event":
        """Return the event of a session with everything that RFC 5546 requires of a published or cancelled one."""
        event = build_session_event(self.seminar, session, self.language, self.page_url)
        event.add("uid", f"{session.uid}@{self.host_name}")
        event.add("dtstamp", self.now)
        event.add("sequence", self.sequence)
        event.add("status", status)
        event["organizer"] = build_organizer(self.seminar, self.language, self.host_name)
        return event


def build_alarm(text: str) -> "icalendar.Alarm":
    """Return an alarm that shows a text ALARM_BEFORE an event (RFC 5545, 3.6.6)."""
    from icalendar import Alarm

    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    alarm.add("description", text)
    alarm.add("trigger", -ALARM_BEFORE)
    return alarm


def format_location(seminar: Seminar, language: str) -> str:
    """Return venue and city in one line; empty where neither is known."""
    return ", ".join(text.get_text(language) for text in (seminar.venue, seminar.city) if text)


def list_google_calendar_links(seminar: Seminar, language: str, public_url: str) -> list[tuple[SeminarSession, str]]:
    """Return for each session the address at which Google Calendar offers to add it.

    Google reads what is in the address, so its link is the public page of the seminar and not somebody's own.
    """
    return [
        (session, build_google_calendar_link(seminar, session, language, public_url)) for session in seminar.sessions
    ]


def build_google_calendar_link(seminar: Seminar, session: SeminarSession, language: str, public_url: str) -> str:
    """Return the address at which Google Calendar offers to add a session."""
    times = (moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ") for moment in (session.starts_at, session.ends_at))
    fields = {
        "action": "TEMPLATE",
        "text": seminar.title.get_text(language),
        "dates": "/".join(times),
        "details": "\n".join(filter(None, (session.title.get_text(language), public_url))),
        "location": format_location(seminar, language),
    }
    return f"{GOOGLE_CALENDAR_URL}?{urlencode(fields)}"


def build_session_event(seminar: Seminar, session: ScheduledSession, language: str, page_url: str) -> "icalendar.Event":
    """Return what the calendar event of a session says: when, what, where, the link, and why the seminar is cancelled."""
    from icalendar import Event

    event = Event()
    location = format_location(seminar, language)
    event.add("dtstart", session.starts_at)
    event.add("dtend", session.ends_at)
    event.add("summary", seminar.title.get_text(language))
    event.add("description", "\n".join(line for line in (session.title.get_text(language), page_url) if line))
    if location:
        event.add("location", location)
    if seminar.is_cancelled:
        event.add("comment", seminar.cancellation_reason.get_text(language))
    event.add("url", page_url)
    return event


def build_organizer(seminar: Seminar, language: str, host_name: str) -> "icalendar.vCalAddress":
    """Return the organisation with its e-mail address; without one, with the address of this site.

    ORGANIZER is required in published and cancelled events, and any URI is valid.
    """
    from icalendar import vCalAddress, vText

    project = seminar.project
    organizer = vCalAddress(f"mailto:{project.contact_email}" if project.contact_email else f"https://{host_name}/")
    organizer.params["cn"] = vText(project.grantee.get_text(language))
    return organizer
