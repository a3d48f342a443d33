"""The queue of manual messages: one card at a time, claimed by one organizer, marked, skipped, and undone."""

from functools import partial
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.concurrency import run_concurrently
from tests.factories import MARINA, YERLAN, create_seminar, register_person, spell_number
from tests.fake_smtp import BackgroundWorker, get_message_body, list_queued_messages
from tests.registration.messaging.steps import get_message_id, open_next_card, press_button
from tests.visitor import Visitor, sign_in_organizer
from trainer.accounts.memberships import add_membership
from trainer.accounts.models import ProjectRole, User
from trainer.accounts.sign_in import get_or_create_organizer
from trainer.clock import now
from trainer.extensions import db
from trainer.messages.manual_queue import CLAIM_PERIOD, claim_next_message
from trainer.messages.models import Message
from trainer.projects.models import Project
from trainer.seminars.models import Seminar

PEOPLE = (YERLAN, MARINA)


@pytest.fixture
def waiting_messages(worker: BackgroundWorker, session: Session, seminar: Seminar) -> list[Message]:
    """Notify Yerlan and Marina, who have no e-mail address."""
    for applicant in PEOPLE:
        register_person(session, seminar, applicant)
    worker.run_jobs()
    return list_queued_messages(session)


@pytest.fixture
def colleague(app: Flask, session: Session, organizer: Visitor, project: Project) -> Visitor:
    """Return another visitor who is signed in as an organizer of the project."""
    visitor = sign_in_organizer(app, session, "colleague@example.org", "Дана")
    user = session.scalars(select(User).where(User.email == "colleague@example.org")).one()
    add_membership(session, user, project.id, ProjectRole.ORGANIZER, now())
    return visitor


def test_a_card_opens_the_persons_messenger_with_the_text(
    app: Flask, organizer: Visitor, session: Session, waiting_messages: list[Message]
) -> None:
    _address, page = open_next_card(organizer)
    assert page.heading == "Қожахметов Ерлан Ғабитұлы"
    hrefs = [link.get("href") for link in page.find_all("a")]
    for prefix, name in (
        ("https://wa.me/77475550102?", "text"),
        ("https://t.me/+77475550102?", "text"),
        ("sms:+77475550102?", "body"),
    ):
        [href] = [href for href in hrefs if href.startswith(prefix)]
        assert parse_qs(urlsplit(href).query)[name] == [get_message_body(app, session, waiting_messages[0])]
    foreign = [link for link in page.find_all("a") if link.get("href").startswith("https:")]
    assert {(link.get("rel"), link.get("target")) for link in foreign} == {("noreferrer", "_blank")}


def test_sent_next_goes_through_the_queue_and_keeps_the_text_that_was_shown(
    organizer: Visitor, session: Session, waiting_messages: list[Message]
) -> None:
    card, page = open_next_card(organizer)
    shown = page.read_form("sent")[1]
    card, page = press_button(organizer, card, "sent", through="telegram", body="Сәлеметсіз бе")
    assert page.heading == "Соколова Марина Викторовна"
    assert "Қожахметов" in page.words  # what was done, with its undo
    address, _page = press_button(organizer, card, "sent", through="other")
    assert urlsplit(address).path == "/desk/messages/queue"
    session.expire_all()
    assert [(message.status, message.sent_through) for message in list_queued_messages(session)] == [
        ("sent", "telegram"),
        ("sent", "other"),
    ]
    first = list_queued_messages(session)[0]
    assert first.body == "Сәлеметсіз бе"
    assert str(first.told_version) == shown["told_version"]


def test_two_organizers_are_never_shown_the_same_message(
    organizer: Visitor, colleague: Visitor, session: Session, waiting_messages: list[Message]
) -> None:
    first, second = open_next_card(organizer), open_next_card(colleague)
    assert {get_message_id(first[0]), get_message_id(second[0])} == {message.id for message in waiting_messages}
    other = colleague.get(first[0])
    assert "Сәуле" in other.words and not any("wa.me" in str(link.get("href")) for link in other.find_all("a"))
    address, _page = press_button(colleague, second[0], "sent", through="sms")
    assert urlsplit(address).path == "/desk/messages/queue"  # the one that is left is being sent
    assert open_next_card(organizer)[0] == first[0]  # one keeps one's own


def test_a_claim_that_expired_is_free_for_others(
    organizer: Visitor, colleague: Visitor, clock: time_machine.Traveller, waiting_messages: list[Message]
) -> None:
    card, _page = open_next_card(organizer)
    clock.shift(CLAIM_PERIOD)
    assert [form.get("id") for form in organizer.get(card).list_forms()] == [None]  # only a button to claim it again
    assert open_next_card(colleague)[0] == card
    fields = organizer.get(card).read_form()[1]
    answer = organizer.post(f"/desk/messages/{get_message_id(card)}/claim", fields)  # too late
    assert not any("wa.me" in str(link.get("href")) for link in organizer.follow(answer).find_all("a"))


def test_who_sent_a_message_that_a_colleague_took_over_is_believed_and_the_colleague_learns_it(
    organizer: Visitor,
    colleague: Visitor,
    session: Session,
    clock: time_machine.Traveller,
    waiting_messages: list[Message],
) -> None:
    card, page = open_next_card(organizer)
    fields = page.read_form("sent")[1]
    clock.shift(CLAIM_PERIOD)
    open_next_card(colleague)
    colleague_fields = colleague.get(card).read_form("sent")[1]
    address = f"/desk/messages/{get_message_id(card)}/sent"
    organizer.post(address, {**fields, "through": "sms"})
    answer = colleague.post(address, {**colleague_fields, "through": "whatsapp"})
    assert "бұл хабарламамен" in colleague.follow(answer).text.casefold()
    session.expire_all()
    message = session.get_one(Message, get_message_id(card))
    assert (message.sent_through, message.sent_by and message.sent_by.name) == ("sms", "Сәуле")


def test_a_skipped_message_comes_last_and_one_who_is_not_reachable_has_failed(
    organizer: Visitor, session: Session, clock: time_machine.Traveller, waiting_messages: list[Message]
) -> None:
    first, _page = open_next_card(organizer)
    clock.shift(1)
    second, _page = press_button(organizer, first, "skip")
    assert get_message_id(second) != get_message_id(first)
    third, _page = press_button(organizer, second, "unreachable")
    assert get_message_id(third) == get_message_id(first)
    failed = organizer.get("/desk/messages?state=failed")
    assert "Соколова" in failed.words and "Қожахметов" not in failed.words
    organizer.submit("/desk/messages?state=failed", {"from": "overview"}, form=-1)
    session.expire_all()
    assert {message.status for message in list_queued_messages(session)} == {"queued"}


@pytest.mark.parametrize("action", ["sent", "skip", "unreachable"])
def test_every_button_can_be_undone(
    organizer: Visitor,
    session: Session,
    clock: time_machine.Traveller,
    waiting_messages: list[Message],
    action: str,
) -> None:
    card, _page = open_next_card(organizer)
    clock.shift(1)
    _next, page = press_button(organizer, card, action)
    undo = next(form for form in page.list_forms() if form.get("action").endswith("/undo"))
    answer = organizer.post(undo.get("action"), page.read_form(page.list_forms().index(undo))[1])
    assert get_message_id(str(answer.location)) == get_message_id(card)
    assert "wa.me" in organizer.follow(answer).text
    session.expire_all()
    message = session.get_one(Message, get_message_id(card))
    assert (message.status, message.sent_at, message.error, message.told_version) == ("queued", None, "", None)


def test_the_queue_of_one_seminar_offers_its_messages_alone(
    organizer: Visitor, worker: BackgroundWorker, session: Session, project: Project, waiting_messages: list[Message]
) -> None:
    other = create_seminar(session, project, slug="other")
    register_person(session, other, MARINA, surname="Басқа", given_name="Адам", phone="+77055550199")
    worker.run_jobs()
    page = organizer.get("/desk/messages/queue")
    forms = [page.read_form(number)[1].get("seminar") for number in range(len(page.list_forms()))]
    answer = organizer.submit("/desk/messages/queue", form=forms.index(str(other.id)))
    card, page = str(answer.location), organizer.follow(answer)
    assert page.heading.startswith("Басқа")
    address, _page = press_button(organizer, card, "sent", through="sms")
    assert urlsplit(address).path == "/desk/messages/queue"


def test_a_message_that_is_held_back_does_not_stop_the_others(
    organizer: Visitor, session: Session, seminar: Seminar, waiting_messages: list[Message], project: Project
) -> None:
    seminar.cancelled_at = seminar.opened_at
    answer = organizer.submit("/desk/messages/queue", form=0)
    assert urlsplit(str(answer.location)).path == "/desk/messages/queue"
    held = organizer.get(f"/desk/messages/queue/{waiting_messages[0].id}")
    assert not any("wa.me" in str(link.get("href")) for link in held.find_all("a"))


def test_many_who_claim_at_once_get_different_messages(
    app: Flask, worker: BackgroundWorker, session: Session, seminar: Seminar, organizer: Visitor
) -> None:
    seminar.capacity = 20
    for number in range(12):
        register_person(session, seminar, YERLAN, surname=f"Ким{spell_number(number)}", phone=f"+7702555{number:04d}")
    for number in range(4):
        get_or_create_organizer(session, f"user-{number}@example.org", name=f"{number}")
    worker.run_jobs()
    user_ids = list(session.scalars(select(User.id)))
    session.commit()

    def claim(user_id: int) -> int | None:
        with app.app_context():
            message = claim_next_message(db.session(), user_id, now())
            db.session.commit()
            return message.id if message else None

    claimed = run_concurrently(*(partial(claim, user_id) for user_id in user_ids))
    assert len(set(claimed)) == len(user_ids) and None not in claimed


def test_without_messages_there_is_nothing_to_press_button(organizer: Visitor, project: Project) -> None:
    assert organizer.get("/desk/messages/queue").list_forms() == []
    assert organizer.get("/desk/messages/queue/999", status=404).status == 404
