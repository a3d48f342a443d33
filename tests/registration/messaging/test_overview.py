"""The overview of all messages: filtered, searched, with reasons of failures, sending again, and an outage of the mail server."""

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import insert
from sqlalchemy.orm import Session

from tests.factories import AIGUL, MARINA, NOON, YERLAN, create_seminar, register_person
from tests.fake_smtp import BackgroundWorker, FakeSmtpServer, get_email_text, list_queued_messages
from tests.page import Page
from tests.statements import record_statements
from tests.visitor import Visitor
from trainer.language.translated import Translated
from trainer.messages.models import MailOutage, Message
from trainer.projects.models import Project
from trainer.registration.seats.cancellation import cancel_registration
from trainer.seminars.models import Seminar

ADDRESS = "/desk/messages"


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


def press_row_button(organizer: Visitor, page_address: str, action: str) -> Page:
    """Press the first button of an action in the rows of a page and return the response."""
    page = organizer.get(page_address)
    forms = [str(form.get("action")) for form in page.list_forms()]
    number = next(number for number, target in enumerate(forms) if re.fullmatch(rf"/desk/messages/{action}", target))
    return organizer.submit(page_address, {"from": "overview"}, form=number)


def test_it_shows_every_message_and_why_one_failed(organizer: Visitor, notified_seminar: Seminar) -> None:
    words = organizer.get(ADDRESS).words
    assert AIGUL.surname in words and YERLAN.surname in words and "552 Mailbox full" in words
    failed = organizer.get(f"{ADDRESS}?state=failed")
    assert AIGUL.surname in failed.words and YERLAN.surname not in failed.words
    assert "Пошта жәшігі толы" in failed.words


def test_it_is_searched_by_name_phone_and_address(organizer: Visitor, notified_seminar: Seminar) -> None:
    for query, surname in (("sokolova", "Соколова"), ("747 555", "Қожахметов"), ("aigul@", "Өтегенова")):
        words = organizer.get(f"{ADDRESS}?query={query}").words
        others = {"Соколова", "Қожахметов", "Өтегенова"} - {surname}
        assert surname in words and not any(other in words for other in others), query
    assert organizer.get(f"{ADDRESS}?query=ешкім").find_all("table") == []


def test_it_is_limited_to_a_seminar(
    organizer: Visitor, worker: BackgroundWorker, session: Session, project: Project, notified_seminar: Seminar
) -> None:
    other = create_seminar(session, project, slug="other", title=Translated("Екінші"))
    register_person(session, other, MARINA, surname="Басқа", phone="+77055550111")
    worker.run_jobs()
    words = organizer.get(f"{ADDRESS}?seminar={other.id}").words
    assert "Басқа" in words and AIGUL.surname not in words
    for invalid in ("x", "0", "-1", "99999999999999", "\x00"):
        assert AIGUL.surname in organizer.get(ADDRESS, query_string={"seminar": invalid, "announcement": invalid}).words


def test_a_button_leads_back_to_the_same_list(organizer: Visitor, notified_seminar: Seminar) -> None:
    address = f"{ADDRESS}?state=failed&query=aigul@"
    back = press_row_button(organizer, address, r"\d+/again")
    assert str(back.location) == f"{ADDRESS}?query=aigul@&state=failed"
    assert organizer.get(address).find_all("table") == []


def test_all_failed_emails_are_tried_again_at_once(
    organizer: Visitor,
    worker: BackgroundWorker,
    session: Session,
    smtp_server: FakeSmtpServer,
    notified_seminar: Seminar,
) -> None:
    smtp_server.replies.clear()
    press_row_button(organizer, f"{ADDRESS}?state=failed", "again")
    worker.run_jobs()
    assert smtp_server.recipients == [AIGUL.email]
    assert organizer.get(f"{ADDRESS}?state=failed").find_all("table") == []


def test_a_message_is_sent_once_more_with_the_text_of_now(
    organizer: Visitor,
    worker: BackgroundWorker,
    session: Session,
    smtp_server: FakeSmtpServer,
    seminar: Seminar,
) -> None:
    register_person(session, seminar, AIGUL)
    worker.run_jobs()
    seminar.venue = Translated("Жаңа зал", "Новый зал", "New hall")
    press_row_button(organizer, ADDRESS, r"\d+/copy")
    press_row_button(organizer, f"{ADDRESS}?state=sent", r"\d+/copy")
    worker.run_jobs()
    assert ["Жаңа зал" in get_email_text(email) for email in smtp_server.emails] == [False, True, True]
    assert len({str(email["Message-ID"]) for email in smtp_server.emails}) == 3
    assert len({message.key for message in list_queued_messages(session)}) == 3


def test_what_is_no_longer_true_is_not_sent_once_more(
    organizer: Visitor, worker: BackgroundWorker, session: Session, smtp_server: FakeSmtpServer, seminar: Seminar
) -> None:
    registration = register_person(session, seminar, AIGUL)
    worker.run_jobs()
    cancel_registration(session, registration, NOON)
    press_row_button(organizer, ADDRESS, r"\d+/copy")
    assert len(list_queued_messages(session)) == 1


def test_an_outage_of_the_mail_server_is_shown_until_it_answers(
    organizer: Visitor,
    worker: BackgroundWorker,
    session: Session,
    smtp_server: FakeSmtpServer,
    clock: time_machine.Traveller,
    seminar: Seminar,
) -> None:
    smtp_server.stop()
    register_person(session, seminar, AIGUL)
    worker.run_jobs()
    clock.shift(timedelta(hours=1))
    worker.run_jobs()
    page = organizer.get(ADDRESS)
    assert "12:00" in page.words and "ConnectionRefusedError" in page.words
    [outage] = session.query(MailOutage).all()
    assert outage.since == NOON
    smtp_server.start()
    clock.shift(timedelta(hours=1))
    worker.run_jobs()
    session.expire_all()
    assert session.query(MailOutage).all() == []
    assert "ConnectionRefusedError" not in organizer.get(ADDRESS).words


def test_email_that_nobody_sends_is_noticed(
    organizer: Visitor,
    worker: BackgroundWorker,
    session: Session,
    clock: time_machine.Traveller,
    seminar: Seminar,
) -> None:
    register_person(session, seminar, AIGUL)
    worker.run_jobs("status notifications")
    assert organizer.get(ADDRESS).words.count("15 минут") == 0
    clock.shift(timedelta(minutes=16))
    assert "15 минут" in organizer.get(ADDRESS).words


def test_ten_thousand_messages_take_as_many_statements_as_thirty(
    app: Flask, organizer: Visitor, session: Session, notified_seminar: Seminar
) -> None:
    def count_statements() -> int:
        session.commit()
        with record_statements(app) as statements:
            organizer.get(f"{ADDRESS}?seminar={notified_seminar.id}&query=ерлан&page=2")
        return len(statements)

    few, person_id = count_statements(), list_queued_messages(session)[1].person_id
    row = {"kind": "reminder", "topic": f"seminar-{notified_seminar.id}", "person_id": person_id, "channel": "hand"}
    row |= {"address": "", "language": "kk", "subject": "", "body": "", "created_at": NOON, "due_at": NOON}
    session.execute(insert(Message), [{**row, "key": f"reminder-1-{number}"} for number in range(10_000)])
    assert count_statements() == few
    assert len(organizer.get(f"{ADDRESS}?page=3").find_all("tr")) == 31
