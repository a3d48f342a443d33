"""Announcements: written in several languages, previewed for real people, sent once, scheduled, cancelled, stopped."""

from datetime import timedelta
from functools import partial

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.concurrency import run_concurrently
from tests.factories import AIGUL, MARINA, NOON, YERLAN, create_seminar, register_person
from tests.fake_smtp import BackgroundWorker, FakeSmtpServer, get_email_text, get_message_body, list_queued_messages
from tests.registration.announcements.steps import (
    ADDRESS,
    fill_announcement,
    get_announcement,
    press,
    write_announcement,
)
from tests.visitor import Visitor
from trainer.language.translated import Translated
from trainer.messages.models import Message
from trainer.projects.models import Project
from trainer.registration.announcements.models import Announcement
from trainer.registration.consent import withdraw_consent
from trainer.registration.models import ConsentPurpose
from trainer.registration.seats.cancellation import cancel_registration
from trainer.seminars.models import Seminar


def list_announcement_messages(session: Session) -> list[Message]:
    """Return the messages of announcements."""
    return [message for message in list_queued_messages(session) if message.kind == "announcement"]


@pytest.fixture
def registered_seminar(session: Session, seminar: Seminar) -> Seminar:
    """Register Aigul with an e-mail address, and Yerlan and Marina without one."""
    for applicant in (AIGUL, YERLAN, MARINA):
        register_person(session, seminar, applicant)
    session.commit()
    return seminar


def test_everybody_gets_it_once_in_their_language_by_email_or_manually(
    app: Flask,
    organizer: Visitor,
    worker: BackgroundWorker,
    session: Session,
    smtp_server: FakeSmtpServer,
    registered_seminar: Seminar,
) -> None:
    address = write_announcement(organizer, registered_seminar)
    page = press(organizer, address, "send")
    worker.run_jobs("announcements", "mail")
    worker.run_jobs("announcements", "mail")
    [email] = smtp_server.emails
    assert email["To"] == AIGUL.email and email["Subject"] == "Орын ауысты: Күтім негіздері"
    assert "Сәлеметсіз бе, Айгүл Маратқызы!\n\nБасқа кіреберістен" in get_email_text(email)
    messages = list_announcement_messages(session)
    assert [(message.channel, message.language) for message in messages] == [
        ("hand", "kk"),
        ("email", "kk"),
        ("hand", "ru"),
    ]
    [kept] = [message for message in messages if message.status == "sent"]
    assert kept.body == get_email_text(email)  # what the person was told is stored
    assert get_message_body(app, session, messages[2]).startswith("Здравствуйте, Марина Викторовна!")
    page = organizer.get(address)
    assert "1" in page.words and get_announcement(session).recipient_count == 3


def test_the_page_says_before_who_gets_which_language_and_how(
    organizer: Visitor, session: Session, registered_seminar: Seminar
) -> None:
    register_person(session, registered_seminar, MARINA, surname="Smith", phone="+77055550188", language="en")
    page = organizer.get(write_announcement(organizer, registered_seminar))
    numbers = [figure.text.strip() for figure in page.find_all("dd")]
    assert numbers == ["1", "3", "3", "1"]  # by e-mail, manually, in Kazakh, in Russian
    assert "Сәлеметсіз бе, " in page.words and "Здравствуйте, Марина Викторовна!" in page.words
    assert [link for link in page.list_links() if "person=" in link]
    other = organizer.get(next(link for link in page.list_links() if "person=" in link and link.endswith("previews")))
    assert other.words.count("Сәлеметсіз бе") + other.words.count("Здравствуйте") == 1
    assert list_announcement_messages(session) == []


@pytest.mark.parametrize(
    ("changes", "field", "sentence"),
    [
        ({"body_kk": "Сәлем!\n\n{nmae}"}, "body-kk", "{nmae}"),
        ({"subject_ru": "{дата}"}, "subject-ru", "{дата}"),
        ({"subject_ru": ""}, "subject-ru", ""),
        ({"body_ru": ""}, "body-ru", ""),
        ({"subject_kk": "", "body_kk": "", "subject_ru": "", "body_ru": ""}, "subject-kk", ""),
        ({"body_kk": "x" * 5001}, "body-kk", ""),
    ],
)
def test_what_can_not_be_sent_is_refused_where_it_stands(
    organizer: Visitor, registered_seminar: Seminar, changes: dict[str, str], field: str, sentence: str
) -> None:
    page = fill_announcement(organizer, registered_seminar, status=422, **changes)
    assert page.get_error(field) and sentence in page.get_error(field)
    assert page.get_value("segment") == "everybody"


def test_seminar_and_segment_have_to_be_chosen(organizer: Visitor, registered_seminar: Seminar) -> None:
    assert fill_announcement(organizer, status=422).get_error("seminars")
    assert fill_announcement(organizer, registered_seminar, segment="nonsense", status=422).get_error("segment")
    assert fill_announcement(organizer, registered_seminar, seminars="999", status=422).get_error("seminars")


def test_the_recipients_are_decided_when_it_is_sent(
    organizer: Visitor,
    worker: BackgroundWorker,
    session: Session,
    clock: time_machine.Traveller,
    registered_seminar: Seminar,
) -> None:
    address = write_announcement(organizer, registered_seminar, send_at="2025-06-03T09:00")
    press(organizer, address, "send")
    worker.run_jobs("announcements")
    assert list_announcement_messages(session) == []
    register_person(session, registered_seminar, MARINA, surname="Кешіккен", phone="+77055550177")
    session.commit()
    clock.move_to(NOON + timedelta(hours=20, minutes=59))
    worker.run_jobs("announcements")
    assert list_announcement_messages(session) == []
    clock.move_to(NOON + timedelta(hours=21))  # 9:00 in Aktau
    worker.run_jobs("announcements")
    assert len(list_announcement_messages(session)) == 4


def test_a_scheduled_one_can_be_cancelled_changed_and_sent_later(
    organizer: Visitor,
    worker: BackgroundWorker,
    session: Session,
    clock: time_machine.Traveller,
    registered_seminar: Seminar,
) -> None:
    address = write_announcement(organizer, registered_seminar, send_at="2025-06-03T09:00")
    press(organizer, address, "send")
    organizer.get(f"{address}/edit", status=303)
    press(organizer, address, "cancel")
    clock.move_to(NOON + timedelta(days=2))
    worker.run_jobs("announcements")
    assert list_announcement_messages(session) == []
    organizer.submit(f"{address}/edit", {"segment": "waiting"})
    press(organizer, address, "delete")
    organizer.get(address, status=404)


def test_who_has_left_or_asked_for_deletion_gets_none_and_nobody_gets_it_who_is_not_in_the_segment(
    organizer: Visitor, worker: BackgroundWorker, session: Session, seminar: Seminar
) -> None:
    people = [
        register_person(session, seminar, YERLAN, surname=surname, phone=f"+7702555000{number}")
        for number, surname in enumerate(("Бар", "Кеткен", "Өшірілген", "Сұраған", "Қайтарған"))
    ]
    stays, left, erased, asking, withdrawn = people
    cancel_registration(session, left, NOON)
    erased.person.erased_at = NOON
    asking.person.erasure_requested_at = NOON
    withdraw_consent(session, withdrawn, ConsentPurpose.PERSONAL_DATA, NOON)
    press(organizer, write_announcement(organizer, seminar), "send")
    worker.run_jobs("announcements")
    assert [message.person_id for message in list_announcement_messages(session)] == [stays.person_id]


def test_who_leaves_while_a_message_waits_does_not_get_it(
    app: Flask, organizer: Visitor, worker: BackgroundWorker, session: Session, registered_seminar: Seminar
) -> None:
    later = register_person(session, registered_seminar, YERLAN, surname="Кететін", phone="+77025550009")
    press(organizer, write_announcement(organizer, registered_seminar, segment="confirmed"), "send")
    worker.run_jobs("announcements")
    cancel_registration(session, later, NOON)
    worker.run_jobs("outdated announcements")
    statuses = {message.person_id: message.status for message in list_announcement_messages(session)}
    assert statuses.pop(later.person_id) == "recalled"
    assert set(statuses.values()) == {"queued"}


def test_somebody_registered_for_two_seminars_gets_it_once(
    organizer: Visitor, worker: BackgroundWorker, session: Session, project: Project, registered_seminar: Seminar
) -> None:
    other = create_seminar(session, project, NOON + timedelta(days=2), slug="other", venue=Translated("Екінші зал"))
    register_person(session, other, AIGUL)
    register_person(session, other, YERLAN, surname="Жаңа", phone="+77025550009")
    press(organizer, write_announcement(organizer, registered_seminar, other), "send")
    worker.run_jobs("announcements")
    messages = list_announcement_messages(session)
    assert len(messages) == 4
    [to_aigul] = [message for message in messages if message.address == AIGUL.email]
    assert to_aigul.topic == f"seminar-{other.id}"  # the one that comes first


def test_two_workers_at_once_send_it_once(
    app: Flask, organizer: Visitor, worker: BackgroundWorker, session: Session, registered_seminar: Seminar
) -> None:
    press(organizer, write_announcement(organizer, registered_seminar), "send")
    session.commit()
    run_concurrently(*(partial(worker.run_jobs_without_commit, "announcements") for _worker in range(3)))
    assert len(list_announcement_messages(session)) == 3


def test_the_rest_can_be_stopped(
    organizer: Visitor,
    worker: BackgroundWorker,
    session: Session,
    smtp_server: FakeSmtpServer,
    registered_seminar: Seminar,
) -> None:
    address = write_announcement(organizer, registered_seminar)
    press(organizer, address, "send")
    worker.run_jobs("announcements", "mail")
    press(organizer, address, "stop")
    assert sorted(message.status for message in list_announcement_messages(session)) == ["recalled", "recalled", "sent"]
    worker.run_jobs()
    assert len([email for email in smtp_server.emails if "Орын ауысты" in str(email["Subject"])]) == 1


def test_buttons_pressed_too_late_change_nothing(
    organizer: Visitor, worker: BackgroundWorker, session: Session, registered_seminar: Seminar
) -> None:
    address = write_announcement(organizer, registered_seminar)
    _action, fields = organizer.get(address).read_form(0)
    press(organizer, address, "send")
    worker.run_jobs("announcements")
    for action in ("send", "cancel", "delete"):
        organizer.post(f"{address}/{action}", fields)
    worker.run_jobs("announcements")
    assert get_announcement(session).status == "sent"
    assert len(list_announcement_messages(session)) == 3


def test_without_anybody_there_is_no_button_and_nothing_is_sent(
    organizer: Visitor, session: Session, seminar: Seminar
) -> None:
    address = write_announcement(organizer, seminar, segment="waiting")
    assert f"{address}/send" not in [form.get("action") for form in organizer.get(address).list_forms()]
    _action, fields = organizer.get(address).read_form()
    organizer.post(f"{address}/send", fields)
    assert get_announcement(session).status == "draft"


def test_two_who_edit_at_once_do_not_overwrite_each_other_unseen(
    organizer: Visitor, session: Session, registered_seminar: Seminar
) -> None:
    address = write_announcement(organizer, registered_seminar)
    _action, first = organizer.get(f"{address}/edit").read_form()
    organizer.submit(f"{address}/edit", {"subject-kk": "Бірінші"})
    refused = organizer.post(f"{address}/edit", {**first, "subject-kk": "Екінші"}, status=409)
    assert refused.get_value("subject-kk") == "Екінші"
    assert get_announcement(session).subject.kk == "Бірінші"


def test_what_was_typed_for_an_announcement_that_somebody_sends_meanwhile_becomes_a_new_one(
    organizer: Visitor, session: Session, registered_seminar: Seminar
) -> None:
    address = write_announcement(organizer, registered_seminar)
    _action, fields = organizer.get(f"{address}/edit").read_form()
    press(organizer, address, "send")
    late = organizer.post(f"{address}/edit", {**fields, "subject-kk": "Басқа тақырып"}, status=409)
    assert late.get_value("subject-kk") == "Басқа тақырып"
    assert address in late.list_links()
    action, typed = late.read_form()
    addresses = {organizer.post(action, typed).location for _tap in range(2)}
    assert len(addresses) == 1
    assert address not in addresses
    session.expire_all()
    subjects = session.scalars(select(Announcement).order_by(Announcement.id))
    assert [one.subject.kk for one in subjects] == ["Орын ауысты: {seminar}", "Басқа тақырып"]


def test_the_list_shows_what_there_is(organizer: Visitor, registered_seminar: Seminar) -> None:
    assert organizer.get(ADDRESS).find_all("table") == []
    write_announcement(organizer, registered_seminar)
    assert "Орын ауысты" in organizer.get(ADDRESS).words
