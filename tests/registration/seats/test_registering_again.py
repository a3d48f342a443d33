"""Registering again after a cancellation: a new registration supersedes the ended one and takes nothing from it."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy.orm import Session

from tests.factories import AIGUL, NOON, YERLAN, register_person
from tests.fake_smtp import BackgroundWorker, list_queued_messages
from tests.registration.factories import REGISTRATION_INPUT, REGISTRATION_PATH, list_registrations, list_statuses
from tests.visitor import Visitor
from trainer.registration.desk.filters import RegistrationFilter
from trainer.registration.desk.listing import list_registration_rows
from trainer.registration.models import Registration, RegistrationStatus
from trainer.registration.seats.cancellation import cancel_registration
from trainer.seminars.models import Seminar

BLANK = {"email": "", "workplace": "", "position": ""}


@pytest.fixture
def cancelled(session: Session, seminar: Seminar) -> Registration:
    """Return the registration that Aigul has cancelled."""
    registration = register_person(session, seminar, AIGUL)
    cancel_registration(session, registration, NOON)
    session.commit()
    return registration


@pytest.mark.parametrize(
    "changes",
    [{}, BLANK, {"patronymic": ""}, {"surname": "ОТЕГЕНОВА", "phone": "+77015550101"}, {"email": "new@example.org"}],
    ids=str,
)
def test_the_new_registration_applies_and_the_list_shows_one_person(
    stranger: Visitor, session: Session, seminar: Seminar, cancelled: Registration, changes: dict[str, str]
) -> None:
    answer = stranger.submit(REGISTRATION_PATH, {**REGISTRATION_INPUT, **changes})
    session.expire_all()
    _old, new = list_registrations(session)
    assert answer.location == f"/r/{new.token}"
    assert list_statuses([cancelled, new]) == ["superseded", "registered"]
    assert [row.id for row in list_registration_rows(session, seminar, RegistrationFilter())] == [new.id]
    assert new.calendar_version > cancelled.calendar_version, "otherwise calendars ignore the new seat"
    page = stranger.get(f"/r/{cancelled.token}")
    assert "/lost" in page.list_links()
    assert stranger.get(f"/r/{cancelled.token}/pass", status=303).location == f"/r/{cancelled.token}"
    if changes == BLANK:
        assert not any(word in stranger.follow(answer).text for word in (AIGUL.email, AIGUL.workplace, AIGUL.position))
        assert (cancelled.person.email, cancelled.person.workplace) == (AIGUL.email, AIGUL.workplace)


def test_the_stored_contact_is_told(
    stranger: Visitor,
    session: Session,
    worker: BackgroundWorker,
    cancelled: Registration,
    clock: time_machine.Traveller,
) -> None:
    clock.shift(timedelta(minutes=1))
    worker.run_jobs()
    count = len(list_queued_messages(session))
    stranger.submit(REGISTRATION_PATH, {**REGISTRATION_INPUT, "email": "new@example.org"})
    clock.shift(timedelta(minutes=1))
    worker.run_jobs()
    messages = {message.address: message for message in list_queued_messages(session)[count:]}
    assert {address: message.kind for address, message in messages.items()} == {
        AIGUL.email: "link",
        "new@example.org": "registered",
    }
    assert cancelled.token in messages[AIGUL.email].body
    assert cancelled.token not in messages["new@example.org"].body


def test_the_form_sent_twice_is_one_registration(stranger: Visitor, session: Session, cancelled: Registration) -> None:
    fields: dict[str, Any] = {**stranger.get(REGISTRATION_PATH).read_form()[1], **REGISTRATION_INPUT}
    [location] = {stranger.post(REGISTRATION_PATH, fields).location for _press in range(2)}
    stranger.post(REGISTRATION_PATH, {**fields, "email": "corrected@example.org"})
    session.expire_all()
    _old, new = list_registrations(session)
    assert (location, new.person.email) == (f"/r/{new.token}", "corrected@example.org")
    assert cancelled.person.email == AIGUL.email


@pytest.mark.parametrize(
    "changes", [{"phone": "8 701 555 99 98"}, {"surname": "Ким"}, {"patronymic": "Ерланқызы"}], ids=str
)
def test_somebody_else_supersedes_nothing(
    stranger: Visitor, session: Session, cancelled: Registration, changes: dict[str, str]
) -> None:
    stranger.submit(REGISTRATION_PATH, {**REGISTRATION_INPUT, **changes})
    session.expire_all()
    assert cancelled.status == RegistrationStatus.CANCELLED


def test_a_refused_registration_is_not_superseded(stranger: Visitor, session: Session, cancelled: Registration) -> None:
    cancelled.status = RegistrationStatus.REFUSED
    stranger.submit(REGISTRATION_PATH, REGISTRATION_INPUT)
    session.expire_all()
    assert cancelled.status == RegistrationStatus.REFUSED


def test_a_superseded_registration_is_superseded_again_by_the_last_one(
    stranger: Visitor, session: Session, seminar: Seminar, cancelled: Registration
) -> None:
    for _time in range(2):
        stranger.submit(REGISTRATION_PATH, REGISTRATION_INPUT)
        session.expire_all()
        last = list_registrations(session)[-1]
        cancel_registration(session, last, NOON)
        session.commit()
    assert list_statuses(list_registrations(session)) == ["superseded", "superseded", "cancelled"]
    assert len(list_registration_rows(session, seminar, RegistrationFilter())) == 1


def test_a_full_seminar_puts_them_on_the_waiting_list(
    stranger: Visitor, session: Session, seminar: Seminar, cancelled: Registration
) -> None:
    register_person(session, seminar, YERLAN)
    seminar.capacity = 1
    stranger.submit(REGISTRATION_PATH, REGISTRATION_INPUT)
    session.expire_all()
    assert list_statuses(list_registrations(session)) == ["superseded", "registered", "waiting"]
