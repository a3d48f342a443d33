"""A seminar that changes: who is asked about, who is told, in which words, and what their calendars show."""

from datetime import timedelta
from functools import partial

import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.calendar_reader import CalendarProgram, list_attached_calendars, parse_calendar
from tests.concurrency import run_concurrently
from tests.factories import AIGUL, MARINA, NOON, YERLAN, register_person
from tests.fake_smtp import (
    BackgroundWorker,
    FakeSmtpServer,
    get_email_text,
    get_message_body,
    list_queued_messages,
    run_later,
)
from tests.registration.messaging.steps import open_card
from tests.visitor import Visitor
from trainer.messages.models import Message, MessageStatus
from trainer.registration.models import Registration
from trainer.registration.seats.applicant import Applicant
from trainer.registration.seats.cancellation import cancel_registration
from trainer.registration.seats.enrolment import register_people
from trainer.seminars.models import ChangeDecision, Seminar, SeminarChange

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
OLD_DAY, NEW_DAY = "2025-06-07", "2025-06-09"
WHOLE_DAY = {"sessions-0-day": NEW_DAY, "sessions-1-day": NEW_DAY}
MAIL = {"email": "marina@example.org"}
ENGLISH = Applicant("Smith", "Ann", "", "+77015550104", "ann@example.org", "", "", "en")


def change_seminar(organizer: Visitor, seminar: Seminar, **fields: str) -> None:
    """Save the seminar's form with other fields; in names, an underscore stands for the hyphen."""
    organizer.submit(
        f"/desk/seminars/{seminar.id}/edit", {name.replace("_", "-"): text for name, text in fields.items()}
    )


def move_seminar(organizer: Visitor, seminar: Seminar, day: str = NEW_DAY) -> None:
    """Move both sessions to another day."""
    organizer.submit(f"/desk/seminars/{seminar.id}/edit", {"sessions-0-day": day, "sessions-1-day": day})


def decide(organizer: Visitor, seminar: Seminar, form: str) -> None:
    """Press one of the two buttons of the question: `tell` or `silence`."""
    organizer.submit(f"/desk/seminars/{seminar.id}/changes", form=form)


def find_question(organizer: Visitor, seminar: Seminar) -> str:
    """Return the notice on the seminar's page that asks for a decision; empty if nothing is asked."""
    page = organizer.get(f"/desk/seminars/{seminar.id}")
    notices = [element for element in page.tree.iter() if element.get("id") == "change-question"]
    return " ".join("".join(notices[0].itertext()).split()) if notices else ""


def list_changes(session: Session) -> list[SeminarChange]:
    """Return the recorded changes in their order."""
    session.commit()
    return list(session.scalars(select(SeminarChange).order_by(SeminarChange.version)))


def list_change_messages(session: Session) -> list[Message]:
    """Return the messages about changes."""
    return [message for message in list_queued_messages(session) if message.kind == "change"]


def test_everyone_who_knows_the_old_date_is_told_it_in_words_and_in_the_calendar(
    organizer: Visitor,
    worker: BackgroundWorker,
    session: Session,
    smtp_server: FakeSmtpServer,
    seminar: Seminar,
    clock: time_machine.Traveller,
) -> None:
    people = [register_person(session, seminar, *who) for who in ((AIGUL,), (YERLAN,), (ENGLISH,))]
    people.append(register_person(session, seminar, MARINA, **MAIL))
    run_later(worker, clock)
    assert find_question(organizer, seminar) == ""
    saved = organizer.submit(
        f"/desk/seminars/{seminar.id}/edit",
        {**WHOLE_DAY, "venue-kk": "Жаңа зал", "venue-ru": "Новый зал", "venue-en": "New hall"},
    )
    question = organizer.follow(saved)
    for words in (
        "4 адам бұрынғы",
        "Бұрын: 2025 жылғы 7 маусым, 12:00–18:00",
        "Енді: 2025 жылғы 9 маусым, 12:00–18:00",
        "Было: Реабилитационный центр, город Актау",
        "Стало: Новый зал, город Актау",
        "Was: 7 June 2025, 12:00–18:00",
        "Электрондық поштамен: 3. Қолмен, «Хабарламалар» бетінен: 1.",
    ):
        assert words in question.words, words
    assert "4 адам бұрынғы" in find_question(organizer, seminar)
    [change] = list_changes(session)
    assert (change.version, change.decision, change.changed_by is not None) == (1, ChangeDecision.OPEN, True)
    assert change.before["venue"]["kk"] == "Оңалту орталығы" and change.after["venue"]["kk"] == "Жаңа зал"
    smtp_server.emails.clear()
    run_later(worker, clock)
    assert smtp_server.emails == [] and list_change_messages(session) == []  # nothing before the click
    decide(organizer, seminar, "tell")
    assert find_question(organizer, seminar) == ""
    run_later(worker, clock)
    letters = {str(letter["To"]): letter for letter in smtp_server.emails}
    assert set(letters) == {"aigul@example.org", "marina@example.org", "ann@example.org"}
    text = get_email_text(letters["aigul@example.org"])
    assert letters["aigul@example.org"]["Subject"] == "Күні мен өткізілу орны өзгерді: Күтім негіздері"
    for words in (
        "Бұрын: 2025 жылғы 7 маусым, 12:00–18:00\nЕнді: 2025 жылғы 9 маусым, 12:00–18:00\n",
        "Бұрын: Оңалту орталығы, Ақтау қаласы\nЕнді: Жаңа зал, Ақтау қаласы",
        f"/r/{people[0].token}",
    ):
        assert words in text, words
    assert letters["marina@example.org"]["Subject"] == "Изменились дата и место проведения: Основы ухода"
    assert letters["ann@example.org"]["Subject"] == "The date and venue have changed: The basics of care"
    [file] = list_attached_calendars(letters["aigul@example.org"])
    head, events = parse_calendar(file)
    assert head["METHOD"] == "PUBLISH"
    assert [event["DTSTART"] for event in events] == ["20250609T070000Z", "20250609T110000Z"]
    by_hand = organizer.get(f"/desk/seminars/{seminar.id}/messages").words
    assert "Енді: 2025 жылғы 9 маусым, 12:00–18:00" in by_hand
    [change] = list_changes(session)
    assert (change.decision, change.decided_at is not None, change.decided_by is not None) == ("told", True, True)
    clock.shift(DAY)
    run_later(worker, clock)
    assert len(list_change_messages(session)) == 4  # told once


def test_a_change_undone_before_anyone_was_told_asks_nothing(
    organizer: Visitor, worker: BackgroundWorker, session: Session, seminar: Seminar, clock: time_machine.Traveller
) -> None:
    register_person(session, seminar, AIGUL)
    run_later(worker, clock)
    move_seminar(organizer, seminar)
    assert find_question(organizer, seminar)
    move_seminar(organizer, seminar, OLD_DAY)
    assert find_question(organizer, seminar) == ""
    session.refresh(seminar)
    newcomer = register_person(session, seminar, YERLAN)
    assert newcomer.seen_version == seminar.calendar_version
    assert find_question(organizer, seminar) == ""
    assert len(list_changes(session)) == 2


def test_several_changes_before_telling_are_told_as_one_difference(
    organizer: Visitor,
    worker: BackgroundWorker,
    session: Session,
    smtp_server: FakeSmtpServer,
    seminar: Seminar,
    clock: time_machine.Traveller,
) -> None:
    register_person(session, seminar, AIGUL)
    run_later(worker, clock)
    move_seminar(organizer, seminar, "2025-06-08")
    session.refresh(seminar)
    register_person(session, seminar, MARINA, **MAIL)  # knows the day between
    run_later(worker, clock)
    move_seminar(organizer, seminar)
    question = organizer.get(f"/desk/seminars/{seminar.id}/changes").words
    assert "2 адам бұрынғы" in question and "7 маусым" in question and "8 маусым" in question
    smtp_server.emails.clear()
    decide(organizer, seminar, "tell")
    run_later(worker, clock)
    texts = {str(letter["To"]): get_email_text(letter) for letter in smtp_server.emails}
    assert "Бұрын: 2025 жылғы 7 маусым, 12:00–18:00\nЕнді: 2025 жылғы 9 маусым" in texts["aigul@example.org"]
    assert "Было: 8 июня 2025 года, 12:00–18:00\nСтало: 9 июня 2025 года" in texts["marina@example.org"]
    assert "8 маусым" not in texts["aigul@example.org"]
    assert {change.decision for change in list_changes(session)} == {ChangeDecision.TOLD}


def test_a_decision_not_to_tell_is_kept_and_the_next_change_tells_from_what_people_know(
    organizer: Visitor,
    worker: BackgroundWorker,
    session: Session,
    smtp_server: FakeSmtpServer,
    seminar: Seminar,
    clock: time_machine.Traveller,
) -> None:
    aigul = register_person(session, seminar, AIGUL)
    run_later(worker, clock)
    change_seminar(organizer, seminar, venue_kk="Б залы")
    decide(organizer, seminar, "silence")
    assert find_question(organizer, seminar) == ""
    change_seminar(organizer, seminar, capacity="99")  # another edit does not ask again
    assert find_question(organizer, seminar) == ""
    change_seminar(organizer, seminar, venue_kk="В залы")
    smtp_server.emails.clear()
    decide(organizer, seminar, "tell")
    run_later(worker, clock)
    [letter] = smtp_server.emails
    assert "Бұрын: Оңалту орталығы, Ақтау қаласы\nЕнді: В залы, Ақтау қаласы" in get_email_text(letter)
    change_seminar(organizer, seminar, venue_kk="Оңалту орталығы")  # back, but Aigul knows В now
    assert "1 адам бұрынғы" in find_question(organizer, seminar)
    assert [change.decision for change in list_changes(session)] == ["not_told", "told", "open"]
    assert aigul.notified_status == "registered"


def test_only_people_who_were_told_are_asked_about(
    app: Flask,
    organizer: Visitor,
    worker: BackgroundWorker,
    session: Session,
    seminar: Seminar,
    clock: time_machine.Traveller,
) -> None:
    [imported] = register_people(session, seminar, [YERLAN], NOON)
    gone = register_person(session, seminar, MARINA)
    run_later(worker, clock)
    cancel_registration(session, gone, NOON)
    move_seminar(organizer, seminar)
    assert find_question(organizer, seminar) == ""  # his message waits, and says what is true when it is sent
    waiting = imported.registration.person_id
    [message] = [message for message in list_queued_messages(session) if message.person_id == waiting]
    assert "9 маусым" in get_message_body(app, session, message)
    action, fields = open_card(organizer, message.id).read_form("sent")
    move_seminar(organizer, seminar, "2025-06-10")
    body = get_message_body(app, session, message).replace("10 маусым", "9 маусым")
    organizer.post(action, {**fields, "through": "sms", "body": body})  # what was sent is what the page showed before
    assert "1 адам бұрынғы" in find_question(organizer, seminar)
    assert "Бұрын: 2025 жылғы 9 маусым" in organizer.get(f"/desk/seminars/{seminar.id}/changes").words
    organizer.post(f"/desk/messages/{message.id}/not-sent", {"csrf_token": fields.get("csrf_token", "")})
    assert find_question(organizer, seminar) == ""


def test_corrections_and_added_translations_are_no_news(
    organizer: Visitor, worker: BackgroundWorker, session: Session, seminar: Seminar, clock: time_machine.Traveller
) -> None:
    register_person(session, seminar, AIGUL)
    run_later(worker, clock)
    change_seminar(
        organizer, seminar, venue_ru="Центр реабилитации", sessions_0_title_kk="Бірінші сабақ", capacity="50"
    )
    change_seminar(organizer, seminar, venue_en="", access_kk="Пандус бар")
    assert find_question(organizer, seminar) == ""  # Aigul read none of these texts
    change_seminar(organizer, seminar, venue_kk="")  # now she reads the Russian one
    assert "1 адам" in find_question(organizer, seminar)


def test_the_calendar_follows_every_change_of_the_sessions(
    organizer: Visitor,
    worker: BackgroundWorker,
    stranger: Visitor,
    session: Session,
    smtp_server: FakeSmtpServer,
    seminar: Seminar,
    clock: time_machine.Traveller,
) -> None:
    aigul = register_person(session, seminar, AIGUL)
    run_later(worker, clock)
    steps: list[dict[str, str]] = [
        {"sessions-1-remove": "y"},
        {"sessions-1-day": OLD_DAY, "sessions-1-begins": "10:00", "sessions-1-ends": "11:00"},
        {"sessions-0-remove": "y", "sessions-1-begins": "13:00", "sessions-1-ends": "14:00"},
        {"sessions-0-day": "2025-06-20", "format": "online"},
    ]
    from_letters, from_page = CalendarProgram(), CalendarProgram()
    for number, step in enumerate([{}, *steps]):
        if step:
            page = organizer.get(f"/desk/seminars/{seminar.id}/edit")
            more = organizer.post(
                page.location or f"/desk/seminars/{seminar.id}/edit", {**page.read_form()[1], "more": "1"}, status=200
            )
            organizer.post(f"/desk/seminars/{seminar.id}/edit", {**more.read_form()[1], **step})
            decide(organizer, seminar, "tell")
            run_later(worker, clock)
        assert len(smtp_server.emails) == number + 1
        for file in list_attached_calendars(smtp_server.emails[-1]):
            from_letters.open_file(file)
        from_page.open_file(stranger.get(f"/r/{aigul.token}/calendar.ics").response.get_data())
        session.expire_all()
        planned = sorted((item.starts_at, item.ends_at) for item in seminar.sessions)
        assert from_letters.list_times() == from_page.list_times() == planned, step
    methods = [parse_calendar(file)[0]["METHOD"] for file in list_attached_calendars(smtp_server.emails[1])]
    assert methods == ["PUBLISH", "CANCEL"]  # the removed session, in the way of RFC 5546, 4.1.3


def test_reminders_go_by_the_new_date_once_and_wait_for_the_decision(
    organizer: Visitor,
    worker: BackgroundWorker,
    session: Session,
    smtp_server: FakeSmtpServer,
    seminar: Seminar,
    clock: time_machine.Traveller,
) -> None:
    register_person(session, seminar, AIGUL)
    run_later(worker, clock)

    def list_reminders() -> list[str]:
        return [message.status for message in list_queued_messages(session) if message.kind == "reminder"]

    move_seminar(organizer, seminar, "2025-06-14")
    decide(organizer, seminar, "tell")
    run_later(worker, clock)
    clock.shift(4 * DAY + timedelta(hours=2))  # the day before the old date
    run_later(worker, clock)
    assert list_reminders() == []
    move_seminar(organizer, seminar, OLD_DAY)  # back to tomorrow: not before the organizer has decided
    run_later(worker, clock)
    assert list_reminders() == [] and len(smtp_server.emails) == 2
    decide(organizer, seminar, "silence")
    run_later(worker, clock)
    assert list_reminders() == [MessageStatus.SENT]
    move_seminar(organizer, seminar, "2025-06-10")
    decide(organizer, seminar, "tell")
    clock.shift(3 * DAY)
    run_later(worker, clock)
    assert list_reminders() == [MessageStatus.SENT] * 2
    run_later(worker, clock)
    assert list_reminders() == [MessageStatus.SENT] * 2


def test_a_reminder_that_was_recalled_is_queued_again_when_the_seminar_moves_back(
    organizer: Visitor, worker: BackgroundWorker, session: Session, seminar: Seminar, clock: time_machine.Traveller
) -> None:
    register_person(session, seminar, YERLAN)
    run_later(worker, clock)
    clock.shift(4 * DAY + timedelta(hours=1))
    run_later(worker, clock)
    move_seminar(organizer, seminar, "2025-06-14")
    run_later(worker, clock)
    move_seminar(organizer, seminar, OLD_DAY)
    run_later(worker, clock)
    reminders = [message.status for message in list_queued_messages(session) if message.kind == "reminder"]
    assert reminders == [MessageStatus.RECALLED, MessageStatus.QUEUED]


def test_a_message_that_waits_says_what_is_true_when_it_is_sent(
    organizer: Visitor,
    worker: BackgroundWorker,
    session: Session,
    smtp_server: FakeSmtpServer,
    seminar: Seminar,
    clock: time_machine.Traveller,
) -> None:
    register_person(session, seminar, AIGUL)
    run_later(worker, clock)
    smtp_server.stop()
    for day in (NEW_DAY, "2025-06-10"):
        move_seminar(organizer, seminar, day)
        decide(organizer, seminar, "tell")
    run_later(worker, clock)
    assert [message.status for message in list_change_messages(session)] == ["recalled", "queued"]
    smtp_server.start()
    clock.shift(MINUTE)
    run_later(worker, clock)
    assert "Енді: 2025 жылғы 10 маусым" in get_email_text(smtp_server.emails[-1])
    smtp_server.stop()
    move_seminar(organizer, seminar, "2025-06-11")
    decide(organizer, seminar, "tell")
    run_later(worker, clock)
    move_seminar(organizer, seminar, "2025-06-10")  # undone before it was sent
    run_later(worker, clock)
    assert [message.status for message in list_change_messages(session)] == ["recalled", "sent", "recalled"]


def test_a_preview_of_something_else_and_a_second_click_send_nothing(
    organizer: Visitor, worker: BackgroundWorker, session: Session, seminar: Seminar, clock: time_machine.Traveller
) -> None:
    register_person(session, seminar, AIGUL)
    run_later(worker, clock)
    move_seminar(organizer, seminar)
    action, fields = organizer.get(f"/desk/seminars/{seminar.id}/changes").read_form("tell")
    change_seminar(organizer, seminar, venue_kk="Жаңа зал")
    page = organizer.follow(organizer.post(action, fields))
    assert "Жаңа зал" in page.words and list_change_messages(session) == []
    organizer.post(action, {**fields, "version": "x"})
    assert list_change_messages(session) == []
    action, fields = page.read_form("tell")
    for _click in range(2):
        organizer.post(action, fields)
    assert len(list_change_messages(session)) == 1
    register: Registration = session.scalars(select(Registration)).one()
    assert register.status == "registered"


def test_of_two_organizers_at_once_one_tells_and_one_saves(
    app: Flask,
    organizer: Visitor,
    worker: BackgroundWorker,
    session: Session,
    seminar: Seminar,
    clock: time_machine.Traveller,
) -> None:
    for who in (AIGUL, YERLAN):
        register_person(session, seminar, who)
    run_later(worker, clock)
    address = f"/desk/seminars/{seminar.id}/edit"
    fields = organizer.get(address).read_form()[1]
    moves = [{**fields, "sessions-0-begins": hour} for hour in ("09:00", "10:00")]

    def post(address: str, data: dict[str, str]) -> int:
        client = app.test_client()
        with organizer.client.session_transaction() as signed_in, client.session_transaction() as cookie:
            cookie.update(signed_in)
        return client.post(address, data=data).status_code

    assert sorted(run_concurrently(*[partial(post, address, data) for data in moves])) == [303, 409]
    [change] = list_changes(session)
    action, fields = organizer.get(f"/desk/seminars/{seminar.id}/changes").read_form("tell")
    assert run_concurrently(*[partial(post, action, fields)] * 3) == [303] * 3
    assert len(list_change_messages(session)) == 2
    assert change.version == 1


def test_the_page_and_the_pass_show_the_change_until_the_end(
    organizer: Visitor,
    worker: BackgroundWorker,
    stranger: Visitor,
    session: Session,
    seminar: Seminar,
    clock: time_machine.Traveller,
) -> None:
    aigul = register_person(session, seminar, AIGUL)
    run_later(worker, clock)
    addresses = (f"/r/{aigul.token}", f"/r/{aigul.token}/pass")
    assert not any("Бұрын:" in stranger.get(address).words for address in addresses)
    small = stranger.get(f"{addresses[1]}.png").response.get_data()
    move_seminar(organizer, seminar)
    for decision in ("tell", ""):
        for address in addresses:
            words = stranger.get(address).words
            assert "Бұрын: 2025 жылғы 7 маусым, 12:00–18:00" in words and "Енді: 2025 жылғы 9 маусым" in words
            assert "Өзгертілді: 2025 жылғы 2 маусым" in words
        if decision:
            decide(organizer, seminar, decision)
            run_later(worker, clock)
    assert len(stranger.get(f"{addresses[1]}.png").response.get_data()) > len(small)
    assert "7 маусым" not in stranger.get("/s/care").words
    newcomer = register_person(session, session.merge(seminar), MARINA)
    assert "Было:" not in stranger.get(f"/r/{newcomer.token}").words
    clock.shift(9 * DAY)
    assert not any("Бұрын:" in stranger.get(address).words for address in addresses)
