"""A seminar that is cancelled as a whole, with a reason, and reinstated."""

from datetime import timedelta

import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.calendar_reader import CalendarProgram, list_attached_calendars, parse_calendar, read_text
from tests.factories import AIGUL, MARINA, NOON, YERLAN, create_seminar, register_eligible_person, register_person
from tests.fake_smtp import BackgroundWorker, FakeSmtpServer, get_email_text, list_queued_messages, run_later
from tests.visitor import Visitor
from trainer.issuing.eligibility import MissingRequirement, get_eligibility
from trainer.projects.models import Project
from trainer.registration.models import RegistrationStatus
from trainer.registration.seats.applicant import Applicant
from trainer.registration.seats.cancellation import cancel_registration
from trainer.registration.seats.enrolment import register_people
from trainer.seminars.models import Seminar, SeminarChange

DAY, MINUTE = timedelta(days=1), timedelta(minutes=1)
REASON = {"reason-kk": "Тренер ауырып қалды", "reason-ru": "Тренер заболел"}
MAIL = {"email": "marina@example.org"}


def cancel(organizer: Visitor, seminar: Seminar, decision: str = "tell") -> None:
    """Cancel a seminar by its page and decide whether people are told."""
    organizer.submit(f"/desk/seminars/{seminar.id}/cancellation", REASON)
    if decision:
        organizer.submit(f"/desk/seminars/{seminar.id}/changes", form=decision)


def reinstate(organizer: Visitor, seminar: Seminar) -> None:
    """Press the button that reinstates a seminar."""
    organizer.submit(f"/desk/seminars/{seminar.id}", form="reinstate")


def test_everyone_with_a_seat_or_waiting_is_told_and_calendars_are_cleared(
    organizer: Visitor,
    worker: BackgroundWorker,
    stranger: Visitor,
    session: Session,
    smtp_server: FakeSmtpServer,
    seminar: Seminar,
    clock: time_machine.Traveller,
) -> None:
    seminar.capacity = 2
    aigul = register_person(session, seminar, AIGUL)
    gone = register_person(session, seminar, YERLAN, email="gone@example.org")
    register_person(session, seminar, MARINA, **MAIL)
    register_person(session, seminar, YERLAN, phone="+77475550109", given_name="Асхат", email="waits@example.org")
    cancel_registration(session, gone, NOON)  # so that Marina is offered the seat
    imported = Applicant("Smith", "Ann", "", "+77015550104", "", "", "", "en")
    register_people(session, seminar, [imported], NOON)  # her message waits to be sent by hand
    run_later(worker, clock)
    calendar = CalendarProgram()
    for letter in smtp_server.emails:
        if letter["To"] == "aigul@example.org":
            for file in list_attached_calendars(letter):
                calendar.open_file(file)
    assert len(calendar.list_times()) == 2
    smtp_server.emails.clear()
    assert organizer.submit(f"/desk/seminars/{seminar.id}/cancellation", status=422).get_error("reason-kk")
    question = organizer.follow(organizer.submit(f"/desk/seminars/{seminar.id}/cancellation", REASON))
    assert "әлі білмейтіндер: 4 адам" in question.words and "Тренер заболел" in question.words
    run_later(worker, clock)
    assert smtp_server.emails == []
    organizer.submit(f"/desk/seminars/{seminar.id}/changes", form="tell")
    run_later(worker, clock)
    letters = {str(letter["To"]): letter for letter in smtp_server.emails}
    assert set(letters) == {"aigul@example.org", "marina@example.org", "waits@example.org"}
    text = get_email_text(letters["aigul@example.org"])
    assert letters["aigul@example.org"]["Subject"] == "Өткізілмейді: Күтім негіздері"
    assert "Себебі: Тренер ауырып қалды\nЖоспарланған күні: 2025 жылғы 7 маусым, 12:00–18:00" in text
    assert "Оңалту орталығы" not in text and "бас тарт" not in text
    [file] = list_attached_calendars(letters["aigul@example.org"])
    head, events = parse_calendar(file)
    assert head["METHOD"] == "CANCEL" and read_text(events[0]["COMMENT"]) == "Тренер ауырып қалды"
    calendar.open_file(file)
    assert calendar.list_times() == []
    page_file = stranger.get(f"/r/{aigul.token}/calendar.ics").response.get_data()
    assert parse_calendar(page_file)[0]["METHOD"] == "CANCEL"
    by_hand = organizer.get(f"/desk/seminars/{seminar.id}/messages").words
    assert "Will not take place: The basics of care" in by_hand and "waiting list" not in by_hand
    [change] = session.scalars(select(SeminarChange))
    assert (change.decision, change.after["reason"]["ru"]) == ("told", "Тренер заболел")
    assert change.changed_by is not None and change.decided_by is not None


def test_its_pages_say_so_and_nobody_can_register(
    organizer: Visitor, stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    aigul = register_person(session, seminar, AIGUL)
    filled = stranger.get("/s/care/register").read_form()[1]
    cancel(organizer, seminar, decision="")
    for address in ("/s/care", "/s/care/register", f"/r/{aigul.token}", f"/r/{aigul.token}/pass"):
        words = stranger.get(address).words
        assert "Өткізілмейді" in words and "Тренер ауырып қалды" in words, address
        assert "Тіркелу ашық" not in words
    assert stranger.get(f"/r/{aigul.token}/pass.png").response.status_code == 200
    assert "Өткізілмейді" in stranger.get("/").words
    more = {
        "surname": "Соколова",
        "given_name": "Марина",
        "phone": "+77055550103",
        "workplace": "Емхана",
        "position": "мейіргер",
        "consent": "y",
    }
    stranger.post("/s/care/register", {**filled, **more}, status=409)
    overview = organizer.get(f"/desk/seminars/{seminar.id}").words
    assert "Өткізілмейді" in overview and "Тренер ауырып қалды" in overview
    token = organizer.get("/desk/account").read_form()[1]["csrf_token"]
    organizer.post(f"/desk/seminars/{seminar.id}/registration", {"csrf_token": token, "state": "open"})
    assert "қалпына келтіріңіз" in organizer.get(f"/desk/seminars/{seminar.id}").text
    assert "Өткізілмейді" in organizer.get("/desk/seminars").words


def test_reinstated_before_anyone_was_told_nothing_happened_for_them(
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
    cancel(organizer, seminar, decision="")
    run_later(worker, clock)
    reinstate(organizer, seminar)
    page = organizer.get(f"/desk/seminars/{seminar.id}")
    assert "change-question" not in page.text
    run_later(worker, clock)
    assert len(smtp_server.emails) == 1
    assert "Сіз тіркелдіңіз" in stranger.get(f"/r/{aigul.token}").words
    assert "Тіркелу" in stranger.get("/s/care").words


def test_reinstated_after_people_were_told_is_a_change_like_any_other(
    organizer: Visitor,
    worker: BackgroundWorker,
    session: Session,
    smtp_server: FakeSmtpServer,
    seminar: Seminar,
    clock: time_machine.Traveller,
) -> None:
    register_person(session, seminar, AIGUL)
    run_later(worker, clock)
    cancel(organizer, seminar)
    run_later(worker, clock)
    action, fields = organizer.get(f"/desk/seminars/{seminar.id}").read_form("reinstate")
    for _click in range(2):
        organizer.post(action, fields)
    organizer.submit(f"/desk/seminars/{seminar.id}/changes", form="tell")
    run_later(worker, clock)
    assert smtp_server.emails[-1]["Subject"] == "Өткізілетін болды: Күтім негіздері"
    assert "2025 жылғы 7 маусым, 12:00–18:00\nОңалту орталығы" in get_email_text(smtp_server.emails[-1])
    calendar = CalendarProgram()
    for letter in smtp_server.emails:
        for file in list_attached_calendars(letter):
            calendar.open_file(file)
    assert calendar.list_times() == [(item.starts_at, item.ends_at) for item in seminar.sessions]
    assert len(session.scalars(select(SeminarChange)).all()) == 2


def test_while_it_is_cancelled_nothing_else_is_sent_and_afterwards_everything_is(
    organizer: Visitor,
    worker: BackgroundWorker,
    session: Session,
    smtp_server: FakeSmtpServer,
    seminar: Seminar,
    clock: time_machine.Traveller,
) -> None:
    seminar.capacity = 1
    aigul = register_person(session, seminar, AIGUL)
    waiting = register_person(session, seminar, MARINA, **MAIL)
    register_person(session, seminar, YERLAN)  # gets messages by hand
    run_later(worker, clock)
    cancel(organizer, seminar, decision="silence")
    assert "күту тізімі" not in organizer.get(f"/desk/seminars/{seminar.id}/messages").words
    smtp_server.emails.clear()
    stranger = Applicant("Smith", "Ann", "", "+77015550104", "ann@example.org", "", "", "en")
    cancel_registration(session, aigul, NOON)
    run_later(worker, clock)
    session.refresh(waiting)
    assert waiting.status == RegistrationStatus.WAITING
    seminar.capacity = 2
    register_people(session, seminar, [stranger], NOON)
    clock.shift(4 * DAY + timedelta(hours=2))
    run_later(worker, clock)
    assert smtp_server.emails == []
    reinstate(organizer, seminar)
    for _round in range(2):
        run_later(worker, clock)
    assert "Сіз күту тізіміндесіз" in organizer.get(f"/desk/seminars/{seminar.id}/messages").words
    assert {str(letter["To"]) for letter in smtp_server.emails} >= {"marina@example.org", "ann@example.org"}
    assert {message.kind for message in list_queued_messages(session)} >= {"offered", "cancelled"}


def test_what_was_held_is_not_cancelled(organizer: Visitor, session: Session, past_seminar: Seminar) -> None:
    organizer.submit(f"/desk/seminars/{past_seminar.id}/cancellation", REASON)
    session.refresh(past_seminar)
    assert not past_seminar.is_cancelled
    page = organizer.get(f"/desk/seminars/{past_seminar.id}")
    assert "Семинар өтті: оны енді болдырмауға" in page.text and "/cancellation" not in page.text


def test_no_certificate_and_no_survey_is_offered(
    organizer: Visitor,
    worker: BackgroundWorker,
    stranger: Visitor,
    session: Session,
    project: Project,
    clock: time_machine.Traveller,
) -> None:
    seminar = create_seminar(session, project, NOON - timedelta(hours=5), slug="begun")  # its last session goes on
    attendee, other = register_eligible_person(session, seminar), register_person(session, seminar, MARINA)
    session.commit()
    cancel(organizer, seminar, decision="silence")
    clock.shift(DAY)
    run_later(worker, clock)
    assert [message.kind for message in list_queued_messages(session)] == []
    assert get_eligibility(session, attendee, NOON + DAY).missing == (MissingRequirement.SEMINAR_CANCELLED,)
    page = stranger.get(f"/r/{attendee.token}").words
    assert "Өткізілмейді" in page and "Сертификат" not in page.partition("Деректеріңіз")[0]
    survey = stranger.get(f"/r/{other.token}/survey/1", status=409)
    assert "Опрос закрыт" in survey.words
