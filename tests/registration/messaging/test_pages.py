"""The organizer's pages of a seminar's messages: what waits to be sent manually, and the log with its actions."""

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import AIGUL, MARINA, YERLAN, register_person, spell_number
from tests.fake_smtp import BackgroundWorker, FakeSmtpServer, get_message_body, list_queued_messages
from tests.page import Page
from tests.visitor import Visitor
from trainer.accounts.models import User
from trainer.messages.models import Message, MessageChannel, MessageStatus
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar


@pytest.fixture
def notified_seminar(
    worker: BackgroundWorker, session: Session, smtp_server: FakeSmtpServer, seminar: Seminar
) -> Seminar:
    """Notify Aigul, whose mailbox is full, and Yerlan and Marina, who have no e-mail address."""
    for applicant in (AIGUL, YERLAN, MARINA):
        register_person(session, seminar, applicant)
    smtp_server.replies["aigul@example.org"] = "552 Mailbox full"
    worker.run_jobs()
    return seminar


def get_messages_page(organizer: Visitor, seminar: Seminar, more: str = "") -> Page:
    """Open the page of manual messages or the log."""
    return organizer.get(f"/desk/seminars/{seminar.id}/messages{more}")


def get_message_to(session: Session, name: str) -> Message:
    """Return the message to a person by given name."""
    return next(message for message in list_queued_messages(session) if message.person.given_name == name)


def test_the_page_of_a_seminar_shows_the_texts_that_wait(
    app: Flask, organizer: Visitor, session: Session, notified_seminar: Seminar
) -> None:
    page = get_messages_page(organizer, notified_seminar)
    assert YERLAN.surname in page.words and MARINA.surname in page.words
    assert AIGUL.surname not in page.words
    assert " ".join(get_message_body(app, session, get_message_to(session, "Ерлан")).split()) in page.words
    links = page.list_links()
    assert any(f"/desk/messages/queue/{get_message_to(session, 'Ерлан').id}" in link for link in links)


def test_a_mark_takes_it_off_the_list_and_the_log_takes_the_mark_back(
    organizer: Visitor, session: Session, notified_seminar: Seminar
) -> None:
    message = get_message_to(session, "Ерлан")
    address = f"/desk/messages/{message.id}"
    token = get_messages_page(organizer, notified_seminar).read_form()[1]["csrf_token"]
    for _tap in range(2):
        organizer.post(f"{address}/sent", {"csrf_token": token, "through": "telegram"})
    assert YERLAN.surname not in get_messages_page(organizer, notified_seminar).words
    message = get_message_to(session, "Ерлан")
    user = session.query(User).one()
    assert (message.status, message.sent_through, message.sent_by_id) == ("sent", "telegram", user.id)
    assert "Telegram" in get_messages_page(organizer, notified_seminar, "/log?state=sent").words
    organizer.post(f"{address}/not-sent", {"csrf_token": token, "from": "log"})
    assert YERLAN.surname in get_messages_page(organizer, notified_seminar).words
    message = get_message_to(session, "Ерлан")
    assert (message.status, message.sent_at, message.sent_through) == ("queued", None, "")


def test_an_unknown_way_is_refused(organizer: Visitor, session: Session, notified_seminar: Seminar) -> None:
    token = get_messages_page(organizer, notified_seminar).read_form()[1]["csrf_token"]
    for way in ("", "email", "pigeon", "\x00"):
        organizer.post(
            f"/desk/messages/{get_message_to(session, 'Ерлан').id}/sent",
            {"csrf_token": token, "through": way},
            status=400,
        )
    organizer.post("/desk/messages/999/sent", {"csrf_token": token, "through": "sms"}, status=404)


def test_the_log_names_the_failure_and_the_message_can_be_tried_again_or_sent_by_hand(
    organizer: Visitor,
    worker: BackgroundWorker,
    session: Session,
    smtp_server: FakeSmtpServer,
    notified_seminar: Seminar,
) -> None:
    log = get_messages_page(organizer, notified_seminar, "/log?state=failed")
    assert "552 Mailbox full" in log.words and AIGUL.surname in log.words
    assert YERLAN.surname not in log.words
    token = log.read_form()[1]["csrf_token"]
    address = f"/desk/messages/{get_message_to(session, 'Айгүл').id}"
    organizer.post(f"{address}/again", {"csrf_token": token, "from": "log"})
    worker.run_jobs()
    assert (get_message_to(session, "Айгүл").status, get_message_to(session, "Айгүл").attempts) == ("failed", 1)
    organizer.post(f"{address}/by-hand", {"csrf_token": token})
    assert AIGUL.surname in get_messages_page(organizer, notified_seminar).words
    organizer.post(f"{address}/by-hand", {"csrf_token": token})  # decided meanwhile
    smtp_server.replies.clear()
    worker.run_jobs()
    assert smtp_server.emails == []
    assert get_message_to(session, "Айгүл").address == AIGUL.phone


def test_a_failed_letter_goes_to_the_address_that_the_person_has_now(
    organizer: Visitor,
    worker: BackgroundWorker,
    session: Session,
    smtp_server: FakeSmtpServer,
    notified_seminar: Seminar,
) -> None:
    message = get_message_to(session, "Айгүл")
    message.person.email = "right@example.org"
    token = get_messages_page(organizer, notified_seminar, "/log").read_form()[1]["csrf_token"]
    organizer.post(f"/desk/messages/{message.id}/again", {"csrf_token": token})
    worker.run_jobs()
    assert smtp_server.recipients == ["right@example.org"]


def test_a_letter_that_waits_follows_the_correction_of_an_address(
    organizer: Visitor, session: Session, notified_seminar: Seminar
) -> None:
    message = get_message_to(session, "Ерлан")
    by_mail = get_message_to(session, "Айгүл")
    by_mail.status = MessageStatus.QUEUED
    registrations = session.scalars(
        select(Registration).where(Registration.person_id.in_([message.person_id, by_mail.person_id]))
    )
    for registration in list(registrations):
        organizer.submit(f"/desk/registrations/{registration.id}", {"phone": "8 705 555 01 88", "email": ""})
    session.expire_all()
    assert {one_message.address for one_message in (message, by_mail)} == {"+77055550188"}
    assert by_mail.channel == MessageChannel.MANUAL


def create_many_recipients(session: Session, seminar: Seminar) -> None:
    """Register 35 people who are notified manually."""
    seminar.capacity = 40
    for number in range(35):
        register_person(session, seminar, YERLAN, surname=f"Ким{spell_number(number)}", phone=f"+7702555{number:04d}")


def test_long_lists_come_in_pages(
    organizer: Visitor, worker: BackgroundWorker, session: Session, seminar: Seminar
) -> None:
    create_many_recipients(session, seminar)
    worker.run_jobs()
    seen = [get_messages_page(organizer, seminar, f"?page={page}").find_all("article") for page in (1, 2, 3, 4, 5)]
    assert [len(cards) for cards in seen] == [10, 10, 10, 5, 5]
    first, second = (get_messages_page(organizer, seminar, f"/log?state=queued&page={page}") for page in (1, 2))
    assert [len(log_page.find_all("tr")) - 1 for log_page in (first, second)] == [30, 5]
    assert any("state=queued" in href and "page=2" in href for href in first.list_links())


def test_a_button_leads_back_to_the_page_of_the_list_on_which_it_stood(
    organizer: Visitor, worker: BackgroundWorker, session: Session, seminar: Seminar
) -> None:
    create_many_recipients(session, seminar)
    worker.run_jobs()
    address = f"/desk/seminars/{seminar.id}/messages"
    for message in list_queued_messages(session):
        message.status, message.sent_at = MessageStatus.SENT, message.created_at
    back = organizer.submit(f"{address}/log?state=sent&page=2", {"from": "log"}, form=1)
    assert back.location == f"{address}/log?state=sent&page=2"


def test_made_up_pages_and_states_open_the_first_and_all(organizer: Visitor, notified_seminar: Seminar) -> None:
    for more in ("?page=0", "?page=-1", "?page=x", "?page=%D9%A3", "?page=99999999999999999999"):
        assert len(get_messages_page(organizer, notified_seminar, more).find_all("article")) == 2
    assert len(get_messages_page(organizer, notified_seminar, "/log?state=nonsense").find_all("tr")) == 4


def test_a_stranger_sees_and_does_nothing(stranger: Visitor, session: Session, notified_seminar: Seminar) -> None:
    for more in ("", "/log"):
        answer = stranger.get(f"/desk/seminars/{notified_seminar.id}/messages{more}", status=302)
        assert "/desk/sign-in" in str(answer.location)
    token = stranger.get("/desk/sign-in").read_form()[1]["csrf_token"]
    for address in (
        "/desk/messages",
        "/desk/messages/queue",
        f"/desk/messages/queue/{get_message_to(session, 'Ерлан').id}",
    ):
        assert "/desk/sign-in" in str(stranger.get(address, status=302).location)
    for act in ("sent", "not-sent", "again", "by-hand", "copy", "claim", "skip", "unreachable", "undo"):
        address = f"/desk/messages/{get_message_to(session, 'Ерлан').id}/{act}"
        stranger.post(address, {"csrf_token": token, "through": "sms"}, status=302)
    assert get_message_to(session, "Ерлан").status == "queued"
