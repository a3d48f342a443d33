"""What letters to trainees say: short enough for a messenger, in the person's language, the name never inflected."""

from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from flask_babel import force_locale

from trainer.language import dates
from trainer.language.translate import gettext as _
from trainer.messages.outbox import OutgoingMessage
from trainer.registration.models import Registration, RegistrationStatus
from trainer.registration.seats.cancellation import can_trainee_change
from trainer.seminars.calendar import build_seminar_calendar
from trainer.seminars.models import Seminar
from trainer.web import phones
from trainer.web.addresses import build_full_url

NOTIFIED_STATUSES = (
    RegistrationStatus.REGISTERED,
    RegistrationStatus.APPLIED,
    RegistrationStatus.WAITING,
    RegistrationStatus.OFFERED,
    RegistrationStatus.OFFER_EXPIRED,
    RegistrationStatus.REFUSED,
    RegistrationStatus.CANCELLED,
)
"""The states that people are told of; each is the kind of its letter."""


def build_status_message(registration: Registration, key: str, position: int, now: datetime) -> OutgoingMessage:
    """Tell somebody where the registration stands; `position` is the place on the waiting list."""
    with force_locale(registration.person.language):
        heading, said = build_status_text(registration, position, now)
        calendar = (
            build_personal_calendar(registration, now) if registration.status == RegistrationStatus.REGISTERED else ""
        )
        return build_trainee_message(registration, registration.status, key, heading, said, calendar)


def build_status_text(registration: Registration, position: int, now: datetime) -> tuple[str, list[str]]:
    """The heading of a letter about a state, and what it says beside."""
    zone, until = registration.seminar.zone, registration.offer_expires_at
    kept_until = (
        f"{dates.format_long_date(until.astimezone(zone).date(), registration.person.language)}, {dates.format_clock_time(until, zone)}"
        if until
        else ""
    )
    words = {
        RegistrationStatus.REGISTERED: (_("You are registered"), list_cancellation_hints(registration.seminar, now)),
        RegistrationStatus.APPLIED: (
            _("Your application has been received"),
            [_("The organiser will decide, and we will let you know.")],
        ),
        RegistrationStatus.WAITING: (
            _("You are on the waiting list"),
            [
                _("Your number on the waiting list: %(number)d.", number=position),
                _("We will let you know if a place becomes available."),
            ],
        ),
        RegistrationStatus.OFFERED: (
            _("A place is available for you"),
            [
                _("It will be held for you until %(moment)s.", moment=kept_until),
                _("Please accept or decline it on your page."),
            ],
        ),
        RegistrationStatus.OFFER_EXPIRED: (
            _("The offer of a place has expired"),
            [_("While registration is open, you can rejoin the waiting list on your page.")],
        ),
        RegistrationStatus.REFUSED: (_("The organiser could not accept your application"), []),
        RegistrationStatus.CANCELLED: (
            _("Your registration has been cancelled"),
            [_("If this is a mistake, you can register again on your page while registration is open.")],
        ),
    }
    return words[RegistrationStatus(registration.status)]


def build_reminder_message(registration: Registration, key: str, now: datetime) -> OutgoingMessage:
    """Remind somebody of the seminar."""
    with force_locale(registration.person.language):
        said, calendar = list_cancellation_hints(registration.seminar, now), build_personal_calendar(registration, now)
        return build_trainee_message(registration, "reminder", key, _("We look forward to seeing you"), said, calendar)


def list_cancellation_hints(seminar: Seminar, now: datetime) -> list[str]:
    """Say how to cancel, while trainees can do it by themselves."""
    return [_("If you can’t come, please cancel on your page.")] if can_trainee_change(seminar, now) else []


def build_link_message(registration: Registration, key: str) -> OutgoingMessage:
    """Send somebody the address of their own page, because it was asked for."""
    with force_locale(registration.person.language):
        said = [
            _(
                "Your page address was requested, or you were registered again with the same details. If this was not you, "
                "you do not need to do anything."
            )
        ]
        return build_trainee_message(registration, "link", key, _("Your personal page"), said)


def build_trainee_message(
    registration: Registration, kind: str, key: str, heading: str, sentences: Sequence[str], calendar: str = ""
) -> OutgoingMessage:
    """Put a letter together in the language of the moment: greeting, what there is to say, when and where, page, contact."""
    seminar, person = registration.seminar, registration.person
    subject = f"{heading}: {seminar.title.get_text(person.language)}"
    name = " ".join(part for part in (person.given_name, person.patronymic) if part)
    paragraphs = (
        [_("Hello, %(name)s!", name=name)],
        [subject, *sentences],
        [*list_message_dates(seminar, person.language), format_message_venue(seminar, person.language)],
        [
            _("Your page: %(address)s", address=get_personal_page_address(registration)),
            format_organizer_contact(seminar),
        ],
    )
    body = "\n\n".join("\n".join(line for line in lines if line) for lines in paragraphs if any(lines))
    return OutgoingMessage(kind, key, get_message_topic(seminar), subject, body + "\n", calendar)


def get_message_topic(seminar: Seminar) -> str:
    """What the messages of a seminar belong to."""
    return f"seminar-{seminar.id}"


def get_personal_page_address(registration: Registration) -> str:
    """The full address of the personal page."""
    return build_full_url("portal.view_personal_page", token=registration.token)


def build_personal_calendar(registration: Registration, now: datetime) -> str:
    """The seminar as a calendar file that leads to the personal page."""
    page = get_personal_page_address(registration)
    seminar, language = registration.seminar, registration.person.language
    return (
        build_seminar_calendar(seminar, language, urlsplit(page).netloc, page, now).decode() if seminar.sessions else ""
    )


def list_message_dates(seminar: Seminar, language: str) -> list[str]:
    """The days of a seminar, each from its first hour to its last."""
    lines = []
    for day in seminar.days:
        of_day = [each for each in seminar.sessions if each.starts_at.astimezone(seminar.zone).date() == day]
        begins = dates.format_clock_time(of_day[0].starts_at, seminar.zone)
        ends = dates.format_clock_time(max(each.ends_at for each in of_day), seminar.zone)
        lines.append(f"{dates.format_long_date(day, language)}, {begins}–{ends}")
    return lines


def format_message_venue(seminar: Seminar, language: str) -> str:
    """The place of a seminar in one line."""
    return ", ".join(each.get_text(language) for each in (seminar.venue, seminar.city) if each)


def format_organizer_contact(seminar: Seminar) -> str:
    """How to reach the organizer."""
    project = seminar.project
    address = phones.format_phone(project.contact_phone) if project.contact_phone else project.contact_email
    return _("Organiser: %(contact)s", contact=address) if address else ""
