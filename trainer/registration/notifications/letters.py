"""What letters to trainees say: short enough for a messenger, in the person's language, the name never inflected."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from flask_babel import force_locale

from trainer.language import dates
from trainer.language.translate import gettext as _
from trainer.messages.outbox import Letter
from trainer.registration.models import Registration, State
from trainer.registration.seats.enrolment import may_change
from trainer.seminars.calendar import calendar_of
from trainer.seminars.models import Seminar
from trainer.web import phones
from trainer.web.addresses import full_address

TOLD = (
    State.REGISTERED,
    State.APPLIED,
    State.WAITING,
    State.OFFERED,
    State.LAPSED,
    State.REFUSED,
    State.CANCELLED,
)
"""The states that people are told of; each is the kind of its letter."""


def state_letter(registration: Registration, key: str, position: int, now: datetime) -> Letter:
    """Tell somebody where the registration stands; `position` is the place on the waiting list."""
    with force_locale(registration.person.language):
        heading, said = state_words(registration, position, now)
        calendar = calendar_for(registration, now) if registration.state == State.REGISTERED else ""
        return letter(registration, registration.state, key, heading, said, calendar)


def state_words(registration: Registration, position: int, now: datetime) -> tuple[str, list[str]]:
    """The heading of a letter about a state, and what it says beside."""
    zone, until = registration.seminar.zone, registration.offer_until
    kept_until = (
        f"{dates.long_date(until.astimezone(zone).date(), registration.person.language)}, {dates.clock_time(until, zone)}"
        if until
        else ""
    )
    words = {
        State.REGISTERED: (_("You are registered"), may_cancel(registration.seminar, now)),
        State.APPLIED: (
            _("Your application has arrived"),
            [_("The organizer decides about it, and we will tell you.")],
        ),
        State.WAITING: (
            _("You are on the waiting list"),
            [_("Your number in the list: %(number)d.", number=position), _("We will tell you if a place opens.")],
        ),
        State.OFFERED: (
            _("A place is free for you"),
            [
                _("It is kept for you until %(moment)s.", moment=kept_until),
                _("Please accept or decline it on your page."),
            ],
        ),
        State.LAPSED: (
            _("The time to accept the offered place is over"),
            [_("While registration is open, you can return to the waiting list on your page.")],
        ),
        State.REFUSED: (_("The organizer could not accept your application"), []),
        State.CANCELLED: (
            _("Your registration is cancelled"),
            [_("If this is a mistake, you can register again on your page while registration is open.")],
        ),
    }
    return words[State(registration.state)]


def reminder_letter(registration: Registration, key: str, now: datetime) -> Letter:
    """Remind somebody of the seminar."""
    with force_locale(registration.person.language):
        said, calendar = may_cancel(registration.seminar, now), calendar_for(registration, now)
        return letter(registration, "reminder", key, _("We look forward to seeing you"), said, calendar)


def may_cancel(seminar: Seminar, now: datetime) -> list[str]:
    """Say how to cancel, while trainees can do it by themselves."""
    return [_("If you cannot come, please cancel on your page.")] if may_change(seminar, now) else []


def link_letter(registration: Registration, key: str) -> Letter:
    """Send somebody the address of their own page, because it was asked for."""
    with force_locale(registration.person.language):
        said = [
            _(
                "Somebody asked for this address, or registered again with your details. "
                "If it was not you, there is nothing to do."
            )
        ]
        return letter(registration, "link", key, _("Your personal page"), said)


def letter(
    registration: Registration, kind: str, key: str, heading: str, said: Sequence[str], calendar: str = ""
) -> Letter:
    """Put a letter together in the language of the moment: greeting, what there is to say, when and where, page, contact."""
    seminar, person = registration.seminar, registration.person
    subject = f"{heading}: {seminar.title.to(person.language)}"
    name = " ".join(part for part in (person.given_name, person.patronymic) if part)
    paragraphs = (
        [_("Hello, %(name)s!", name=name)],
        [subject, *said],
        [*when(seminar, person.language), where(seminar, person.language)],
        [_("Your page: %(address)s", address=page_of(registration)), contact(seminar)],
    )
    body = "\n\n".join("\n".join(line for line in lines if line) for lines in paragraphs if any(lines))
    return Letter(kind, key, topic_of(seminar), subject, body + "\n", calendar)


def topic_of(seminar: Seminar) -> str:
    """What the messages of a seminar belong to."""
    return f"seminar-{seminar.id}"


def page_of(registration: Registration) -> str:
    """The full address of the personal page."""
    return full_address("portal.home", token=registration.token)


def calendar_for(registration: Registration, now: datetime) -> str:
    """The seminar as a calendar file that leads to the personal page."""
    page = page_of(registration)
    seminar, language = registration.seminar, registration.person.language
    return calendar_of(seminar, language, urlsplit(page).netloc, page, now).decode() if seminar.sessions else ""


def when(seminar: Seminar, language: str) -> list[str]:
    """The days of a seminar, each from its first hour to its last."""
    lines = []
    for day in seminar.days:
        of_day = [each for each in seminar.sessions if each.starts_at.astimezone(seminar.zone).date() == day]
        begins = dates.clock_time(of_day[0].starts_at, seminar.zone)
        ends = dates.clock_time(max(each.ends_at for each in of_day), seminar.zone)
        lines.append(f"{dates.long_date(day, language)}, {begins}–{ends}")
    return lines


def where(seminar: Seminar, language: str) -> str:
    """The place of a seminar in one line."""
    return ", ".join(each.to(language) for each in (seminar.venue, seminar.city) if each)


def contact(seminar: Seminar) -> str:
    """How to reach the organizer."""
    project = seminar.project
    address = phones.shown(project.contact_phone) if project.contact_phone else project.contact_email
    return _("Organizer: %(contact)s", contact=address) if address else ""
