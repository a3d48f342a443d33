"""Details and consents changed by the trainee until the deadline."""

import pytest
import time_machine
from sqlalchemy.orm import Session

from tests.factories import AIGUL, NOON, YERLAN, register_person
from tests.portal.page_actions import set_registration_status, submit_button
from tests.visitor import Visitor
from trainer.language.translated import Translated
from trainer.messages.models import Message, MessageChannel
from trainer.messages.outbox import OutgoingMessage
from trainer.messages.outbox import queue_outgoing_message as put_letter
from trainer.registration.consent import find_given_consent
from trainer.registration.form import questions
from trainer.registration.form.questions import RegistrationQuestionDraft
from trainer.registration.models import ConsentPurpose, Registration, RegistrationQuestionKind, RegistrationStatus
from trainer.seminars.models import Seminar


@pytest.fixture
def aigul(session: Session, seminar: Seminar) -> Registration:
    """Return a registration for a seminar in five days."""
    return register_person(session, seminar)


def test_the_form_shows_what_is_kept_and_keeps_what_is_typed(
    stranger: Visitor, session: Session, aigul: Registration
) -> None:
    page = stranger.get(f"/r/{aigul.token}/details")
    assert page.get_value("phone") == "8 701 555 01 01"
    assert page.get_value("email") == "aigul@example.org"
    typed = {
        "phone": "8 747 555 01 09",
        "email": "New@Example.org",
        "workplace": "Емхана",
        "position": "",
        "language": "ru",
    }
    stranger.submit(f"/r/{aigul.token}/details", typed)
    session.refresh(aigul.person)
    person = aigul.person
    assert (person.phone, person.email, person.workplace, person.position) == (
        "+77475550109",
        "new@example.org",
        "Емхана",
        "",
    )
    assert person.full_name == "Өтегенова Айгүл Маратқызы"
    assert stranger.get(f"/r/{aigul.token}").language == "ru"


def test_a_change_of_the_pages_language_keeps_what_was_typed_and_keeps_nothing(
    stranger: Visitor, session: Session, aigul: Registration
) -> None:
    page = stranger.get(f"/r/{aigul.token}/details")
    target, fields = page.read_form("change")
    assert "switch" in [element.get("name") for element in page.find_all("button") if element.get("form") == "change"]
    page = stranger.post(target, {**fields, "workplace": "Жаңа емхана", "phone": "8 70", "switch": "ru"}, status=200)
    assert (page.language, page.get_value("workplace"), page.get_value("phone")) == ("ru", "Жаңа емхана", "8 70")
    assert page.read_form("change")[1]["language"] == "kk", "the certificate keeps its language"
    assert not page.get_error("phone")
    session.refresh(aigul.person)
    assert aigul.person.workplace == AIGUL.workplace


def test_a_phone_that_a_relative_has_is_fine(
    stranger: Visitor, session: Session, seminar: Seminar, aigul: Registration
) -> None:
    register_person(session, seminar, YERLAN)
    stranger.submit(f"/r/{aigul.token}/details", {"phone": YERLAN.phone})
    session.refresh(aigul.person)
    assert aigul.person.phone == YERLAN.phone


@pytest.mark.parametrize(
    ("field", "value"),
    [("phone", ""), ("phone", "123"), ("email", "nobody"), ("language", "de"), ("workplace", "x" * 201)],
)
def test_what_is_wrong_is_said_next_to_the_field_and_nothing_is_kept(
    stranger: Visitor, session: Session, aigul: Registration, field: str, value: str
) -> None:
    page = stranger.submit(f"/r/{aigul.token}/details", {field: value, "position": "дәрігер"}, status=422)
    assert page.get_error(field)
    assert page.get_value("position") == "дәрігер"
    session.refresh(aigul.person)
    assert (aigul.person.phone, aigul.person.position) == (AIGUL.phone, AIGUL.position)


def test_letters_on_their_way_follow_to_the_new_address(
    stranger: Visitor, session: Session, aigul: Registration
) -> None:
    put_letter(session, aigul.person, OutgoingMessage("state", "one", f"seminar-{aigul.seminar_id}", "s", "b"), NOON)
    stranger.submit(f"/r/{aigul.token}/details", {"email": "other@example.org"})
    message = session.query(Message).populate_existing().one()
    assert (message.channel, message.address) == (MessageChannel.EMAIL, "other@example.org")
    stranger.submit(f"/r/{aigul.token}/details", {"email": ""})
    session.refresh(message)
    assert (message.channel, message.address) == (MessageChannel.MANUAL, AIGUL.phone)


def test_nothing_is_changed_after_the_cut_off(
    stranger: Visitor, session: Session, seminar: Seminar, aigul: Registration, clock: time_machine.Traveller
) -> None:
    fields = stranger.get(f"/r/{aigul.token}/details").read_form()[1]
    assert seminar.starts_at is not None
    clock.move_to(seminar.starts_at)
    assert not stranger.get(f"/r/{aigul.token}/details").list_forms()
    stranger.post(f"/r/{aigul.token}/details", {**fields, "workplace": "Басқа"})
    session.refresh(aigul.person)
    assert aigul.person.workplace == AIGUL.workplace


def test_the_answers_to_the_seminars_own_questions_can_be_changed(
    stranger: Visitor, session: Session, seminar: Seminar, aigul: Registration
) -> None:
    city = questions.create_registration_question(
        session,
        seminar,
        RegistrationQuestionDraft(RegistrationQuestionKind.TEXT, Translated("Қай қала?", "Какой город?")),
    )
    gone = questions.create_registration_question(
        session,
        seminar,
        RegistrationQuestionDraft(RegistrationQuestionKind.NUMBER, Translated("Неше жыл?", "Сколько лет?")),
    )
    before = questions.create_registration_question(
        session, seminar, RegistrationQuestionDraft(RegistrationQuestionKind.YES_NO, Translated("Бұрын?", "Раньше?"))
    )
    aigul.answers = {str(city.id): "Ақтау", str(gone.id): 7, str(before.id): False, "access": "пандус"}
    questions.retire_registration_question(session, gone)
    page = stranger.get(f"/r/{aigul.token}/details")
    assert (page.get_value(f"question_{city.id}"), page.get_value(f"question_{before.id}")) == ("Ақтау", "no")
    assert page.get_value("access") == "пандус"
    stranger.submit(
        f"/r/{aigul.token}/details", {f"question_{city.id}": "Жаңаөзен", f"question_{before.id}": "yes", "access": ""}
    )
    session.refresh(aigul)
    assert aigul.answers == {str(city.id): "Жаңаөзен", str(gone.id): 7, str(before.id): True}


def test_questions_changed_meanwhile_are_shown_once_more(
    stranger: Visitor, session: Session, seminar: Seminar, aigul: Registration
) -> None:
    target, fields = stranger.get(f"/r/{aigul.token}/details").read_form()
    questions.create_registration_question(
        session,
        seminar,
        RegistrationQuestionDraft(RegistrationQuestionKind.TEXT, Translated("Қай қала?", "Какой город?")),
    )
    page = stranger.post(target, {**fields, "workplace": "Емхана"}, status=422)
    assert page.get_error("questions_version")
    stranger.post(target, page.read_form()[1])
    session.refresh(aigul.person)
    assert aigul.person.workplace == "Емхана"


def test_a_registration_that_is_over_is_not_changed(stranger: Visitor, session: Session, aigul: Registration) -> None:
    for state in (RegistrationStatus.OFFER_EXPIRED, RegistrationStatus.REFUSED, RegistrationStatus.CANCELLED):
        set_registration_status(session, aigul, state)
        stranger.get(f"/r/{aigul.token}/details", status=404)
        submit_button(stranger, f"/r/{aigul.token}/details", status=404)


def submit_photo_decision(
    visitor: Visitor, registration: Registration, decision: str, version: str | None = None
) -> None:
    """Submit the photo consent form with a decision."""
    fields = visitor.get(f"/r/{registration.token}").read_form("photo")[1]
    sent = {**fields, "decision": decision, **({"version": version} if version is not None else {})}
    visitor.post(f"/r/{registration.token}/photo-consent", sent)


def test_the_consent_to_photos_is_given_and_taken_back_at_any_time(
    stranger: Visitor, session: Session, aigul: Registration
) -> None:
    for decision, agrees, kept in (
        ("give", True, 1),
        ("give", True, 1),
        ("withdraw", False, 1),
        ("withdraw", False, 1),
        ("give", True, 2),
    ):
        submit_photo_decision(stranger, aigul, decision)
        session.commit()
        session.refresh(aigul)
        assert (find_given_consent(aigul, ConsentPurpose.PHOTO) is not None) == agrees
        assert sum(consent.text.purpose == ConsentPurpose.PHOTO for consent in aigul.consents) == kept
    assert find_given_consent(aigul, ConsentPurpose.PERSONAL_DATA)
    submit_button(stranger, f"/r/{aigul.token}/photo-consent", status=400, decision="perhaps")


def test_a_consent_is_kept_only_to_the_words_that_were_shown(
    stranger: Visitor, session: Session, aigul: Registration
) -> None:
    submit_photo_decision(stranger, aigul, "give", version="0123456789abcdef")
    session.refresh(aigul)
    assert not find_given_consent(aigul, ConsentPurpose.PHOTO)


def test_who_was_put_on_the_list_by_others_is_asked_for_consent(
    stranger: Visitor, session: Session, aigul: Registration
) -> None:
    aigul.consents.clear()
    page = stranger.get(f"/r/{aigul.token}?lang=ru")
    [card] = [element for element in page.find_all("section") if element.get("id") == "consent"]
    assert len(list(card.iter("li"))) >= 8, "the whole text stands there"
    stranger.submit(f"/r/{aigul.token}", form=0)
    session.commit()
    session.refresh(aigul)
    [recorded] = aigul.consents
    assert (recorded.text.purpose, recorded.text.language) == (ConsentPurpose.PERSONAL_DATA, "ru")
    assert (recorded.given_at, recorded.ip_address) == (NOON, "127.0.0.1")
    page = stranger.get(f"/r/{aigul.token}")
    assert not [element for element in page.find_all("section") if element.get("id") == "consent"]
    submit_button(stranger, f"/r/{aigul.token}/consent", version=recorded.text.version)
    session.refresh(aigul)
    assert len(aigul.consents) == 1
