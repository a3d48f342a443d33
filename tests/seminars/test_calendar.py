"""Calendar files, checked against RFC 5545 and 5546."""

from datetime import timedelta
from urllib.parse import parse_qsl, urlsplit

import pytest
import time_machine
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session

from tests.calendar_reader import Event, parse_calendar, read_text, read_time
from tests.factories import AIGUL, NOON, YERLAN, register_person
from tests.fake_smtp import BackgroundWorker, FakeSmtpServer, find_calendar
from tests.visitor import Visitor
from trainer.clock import now
from trainer.language.translated import Translated
from trainer.projects.models import Activity, Project, Task
from trainer.registration.models import UNLISTED_STATUSES, Registration, RegistrationStatus
from trainer.registration.seats.cancellation import cancel_registration, rejoin_seminar
from trainer.registration.seats.duplicates import merge_registration
from trainer.registration.seats.status import set_registration_status
from trainer.seminars.calendar import CalendarMethod, CalendarWriter
from trainer.seminars.models import Seminar
from trainer.seminars.schedule import ScheduledSession

pytestmark = pytest.mark.one_database

HOUR = timedelta(hours=1)


def get_calendar(visitor: Visitor, registration: Registration) -> tuple[str, list[Event]]:
    """Download the calendar of a registration; return its method and events."""
    head, events = parse_calendar(visitor.get(f"/r/{registration.token}/calendar.ics").response.get_data())
    return head["METHOD"], events


def get_sequence(visitor: Visitor, registration: Registration) -> int:
    """Return the SEQUENCE that all events of a registration share."""
    [sequence] = {int(event["SEQUENCE"]) for event in get_calendar(visitor, registration)[1]}
    return sequence


def test_a_published_calendar_follows_the_rules(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    seminar.title = Translated(*['Күтім; негіздері, "А" залы \\ 50%: ' + "ұзақ сөз " * 20] * 3)
    seminar.project.contact_email = "office@example.org"
    aigul = register_person(session, seminar, AIGUL)
    method, events = get_calendar(stranger, aigul)
    assert method == "PUBLISH"
    assert [read_time(event["DTSTART"]) for event in events] == [item.starts_at for item in seminar.sessions]
    assert {read_text(event["SUMMARY"]) for event in events} == {seminar.title.get_text("kk")}
    assert {event["ORGANIZER"] for event in events} == {"mailto:office@example.org"}
    assert {event["ALARM"] for event in events} == {"-PT2H"}
    seminar.project.contact_email = ""
    assert {event["ORGANIZER"] for event in get_calendar(stranger, aigul)[1]} == {"https://seminar.example.org/"}


def test_google_calendar_is_offered_every_session_and_told_no_personal_address(
    stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    seminar.title = Translated("Күтім & негіздері #1+", "Основы", "Basics")
    aigul = register_person(session, seminar, AIGUL)
    anchors = stranger.get(f"/r/{aigul.token}").find_all("a")
    links = [urlsplit(link.get("href")) for link in anchors if "calendar.google.com" in (link.get("href") or "")]
    offered = [dict(parse_qsl(link.query, strict_parsing=True)) for link in links]
    assert [fields["dates"] for fields in offered] == [
        f"{item.starts_at:%Y%m%dT%H%M%SZ}/{item.ends_at:%Y%m%dT%H%M%SZ}" for item in seminar.sessions
    ]
    for fields, item in zip(offered, seminar.sessions, strict=True):
        assert fields["text"] == "Күтім & негіздері #1+" and fields["location"] == "Оңалту орталығы, Ақтау қаласы"
        assert fields["details"] == f"{item.title.kk}\nhttps://seminar.example.org/s/care"
        assert aigul.token not in str(fields)


LINES = st.text(st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Zl", "Zp")), max_size=120)


@hypothesis_settings(max_examples=60)
@given(
    title=LINES, venue=LINES, reason=LINES, method=st.sampled_from(CalendarMethod), sequence=st.integers(0, 2**31 - 1)
)
def test_every_text_survives_a_calendar_file(
    title: str, venue: str, reason: str, method: CalendarMethod, sequence: int
) -> None:
    project = Project(contact_email="", grantee=Translated(title))
    seminar = Seminar(title=Translated(title), venue=Translated(venue), city=Translated(), cancelled_at=NOON)
    seminar.activity, seminar.cancellation_reason = Activity(task=Task(project=project)), Translated(reason)
    planned = [
        ScheduledSession(f"session-{hour}", Translated(), NOON + hour * HOUR, NOON + (hour + 1) * HOUR)
        for hour in (1, 2)
    ]
    writer = CalendarWriter(seminar, "kk", "https://seminar.example.org/r/x", "seminar.example.org", sequence, NOON)
    confirmed, cancelled = (planned[:1], planned[1:]) if method == CalendarMethod.PUBLISH else ([], planned)
    head, events = parse_calendar(writer.write_calendar(method, confirmed, cancelled).encode())
    assert (head["METHOD"], {event["SEQUENCE"] for event in events}) == (method, {str(sequence)})
    assert [event["STATUS"] for event in events] == ["CONFIRMED"] * len(confirmed) + ["CANCELLED"] * len(cancelled)
    for event in events:
        assert (read_text(event["SUMMARY"]), read_text(event["COMMENT"])) == (title, reason)
        assert read_text(event.get("LOCATION", "")) == venue


def test_the_sequence_counts_changes_and_not_minutes(
    organizer: Visitor, stranger: Visitor, session: Session, seminar: Seminar, clock: time_machine.Traveller
) -> None:
    aigul = register_person(session, seminar, AIGUL)
    address, first = f"/desk/seminars/{seminar.id}/edit", get_sequence(stranger, aigul)
    clock.shift(timedelta(days=1))
    assert get_sequence(stranger, aigul) == first < 100
    uids = [event["UID"] for event in get_calendar(stranger, aigul)[1]]
    for number, change in enumerate(
        ({"venue-kk": "Жаңа зал"}, {"city-kk": "Жаңаөзен"}, {"title-kk": "Басқа"}, {"sessions-0-begins": "09:00"}), 1
    ):  # within one minute
        organizer.submit(address, change)
        assert get_sequence(stranger, aigul) == first + number
    organizer.submit(address, {"capacity": "99"})
    organizer.submit(address)
    assert get_sequence(stranger, aigul) == first + 4
    assert [event["UID"] for event in get_calendar(stranger, aigul)[1]] == uids


def test_a_cancelled_registration_cancels_its_events_and_the_address_keeps_answering(
    worker: BackgroundWorker,
    stranger: Visitor,
    session: Session,
    smtp_server: FakeSmtpServer,
    seminar: Seminar,
    clock: time_machine.Traveller,
) -> None:
    aigul = register_person(session, seminar, AIGUL)
    worker.run_jobs()
    sequences = [get_sequence(stranger, aigul)]
    for change in (cancel_registration, rejoin_seminar, cancel_registration):
        change(session, aigul, now())
        clock.shift(timedelta(minutes=1))
        worker.run_jobs()
        sequences.append(get_sequence(stranger, aigul))
    assert sequences == sorted(set(sequences))
    files = [find_calendar(letter) for letter in smtp_server.emails]
    contents = [parse_calendar(file.to_ical()) for file in files if file is not None]
    assert [head["METHOD"] for head, _events in contents] == ["PUBLISH", "CANCEL", "PUBLISH", "CANCEL"]
    assert [int(events[0]["SEQUENCE"]) for _head, events in contents] == sequences
    assert len({tuple(event["UID"] for event in events) for _head, events in contents}) == 1
    assert get_calendar(stranger, aigul)[0] == "CANCEL"


@pytest.mark.parametrize(
    "status",
    [
        status
        for status in RegistrationStatus
        if status not in (RegistrationStatus.REGISTERED, RegistrationStatus.OFFERED)
    ],
)
def test_who_never_had_a_seat_has_no_calendar(
    stranger: Visitor, session: Session, seminar: Seminar, status: RegistrationStatus
) -> None:
    seminar.needs_approval = True
    aigul = register_person(session, seminar, AIGUL)
    if status not in UNLISTED_STATUSES:
        set_registration_status(aigul, status, NOON)
        stranger.get(f"/r/{aigul.token}/calendar.ics", status=404)


def test_a_merged_registration_cancels_nothing_of_the_surviving_one(
    stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    surviving, again = register_person(session, seminar, AIGUL), register_person(session, seminar, YERLAN)
    merge_registration(session, again, surviving=surviving, now=NOON)
    session.commit()
    response = stranger.client.get(f"/r/{again.token}/calendar.ics")
    assert b"METHOD:CANCEL" not in response.get_data()
    assert get_calendar(stranger, surviving)[0] == "PUBLISH"
