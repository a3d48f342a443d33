"""The steps of a checked batch issue what was checked: who changed meanwhile is left out, and who has come since waits."""

from collections.abc import Callable
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from tests.concurrency import run_concurrently
from tests.factories import NOON, YERLAN, register_eligible_person
from tests.page import Page
from tests.visitor import Visitor, sign_in_organizer
from trainer import issuing
from trainer.issuing.desk import batch_views
from trainer.issuing.models import CheckedCertificate, IssuedCertificate
from trainer.issuing.names.corrections import confirm_name
from trainer.language.translated import Translated
from trainer.registration.consent import withdraw_consent
from trainer.registration.models import ConsentPurpose, Registration
from trainer.seminars.models import Seminar
from trainer.tasks import run_jobs_once

SURNAMES = ("Ахмет", "Бекет", "Дәулет", "Жанат", "Қанат", "Марат")

Change = Callable[[Session, Registration], None]


@pytest.fixture
def six(session: Session, past_seminar: Seminar, monkeypatch: pytest.MonkeyPatch) -> list[Registration]:
    """Return six people of a seminar who qualify, in the order of the list; a step issues two certificates."""
    monkeypatch.setattr(batch_views, "BATCH_STEP_SIZE", 2)
    people = [
        register_eligible_person(session, past_seminar, surname=surname, phone=f"+7701555060{number}", email="")
        for number, surname in enumerate(SURNAMES)
    ]
    session.commit()
    return people


def issue_first_step(organizer: Visitor, seminar: Seminar) -> Page:
    """Confirm the check sheet and return the page that continues."""
    return organizer.follow(organizer.submit(f"/desk/seminars/{seminar.id}/certificates/check?lang=en", form="issue"))


def issue_to_the_end(organizer: Visitor, page: Page) -> Page:
    """Continue a batch step by step, and return the page after the last one."""
    while page.find_all("progress"):
        page = organizer.follow(organizer.post(*page.read_form("issue")))
    return page


def list_issued(session: Session) -> list[tuple[int, int | None]]:
    """Return number and registration id of all certificates in the order of their numbers."""
    session.commit()
    query = select(IssuedCertificate.number, IssuedCertificate.registration_id).order_by(IssuedCertificate.number)
    return [(number, registration_id) for number, registration_id in session.execute(query)]


def list_stored(session: Session) -> list[int]:
    """Return the registration ids of what is stored of batches."""
    session.commit()
    return list(session.scalars(select(CheckedCertificate.registration_id).order_by(CheckedCertificate.position)))


def change_name(_session: Session, registration: Registration) -> None:
    confirm_name(registration.person, "Beket Aigül", NOON)


def make_name_unprintable(_session: Session, registration: Registration) -> None:
    registration.person.surname = "王"


def withdraw(session: Session, registration: Registration) -> None:
    withdraw_consent(session, registration, ConsentPurpose.PERSONAL_DATA, NOON)


def register_namesake(session: Session, registration: Registration) -> None:
    register_eligible_person(
        session, registration.seminar, surname=registration.person.surname, phone="+77015550699", email=""
    )


def leave_the_seminar(_session: Session, registration: Registration) -> None:
    registration.status = "cancelled"


@pytest.mark.parametrize("change", [change_name, make_name_unprintable, withdraw, register_namesake, leave_the_seminar])
def test_who_changed_after_the_check_is_left_out_and_named_at_the_end(
    organizer: Visitor, session: Session, past_seminar: Seminar, six: list[Registration], change: Change
) -> None:
    page = issue_first_step(organizer, past_seminar)
    change(session, six[3])
    session.commit()
    page = issue_to_the_end(organizer, page)
    others = [registration.id for registration in six if registration is not six[3]]
    assert list_issued(session) == list(enumerate(others, start=1))
    assert f"something has changed since the check: {six[3].person.printed_name}. Check again." in page.words
    assert "5 certificates issued." in page.words
    assert list_stored(session) == []


def test_after_a_new_check_the_changed_person_gets_a_certificate(
    organizer: Visitor, session: Session, past_seminar: Seminar, six: list[Registration]
) -> None:
    page = issue_first_step(organizer, past_seminar)
    change_name(session, six[3])
    session.commit()
    issue_to_the_end(organizer, page)
    issue_first_step(organizer, past_seminar)
    assert list_issued(session)[-1] == (6, six[3].id)


def test_who_qualifies_after_the_check_is_not_part_of_the_batch(
    organizer: Visitor, session: Session, past_seminar: Seminar, six: list[Registration]
) -> None:
    page = issue_first_step(organizer, past_seminar)
    register_eligible_person(session, past_seminar, YERLAN)
    session.commit()
    page = issue_to_the_end(organizer, page)
    assert list_issued(session) == list(enumerate([registration.id for registration in six], start=1))
    assert "Check and issue" in page.words


def test_what_concerns_everybody_is_shown_again_before_the_next_step(
    organizer: Visitor, session: Session, past_seminar: Seminar, six: list[Registration]
) -> None:
    page = issue_first_step(organizer, past_seminar)
    past_seminar.title = Translated("Басқа атау", "Другое название", "")
    session.commit()
    sheet = organizer.post(*page.read_form("issue"), status=409)
    assert "something has changed since this list was shown" in sheet.words
    assert len(list_issued(session)) == 2
    page = issue_to_the_end(organizer, organizer.follow(organizer.post(*sheet.read_form("issue"))))
    assert list_issued(session) == list(enumerate([registration.id for registration in six], start=1))


def test_another_check_takes_the_place_of_the_first(
    organizer: Visitor, session: Session, past_seminar: Seminar, six: list[Registration]
) -> None:
    page = issue_first_step(organizer, past_seminar)
    issue_first_step(organizer, past_seminar)
    organizer.post(*page.read_form("issue"), status=409)
    assert len(list_issued(session)) == 4
    assert list_stored(session) == [registration.id for registration in six[4:]]


def test_steps_at_once_issue_each_certificate_once(
    app: Flask, session: Session, past_seminar: Seminar, six: list[Registration]
) -> None:
    organizers = [sign_in_organizer(app, session) for _number in range(3)]
    address = f"/desk/seminars/{past_seminar.id}/certificates"
    forms = [organizer.get(f"{address}/check").read_form("issue")[1] for organizer in organizers]
    session.commit()
    steps = [
        lambda organizer=organizer, fields=fields: organizer.client.post(address, data=fields).status_code
        for organizer, fields in zip(organizers, forms, strict=True)
    ]
    assert run_concurrently(*steps) == [303] * 3
    assert list_issued(session) == list(enumerate([registration.id for registration in six], start=1))


def test_a_later_step_reads_its_own_people_only(
    organizer: Visitor, session: Session, past_seminar: Seminar, six: list[Registration]
) -> None:
    page = issue_first_step(organizer, past_seminar)
    session.commit()
    loaded: list[int] = []

    def note(registration: Registration, _context: object) -> None:
        loaded.append(registration.id)

    event.listen(Registration, "load", note)
    try:
        organizer.post(*page.read_form("issue"))
    finally:
        event.remove(Registration, "load", note)
    assert sorted(set(loaded)) == [registration.id for registration in six[2:4]]


def test_what_is_left_of_an_interrupted_batch_is_forgotten_after_a_day(
    app: Flask,
    organizer: Visitor,
    session: Session,
    past_seminar: Seminar,
    six: list[Registration],
    clock: time_machine.Traveller,
) -> None:
    issue_first_step(organizer, past_seminar)
    [job] = [job for job in issuing.jobs if job.name == "batches not finished"]
    for hours, count in ((23, 4), (25, 0)):
        clock.move_to(NOON + timedelta(hours=hours))
        assert run_jobs_once(app, [job])
        assert len(list_stored(session)) == count
