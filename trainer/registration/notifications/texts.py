"""Texts of the messages to trainees, in the person's language: a letter of the project, filled in.

They are short enough for a messenger, and no sentence needs a person's name in another case than the nominative.
"""

from collections.abc import Mapping
from datetime import datetime

from flask_babel import force_locale
from sqlalchemy.orm import Session

from trainer.language import dates
from trainer.language.translate import gettext as _
from trainer.messages.letters import LetterText, write_letter
from trainer.messages.placeholders import fill_line, fill_text, list_placeholder_names
from trainer.messages.rendering import MessageText
from trainer.people.names import join_names
from trainer.registration.models import Registration, RegistrationStatus
from trainer.registration.notifications.calendars import build_letter_calendars, get_personal_page_address
from trainer.registration.notifications.letters import CHANGE_KIND, LINK_KIND, REMINDER_KIND
from trainer.registration.seats.cancellation import can_trainee_change
from trainer.seminars.difference import Difference, list_day_lines
from trainer.seminars.models import Seminar
from trainer.web import phones


def build_status_message(session: Session, registration: Registration, position: int, now: datetime) -> MessageText:
    """Return the notification of a registration's status, with a calendar file for who has or had a seat.

    `position` is the position on the waiting list, used for WAITING only.
    """
    with force_locale(registration.person.language):
        values = {
            "cancelling": format_cancellation_hint(registration.seminar, now),
            "number": str(position),
            "deadline": format_offer_expiry(registration),
        }
        calendars = build_letter_calendars(session, registration, now)
    return build_trainee_message(session, registration, registration.status, values, calendars)


def format_offer_expiry(registration: Registration) -> str:
    """Return the moment until which a seat is held for somebody; empty without an offer."""
    zone, ends_at = registration.seminar.zone, registration.offer_ends_at
    if ends_at is None:
        return ""
    day = dates.format_long_date(ends_at.astimezone(zone).date(), registration.person.language)
    return f"{day}, {dates.format_clock_time(ends_at, zone)}"


def build_reminder_message(session: Session, registration: Registration, now: datetime) -> MessageText:
    """Return the reminder of a seminar, with a calendar file."""
    with force_locale(registration.person.language):
        values = {"cancelling": format_cancellation_hint(registration.seminar, now)}
        calendars = build_letter_calendars(session, registration, now)
    return build_trainee_message(session, registration, REMINDER_KIND, values, calendars)


def build_change_message(
    session: Session, registration: Registration, difference: Difference, now: datetime, calendars: str = ""
) -> MessageText:
    """Return the message that a seminar has changed, with what was and what is."""
    with force_locale(registration.person.language):
        values = {
            "change": difference.headline,
            "changes": "\n".join(difference.list_lines()),
            "cancelling": format_change_hint(registration, now),
        }
    return build_trainee_message(session, registration, CHANGE_KIND, values, calendars)


def format_change_hint(registration: Registration, now: datetime) -> str:
    """Return what a person can do after a change: answer an offer, which may end earlier now, or cancel."""
    if registration.seminar.is_cancelled:
        return ""
    if registration.status != RegistrationStatus.OFFERED:
        return format_cancellation_hint(registration.seminar, now)
    held = _("It will be held for you until %(moment)s.", moment=format_offer_expiry(registration))
    return " ".join((_("A place is available for you") + ".", held, _("Please accept or decline it on your page.")))


def format_cancellation_hint(seminar: Seminar, now: datetime) -> str:
    """Return the sentence on how to cancel; empty after the change deadline."""
    return _("If you can’t come, please cancel on your page.") if can_trainee_change(seminar, now) else ""


def build_link_message(session: Session, registration: Registration) -> MessageText:
    """Return the message with the address of the personal page, for somebody who requested it."""
    with force_locale(registration.person.language):
        is_cancelled = registration.seminar.is_cancelled
        values = {"cancelled": _("The seminar will not take place.") if is_cancelled else ""}
    return build_trainee_message(session, registration, LINK_KIND, values)


def build_trainee_message(
    session: Session, registration: Registration, kind: str, values: Mapping[str, str], calendar: str = ""
) -> MessageText:
    """Return the letter of a kind to a person: the project's text, filled in with the values and `build_common_values`.

    `calendar` is the content of its calendar files.
    """
    letter = write_letter(session, registration.seminar.project, kind, registration.person.language)
    return fill_letter(letter, registration, registration.person.language, values, calendar)


def fill_letter(
    letter: LetterText,
    registration: Registration,
    language: str,
    values: Mapping[str, str] | None = None,
    calendar: str = "",
) -> MessageText:
    """Return a letter in a language to the person of a registration."""
    filling = {**build_common_values(registration, language), **(values or {})}
    names = list_placeholder_names(letter.body)
    tells_schedule = {"dates", "venue"} <= names or "changes" in names
    return MessageText(
        " ".join(fill_line(letter.subject, filling).split()),
        fill_text(letter.body, filling) + "\n",
        language,
        calendar,
        registration.seminar.calendar_version if tells_schedule or calendar else None,
    )


def build_common_values(registration: Registration, language: str) -> dict[str, str]:
    """Return the values of the placeholders that every letter has (`letters.COMMON_PLACEHOLDERS`)."""
    seminar, person = registration.seminar, registration.person
    is_held = not seminar.is_cancelled
    return {
        "name": join_names(person.given_name, person.patronymic) if person.given_name else person.full_name,
        "seminar": seminar.title.get_text(language),
        "dates": "\n".join(list_day_lines(seminar.sessions, seminar.zone, language)) if is_held else "",
        "venue": format_message_venue(seminar, language) if is_held else "",
        "page": get_personal_page_address(registration),
        "contact": format_organizer_contact(seminar),
    }


def format_message_venue(seminar: Seminar, language: str) -> str:
    """Return venue and city in one line; empty where neither is known."""
    return ", ".join(part.get_text(language) for part in (seminar.venue, seminar.city) if part)


def format_organizer_contact(seminar: Seminar) -> str:
    """Return the organizer's phone or e-mail address; empty where neither is known."""
    project = seminar.project
    return phones.format_phone(project.contact_phone) if project.contact_phone else project.contact_email
