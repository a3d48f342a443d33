"""The organizer's pages of messages: sending by hand with one tap, the mark and its undo, the log and what it offers."""

from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import AIGUL, MARINA, YERLAN, register_person
from tests.fake_smtp import BackgroundWorker, FakeSmtpServer, list_queued_messages
from tests.page import Page
from tests.visitor import Visitor
from trainer.accounts.models import User
from trainer.messages.models import Message, MessageChannel, MessageStatus
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar


@pytest.fixture
def told(worker: BackgroundWorker, session: Session, smtp_server: FakeSmtpServer, seminar: Seminar) -> Seminar:
    """A seminar of Aigul, whose mailbox is full, and Yerlan and Marina, who have none."""
    for each in (AIGUL, YERLAN, MARINA):
        register_person(session, seminar, each)
    smtp_server.replies["aigul@example.org"] = "552 Mailbox full"
    worker.run_jobs()
    return seminar


def get_messages_page(organizer: Visitor, seminar: Seminar, more: str = "") -> Page:
    """The page of messages, or its log."""
    return organizer.get(f"/desk/seminars/{seminar.id}/messages{more}")


def get_message_to(session: Session, name: str) -> Message:
    """The message to somebody."""
    return next(each for each in list_queued_messages(session) if each.person.given_name == name)


def list_hrefs(page: Page) -> list[str]:
    """Where the page leads."""
    return [each.get("href") for each in page.find_all("a")]


def test_each_message_opens_in_a_messenger_with_its_text(organizer: Visitor, session: Session, told: Seminar) -> None:
    page = get_messages_page(organizer, told)
    message = get_message_to(session, "Ерлан")
    assert YERLAN.surname in page.words and MARINA.surname in page.words
    assert AIGUL.surname not in page.words
    for prefix, name in (
        ("https://wa.me/77475550102?", "text"),
        ("https://t.me/+77475550102?", "text"),
        ("sms:+77475550102?", "body"),
    ):
        [found] = [each for each in list_hrefs(page) if each.startswith(prefix)]
        assert parse_qs(urlsplit(found).query)[name] == [message.body]
    foreign = [each for each in page.find_all("a") if each.get("href").startswith("https:")]
    assert len(foreign) == 4
    assert {(each.get("rel"), each.get("target")) for each in foreign} == {("noreferrer", "_blank")}


def test_a_mark_takes_it_off_the_list_and_the_log_takes_the_mark_back(
    organizer: Visitor, session: Session, told: Seminar
) -> None:
    message = get_message_to(session, "Ерлан")
    address = f"/desk/messages/{message.id}"
    token = get_messages_page(organizer, told).read_form()[1]["csrf_token"]
    for _tap in range(2):
        organizer.post(f"{address}/sent", {"csrf_token": token, "through": "telegram"})
    assert YERLAN.surname not in get_messages_page(organizer, told).words
    message = get_message_to(session, "Ерлан")
    user = session.query(User).one()
    assert (message.status, message.sent_through, message.sent_by_id) == ("sent", "telegram", user.id)
    assert "Telegram" in get_messages_page(organizer, told, "/log?state=sent").words
    organizer.post(f"{address}/not-sent", {"csrf_token": token, "from": "log"})
    assert YERLAN.surname in get_messages_page(organizer, told).words
    message = get_message_to(session, "Ерлан")
    assert (message.status, message.sent_at, message.sent_through) == ("queued", None, "")


def test_the_form_of_the_page_marks_as_sent(organizer: Visitor, session: Session, told: Seminar) -> None:
    address = f"/desk/seminars/{told.id}/messages"
    organizer.submit(address, form=0)
    organizer.submit(address, {"through": "call"}, form=0)
    assert {each.sent_through for each in list_queued_messages(session) if each.status == "sent"} == {
        "whatsapp",
        "call",
    }
    assert get_messages_page(organizer, told).list_forms() == []


def test_an_unknown_way_is_refused(organizer: Visitor, session: Session, told: Seminar) -> None:
    token = get_messages_page(organizer, told).read_form()[1]["csrf_token"]
    for way in ("", "email", "pigeon", "\x00"):
        organizer.post(
            f"/desk/messages/{get_message_to(session, 'Ерлан').id}/sent",
            {"csrf_token": token, "through": way},
            status=400,
        )
    organizer.post("/desk/messages/999/sent", {"csrf_token": token, "through": "sms"}, status=404)


def test_the_log_names_the_failure_and_the_message_can_be_tried_again_or_sent_by_hand(
    organizer: Visitor, worker: BackgroundWorker, session: Session, smtp_server: FakeSmtpServer, told: Seminar
) -> None:
    log = get_messages_page(organizer, told, "/log?state=failed")
    assert "552 Mailbox full" in log.words and AIGUL.surname in log.words
    assert YERLAN.surname not in log.words
    token = log.read_form()[1]["csrf_token"]
    address = f"/desk/messages/{get_message_to(session, 'Айгүл').id}"
    organizer.post(f"{address}/again", {"csrf_token": token, "from": "log"})
    worker.run_jobs()
    assert (get_message_to(session, "Айгүл").status, get_message_to(session, "Айгүл").attempts) == ("failed", 1)
    organizer.post(f"{address}/by-hand", {"csrf_token": token})
    assert AIGUL.surname in get_messages_page(organizer, told).words
    organizer.post(f"{address}/by-hand", {"csrf_token": token})  # decided meanwhile
    smtp_server.replies.clear()
    worker.run_jobs()
    assert smtp_server.emails == []
    assert get_message_to(session, "Айгүл").address == AIGUL.phone


def test_a_failed_letter_goes_to_the_address_that_the_person_has_now(
    organizer: Visitor, worker: BackgroundWorker, session: Session, smtp_server: FakeSmtpServer, told: Seminar
) -> None:
    message = get_message_to(session, "Айгүл")
    message.person.email = "right@example.org"
    token = get_messages_page(organizer, told, "/log").read_form()[1]["csrf_token"]
    organizer.post(f"/desk/messages/{message.id}/again", {"csrf_token": token})
    worker.run_jobs()
    assert smtp_server.recipients == ["right@example.org"]


def test_a_letter_that_waits_follows_the_correction_of_an_address(
    organizer: Visitor, session: Session, told: Seminar
) -> None:
    message = get_message_to(session, "Ерлан")
    by_mail = get_message_to(session, "Айгүл")
    by_mail.status = MessageStatus.QUEUED
    here = session.scalars(
        select(Registration).where(Registration.person_id.in_([message.person_id, by_mail.person_id]))
    )
    for each in list(here):
        organizer.submit(f"/desk/registrations/{each.id}", {"phone": "8 705 555 01 88", "email": ""})
    session.expire_all()
    assert {each.address for each in (message, by_mail)} == {"+77055550188"}
    assert by_mail.channel == MessageChannel.MANUAL


def create_many_recipients(session: Session, seminar: Seminar) -> None:
    """35 people who are told by hand."""
    seminar.capacity = 40
    for number in range(35):
        name = "Ким" + "абвгдежзиклмнопрстуфхцшэюя"[number % 26] * (1 + number // 26)
        register_person(session, seminar, YERLAN, surname=name, phone=f"+7702555{number:04d}")


def test_long_lists_come_in_pages(
    organizer: Visitor, worker: BackgroundWorker, session: Session, seminar: Seminar
) -> None:
    create_many_recipients(session, seminar)
    worker.run_jobs()
    seen = [get_messages_page(organizer, seminar, f"?page={page}").list_forms() for page in (1, 2, 3, 4, 5)]
    assert [len(each) for each in seen] == [10, 10, 10, 5, 5]
    first, second = (get_messages_page(organizer, seminar, f"/log?state=queued&page={page}") for page in (1, 2))
    assert [len(each.find_all("tr")) - 1 for each in (first, second)] == [30, 5]
    assert any("state=queued" in each and "page=2" in each for each in first.list_links())


def test_a_button_leads_back_to_the_page_of_the_list_on_which_it_stood(
    organizer: Visitor, worker: BackgroundWorker, session: Session, seminar: Seminar
) -> None:
    create_many_recipients(session, seminar)
    worker.run_jobs()
    address = f"/desk/seminars/{seminar.id}/messages"
    back = organizer.submit(f"{address}?page=3", {"through": "sms"}, form=0)
    assert back.location == f"{address}?page=3"
    for each in list_queued_messages(session):
        each.status, each.sent_at = MessageStatus.SENT, each.created_at
    back = organizer.submit(f"{address}/log?state=sent&page=2", {"from": "log"}, form=0)
    assert back.location == f"{address}/log?state=sent&page=2"


def test_made_up_pages_and_states_open_the_first_and_all(organizer: Visitor, told: Seminar) -> None:
    for more in ("?page=0", "?page=-1", "?page=x", "?page=%D9%A3", "?page=99999999999999999999"):
        assert len(get_messages_page(organizer, told, more).list_forms()) == 2
    assert len(get_messages_page(organizer, told, "/log?state=nonsense").find_all("tr")) == 4


def test_a_stranger_sees_and_does_nothing(stranger: Visitor, session: Session, told: Seminar) -> None:
    for more in ("", "/log"):
        answer = stranger.get(f"/desk/seminars/{told.id}/messages{more}", status=302)
        assert "/desk/sign-in" in str(answer.location)
    token = stranger.get("/desk/sign-in").read_form()[1]["csrf_token"]
    for act in ("sent", "not-sent", "again", "by-hand"):
        address = f"/desk/messages/{get_message_to(session, 'Ерлан').id}/{act}"
        stranger.post(address, {"csrf_token": token, "through": "sms"}, status=302)
    assert get_message_to(session, "Ерлан").status == "queued"
