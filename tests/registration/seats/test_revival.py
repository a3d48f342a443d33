"""Registering again after a cancellation revives the registration, and shows its page to nobody else."""

from datetime import timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy.orm import Session

from tests.factories import AIGUL, NOON, YERLAN, register_person
from tests.fake_smtp import BackgroundWorker, list_queued_messages
from tests.registration.factories import REGISTRATION_INPUT, REGISTRATION_PATH, list_registrations, list_statuses
from tests.visitor import Visitor
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


@pytest.mark.parametrize("changes", [{}, BLANK, {"patronymic": ""}, {"surname": "ОТЕГЕНОВА", "phone": "+77015550101"}])
def test_a_cancelled_registration_is_revived(
    stranger: Visitor, session: Session, cancelled: Registration, changes: dict[str, str]
) -> None:
    answer = stranger.submit(REGISTRATION_PATH, {**REGISTRATION_INPUT, **changes})
    assert answer.location == "/s/care/received", "the page is shown to its owner only"
    assert cancelled.token not in stranger.follow(answer).text
    session.expire_all()
    [registration] = list_registrations(session)
    assert registration.status == RegistrationStatus.REGISTERED
    assert (registration.person.email, registration.person.workplace) == (AIGUL.email, AIGUL.workplace)
    stranger.get(f"/r/{cancelled.token}/pass")


def test_the_link_goes_to_the_stored_contact(
    stranger: Visitor,
    session: Session,
    worker: BackgroundWorker,
    cancelled: Registration,
    clock: time_machine.Traveller,
) -> None:
    clock.shift(timedelta(minutes=1))
    worker.run_jobs()
    count = len(list_queued_messages(session))
    stranger.submit(REGISTRATION_PATH, {**REGISTRATION_INPUT, **BLANK})
    clock.shift(timedelta(minutes=1))
    worker.run_jobs()
    [message] = list_queued_messages(session)[count:]
    assert (message.address, message.kind) == (AIGUL.email, "registered")
    assert cancelled.token in message.body


def test_another_address_reveals_and_redirects_nothing(
    stranger: Visitor, session: Session, cancelled: Registration
) -> None:
    answer = stranger.submit(REGISTRATION_PATH, {**REGISTRATION_INPUT, "email": "thief@example.org"})
    assert answer.location != f"/r/{cancelled.token}"
    session.expire_all()
    assert (cancelled.status, cancelled.person.email) == (RegistrationStatus.CANCELLED, AIGUL.email)
    assert len(list_registrations(session)) == 2


def test_the_form_sent_twice_revives_once(stranger: Visitor, session: Session, cancelled: Registration) -> None:
    fields: dict[str, Any] = {**stranger.get(REGISTRATION_PATH).read_form()[1], **REGISTRATION_INPUT}
    for _press in range(2):
        assert stranger.post(REGISTRATION_PATH, fields).location == "/s/care/received"
    stranger.post(REGISTRATION_PATH, {**fields, "email": "thief@example.org"})
    session.expire_all()
    assert list_statuses(list_registrations(session)) == ["registered", "duplicate"]
    assert cancelled.person.email == AIGUL.email


@pytest.mark.parametrize(
    "changes", [{"phone": "8 701 555 99 98"}, {"surname": "Ким"}, {"patronymic": "Ерланқызы"}], ids=str
)
def test_somebody_else_revives_nothing(
    stranger: Visitor, session: Session, cancelled: Registration, changes: dict[str, str]
) -> None:
    assert (stranger.submit(REGISTRATION_PATH, {**REGISTRATION_INPUT, **changes}).location or "").startswith("/r/")
    session.expire_all()
    assert cancelled.status == RegistrationStatus.CANCELLED


def test_a_refused_or_erased_registration_is_not_revived(
    stranger: Visitor, session: Session, cancelled: Registration
) -> None:
    cancelled.status = RegistrationStatus.REFUSED
    stranger.submit(REGISTRATION_PATH, REGISTRATION_INPUT)
    session.expire_all()
    assert cancelled.status == RegistrationStatus.REFUSED


def test_a_full_seminar_puts_the_revived_on_the_waiting_list(
    stranger: Visitor, session: Session, seminar: Seminar, cancelled: Registration
) -> None:
    register_person(session, seminar, YERLAN)
    seminar.capacity = 1
    stranger.submit(REGISTRATION_PATH, REGISTRATION_INPUT)
    session.expire_all()
    assert cancelled.status == RegistrationStatus.WAITING
