"""Notifications of status changes: to whom, when, in which language; none twice, none for what was undone at once."""

from collections import Counter
from datetime import timedelta
from functools import partial

import pytest
import time_machine
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import AIGUL, MARINA, NOON, YERLAN, register_person
from tests.fake_smtp import BackgroundWorker, FakeSmtpServer, find_calendar, get_email_text, list_queued_messages
from tests.registration.factories import REGISTRATION_INPUT, REGISTRATION_PATH
from tests.visitor import Visitor
from trainer.messages.models import MessageChannel, MessageStatus
from trainer.registration.models import Registration, RegistrationStatus
from trainer.registration.notifications.queueing import NOTIFICATION_DELAY, send_page_link
from trainer.registration.seats.approval import approve_registration, refuse_registration
from trainer.registration.seats.cancellation import cancel_registration, rejoin_seminar
from trainer.registration.seats.duplicates import merge_registration, unmerge_registration
from trainer.registration.seats.status import set_registration_status
from trainer.seminars.models import Seminar

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
MAIL = {"email": "somebody@example.org"}


def list_message_kinds(session: Session, registration: Registration | None = None) -> list[str]:
    """Return the kinds of the messages to one person, or to all, in order."""
    every = list_queued_messages(session)
    return [message.kind for message in every if registration is None or message.person_id == registration.person_id]


@pytest.fixture
def full_seminar(
    session: Session, seminar: Seminar, clock: time_machine.Traveller
) -> tuple[Registration, Registration]:
    """Register Aigul for the only seat, and Marina on the waiting list."""
    seminar.capacity = 1
    seminar.project.contact_phone = "+77292500001"
    pair = register_person(session, seminar, AIGUL), register_person(session, seminar, MARINA, **MAIL)
    session.commit()
    return pair


def test_a_confirmation_says_what_when_where_and_how_to_come_back(
    worker: BackgroundWorker,
    session: Session,
    smtp_server: FakeSmtpServer,
    full_seminar: tuple[Registration, Registration],
) -> None:
    aigul, _marina = full_seminar
    worker.run_jobs()
    letter = next(email for email in smtp_server.emails if email["To"] == "aigul@example.org")
    text = get_email_text(letter)
    for words in (
        "Айгүл Маратқызы",
        "Сіз тіркелдіңіз: Күтім негіздері",
        "2025 жылғы 7 маусым, 12:00–18:00",
        "Оңалту орталығы, Ақтау қаласы",
        f"https://seminar.example.org/r/{aigul.token}",
        "8 7292 50 00 01",
    ):
        assert words in text, words
    assert len(text) < 600
    calendar = find_calendar(letter)
    assert calendar is not None and len(calendar.events) == 2
    assert f"/r/{aigul.token}" in str(calendar.events[0]["url"])
    assert aigul.notified_status == RegistrationStatus.REGISTERED


def test_notifications_are_in_the_language_of_the_person(
    worker: BackgroundWorker,
    session: Session,
    smtp_server: FakeSmtpServer,
    full_seminar: tuple[Registration, Registration],
) -> None:
    _aigul, marina = full_seminar
    worker.run_jobs()
    letter = next(email for email in smtp_server.emails if email["To"] == MAIL["email"])
    assert "Основы ухода" in letter["Subject"]
    assert "7 июня 2025 года, 12:00–18:00" in get_email_text(letter)
    assert (letter["Content-Language"], marina.person.language) == ("ru", "ru")
    assert find_calendar(letter) is None  # no seat yet


def test_the_waiting_list_is_told_its_number_and_the_offer_its_end(
    worker: BackgroundWorker,
    session: Session,
    smtp_server: FakeSmtpServer,
    full_seminar: tuple[Registration, Registration],
    clock: time_machine.Traveller,
) -> None:
    aigul, marina = full_seminar
    worker.run_jobs()
    cancel_registration(session, aigul, NOON)
    clock.shift(NOTIFICATION_DELAY)
    worker.run_jobs()
    waits, offer = (email for email in smtp_server.emails if email["To"] == MAIL["email"])
    assert "1." in get_email_text(waits)
    assert "3 июня 2025 года, 12:00" in get_email_text(offer)
    assert f"/r/{marina.token}" in get_email_text(offer)
    assert list_message_kinds(session, aigul) == ["registered", "cancelled"]


def test_an_offer_lapses_without_anybody_looking_and_the_next_is_asked(
    worker: BackgroundWorker,
    session: Session,
    full_seminar: tuple[Registration, Registration],
    clock: time_machine.Traveller,
) -> None:
    aigul, marina = full_seminar
    yerlan = register_person(session, aigul.seminar, YERLAN)
    cancel_registration(session, aigul, NOON)
    worker.run_jobs()
    clock.shift(24 * HOUR)
    worker.run_jobs()
    assert (marina.status, yerlan.status) == (RegistrationStatus.OFFER_EXPIRED, RegistrationStatus.OFFERED)
    clock.shift(NOTIFICATION_DELAY)
    worker.run_jobs()
    assert list_message_kinds(session, marina)[-1] == "lapsed"
    assert list_message_kinds(session, yerlan) == ["waiting", "offered"]


def test_approval_and_refusal_are_told(
    worker: BackgroundWorker, session: Session, seminar: Seminar, clock: time_machine.Traveller
) -> None:
    seminar.needs_approval = True
    aigul, yerlan = register_person(session, seminar, AIGUL), register_person(session, seminar, YERLAN)
    worker.run_jobs()
    approve_registration(session, aigul, NOON)
    refuse_registration(session, yerlan, NOON)
    clock.shift(NOTIFICATION_DELAY)
    worker.run_jobs()
    assert (list_message_kinds(session, aigul), list_message_kinds(session, yerlan)) == (
        ["applied", "registered"],
        ["applied", "refused"],
    )


def test_a_change_undone_within_seconds_notifies_nobody(
    worker: BackgroundWorker,
    session: Session,
    smtp_server: FakeSmtpServer,
    seminar: Seminar,
    clock: time_machine.Traveller,
) -> None:
    aigul = register_person(session, seminar)
    worker.run_jobs()
    cancel_registration(session, aigul, NOON)
    worker.run_jobs()
    clock.shift(NOTIFICATION_DELAY - timedelta(seconds=1))
    worker.run_jobs()
    set_registration_status(aigul, RegistrationStatus.REGISTERED, NOON + NOTIFICATION_DELAY)
    for _round in range(3):
        clock.shift(NOTIFICATION_DELAY)
        worker.run_jobs()
    assert list_message_kinds(session) == ["registered"]
    assert len(smtp_server.emails) == 1


def test_a_queued_notification_is_recalled_when_it_is_no_longer_true(
    worker: BackgroundWorker,
    session: Session,
    smtp_server: FakeSmtpServer,
    full_seminar: tuple[Registration, Registration],
    clock: time_machine.Traveller,
) -> None:
    aigul, marina = full_seminar
    worker.run_jobs()
    cancel_registration(session, aigul, NOON)
    smtp_server.stop()
    clock.shift(NOTIFICATION_DELAY)
    worker.run_jobs()
    assert list_message_kinds(session, marina) == ["waiting", "offered"]
    clock.shift(24 * HOUR)
    worker.run_jobs()
    smtp_server.start()
    clock.shift(NOTIFICATION_DELAY + HOUR)
    worker.run_jobs()
    assert [email["Subject"] for email in smtp_server.emails if email["To"] == MAIL["email"]][1:] == [
        list_queued_messages(session)[-1].subject
    ]
    states = {
        message.kind: message.status
        for message in list_queued_messages(session)
        if message.person_id == marina.person_id
    }
    assert states == {"waiting": "sent", "offered": "recalled", "lapsed": "sent"}


def test_rejoining_recalls_the_queued_notification_of_the_cancellation(
    worker: BackgroundWorker,
    session: Session,
    smtp_server: FakeSmtpServer,
    seminar: Seminar,
    clock: time_machine.Traveller,
) -> None:
    aigul = register_person(session, seminar)
    worker.run_jobs()
    smtp_server.stop()
    cancel_registration(session, aigul, NOON)
    clock.shift(NOTIFICATION_DELAY)
    worker.run_jobs()
    rejoin_seminar(session, aigul, NOON + NOTIFICATION_DELAY)
    clock.shift(HOUR)
    worker.run_jobs()
    smtp_server.start()
    clock.shift(HOUR)
    worker.run_jobs()
    assert len(smtp_server.emails) == 1
    assert [(message.kind, message.status) for message in list_queued_messages(session)] == [
        ("registered", "sent"),
        ("cancelled", "recalled"),
    ]


def test_each_address_gets_its_own_link_and_nobody_that_of_another_one(
    worker: BackgroundWorker,
    session: Session,
    stranger: Visitor,
    smtp_server: FakeSmtpServer,
    seminar: Seminar,
    clock: time_machine.Traveller,
) -> None:
    aigul = register_person(session, seminar)
    worker.run_jobs()
    for number in range(3):
        stranger.submit(
            REGISTRATION_PATH, {**REGISTRATION_INPUT, "given_name": "Айгул", "email": f"thief{number}@example.org"}
        )
    clock.shift(NOTIFICATION_DELAY)
    worker.run_jobs()
    clock.shift(HOUR * 2)
    worker.run_jobs()
    thieves = [f"thief{number}@example.org" for number in range(3)]
    assert Counter(smtp_server.recipients) == Counter(["aigul@example.org", *thieves] * 2), (
        "the alarm and the own letter"
    )
    for email, recipient in zip(smtp_server.emails, smtp_server.recipients, strict=True):
        assert (f"/r/{aigul.token}" in get_email_text(email)) == (recipient == "aigul@example.org")
    assert list_message_kinds(session, aigul) == ["registered", "link"]


@pytest.mark.parametrize("has_seat_left", [True, False])
def test_a_merge_notifies_nobody_and_its_undo_only_who_has_another_status_than_before(
    worker: BackgroundWorker, session: Session, seminar: Seminar, clock: time_machine.Traveller, has_seat_left: bool
) -> None:
    surviving, again = register_person(session, seminar), register_person(session, seminar, given_name="Айгул")
    assert again.is_likely_duplicate
    session.commit()
    clock.shift(NOTIFICATION_DELAY)
    worker.run_jobs()
    told = list_message_kinds(session, surviving)
    for change in (partial(merge_registration, surviving=surviving), unmerge_registration):
        seminar.capacity = 10 if has_seat_left else 1
        change(session, again, now=NOON)
        session.commit()
        clock.shift(NOTIFICATION_DELAY)
        worker.run_jobs()
    assert list_message_kinds(session, surviving) == told
    assert list_message_kinds(session, again) == ["registered", *([] if has_seat_left else ["waiting"])]


def test_a_lost_link_is_sent_once_an_hour_at_most(
    app: Flask, worker: BackgroundWorker, session: Session, seminar: Seminar, clock: time_machine.Traveller
) -> None:
    aigul = register_person(session, seminar)
    with app.app_context():
        sent = [send_page_link(session, aigul, NOON + timedelta(minutes=index)) for index in range(0, 130, 10)]
    assert [place for place, was_sent in enumerate(sent) if was_sent] == [0, 6, 12]
    assert {message.address for message in list_queued_messages(session)} == {"aigul@example.org"}


def test_a_merged_registration_has_no_link_to_be_sent(app: Flask, session: Session, seminar: Seminar) -> None:
    surviving, merged = register_person(session, seminar), register_person(session, seminar, given_name="Айгул")
    merge_registration(session, merged, surviving, NOON)
    with app.app_context():
        assert send_page_link(session, merged, NOON) is None


def test_a_reminder_goes_out_once_within_the_day_before(
    worker: BackgroundWorker,
    session: Session,
    smtp_server: FakeSmtpServer,
    seminar: Seminar,
    clock: time_machine.Traveller,
) -> None:
    assert seminar.starts_at is not None
    aigul = register_person(session, seminar)
    gone = register_person(session, seminar, YERLAN)
    worker.run_jobs()
    cancel_registration(session, gone, NOON)
    clock.move_to(seminar.starts_at - DAY - timedelta(seconds=1))
    worker.run_jobs()
    assert "reminder" not in list_message_kinds(session)
    clock.shift(timedelta(seconds=1))
    for _round in range(3):
        worker.run_jobs()
        clock.shift(HOUR)
    late = register_person(session, seminar, MARINA)
    set_registration_status(late, RegistrationStatus.REGISTERED, seminar.starts_at - 2 * HOUR)
    clock.move_to(seminar.starts_at - HOUR)
    worker.run_jobs()
    assert [message.person_id for message in list_queued_messages(session) if message.kind == "reminder"] == [
        aigul.person_id
    ]
    assert find_calendar(smtp_server.emails[-1]) is not None


def test_a_seminar_moved_to_another_day_is_reminded_of_anew_and_by_hand_no_longer_of_the_old(
    worker: BackgroundWorker, session: Session, seminar: Seminar, clock: time_machine.Traveller
) -> None:
    yerlan = register_person(session, seminar, YERLAN)
    worker.run_jobs()
    clock.shift(4 * DAY + HOUR)
    worker.run_jobs()
    for seminar_session in seminar.sessions:
        seminar_session.starts_at, seminar_session.ends_at = (
            seminar_session.starts_at + 2 * DAY,
            seminar_session.ends_at + 2 * DAY,
        )
    worker.run_jobs()
    clock.shift(2 * DAY)
    worker.run_jobs()
    reminders = [message.status for message in list_queued_messages(session) if message.kind == "reminder"]
    assert reminders == [MessageStatus.RECALLED, MessageStatus.QUEUED]
    assert list_message_kinds(session, yerlan) == ["registered", "reminder", "reminder"]


def test_nobody_is_told_of_a_seminar_that_is_over(
    worker: BackgroundWorker, session: Session, seminar: Seminar, clock: time_machine.Traveller
) -> None:
    yerlan, marina = register_person(session, seminar, YERLAN), register_person(session, seminar, MARINA)
    worker.run_jobs()
    assert {message.status for message in list_queued_messages(session)} == {MessageStatus.QUEUED}
    clock.shift(6 * DAY)
    set_registration_status(yerlan, RegistrationStatus.CANCELLED, NOON)
    worker.run_jobs()
    assert [(message.kind, message.status) for message in list_queued_messages(session)] == [
        ("registered", "recalled")
    ] * 2
    worker.run_jobs()
    assert (len(list_queued_messages(session)), yerlan.notified_status, marina.notified_status) == (
        2,
        RegistrationStatus.CANCELLED,
        RegistrationStatus.REGISTERED,
    )


def test_people_of_the_example_get_no_mail(
    worker: BackgroundWorker, session: Session, smtp_server: FakeSmtpServer, seminar: Seminar
) -> None:
    seminar.project.is_example = True
    register_person(session, seminar)
    worker.run_jobs()
    assert smtp_server.emails == []
    assert [(message.channel, message.address) for message in list_queued_messages(session)] == [
        (MessageChannel.MANUAL, AIGUL.phone)
    ]
