"""Texts of the messages to trainees, in the person's language.

They are short enough for a messenger, and no sentence needs a person's name in another case than the nominative.
"""

from collections.abc import Sequence
from datetime import datetime

from flask_babel import force_locale
from sqlalchemy.orm import Session

from trainer.language import dates
from trainer.language.translate import gettext as _
from trainer.messages.rendering import MessageText
from trainer.people.names import join_names
from trainer.registration.models import Registration, RegistrationStatus
from trainer.registration.notifications.calendars import build_letter_calendars, get_personal_page_address
from trainer.registration.seats.cancellation import can_trainee_change
from trainer.seminars.difference import Difference, list_day_lines
from trainer.seminars.models import Seminar
from trainer.web import phones

NOTIFIED_STATUSES = (
    RegistrationStatus.REGISTERED,
    RegistrationStatus.APPLIED,
    RegistrationStatus.WAITING,
    RegistrationStatus.OFFERED,
    RegistrationStatus.OFFER_EXPIRED,
    RegistrationStatus.REFUSED,
    RegistrationStatus.CANCELLED,
)
"""The statuses that people are notified of; each is also the kind of its message."""
REMINDER_KIND, LINK_KIND, CHANGE_KIND = "reminder", "link", "change"


def build_status_message(session: Session, registration: Registration, position: int, now: datetime) -> MessageText:
    """Return the notification of a registration's status, with a calendar file for who has or had a seat.

    `position` is the position on the waiting list, used for WAITING only.
    """
    with force_locale(registration.person.language):
        heading, sentences = build_status_text(registration, position, now)
        calendars = build_letter_calendars(session, registration, now)
        return build_trainee_message(registration, heading, sentences, calendars)


def build_status_text(registration: Registration, position: int, now: datetime) -> tuple[str, list[str]]:
    """Return the heading and the sentences of a status notification, in the current language."""
    texts = {
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
            list_offer_sentences(registration),
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
    return texts[RegistrationStatus(registration.status)]


def list_offer_sentences(registration: Registration) -> list[str]:
    """Return the sentences on until when a seat is held, in the current language; none without an offer."""
    zone, ends_at = registration.seminar.zone, registration.offer_ends_at
    if ends_at is None:
        return []
    day = dates.format_long_date(ends_at.astimezone(zone).date(), registration.person.language)
    return [
        _("It will be held for you until %(moment)s.", moment=f"{day}, {dates.format_clock_time(ends_at, zone)}"),
        _("Please accept or decline it on your page."),
    ]


def build_reminder_message(session: Session, registration: Registration, now: datetime) -> MessageText:
    """Return the reminder of a seminar, with a calendar file."""
    with force_locale(registration.person.language):
        sentences, calendars = (
            list_cancellation_hints(registration.seminar, now),
            build_letter_calendars(session, registration, now),
        )
        return build_trainee_message(registration, _("We look forward to seeing you"), sentences, calendars)


def build_change_message(
    registration: Registration, difference: Difference, now: datetime, calendars: str = ""
) -> MessageText:
    """Return the message that a seminar has changed, with what was and what is."""
    with force_locale(registration.person.language):
        return build_trainee_message(
            registration,
            difference.headline,
            [*difference.list_lines(), *list_change_hints(registration, now)],
            calendars,
        )


def list_change_hints(registration: Registration, now: datetime) -> list[str]:
    """Return what a person can do after a change: answer an offer, which may end earlier now, or cancel."""
    if registration.seminar.is_cancelled:
        return []
    if registration.status == RegistrationStatus.OFFERED:
        return [_("A place is available for you") + ".", *list_offer_sentences(registration)]
    return list_cancellation_hints(registration.seminar, now)


def list_cancellation_hints(seminar: Seminar, now: datetime) -> list[str]:
    """Return the sentence on how to cancel, or nothing after the change deadline."""
    return [_("If you can’t come, please cancel on your page.")] if can_trainee_change(seminar, now) else []


def build_link_message(registration: Registration) -> MessageText:
    """Return the message with the address of the personal page, for somebody who requested it."""
    with force_locale(registration.person.language):
        sentences = [
            _(
                "Your page address was requested, or you were registered again with the same details. If this was not you, "
                "you do not need to do anything."
            )
        ]
        if registration.seminar.is_cancelled:
            sentences.append(_("The seminar will not take place."))
        return build_trainee_message(registration, _("Your personal page"), sentences)


def build_trainee_message(
    registration: Registration, heading: str, sentences: Sequence[str], calendar: str = ""
) -> MessageText:
    """Return a text in the current language: greeting, subject and sentences, dates and venue, page address, contact.

    `calendar` is the content of its calendar files.
    """
    seminar, person = registration.seminar, registration.person
    subject = f"{heading}: {seminar.title.get_text(person.language)}"
    name = join_names(person.given_name, person.patronymic) if person.given_name else person.full_name
    paragraphs = (
        [_("Hello, %(name)s!", name=name)],
        [subject, *sentences],
        list_seminar_facts(seminar, person.language),
        [
            _("Your page: %(address)s", address=get_personal_page_address(registration)),
            format_organizer_contact(seminar),
        ],
    )
    body = "\n\n".join("\n".join(line for line in lines if line) for lines in paragraphs if any(lines))
    return MessageText(subject, body + "\n", person.language, calendar, seminar.calendar_version)


def list_seminar_facts(seminar: Seminar, language: str) -> list[str]:
    """Return the lines on when and where a seminar is held; none for a cancelled one."""
    if seminar.is_cancelled:
        return []
    return [*list_day_lines(seminar.sessions, seminar.zone, language), format_message_venue(seminar, language)]


def format_message_venue(seminar: Seminar, language: str) -> str:
    """Return venue and city in one line; empty where neither is known."""
    return ", ".join(part.get_text(language) for part in (seminar.venue, seminar.city) if part)


def format_organizer_contact(seminar: Seminar) -> str:
    """Return a line with the organizer's phone or e-mail address; empty where neither is known."""
    project = seminar.project
    address = phones.format_phone(project.contact_phone) if project.contact_phone else project.contact_email
    return _("Organiser: %(contact)s", contact=address) if address else ""
