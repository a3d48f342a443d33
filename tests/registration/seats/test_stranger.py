"""What a stranger sees after typing somebody's details is what they see after typing details that nobody has.

Two seminars with the same people are attacked step by step, one with known details, the other with unknown ones. Whatever a client
can see is compared: statuses, headers, cookies, pages below the personal page, counted seats, letters to the typed address.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from difflib import unified_diff

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from tests.factories import AIGUL, NOON, YERLAN, create_seminar, register_person
from tests.fake_smtp import BackgroundWorker, FakeSmtpServer, get_email_text
from tests.page import Page
from tests.statements import record_statements
from trainer.projects.models import Project
from trainer.registration.models import Registration, RegistrationStatus
from trainer.registration.seats.applicant import Applicant
from trainer.registration.seats.cancellation import cancel_registration
from trainer.registration.seats.status import set_registration_status
from trainer.seminars.models import Seminar
from trainer.web import phones

pytestmark = pytest.mark.one_database

NOBODY = Applicant("Белгісізов", "Адам", "Адамұлы", "+77015559900", "nobody@example.org", "Емхана", "дәрігер", "kk")
KNOWN_FIELDS = {
    "phone": ("phone",),
    "name": ("surname", "given_name", "patronymic"),
    "email": ("email",),
    "everything": tuple(asdict(AIGUL)),
}
PAGES = (
    "",
    "/pass",
    "/calendar.ics",
    "/details",
    "/cancel",
    "/withdraw",
    "/erase",
    "/my-data",
    "/my-data.json",
    "/name",
)
MORE_STATEMENTS = 8
"""How many statements more a known person may take: superseding the earlier registration updates two rows."""


def cancel_first(session: Session, first: Registration) -> None:
    """Cancel as the known person."""
    cancel_registration(session, first, NOON)


def fill_with_waiting_list(session: Session, first: Registration) -> None:
    """Take the last seat."""
    first.seminar.capacity = 1


def fill_without_waiting_list(session: Session, first: Registration) -> None:
    """Take the last seat of a seminar without a waiting list."""
    first.seminar.capacity, first.seminar.has_waiting_list = 1, False


def put_on_waiting_list(session: Session, first: Registration) -> None:
    """Put the known person on the waiting list of a full seminar."""
    first.seminar.capacity = 1
    first.queue_number = 1
    set_registration_status(first, RegistrationStatus.WAITING, NOON)
    register_person(session, first.seminar, YERLAN).status = RegistrationStatus.REGISTERED


def require_approval(session: Session, first: Registration) -> None:
    """Approve every registration as the organizer."""
    first.seminar.needs_approval = True


def close_registration(session: Session, first: Registration) -> None:
    """Close the registration."""
    first.seminar.closes_at = NOON - timedelta(days=1)


def expire_offer(session: Session, first: Registration) -> None:
    """Move the clock past the end of the offer to the known person."""
    set_registration_status(first, RegistrationStatus.OFFER_EXPIRED, NOON)


def refuse_first(session: Session, first: Registration) -> None:
    """Refuse the known person as the organizer."""
    set_registration_status(first, RegistrationStatus.REFUSED, NOON)


def leave(session: Session, first: Registration) -> None:
    """Leave the known person registered."""


@dataclass
class Sight:
    """Everything that a stranger saw, with the typed details, tokens and ids replaced."""

    lines: list[str] = field(default_factory=list)
    statements: list[int] = field(default_factory=list)


@dataclass
class Stranger:
    """A browser that has opened the registration form of a seminar."""

    app: Flask
    seminar: Seminar
    typed: Applicant = NOBODY

    def __post_init__(self) -> None:
        self.client = self.app.test_client()
        self.slug = self.seminar.slug
        self.fields = Page(self.client.get(f"/s/{self.slug}/register")).read_form()[1]

    def normalise(self, text: str) -> str:
        """Replace the typed details and whatever is random or numbered."""
        words = {str(value): name for name, value in asdict(self.typed).items() if name != "language" and value}
        words[phones.format_phone(self.typed.phone)] = "phone"
        words[self.slug] = "slug"
        for word in sorted(words, key=len, reverse=True):
            text = text.replace(word, f"<{words[word]}>")
        text = re.sub(r"UID:[\w-]+|session-\d+|/join/\d+|PASS:\w+|\b[A-Z2-7]{26}\b", "<id>", text)
        text = re.sub(r".*csrf_token.*", "<csrf>", text)
        text = re.sub(r'd="M4 4h7v1[^"]*"', "<QR code>", text)
        text = re.sub(r"[\w-]{43}|I[\w-]{60,}(\.[\w-]+)+", "<token>", text)
        return re.sub(r"DTSTAMP:\w+|\d\d:\d\d:\d\d[.\d]*", "<moment>", text)

    def look(self, pages: Iterable[str]) -> Sight:
        """Register, open pages below the one that the answer leads to, and return what was seen."""
        sight = Sight()
        with record_statements(self.app) as statements:
            data = {**self.fields, **asdict(self.typed), "consent": "y"}
            answer = self.client.post(f"/s/{self.slug}/register", data=data)
        sight.statements.append(len(statements))
        self.record(sight, "answer", answer)
        for place in pages if answer.location else ():
            with record_statements(self.app) as statements:
                page = self.client.get(f"{answer.location}{place}")
            self.record(sight, place, page)
            sight.statements.append(len(statements))
        for place in ("", "/register", "/received"):
            self.record(sight, f"seminar{place}", self.app.test_client().get(f"/s/{self.slug}{place}"))
        return sight

    def record(self, sight: Sight, what: str, answer: TestResponse) -> None:
        """Add status, headers, cookies and content of an answer."""
        cookies = [re.sub(r"=[^;]*", "", value, count=1) for value in answer.headers.getlist("Set-Cookie")]
        hidden = ("Date", "Content-Length", "Set-Cookie")
        headers = [f"{name}: {value}" for name, value in answer.headers if name not in hidden]
        content = re.sub(r"\r\n[ \t]", "", answer.get_data(as_text=True))  # unfold calendars
        lines = [what, answer.status, *headers, *sorted(cookies), *re.split(r"\n|(?<=>)", content)]
        sight.lines += [self.normalise(line) for line in lines]


@pytest.mark.slow
@pytest.mark.parametrize(
    "prepare",
    [
        leave,
        cancel_first,
        expire_offer,
        refuse_first,
        fill_with_waiting_list,
        fill_without_waiting_list,
        put_on_waiting_list,
        require_approval,
        close_registration,
    ],
)
def test_known_and_unknown_details_look_the_same(
    app: Flask,
    session: Session,
    project: Project,
    worker: BackgroundWorker,
    smtp_server: FakeSmtpServer,
    clock: time_machine.Traveller,
    prepare: Callable[[Session, Registration], None],
) -> None:
    seminars = [create_seminar(session, project, slug=slug) for slug in ("known-one", "other-one")]
    firsts = [register_person(session, seminar, AIGUL) for seminar in seminars]
    session.commit()
    strangers = [[Stranger(app, seminar) for seminar in seminars] for _step in KNOWN_FIELDS]
    for first in firsts:
        prepare(session, first)
    session.commit()
    for (step, names), pair, letter in zip(KNOWN_FIELDS.items(), strangers, "абвг", strict=True):
        for stranger, name in zip(pair, ("Белгісізов", "Басқаев"), strict=True):
            changes = {"surname": name + letter, "phone": f"+7701555{len(name):02}{ord(letter) % 100:02}"}
            changes |= {"given_name": "Асан", "email": f"{len(name)}{ord(letter)}@example.org"}
            stranger.typed = replace(NOBODY, **changes)
        for stranger, somebody in zip(pair, (AIGUL, NOBODY), strict=True):  # NOBODY is typed as often, but is nobody
            stranger.typed = replace(stranger.typed, **{name: getattr(somebody, name) for name in names})
        sights = [stranger.look(PAGES if step == "everything" else ("",)) for stranger in pair]
        differences = "\n".join(unified_diff(sights[0].lines, sights[1].lines, n=1, lineterm=""))
        assert not differences, f"{step}\n{differences}"
        assert sights[0].statements[1:] == sights[1].statements[1:], step
        assert abs(sights[0].statements[0] - sights[1].statements[0]) <= MORE_STATEMENTS, step
    clock.shift(timedelta(minutes=1))
    worker.run_jobs()
    for (step, names), pair in zip(KNOWN_FIELDS.items(), strangers, strict=True):
        letters = [list_letters(smtp_server, stranger) for stranger in pair]
        assert "email" in names or letters[0] == letters[1], step
    for first in firsts:
        session.refresh(first.person)
        assert (first.person.surname, first.person.phone, first.person.email) == (
            AIGUL.surname,
            AIGUL.phone,
            AIGUL.email,
        )


def list_letters(smtp_server: FakeSmtpServer, stranger: Stranger) -> list[str]:
    """Return the letters that went to the typed address."""
    sent = zip(smtp_server.emails, smtp_server.recipients, strict=True)
    return [
        stranger.normalise(f"{email['Subject']}\n{get_email_text(email)}")
        for email, recipient in sent
        if recipient == stranger.typed.email
    ]
