"""The organizer's page of a person: changing details, consents, and adding somebody."""

import pytest
from flask_babel import force_locale
from sqlalchemy.orm import Session

from tests.factories import AIGUL, NOON, register_person
from tests.page import get_words
from tests.registration.factories import list_registrations
from tests.visitor import Visitor
from trainer.registration.desk.bulk_actions import BulkAction
from trainer.registration.desk.filters import RegistrationFilter
from trainer.registration.desk.listing import list_registration_rows
from trainer.registration.desk.wording import ACTION_NAMES
from trainer.registration.models import Registration, RegistrationStatus
from trainer.registration.seats.applicant import build_person
from trainer.seminars.models import Seminar


def test_a_person_is_corrected_and_asked_again_how_the_name_prints(
    organizer: Visitor, session: Session, seminar: Seminar, three_registrations: list[Registration]
) -> None:
    aigul = three_registrations[0]
    aigul.person.name_confirmed_at = NOON
    target = f"/desk/registrations/{aigul.id}"
    organizer.submit(target, {"workplace": "Емхана", "email": ""})
    session.expire_all()
    assert (aigul.person.workplace, aigul.person.email, aigul.person.name_confirmed_at) == ("Емхана", "", NOON)
    organizer.submit(target, {"surname": "Өтегенқызы"})
    session.expire_all()
    assert aigul.person.surname == "Өтегенқызы"
    assert not aigul.person.name_confirmed_at
    assert aigul.person.search_text.split()[:2] == ["отегенкизи", "утегенкизи"]


def test_what_the_person_changed_meanwhile_is_not_overwritten_unseen(
    organizer: Visitor, session: Session, seminar: Seminar, three_registrations: list[Registration]
) -> None:
    person, target = three_registrations[0].person, f"/desk/registrations/{three_registrations[0].id}"
    fields = organizer.get(target).read_form()[1]
    person.phone = "+77055550177"
    page = organizer.post(target, {**fields, "surname": "Өтегенқызы"}, status=409)
    session.expire_all()
    assert (person.surname, person.phone) == ("Өтегенова", "+77055550177")
    assert page.get_value("surname") == "Өтегенқызы", "what was typed stays"
    organizer.post(target, page.read_form()[1])
    session.expire_all()
    assert (person.surname, person.phone) == ("Өтегенқызы", "+77055550177"), "only what was typed is changed"


def test_a_wrong_correction_is_explained_beside_its_field_and_changes_nothing(
    organizer: Visitor, session: Session, seminar: Seminar, three_registrations: list[Registration]
) -> None:
    page = organizer.submit(
        f"/desk/registrations/{three_registrations[0].id}", {"phone": "123", "surname": ""}, status=422
    )
    assert page.get_error("phone")
    assert page.get_error("surname")
    assert page.heading == three_registrations[0].person.full_name
    session.expire_all()
    assert three_registrations[0].person.surname == AIGUL.surname


def test_the_page_of_a_person_tells_which_consents_were_given_when_and_what_is_missing(
    organizer: Visitor, session: Session, seminar: Seminar, three_registrations: list[Registration]
) -> None:
    target = f"/desk/registrations/{three_registrations[0].id}"
    version = three_registrations[0].consents[0].text.version
    page = organizer.get(target)
    assert version in page.words
    three_registrations[0].consents[0].withdrawn_at = NOON
    withdrawn = organizer.get(target)
    assert len(withdrawn.words) > len(page.words)
    assert "2025 жылғы 2 маусым, 12:00" in withdrawn.words


def test_somebody_without_a_phone_link_is_added_by_the_same_rules(
    organizer: Visitor, session: Session, seminar: Seminar
) -> None:
    seminar.capacity = 1
    typed = {"surname": "Ким", "given_name": "Лев", "phone": "8 705 555 01 77"}
    target = f"/desk/seminars/{seminar.id}/registrations/new"
    first = organizer.submit(target, typed)
    assert organizer.submit(target, typed).location == first.location, "once is enough"
    organizer.submit(target, {**typed, "surname": "Цой", "phone": "8 705 555 01 78"})
    organizer.submit(target, {**typed, "surname": "Пак"})
    rows = {
        row.surname: (row.status, row.has_consent)
        for row in list_registration_rows(session, seminar, RegistrationFilter())
    }
    assert rows == {
        "Ким": (RegistrationStatus.REGISTERED, False),
        "Цой": (RegistrationStatus.WAITING, False),
        "Пак": (RegistrationStatus.WAITING, False),
    }
    assert [registration.is_likely_duplicate for registration in list_registrations(session)] == [False, False, True]
    seminar.has_waiting_list = False
    organizer.submit(target, {**typed, "surname": "Ли", "phone": "8 705 555 01 79"}, status=422)


@pytest.mark.parametrize(
    "state", [RegistrationStatus.CANCELLED, RegistrationStatus.REFUSED, RegistrationStatus.OFFER_EXPIRED]
)
def test_who_had_left_and_is_added_again_is_not_said_to_be_on_the_list(
    organizer: Visitor, session: Session, seminar: Seminar, state: RegistrationStatus
) -> None:
    aigul = register_person(session, seminar, AIGUL)
    aigul.status = state
    typed = {"surname": AIGUL.surname, "given_name": AIGUL.given_name, "phone": AIGUL.phone}
    page = organizer.follow(organizer.submit(f"/desk/seminars/{seminar.id}/registrations/new", typed))
    [message] = [get_words(element) for element in page.find_all("p") if "message" in (element.get("class") or "")]
    with session.info["app"].test_request_context(), force_locale(page.language):
        assert str(ACTION_NAMES[BulkAction.RESTORE]) in message


def test_what_is_typed_wrongly_for_a_new_person_is_kept(organizer: Visitor, seminar: Seminar) -> None:
    target = f"/desk/seminars/{seminar.id}/registrations/new"
    page = organizer.submit(target, {"surname": "Ким", "given_name": "", "phone": "12"}, status=422)
    assert page.get_value("surname") == "Ким"
    assert page.get_error("given_name")


def test_the_person_of_the_form_has_a_search_text(session: Session, seminar: Seminar) -> None:
    assert build_person(AIGUL, NOON).search_text.split()[0] == "отегенова"


@pytest.mark.parametrize(("surname", "letter"), [("王", "王"), ("Е\u0301льцова", "Е\u0301")])
def test_a_letter_that_cannot_be_printed_is_named_and_the_name_is_kept(
    organizer: Visitor, seminar: Seminar, surname: str, letter: str
) -> None:
    typed = {"surname": surname, "given_name": "Анна", "phone": "8 705 555 01 77"}
    page = organizer.submit(f"/desk/seminars/{seminar.id}/registrations/new", typed, status=422)
    assert f": {letter}." in page.get_error("surname")
    assert page.get_value("surname") == surname
