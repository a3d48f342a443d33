"""Changing the language of the registration form keeps the input and sets the certificate language."""

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import AIGUL, register_person
from tests.registration.factories import REGISTRATION_INPUT, REGISTRATION_PATH, has_no_registrations
from tests.visitor import Visitor
from trainer.language.translated import Translated
from trainer.registration.form.questions import RegistrationQuestionDraft, create_registration_question
from trainer.registration.models import ConsentText, Registration, RegistrationQuestionKind
from trainer.seminars.models import Seminar

# The pages do not depend on the database.
pytestmark = pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)


def test_a_change_of_language_keeps_the_input(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    fields = stranger.get(REGISTRATION_PATH).read_form()[1]
    typed = {**fields, **REGISTRATION_INPUT, "phone": "8 70", "photo_consent": "y"}
    page = stranger.post(REGISTRATION_PATH, {**typed, "switch": "ru"}, status=200)
    assert page.language == "ru"
    assert page.get_value("language") == "ru"
    for name in ("surname", "given_name", "patronymic", "phone", "email", "workplace", "position", "nonce"):
        assert page.get_value(name).casefold() == typed[name].casefold()
    assert page.read_form()[1].keys() >= {"consent", "photo_consent"}
    assert not any(page.get_error(name) for name in typed)
    assert has_no_registrations(session)


def test_the_language_that_was_changed_to_is_that_of_the_registration(
    stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    fields = stranger.get(REGISTRATION_PATH).read_form()[1]
    page = stranger.post(REGISTRATION_PATH, {**fields, **REGISTRATION_INPUT, "switch": "ru"}, status=200)
    own = stranger.follow(stranger.post(REGISTRATION_PATH, page.read_form()[1]))
    assert own.language == "ru"
    registration = session.scalars(select(Registration)).one()
    assert registration.person.language == "ru"
    assert session.scalars(select(ConsentText.language)).all() == ["ru"]


def test_a_change_of_language_shows_no_errors_on_an_empty_form(stranger: Visitor, seminar: Seminar) -> None:
    fields = stranger.get(REGISTRATION_PATH).read_form()[1]
    page = stranger.post(REGISTRATION_PATH, {**fields, "switch": "en"}, status=200)
    assert not any(page.get_error(name) for name in REGISTRATION_INPUT)


def test_the_form_begins_with_the_language_of_the_page(stranger: Visitor, seminar: Seminar) -> None:
    for language in ("en", "kk", "ru"):
        assert stranger.get(f"{REGISTRATION_PATH}?lang={language}").get_value("language") == language


def test_a_certificate_may_be_in_another_language_than_the_page(
    stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    stranger.submit(f"{REGISTRATION_PATH}?lang=ru", {**REGISTRATION_INPUT, "language": "en"})
    assert session.scalars(select(Registration)).one().person.language == "en"
    assert session.scalars(select(ConsentText.language)).all() == ["ru"]


def test_a_made_up_language_changes_nothing(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    fields = stranger.get(REGISTRATION_PATH).read_form()[1]
    page = stranger.post(REGISTRATION_PATH, {**fields, **REGISTRATION_INPUT, "switch": "de"}, status=200)
    assert page.language == "kk"
    assert has_no_registrations(session)


def test_enter_in_a_field_registers_and_does_not_change_the_language(stranger: Visitor, seminar: Seminar) -> None:
    page = stranger.get(f"/s/{seminar.slug}/register")
    sending = [element for element in page.find_all("button") if element.get("form") == "registration"]
    assert sending[0].get("name") is None, "a browser presses the first button of the form"
    assert {button.get("name") for button in sending[1:]} == {"switch"}


def test_a_change_of_language_keeps_what_the_organizer_typed(
    organizer: Visitor, session: Session, seminar: Seminar
) -> None:
    aigul = register_person(session, seminar)
    asked = create_registration_question(
        session,
        seminar,
        RegistrationQuestionDraft(RegistrationQuestionKind.TEXT, Translated("Қай қала?", "Какой город?")),
    )
    session.commit()
    forms = {
        f"/desk/registrations/{aigul.id}": ("person", "surname"),
        f"/desk/seminars/{seminar.id}/registrations/new": ("person", "surname"),
        f"/desk/questions/{asked.id}": ("question", "label-kk"),
        f"/desk/seminars/{seminar.id}/questions": ("add", "label-kk"),
    }
    for address, (form, field) in forms.items():
        page = organizer.get(f"{address}?lang=kk")
        assert "switch" in [
            element.get("name") for element in page.find_all("button") if element.get("form") == form
        ], address
        page = organizer.post(address, {**page.read_form(form)[1], field: "Жаңасы", "switch": "ru"}, status=200)
        assert (page.language, page.read_form(form)[1][field]) == ("ru", "Жаңасы"), address
    session.expire_all()
    assert aigul.person.surname == AIGUL.surname
    assert asked.label.kk == "Қай қала?"
