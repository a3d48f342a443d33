"""Keeping the personal page: its link sent to oneself, and the page remembered on one's own device."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.factories import AIGUL, MARINA, NOON, issue_to_eligible, register_eligible_person, register_person
from tests.fake_smtp import SENDER, BackgroundWorker, FakeSmtpServer, get_email_text, list_queued_messages
from tests.visitor import Visitor
from trainer.portal.erasure import erase_person
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar

pytestmark = pytest.mark.one_database


def remember(visitor: Visitor, registration: Registration) -> None:
    """Press the button that makes the device remember the page."""
    visitor.submit(f"/r/{registration.token}", form="remember")


def list_cookies(visitor: Visitor) -> list[str]:
    """Return the names of the cookies that the visitor's browser holds."""
    return sorted(cookie.key for cookie in (visitor.client._cookies or {}).values())


def test_nothing_is_remembered_unasked(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    aigul = register_person(session, seminar)
    stranger.get(f"/r/{aigul.token}")
    assert "own_page" not in list_cookies(stranger)
    for address in ("/", "/s/care", "/s/care/register"):
        assert "/r/own" not in stranger.get(address).text
    assert stranger.get("/r/own", status=303).location == "/lost"


def test_public_pages_lead_to_the_page_that_is_remembered_and_hold_no_token(
    stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    aigul, marina = register_person(session, seminar), register_person(session, seminar, MARINA)
    remember(stranger, aigul)
    for address in ("/", "/s/care", "/s/care/register"):
        page = stranger.get(address)
        assert "/r/own" in page.list_links(), address
        assert aigul.token not in page.text and aigul.person.surname not in page.text
    assert stranger.get("/r/own", status=303).location == f"/r/{aigul.token}"
    remember(stranger, marina)
    assert stranger.get("/r/own", status=303).location == f"/r/{marina.token}"
    assert "Забыть на этом устройстве" in stranger.get(f"/r/{marina.token}").words
    assert "Есте сақтау" not in stranger.get(f"/r/{aigul.token}").words


def test_it_is_forgotten_from_either_side_and_with_the_data(
    stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    aigul = register_person(session, seminar)
    for address, form in ((f"/r/{aigul.token}", "remember"), ("/", "forget")):
        remember(stranger, aigul)
        stranger.submit(address, {"forget": "yes"}, form=form)
        assert "own_page" not in list_cookies(stranger)
        assert "/r/own" not in stranger.get("/").list_links()
    remember(stranger, aigul)
    erase_person(session, aigul.person, NOON)
    aigul.token = "x" * 43
    session.commit()
    assert stranger.get("/r/own", status=303).location == "/lost"
    assert "own_page" not in list_cookies(stranger)


def test_where_an_organizer_is_signed_in_nothing_is_remembered(
    organizer: Visitor, session: Session, seminar: Seminar
) -> None:
    aigul = register_person(session, seminar)
    page = organizer.get(f"/r/{aigul.token}")
    assert "/remember" not in page.text
    _address, fields = page.read_form("photo")
    organizer.post(f"/r/{aigul.token}/remember", fields, status=303)
    assert "own_page" not in list_cookies(organizer)


def test_the_link_is_sent_to_the_stored_address_once_an_hour(
    app: Flask,
    stranger: Visitor,
    worker: BackgroundWorker,
    session: Session,
    smtp_server: FakeSmtpServer,
    seminar: Seminar,
) -> None:
    aigul, without_address = register_person(session, seminar, AIGUL), register_person(session, seminar, MARINA)
    assert 'id="send-link"' not in stranger.get(f"/r/{aigul.token}").text, "no mail server is set"
    app.extensions["settings"] = replace(app.extensions["settings"], smtp_url=smtp_server.address, mail_from=SENDER)
    assert 'id="send-link"' not in stranger.get(f"/r/{without_address.token}").text
    for _press in range(2):
        stranger.submit(f"/r/{aigul.token}", form="send-link")
    assert "бір сағат" in stranger.get(f"/r/{aigul.token}").words
    worker.run_jobs()
    assert [message.kind for message in list_queued_messages(session) if message.kind == "link"] == ["link"]
    assert any(aigul.token in get_email_text(letter) and letter["To"] == AIGUL.email for letter in smtp_server.emails)


def test_the_token_is_in_no_link_to_another_site_but_the_messages_to_oneself(
    stranger: Visitor, session: Session, past_seminar: Seminar
) -> None:
    aigul = register_eligible_person(session, past_seminar)
    [issued] = issue_to_eligible(session, past_seminar)
    links = [link.get("href") or "" for link in stranger.get(f"/r/{aigul.token}").find_all("a")]
    foreign = [link for link in links if link.startswith("https://")]
    shared = [link for link in foreign if issued.code in link]
    assert len(shared) == 2 and not any(aigul.token in link for link in shared)
    assert sorted(link.split("?")[0] for link in foreign if aigul.token in link) == [
        "https://t.me/share/url",
        "https://wa.me/",
    ]


def test_the_certificate_is_downloaded_as_a_picture(stranger: Visitor, session: Session, past_seminar: Seminar) -> None:
    aigul = register_eligible_person(session, past_seminar)
    stranger.get(f"/r/{aigul.token}/certificate.png", status=404)
    issue_to_eligible(session, past_seminar)
    answer = stranger.get(f"/r/{aigul.token}/certificate.png").response
    assert answer.get_data().startswith(b"\x89PNG") and len(answer.get_data()) < 1_000_000
    assert "attachment" in answer.headers["Content-Disposition"] and ".png" in answer.headers["Content-Disposition"]
