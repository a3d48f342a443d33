"""The check sheet: every number and name that the organizer should see before a batch, and exactly that batch is issued."""

from collections.abc import Callable
from datetime import timedelta
from io import BytesIO

import pikepdf
import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import (
    AIGUL,
    MARINA,
    NOON,
    YERLAN,
    answer_survey,
    issue_to_eligible,
    mark_sessions,
    register_eligible_person,
    register_person,
)
from tests.page import Page, get_words
from tests.route_data import add_registrations
from tests.visitor import Visitor
from trainer.attendance.models import AttendanceStatus
from trainer.issuing.desk.batch_views import SHOWN_PEOPLE
from trainer.issuing.eligibility import record_exception
from trainer.issuing.models import IssuedCertificate
from trainer.issuing.names.corrections import confirm_name, request_correction
from trainer.language.translated import Translated
from trainer.registration.consent import withdraw_consent
from trainer.registration.models import ConsentPurpose, Registration, RegistrationStatus
from trainer.registration.seats.duplicates import confirm_separate_person
from trainer.seminars.models import Seminar

Change = Callable[[Session, Seminar, Registration, time_machine.Traveller], None]


def list_recipients(session: Session) -> list[str]:
    """Return the names on all certificates in order of their numbers."""
    session.commit()
    return list(session.scalars(select(IssuedCertificate.recipient).order_by(IssuedCertificate.number)))


def read_groups(page: Page) -> dict[str, str]:
    """Return the text of each group of the sheet by its heading with its number."""
    return {
        get_words(heading): get_words(section) for section in page.find_all("section") for heading in section.iter("h2")
    }


def test_every_group_is_shown_with_its_number_and_its_names(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    past_seminar.valid_months, past_seminar.capacity = 12, 20
    confirmed = register_eligible_person(session, past_seminar)
    confirm_name(confirmed.person, "Өтегенова Айгүл", NOON)
    issue_to_eligible(session, past_seminar)
    [old] = session.scalars(select(IssuedCertificate))
    old.expires_on = (NOON - timedelta(days=1)).date()
    register_eligible_person(session, past_seminar, surname="Омаров", phone="+77015550201", email="")
    issue_to_eligible(session, past_seminar)
    ready = register_eligible_person(session, past_seminar, YERLAN)
    confirm_name(ready.person, ready.person.full_name, NOON)
    register_eligible_person(session, past_seminar, surname="Сейіт", phone="+77015550202", patronymic="", email="")
    again = register_eligible_person(
        session, past_seminar, surname="Сейіт", phone="+77015550203", patronymic="", email=""
    )
    assert again.is_likely_duplicate
    for surname, phone in (("Ахмет", "+77015550207"), ("Асқар", "+77015550208")):
        renamed = register_eligible_person(session, past_seminar, surname=surname, phone=phone, email="")
        renamed.person.surname = "Ахмет"
    withdrawn = register_eligible_person(session, past_seminar, surname="Әлі", phone="+77015550204", email="")
    withdraw_consent(session, withdrawn, ConsentPurpose.PERSONAL_DATA, NOON)
    register_eligible_person(session, past_seminar, surname="王", phone="+77015550205", email="")
    register_person(session, past_seminar, MARINA)
    excused = register_person(session, past_seminar, surname="Жүнісов", phone="+77015550206", email="")
    record_exception(session, excused, "Ауырып қалды", None, NOON)
    groups = read_groups(organizer.get(f"/desk/seminars/{past_seminar.id}/certificates/check?lang=en"))
    expected = {
        "To be issued: 7": ["Date of issue: 2 June 2025", "Valid until: 2 June 2026", "Қожахметов Ерлан Ғабитұлы"],
        "Name not confirmed by its holder: 6": ["Сейіт", "Ахмет", "Әлі", "Жүнісов"],
        "No consent to personal data processing: 1": ["Әлі"],
        "Likely registered twice: 4": ["Сейіт", "Ахмет"],
        "Issued by exception: 1": ["Жүнісов", "Ауырып қалды"],
        "Can’t be printed, left out: 1": ["王"],
        "Not ready yet: 1": ["Соколова", "Has not answered the survey"],
        "Expired: 1": ["Өтегенова", old.serial],
        "Already issued: 1": ["Омаров"],
    }
    assert list(groups) == list(expected)
    for heading, words in expected.items():
        assert all(word in groups[heading] for word in words), (heading, groups[heading])
    assert "Қожахметов" not in groups["Name not confirmed by its holder: 6"]


def test_who_was_decided_to_be_another_person_is_no_likely_duplicate(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    first = register_eligible_person(session, past_seminar)
    second = register_person(session, past_seminar, phone="+77015550203")
    address = f"/desk/seminars/{past_seminar.id}/certificates/check?lang=en"
    assert second.likely_duplicate_of_id == first.id
    mark_sessions(session, second, *[AttendanceStatus.PRESENT] * 2)
    answer_survey(session, second)
    assert "Likely registered twice: 2" in organizer.get(address).words
    confirm_separate_person(session, second, NOON)
    page = organizer.get(address)
    assert "To be issued: 2" in page.words and "Likely registered twice" not in page.words


def let_another_qualify(session: Session, seminar: Seminar, _registration: Registration, _clock: object) -> None:
    register_eligible_person(session, seminar, YERLAN)


def change_name(_session: Session, _seminar: Seminar, registration: Registration, _clock: object) -> None:
    confirm_name(registration.person, "Ötegenova Aigül", NOON)


def confirm_printed_name(_session: Session, _seminar: Seminar, registration: Registration, _clock: object) -> None:
    confirm_name(registration.person, registration.person.full_name, NOON)


def withdraw(session: Session, _seminar: Seminar, registration: Registration, _clock: object) -> None:
    withdraw_consent(session, registration, ConsentPurpose.PERSONAL_DATA, NOON)


def change_title(_session: Session, seminar: Seminar, _registration: Registration, _clock: object) -> None:
    seminar.title = Translated("Басқа атау", "Другое название", "")


def change_signatory(_session: Session, seminar: Seminar, _registration: Registration, _clock: object) -> None:
    seminar.signatories = [{"name": "Басқа адам", "position": {"kk": "Менеджер", "ru": "Менеджер"}}]


def pass_midnight(
    _session: Session, _seminar: Seminar, _registration: Registration, clock: time_machine.Traveller
) -> None:
    clock.move_to(NOON + timedelta(days=1))


def register_namesake(session: Session, seminar: Seminar, _registration: Registration, _clock: object) -> None:
    register_eligible_person(session, seminar, AIGUL, phone="+77015550299", patronymic="")


@pytest.mark.parametrize(
    "change",
    [
        let_another_qualify,
        change_name,
        confirm_printed_name,
        withdraw,
        change_title,
        change_signatory,
        pass_midnight,
        register_namesake,
    ],
)
def test_what_changed_since_the_sheet_was_shown_is_shown_again_before_anything_is_issued(
    organizer: Visitor, session: Session, past_seminar: Seminar, clock: time_machine.Traveller, change: Change
) -> None:
    registration = register_eligible_person(session, past_seminar)
    address = f"/desk/seminars/{past_seminar.id}/certificates/check?lang=en"
    target, fields = organizer.get(address).read_form("issue")
    change(session, past_seminar, registration, clock)
    page = organizer.post(target, fields, status=409)
    assert "something has changed since this list was shown" in page.words
    assert list_recipients(session) == []
    shown = [get_words(item) for item in page.find_all("ol")[0]]
    organizer.post(*page.read_form("issue"))
    assert list_recipients(session) == shown != []


def test_a_request_without_a_checked_sheet_gets_the_sheet(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    register_eligible_person(session, past_seminar)
    address = f"/desk/seminars/{past_seminar.id}/certificates"
    page = organizer.post(address, organizer.get("/desk/account").read_form()[1], status=409)
    organizer.post(*page.read_form("issue"))
    assert len(list_recipients(session)) == 1


def test_expired_certificates_are_in_no_file_for_printing(
    organizer: Visitor, session: Session, past_seminar: Seminar, clock: time_machine.Traveller
) -> None:
    past_seminar.valid_months = 1
    register_eligible_person(session, past_seminar)
    issue_to_eligible(session, past_seminar)
    clock.move_to(NOON + timedelta(days=8))
    register_eligible_person(session, past_seminar, YERLAN)
    [later] = issue_to_eligible(session, past_seminar)
    address = f"/desk/seminars/{past_seminar.id}/certificates"
    organizer.get(f"{address}?lang=en")
    for days, expired, pages in ((8, 0, 2), (31, 1, 1)):
        clock.move_to(NOON + timedelta(days=days))
        assert ("1 certificate has expired" in organizer.get(address).words) == bool(expired)
        printed = organizer.get(f"{address}.pdf", buffered=True).response.data
        assert len(pikepdf.open(BytesIO(printed)).pages) == pages
    later.expires_on = NOON.date()
    assert f"{address}.pdf" not in organizer.get(address).list_links()
    for ending in ("pdf", "zip"):
        organizer.get(f"{address}.{ending}", status=404)


def test_an_expired_certificate_is_renewed_before_its_name_is_corrected(
    organizer: Visitor, session: Session, past_seminar: Seminar, clock: time_machine.Traveller
) -> None:
    past_seminar.valid_months = 1
    register_eligible_person(session, past_seminar)
    [entry] = issue_to_eligible(session, past_seminar)
    correction = request_correction(session, entry, "Ötegenova Aigül", "", NOON)
    session.commit()
    fields = {**organizer.get("/desk/account?lang=en").read_form()[1], "decision": "approve"}
    decide = f"/desk/corrections/{correction.id}"
    clock.move_to(NOON + timedelta(days=31))
    assert "Renew it first" in organizer.follow(organizer.post(decide, fields)).words
    assert list_recipients(session) == [entry.recipient]
    organizer.post(f"/desk/certificates/{entry.serial}/renewal", fields)
    organizer.post(decide, fields)
    session.expire_all()
    entries = list(session.scalars(select(IssuedCertificate).order_by(IssuedCertificate.number)))
    assert [issued.recipient for issued in entries] == [*[entry.recipient] * 2, "Ötegenova Aigül"]
    assert all(issued.expires_on and issued.issued_on <= issued.expires_on for issued in entries)


def test_on_its_last_day_a_certificate_is_corrected_and_ends_that_day(
    organizer: Visitor, session: Session, past_seminar: Seminar, clock: time_machine.Traveller
) -> None:
    past_seminar.valid_months = 1
    register_eligible_person(session, past_seminar)
    [entry] = issue_to_eligible(session, past_seminar)
    correction = request_correction(session, entry, "Ötegenova Aigül", "", NOON)
    session.commit()
    clock.move_to(NOON + timedelta(days=30))
    fields = {**organizer.get("/desk/account").read_form()[1], "decision": "approve"}
    organizer.post(f"/desk/corrections/{correction.id}", fields)
    [corrected] = session.scalars(select(IssuedCertificate).where(IssuedCertificate.replaces_id == entry.id))
    assert corrected.issued_on == corrected.expires_on == entry.expires_on


def test_of_a_large_group_a_hundred_people_are_named_and_a_link_leads_to_all(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    people = add_registrations(session, past_seminar, SHOWN_PEOPLE + 1, RegistrationStatus.REGISTERED)
    session.commit()
    page = organizer.get(f"/desk/seminars/{past_seminar.id}/certificates/check")
    [heading] = [heading for heading in read_groups(page) if f": {SHOWN_PEOPLE + 1}" in heading]
    names = [registration.person.full_name in page.words for registration in people]
    assert (names.count(True), heading) == (SHOWN_PEOPLE, f"Әлі дайын емес: {SHOWN_PEOPLE + 1}")
    address = f"/desk/seminars/{past_seminar.id}/certificates?show=not-ready"
    assert address in page.list_links()
    organizer.get(address)
