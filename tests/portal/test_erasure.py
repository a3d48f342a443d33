"""Erasure of personal data: no trace is left except what the law retains, and the page says so."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.factories import (
    AIGUL,
    NOON,
    YERLAN,
    answer_survey,
    create_seminar,
    issue_to_eligible,
    mark_sessions,
    register_eligible_person,
    register_person,
)
from tests.portal.page_actions import get_registration_status, submit_button
from tests.portal.traces import list_traces
from tests.visitor import Visitor
from trainer.attendance.models import AttendanceStatus
from trainer.issuing.eligibility import record_exception
from trainer.issuing.models import IssuedCertificate
from trainer.issuing.names.corrections import confirm_name
from trainer.messages.models import Message, MessageStatus
from trainer.messages.outbox import OutgoingMessage, queue_outgoing_message
from trainer.people.models import Person
from trainer.projects.models import Project
from trainer.registration.models import Registration, RegistrationStatus
from trainer.registration.seats.duplicates import merge_registration
from trainer.registration.seats.enrolment import register_known_person
from trainer.registration.seats.lookup import map_active_registrations
from trainer.seminars.models import Seminar
from trainer.surveys.models import SurveyResponse
from trainer.surveys.scores.scores import record_test_scores


def submit_erasure_form(visitor: Visitor, registration: Registration) -> str:
    """Confirm the erasure and return where the response redirects."""
    return str(visitor.submit(f"/r/{registration.token}/erase").location)


@pytest.fixture
def aigul(session: Session, project: Project, seminar: Seminar) -> Registration:
    """Return a registration with data in every package and without attendance."""
    registration = register_person(session, seminar)
    registration.answers = {"1": "қатты сурет"}
    confirm_name(registration.person, "Aigul Өтегенова", NOON)
    topic = f"seminar-{seminar.id}"
    for number, state in enumerate(MessageStatus):
        letter = OutgoingMessage(
            state, f"letter-{number}", topic, "Айгүл!", "Өтегенова Айгүл, 8 701 555 01 01", "aigul@example.org"
        )
        message = queue_outgoing_message(session, registration.person, letter, NOON)
        assert message is not None
        message.status, message.sent_at = state, NOON if state == MessageStatus.SENT else None
        message.error = "550 <aigul@example.org>"
    past = create_seminar(session, project, NOON - timedelta(days=3), slug="past")
    missed = register_known_person(session, registration.person, past, NOON - timedelta(days=4))
    mark_sessions(session, missed, AttendanceStatus.ABSENT)
    answer_survey(session, missed, liked="Айгүл мұнда болған жоқ")
    record_test_scores(session, past, {missed.id: 40}, None, NOON)
    record_exception(session, missed, "Өтегенова ауырып қалды", None, NOON)
    double = register_person(session, seminar, AIGUL, patronymic="", phone="+77015550101")
    merge_registration(session, double, registration, NOON)
    session.commit()
    return registration


def test_who_attended_nothing_is_forgotten_at_once_in_every_room(
    stranger: Visitor, session: Session, aigul: Registration
) -> None:
    assert len(list_traces(session)) > 15, "there was something to forget"
    old = aigul.token
    yerlan = register_person(session, aigul.seminar, YERLAN)
    yerlan.consents[0].ip_address = "192.0.2.99"
    page = stranger.submit(f"/r/{old}/erase")
    stranger.follow(page)
    assert list_traces(session) == []
    for address in ("", "/pass", "/my-data", "/erase"):
        stranger.get(f"/r/{old}{address}", status=404)
    assert session.scalar(select(func.count()).select_from(SurveyResponse)) == 0
    states = {message.kind: message.status for message in session.scalars(select(Message))}
    assert states == {"queued": "recalled", "sent": "sent", "failed": "failed", "recalled": "recalled"}
    people = session.scalars(select(Person).where(Person.erased_at.is_not(None))).all()
    assert {person.full_name for person in people} == {"—"}
    assert len(people) == 2, "the one whom the organizer found to be the same too"
    assert get_registration_status(session, yerlan) == RegistrationStatus.REGISTERED
    assert yerlan.person.full_name == "Қожахметов Ерлан Ғабитұлы"


def test_consents_keep_words_and_times(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    aigul = register_person(session, seminar)
    [given] = aigul.consents
    before = (given.text.version, given.given_at)
    submit_erasure_form(stranger, aigul)
    session.refresh(given)
    assert (given.text.version, given.given_at) == before
    assert given.ip_address == ""
    assert given.withdrawn_at == NOON


def test_the_place_goes_to_the_next_also_after_the_cut_off(
    stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    seminar.capacity, seminar.change_hours = 1, 24 * 30
    aigul, yerlan = register_person(session, seminar), register_person(session, seminar, YERLAN)
    assert submit_erasure_form(stranger, aigul) == "/erased"
    assert get_registration_status(session, yerlan) == RegistrationStatus.OFFERED
    assert get_registration_status(session, aigul) == RegistrationStatus.CANCELLED
    assert aigul.notified_status == RegistrationStatus.CANCELLED, "nobody is told any more"


def test_the_form_sent_again_does_not_open_the_page_again(
    stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    aigul = register_person(session, seminar)
    nonce, code = aigul.nonce, aigul.pass_code
    submit_erasure_form(stranger, aigul)
    session.refresh(aigul)
    assert (aigul.nonce, aigul.pass_code) != (nonce, code)


def test_a_person_who_attended_stays_on_the_list_and_reads_why(
    stranger: Visitor, session: Session, past_seminar: Seminar, project: Project
) -> None:
    coming = create_seminar(session, project, slug="coming")
    aigul = register_person(session, past_seminar)
    further = register_known_person(session, aigul.person, coming, NOON)
    mark_sessions(session, aigul, AttendanceStatus.PRESENT, AttendanceStatus.ABSENT)
    aigul.answers = {"1": "қатты сурет"}
    queue_outgoing_message(
        session,
        aigul.person,
        OutgoingMessage("state", "one", f"seminar-{past_seminar.id}", "Айгүл!", "Айгүл", ""),
        NOON,
    )
    assert submit_erasure_form(stranger, aigul) == f"/r/{aigul.token}"
    left = list_traces(session)
    assert {trace.split(".")[0] for trace in left} == {"person", "consent"}
    session.refresh(aigul.person)
    person = aigul.person
    assert (person.phone, person.email, aigul.answers) == ("", "", {})
    assert person.full_name == "Өтегенова Айгүл Маратқызы"
    assert (get_registration_status(session, aigul), get_registration_status(session, further)) == (
        RegistrationStatus.REGISTERED,
        RegistrationStatus.CANCELLED,
    )
    assert person.erasure_requested_at is not None
    page = stranger.get(f"/r/{aigul.token}")
    [card] = [element for element in page.find_all("section") if element.get("id") == "erasure"]
    assert "Күтім негіздері" in "".join(card.itertext())
    assert f"/r/{aigul.token}/details" not in page.list_links()
    stranger.get(f"/r/{aigul.token}/details", status=404)
    requested_at = person.erasure_requested_at
    submit_button(stranger, f"/r/{aigul.token}/erase")
    session.refresh(person)
    assert person.erasure_requested_at == requested_at
    assert queue_outgoing_message(session, person, OutgoingMessage("ready", "two", "x", "s", "b"), NOON) is None, (
        "nobody to write to"
    )


def test_a_certificate_stays_in_the_register_as_it_is(
    stranger: Visitor, session: Session, past_seminar: Seminar
) -> None:
    aigul = register_eligible_person(session, past_seminar)
    [entry] = issue_to_eligible(session, past_seminar)
    page = stranger.get(f"/r/{aigul.token}/erase")
    assert entry.serial in page.words
    submit_erasure_form(stranger, aigul)
    session.expire_all()
    stored = session.scalars(select(IssuedCertificate)).one()
    assert (stored.recipient, stored.status) == (entry.recipient, "valid")
    assert stranger.get(f"/r/{aigul.token}/certificate.pdf").response.mimetype == "application/pdf"


def submit_withdrawal_form(visitor: Visitor, registration: Registration) -> str:
    """Withdraw the consent to personal data and return where the response redirects."""
    return str(visitor.submit(f"/r/{registration.token}/withdraw").location)


def test_withdrawing_the_only_consent_is_being_forgotten(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    aigul = register_person(session, seminar)
    assert submit_withdrawal_form(stranger, aigul) == "/erased"
    assert list_traces(session) == []


def test_withdrawing_one_consent_of_two_gives_up_that_seminar_only(
    stranger: Visitor, session: Session, seminar: Seminar, project: Project
) -> None:
    aigul = register_person(session, seminar)
    second = create_seminar(session, project, NOON + timedelta(days=12), slug="second")
    session.commit()
    submit_button(stranger, f"/r/{aigul.token}/join/{second.id}")
    session.commit()
    further = map_active_registrations(session, aigul.person)[second.id]
    topics = {
        topic: queue_outgoing_message(session, aigul.person, OutgoingMessage("x", topic, topic, "s", "b"), NOON)
        for topic in ("seminar-1", "seminar-2")
    }
    assert submit_withdrawal_form(stranger, aigul) == f"/r/{aigul.token}"
    assert (get_registration_status(session, aigul), get_registration_status(session, further)) == (
        RegistrationStatus.CANCELLED,
        RegistrationStatus.REGISTERED,
    )
    session.refresh(aigul.person)
    assert aigul.person.phone == AIGUL.phone
    for topic, message in topics.items():
        assert message is not None
        session.refresh(message)
        assert message.status == ("recalled" if topic == f"seminar-{seminar.id}" else "queued")
    assert f"/r/{aigul.token}/withdraw" not in stranger.get(f"/r/{aigul.token}").list_links()
    submit_button(stranger, f"/r/{aigul.token}/withdraw")  # a second tap
    assert submit_withdrawal_form(stranger, further) == "/erased"
    assert list_traces(session) == []


def test_asking_first_changes_nothing_and_says_what_follows(
    stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    aigul = register_person(session, seminar)
    for address in ("withdraw", "erase"):
        page = stranger.get(f"/r/{aigul.token}/{address}")
        assert len(page.list_forms()) == 1
        assert len(page.find_all("li")) > 4
    assert get_registration_status(session, aigul) == RegistrationStatus.REGISTERED


def test_who_was_forgotten_may_register_anew(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    aigul = register_person(session, seminar)
    submit_erasure_form(stranger, aigul)
    session.expire_all()
    again = register_person(session, seminar, replace(AIGUL))
    assert again.status == RegistrationStatus.REGISTERED
    assert again.person_id != aigul.person_id
