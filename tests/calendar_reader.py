"""A reader of calendar files that is written from RFC 5545 and 5546 alone, and a calendar program that keeps what it read."""

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import EmailMessage

REQUIRED_IN_PUBLISH = {"DTSTAMP", "DTSTART", "ORGANIZER", "SUMMARY", "UID", "SEQUENCE"}
REQUIRED_IN_CANCEL = {"DTSTAMP", "ORGANIZER", "SEQUENCE", "UID", "STATUS"}
UNESCAPED = {r"\n": "\n", r"\N": "\n", r"\,": ",", r"\;": ";", r"\\": "\\"}

Event = dict[str, str]


def parse_calendar(content: bytes) -> tuple[dict[str, str], list[Event]]:
    """Return the properties of a calendar and its events; fail where a rule of RFC 5545 or 5546 is broken."""
    assert content.endswith(b"\r\n") and b"\n" not in content.replace(b"\r\n", b"")
    assert all(len(line) <= 75 for line in content.split(b"\r\n"))  # 3.1, in octets
    lines = re.sub(b"\r\n[ \t]", b"", content).decode().split("\r\n")[:-1]
    assert (lines[0], lines[-1]) == ("BEGIN:VCALENDAR", "END:VCALENDAR")
    head: dict[str, str] = {}
    events: list[Event] = []
    event: Event = {}
    target = head
    for line in lines[1:-1]:
        if line == "BEGIN:VEVENT":
            target = {}
            continue
        if line == "BEGIN:VALARM":
            event, target = target, {}
            continue
        if line == "END:VALARM":
            assert set(target) == {"ACTION", "DESCRIPTION", "TRIGGER"} and target["ACTION"] == "DISPLAY"  # 3.6.6
            assert re.fullmatch(r"-P(T\d+[HM]|\d+D)", target["TRIGGER"]) and "ALARM" not in event
            event["ALARM"], target = target["TRIGGER"], event
            continue
        if line == "END:VEVENT":
            events.append(target)
            target = head
            continue
        matched = re.fullmatch(r'([A-Z-]+)((?:;[A-Z-]+=(?:"[^"]*"|[^":;,]*))*):(.*)', line)
        assert matched, line
        name, _parameters, value = matched.groups()
        assert name not in target, f"{name} twice"
        target[name] = value
    assert (head["VERSION"], bool(head["PRODID"]), bool(events)) == ("2.0", True, True)
    for event in events:
        check_event(event, head["METHOD"])
    assert len({event["UID"] for event in events}) == len(events)
    return head, events


def check_event(event: Event, method: str) -> None:
    """Fail where an event breaks the rules of its method (RFC 5546, 3.2.1 and 3.2.5)."""
    assert set(event) >= (REQUIRED_IN_CANCEL if method == "CANCEL" else REQUIRED_IN_PUBLISH), event
    assert event["STATUS"] in (["CANCELLED"] if method == "CANCEL" else ["CONFIRMED", "CANCELLED"])
    assert not {"ATTENDEE", "REQUEST-STATUS"} & set(event)
    assert not ("ALARM" in event and event["STATUS"] == "CANCELLED")
    assert re.fullmatch(r"(mailto:[^\s@]+@[^\s@]+|https?://\S+)", event["ORGANIZER"])
    assert event["SEQUENCE"].isascii() and event["SEQUENCE"].isdecimal() and int(event["SEQUENCE"]) < 2**31
    assert read_time(event["DTSTART"]) < read_time(event["DTEND"])
    read_time(event["DTSTAMP"])
    for name in ("SUMMARY", "DESCRIPTION", "LOCATION", "COMMENT"):
        assert not re.search(r"(?<!\\)[,;]|\\[^nN,;\\]", event.get(name, "").replace("\\\\", "")), name


def read_time(value: str) -> datetime:
    """Return a time in UTC (RFC 5545, 3.3.5, form 2)."""
    return datetime.strptime(value, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)


def read_text(value: str) -> str:
    """Return a TEXT value (RFC 5545, 3.3.11)."""
    return re.sub(r"\\[nN,;\\]", lambda match: UNESCAPED[match.group()], value)


def list_attached_calendars(email: EmailMessage) -> list[bytes]:
    """Return the calendar files of an e-mail; fail where a header does not repeat the METHOD of its file (RFC 6047, 2.4)."""
    files = []
    for part in email.iter_attachments():
        if part.get_content_type() == "text/calendar":
            content = part.get_payload(decode=True)
            assert isinstance(content, bytes)
            assert part.get_param("method") == parse_calendar(content)[0]["METHOD"]
            files.append(content)
    return files


@dataclass
class CalendarProgram:
    """A person's calendar: it keeps the version of each event with the highest SEQUENCE (RFC 5546, 2.1.5)."""

    events: dict[str, Event] = field(default_factory=dict)

    def open_file(self, content: bytes) -> None:
        """Read a file; fail if it says something else with a SEQUENCE that was used before."""
        for event in parse_calendar(content)[1]:
            known = self.events.get(event["UID"])
            if known is None or int(event["SEQUENCE"]) > int(known["SEQUENCE"]):
                self.events[event["UID"]] = event
            elif int(event["SEQUENCE"]) == int(known["SEQUENCE"]):
                facts = ("DTSTART", "DTEND", "SUMMARY", "LOCATION", "STATUS")
                assert [event.get(name) for name in facts] == [known.get(name) for name in facts]

    def list_times(self) -> list[tuple[datetime, datetime]]:
        """Return start and end of the events that are not cancelled, in their order."""
        confirmed = [event for event in self.events.values() if event["STATUS"] == "CONFIRMED"]
        return sorted((read_time(event["DTSTART"]), read_time(event["DTEND"])) for event in confirmed)
