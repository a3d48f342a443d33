"""Messages that wait say what is true when they are sent or shown, not what was true when they were queued."""

from dataclasses import replace
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import AIGUL, MARINA, NOON, YERLAN, issue_to_eligible, register_eligible_person, register_person
from tests.fake_smtp import (
    BackgroundWorker,
    FakeSmtpServer,
    find_calendar,
    get_email_text,
    get_message_body,
    list_queued_messages,
)
from tests.registration.messaging.steps import open_card
from tests.visitor import Visitor
from trainer.language.translated import Translated
from trainer.messages.models import Message, MessageStatus
from trainer.registration.models import Registration, RegistrationStatus
from trainer.registration.notifications.queueing import send_page_link
from trainer.registration.notifications.wording import MESSAGE_KIND_NAMES
from trainer.registration.seats.cancellation import cancel_registration
from trainer.registration.seats.duplicates import merge_registration
from trainer.seminars.models import Seminar

DAY = timedelta(days=1)
NEW_ADDRESS = "https://new.example.kz"


def move_seminar(seminar: Seminar) -> None:
    """Move a seminar by two days and three hours to another venue, and rename it."""
    for seminar_session in seminar.sessions:
        seminar_session.starts_at += 2 * DAY + timedelta(hours=3)
        seminar_session.ends_at += 2 * DAY + timedelta(hours=3)
    seminar.venue = Translated("Жаңа зал", "Новый зал", "New hall")
    seminar.title = Translated("Жаңа тақырып", "Новая тема", "New title")


def get_only_message(session: Session, kind: str) -> Message:
    """Return the one message of a kind."""
    [message] = [message for message in list_queued_messages(session) if message.kind == kind]
    return message


def prepare_status(session: Session, seminar: Seminar, status: RegistrationStatus) -> Registration:
    """Register a person whose registration has a status."""
    registration = register_person(session, seminar, AIGUL)
    registration.status = status
    if status == RegistrationStatus.OFFERED:
        registration.offer_expires_at = NOON + DAY
    return registration


def test_every_kind_of_message_has_a_template(app: Flask) -> None:
    assert set(app.extensions["message_templates"]) == {str(kind) for kind in MESSAGE_KIND_NAMES}


@pytest.mark.parametrize(
    "status",
    [
        RegistrationStatus.REGISTERED,
        RegistrationStatus.APPLIED,
        RegistrationStatus.OFFERED,
        RegistrationStatus.OFFER_EXPIRED,
        RegistrationStatus.REFUSED,
        RegistrationStatus.CANCELLED,
    ],
)
def test_a_letter_that_waited_for_the_mail_server_names_the_day_place_and_address_of_now(
    app: Flask,
    worker: BackgroundWorker,
    session: Session,
    smtp_server: FakeSmtpServer,
    seminar: Seminar,
    clock: time_machine.Traveller,
    status: RegistrationStatus,
) -> None:
    prepare_status(session, seminar, status)
    smtp_server.stop()
    worker.run_jobs()
    assert [message.status for message in list_queued_messages(session)] == [MessageStatus.QUEUED]
    move_seminar(seminar)
    app.extensions["settings"] = replace(app.extensions["settings"], base_url=NEW_ADDRESS)
    smtp_server.start()
    clock.shift(timedelta(minutes=1))
    worker.run_jobs()
    [letter] = smtp_server.emails
    text = get_email_text(letter)
    for words in ("2025 жылғы 9 маусым, 15:00–21:00", "Жаңа зал", "Жаңа тақырып", f"{NEW_ADDRESS}/r/"):
        assert words in text, words
    assert "Жаңа тақырып" in letter["Subject"]
    assert "7 маусым" not in text and "seminar.example.org" not in text
    message = get_only_message(session, status)
    assert (message.status, message.body) == (MessageStatus.SENT, text)
    calendar = find_calendar(letter)
    if status == RegistrationStatus.REGISTERED:
        assert calendar is not None
        assert [event.start for event in calendar.events] == [item.starts_at for item in seminar.sessions]


def test_a_manual_message_is_shown_as_of_now_and_kept_as_it_was_shown(
    organizer: Visitor, worker: BackgroundWorker, session: Session, seminar: Seminar, app: Flask
) -> None:
    register_person(session, seminar, YERLAN)
    worker.run_jobs()
    move_seminar(seminar)
    session.commit()
    address = f"/desk/seminars/{seminar.id}/messages"
    page = organizer.get(address)
    assert "Жаңа зал" in page.words and "7 маусым" not in page.words
    page = open_card(organizer, get_only_message(session, "registered").id)
    form, [area] = page.read_form("sent")[1], page.find_all("textarea")
    assert (area.get("name"), area.get("form")) == ("body", "sent")
    shown = area.text.strip()
    assert shown == get_message_body(app, session, get_only_message(session, "registered")).strip()
    seminar.venue = Translated("Басқа зал", "Другой зал", "Other hall")
    session.commit()
    message_id = get_only_message(session, "registered").id
    organizer.post(f"/desk/messages/{message_id}/sent", {**form, "through": "sms", "body": shown.replace("\n", "\r\n")})
    message = get_only_message(session, "registered")
    assert (message.status, message.body.strip()) == (MessageStatus.SENT, shown)
    organizer.post(f"/desk/messages/{message_id}/not-sent", form)
    assert "Басқа зал" in organizer.get(address).words


def test_the_number_on_the_waiting_list_is_the_one_of_now(
    app: Flask, worker: BackgroundWorker, session: Session, seminar: Seminar
) -> None:
    seminar.capacity = 1
    register_person(session, seminar, AIGUL)
    first = register_person(session, seminar, MARINA)
    register_person(session, seminar, YERLAN)
    worker.run_jobs()
    cancel_registration(session, first, NOON)
    session.commit()
    message = next(item for item in list_queued_messages(session) if item.person.given_name == YERLAN.given_name)
    assert "1." in get_message_body(app, session, message)


def test_a_message_that_no_longer_applies_is_neither_shown_nor_sent(
    organizer: Visitor, worker: BackgroundWorker, session: Session, smtp_server: FakeSmtpServer, seminar: Seminar
) -> None:
    by_hand, by_mail = register_person(session, seminar, YERLAN), register_person(session, seminar, AIGUL)
    worker.run_jobs("status notifications")
    for registration in (by_hand, by_mail):
        cancel_registration(session, registration, NOON)
    session.commit()
    assert organizer.get(f"/desk/seminars/{seminar.id}/messages").list_forms() == []
    worker.run_jobs("mail")
    assert smtp_server.emails == []
    assert {(message.status, message.attempts) for message in list_queued_messages(session)} == {("queued", 0)}
    worker.run_jobs("outdated notifications")
    assert {message.status for message in list_queued_messages(session)} == {MessageStatus.RECALLED}


def test_a_link_to_a_page_that_is_gone_is_recalled(
    app: Flask, worker: BackgroundWorker, session: Session, smtp_server: FakeSmtpServer, seminar: Seminar
) -> None:
    surviving, again = register_person(session, seminar, AIGUL), register_person(session, seminar, MARINA)
    with app.app_context():
        send_page_link(session, again, NOON)
    merge_registration(session, again, surviving=surviving, now=NOON)
    worker.run_jobs()
    assert get_only_message(session, "link").status == MessageStatus.RECALLED
    assert again.token not in "".join(get_email_text(email) for email in smtp_server.emails)


def test_a_certificate_is_announced_with_the_address_of_now(
    app: Flask, worker: BackgroundWorker, session: Session, past_seminar: Seminar
) -> None:
    register_eligible_person(session, past_seminar, YERLAN)
    [certificate] = issue_to_eligible(session, past_seminar)
    worker.run_jobs()
    app.extensions["settings"] = replace(app.extensions["settings"], base_url=NEW_ADDRESS)
    body = get_message_body(app, session, get_only_message(session, "certificate"))
    assert certificate.serial in body and f"{NEW_ADDRESS}/r/" in body
