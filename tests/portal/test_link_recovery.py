"""Recovery of a lost link: the same response for everybody, and a message to the stored contact only."""

from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import AIGUL, MARINA, YERLAN, register_person
from tests.fake_smtp import get_message_body
from tests.portal.page_actions import set_registration_status
from tests.statements import record_statements
from tests.visitor import Visitor
from trainer.messages.models import Message, MessageChannel
from trainer.portal import page_link_views
from trainer.registration.models import RegistrationStatus
from trainer.registration.self_service.lookup import LINK_REQUEST_PERIOD
from trainer.seminars.models import Seminar


def request_lost_link(visitor: Visitor, contact: str, status: int = 303, finish: bool = True) -> Any:
    """Request the link; the lookup runs when the response is closed."""
    token = visitor.get("/lost?lang=en").read_form()[1]["csrf_token"]
    answer = visitor.client.post("/lost", data={"csrf_token": token, "contact": contact})
    assert answer.status_code == status
    if finish:
        answer.close()
    return answer


def list_stored_messages(session: Session) -> list[Message]:
    """Return all stored messages."""
    session.commit()
    return list(session.scalars(select(Message).order_by(Message.id)))


@pytest.mark.parametrize("contact", ["8 701 555 01 01", "+7(701)5550101", "AIGUL@example.org", " aigul@example.org "])
def test_the_link_goes_to_the_stored_contact(
    app: Flask, stranger: Visitor, session: Session, seminar: Seminar, contact: str
) -> None:
    aigul = register_person(session, seminar)
    register_person(session, seminar, YERLAN)
    request_lost_link(stranger, contact)
    [letter] = list_stored_messages(session)
    assert (letter.kind, letter.channel, letter.address) == ("link", MessageChannel.EMAIL, "aigul@example.org")
    assert f"/r/{aigul.token}" in get_message_body(app, session, letter)


def test_without_an_address_the_organizer_sends_it(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    register_person(session, seminar, YERLAN)
    request_lost_link(stranger, YERLAN.phone)
    [letter] = list_stored_messages(session)
    assert (letter.channel, letter.address) == (MessageChannel.MANUAL, YERLAN.phone)


def test_relatives_with_one_phone_each_get_their_own_link(
    app: Flask, stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    seminar.capacity = 10
    one = register_person(session, seminar, YERLAN)
    other = register_person(session, seminar, MARINA, phone=YERLAN.phone)
    set_registration_status(session, other, RegistrationStatus.REGISTERED)
    request_lost_link(stranger, YERLAN.phone)
    bodies = [get_message_body(app, session, message) for message in list_stored_messages(session)]
    assert len(bodies) == 2
    assert all(one.token in body or other.token in body for body in bodies)


def test_the_response_is_identical_for_known_and_unknown_contacts(
    app: Flask, stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    register_person(session, seminar)
    session.commit()
    answers, work = [], []
    for contact in (AIGUL.phone, "+77055550199", "aigul@example.org", "nobody@example.org"):
        with record_statements(app) as statements:
            answer = request_lost_link(stranger, contact, finish=False)
            work.append(list(statements))
            headers = {key: value for key, value in answer.headers.items() if key not in ("Set-Cookie", "Date")}
            answers.append((answer.status_code, headers, answer.get_data()))
            answer.close()
    assert answers == [answers[0]] * 4
    assert work == [work[0]] * 4, "before the answer has left, the same is asked of the database"
    assert not any("registration" in statement for statement in work[0])
    pages = [stranger.get(answers[0][1]["Location"]).response.get_data() for _each in range(2)]
    assert pages[0] == pages[1]
    assert len(list_stored_messages(session)) == 1


def test_asking_again_sends_nothing_more_within_the_hour(
    stranger: Visitor, session: Session, seminar: Seminar, clock: time_machine.Traveller
) -> None:
    register_person(session, seminar)
    for _each in range(3):
        request_lost_link(stranger, AIGUL.phone)
    assert len(list_stored_messages(session)) == 1
    clock.shift(3700)
    request_lost_link(stranger, AIGUL.phone)
    assert len(list_stored_messages(session)) == 2


def test_links_that_lead_nowhere_are_not_sent(
    stranger: Visitor, session: Session, seminar: Seminar, clock: time_machine.Traveller
) -> None:
    aigul = register_person(session, seminar)
    for state in (RegistrationStatus.OFFER_EXPIRED, RegistrationStatus.CANCELLED, RegistrationStatus.REFUSED):
        set_registration_status(session, aigul, state)
        request_lost_link(stranger, AIGUL.phone)
    assert list_stored_messages(session) == []
    set_registration_status(session, aigul, RegistrationStatus.REGISTERED)
    assert seminar.ends_at is not None
    clock.move_to(seminar.ends_at + LINK_REQUEST_PERIOD)
    request_lost_link(stranger, AIGUL.phone)
    assert list_stored_messages(session) == []


@pytest.mark.parametrize("typed", ["", "123", "a@", "айгүл@example.org x", "x" * 300])
def test_what_is_no_contact_is_said_next_to_the_field(stranger: Visitor, project: Any, typed: str) -> None:
    page = stranger.submit("/lost", {"contact": typed}, status=422)
    assert page.get_error("contact")


def test_one_contact_is_asked_for_five_times_an_hour_however_it_is_written(
    stranger: Visitor, session: Session, seminar: Seminar, rate_limits: None, clock: time_machine.Traveller
) -> None:
    for contact in ("87015550101", "+77015550101", "8 701 555 01 01", "7 701 555-01-01", "8(701)5550101"):
        request_lost_link(stranger, contact)
    for known in ("8 701 555 0101", "8-701-555-01-01"):
        request_lost_link(stranger, known, status=429)
    request_lost_link(stranger, "87055550103")
    clock.shift(3601)
    request_lost_link(stranger, "87015550101")


def test_a_database_error_after_the_response_is_logged_only(
    app: Flask,
    stranger: Visitor,
    session: Session,
    seminar: Seminar,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    register_person(session, seminar)
    monkeypatch.setattr(page_link_views, "send_page_link", lambda *_more: 1 / 0)
    request_lost_link(stranger, AIGUL.phone)
    assert "ZeroDivisionError" in caplog.text
    assert AIGUL.phone not in caplog.text


def test_the_page_says_where_the_link_is_sent_and_how_often(
    stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    register_person(session, seminar)
    request_lost_link(stranger, AIGUL.phone)
    request_lost_link(stranger, AIGUL.email)
    assert [message.address for message in list_stored_messages(session)] == [AIGUL.email], (
        "the other contact makes no second letter"
    )
    page_text = stranger.get("/lost/sent?lang=en").words
    assert "to the phone once the organiser sends it" in page_text
    assert "at most once an hour" in page_text


def test_the_pages_are_not_cached_or_indexed(stranger: Visitor, project: Any) -> None:
    for address in ("/lost", "/lost/sent"):
        headers = stranger.get(address).response.headers
        assert headers["Cache-Control"] == "no-store"
        assert headers["X-Robots-Tag"] == "noindex, nofollow"
        assert headers["Referrer-Policy"] == "no-referrer"


def test_the_form_and_the_seminar_lead_there(stranger: Visitor, seminar: Seminar) -> None:
    for address in ("/s/care", "/s/care/register"):
        assert "/lost" in stranger.get(address).list_links()
