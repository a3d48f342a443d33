"""Registration for another seminar of the activity with one click; consents are copied."""

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import NOON, YERLAN, create_seminar, register_person
from tests.page import Page
from tests.portal.page_actions import submit_join_button
from tests.visitor import Visitor
from trainer.language.translated import Translated
from trainer.projects.models import Project
from trainer.registration.consent import build_photo_wording, record_consent
from trainer.registration.form.questions import RegistrationQuestionDraft, create_registration_question
from trainer.registration.models import Registration, RegistrationQuestionKind, RegistrationStatus
from trainer.seminars.models import Seminar


@pytest.fixture
def second(session: Session, project: Project, seminar: Seminar) -> Seminar:
    """Return the second seminar of the same activity, a week later."""
    return create_seminar(session, project, NOON + timedelta(days=12), slug="second")


@pytest.fixture
def aigul(session: Session, seminar: Seminar) -> Registration:
    """Return a registration for the first seminar."""
    return register_person(session, seminar)


def list_join_forms(page: Page) -> list[Any]:
    """Return the forms that register for another seminar."""
    return [form for form in page.list_forms() if "/join/" in form.get("action")]


def list_stored_registrations(session: Session) -> list[Registration]:
    """Return all stored registrations."""
    session.commit()
    return list(session.scalars(select(Registration).order_by(Registration.id)))


def test_one_click_registers_for_the_other_seminar(
    stranger: Visitor, session: Session, aigul: Registration, second: Seminar
) -> None:
    page = stranger.get(f"/r/{aigul.token}")
    [form] = list_join_forms(page)
    fields = {field.get("name"): field.get("value") for field in form.iter() if field.get("name")}
    assert list(fields) == ["csrf_token"]
    own = stranger.follow(stranger.post(form.get("action"), fields))
    first, further = list_stored_registrations(session)
    assert further.person is first.person
    assert (further.seminar, further.status) == (second, RegistrationStatus.REGISTERED)
    assert further.token not in (first.token, first.nonce)
    assert own.language == "kk"


def test_each_page_leads_to_the_other(
    stranger: Visitor, session: Session, aigul: Registration, second: Seminar
) -> None:
    submit_join_button(stranger, aigul, second)
    first, further = list_stored_registrations(session)
    for one, other in ((first, further), (further, first)):
        page = stranger.get(f"/r/{one.token}")
        assert f"/r/{other.token}" in page.list_links()
        assert not list_join_forms(page)


def test_the_consents_are_carried_along_in_the_same_words(
    stranger: Visitor, session: Session, aigul: Registration, second: Seminar
) -> None:
    with session.info["app"].app_context():
        record_consent(session, aigul, build_photo_wording(aigul.seminar.project, "kk"), NOON, "192.0.2.1")
    submit_join_button(stranger, aigul, second)
    first, further = list_stored_registrations(session)
    texts = [{consent.text.version for consent in of.consents} for of in (first, further)]
    assert texts[0] == texts[1]
    assert {consent.text.purpose for consent in further.consents} == {"personal_data", "photo"}
    assert {(consent.given_at, consent.ip_address) for consent in further.consents} == {(NOON, "127.0.0.1")}


def test_pressing_twice_makes_one_registration_and_one_set_of_consents(
    stranger: Visitor, session: Session, aigul: Registration, second: Seminar
) -> None:
    assert submit_join_button(stranger, aigul, second).location == submit_join_button(stranger, aigul, second).location
    assert len(list_stored_registrations(session)) == 2
    assert len(list_stored_registrations(session)[1].consents) == 1


@pytest.mark.parametrize(
    ("status", "sentence"),
    [
        (RegistrationStatus.WAITING, "You are on the waiting list."),
        (RegistrationStatus.APPLIED, "Your application is with the organiser."),
        (RegistrationStatus.REGISTERED, "You are registered."),
    ],
)
def test_the_message_names_the_resulting_status(
    stranger: Visitor, session: Session, aigul: Registration, second: Seminar, status: RegistrationStatus, sentence: str
) -> None:
    second.needs_approval = status == RegistrationStatus.APPLIED
    if status == RegistrationStatus.WAITING:
        second.capacity = 1
        register_person(session, second, YERLAN)
    stranger.get("/?lang=en")
    page = stranger.follow(submit_join_button(stranger, aigul, second))
    assert sentence in page.words
    assert list_stored_registrations(session)[-1].status == status


def test_who_is_likely_there_already_gets_a_page_like_everybody(
    stranger: Visitor, session: Session, aigul: Registration, second: Seminar
) -> None:
    register_person(session, second)
    answer = submit_join_button(stranger, aigul, second)
    registration = list_stored_registrations(session)[-1]
    assert answer.location == f"/r/{registration.token}"
    assert (registration.status, registration.is_likely_duplicate) == (RegistrationStatus.REGISTERED, True)


def test_registering_for_the_other_seminar_requires_consent(
    stranger: Visitor, session: Session, aigul: Registration, second: Seminar
) -> None:
    aigul.consents.clear()
    assert not list_join_forms(stranger.get(f"/r/{aigul.token}"))
    submit_join_button(stranger, aigul, second)
    assert len(list_stored_registrations(session)) == 1


def test_a_full_seminar_refuses_and_says_so(
    stranger: Visitor, session: Session, aigul: Registration, second: Seminar
) -> None:
    second.capacity, second.has_waiting_list = 1, False
    register_person(session, second, YERLAN)
    page = stranger.follow(submit_join_button(stranger, aigul, second))
    assert "Барлық орын толды." in page.text
    assert page.heading == "Күтім негіздері"
    assert len(list_stored_registrations(session)) == 2


def test_a_closed_seminar_refuses_and_says_so(
    stranger: Visitor, session: Session, aigul: Registration, second: Seminar
) -> None:
    second.closes_at = NOON
    assert not list_join_forms(stranger.get(f"/r/{aigul.token}"))
    page = stranger.follow(submit_join_button(stranger, aigul, second))
    assert any("error" in (element.get("class") or "") for element in page.tree.iter())
    assert len(list_stored_registrations(session)) == 1


def test_only_announced_seminars_of_the_same_activity_are_offered(
    stranger: Visitor, session: Session, project: Project, aigul: Registration, second: Seminar
) -> None:
    second.opened_at = None
    foreign = next(activity for activity in project.activities if activity.code == "T4.A1")
    other = create_seminar(session, project, slug="other", activity=foreign)
    session.commit()
    assert not list_join_forms(stranger.get(f"/r/{aigul.token}"))
    for seminar in (second, other, aigul.seminar):
        submit_join_button(stranger, aigul, seminar, status=404)
    assert len(list_stored_registrations(session)) == 1


def test_an_unknown_token_registers_nobody(
    stranger: Visitor, session: Session, aigul: Registration, second: Seminar
) -> None:
    token = {"csrf_token": stranger.get("/desk/sign-in").read_form()[1]["csrf_token"]}
    stranger.post(f"/r/{'x' * 43}/join/{second.id}", token, status=404)
    for number in ("0", "x", "-1", "99999999999999999999"):
        stranger.post(f"/r/{aigul.token}/join/{number}", token, status=404)
    stranger.post(f"/r/{aigul.token}/join/{second.id}", status=400)
    assert len(list_stored_registrations(session)) == 1


def test_what_the_other_seminar_asks_is_asked_on_its_page_until_it_is_answered(
    stranger: Visitor, session: Session, aigul: Registration, second: Seminar
) -> None:
    needed = create_registration_question(
        session,
        second,
        RegistrationQuestionDraft(
            RegistrationQuestionKind.TEXT, Translated("Қай ауданнан келесіз?", "Из какого Вы района?"), True
        ),
    )
    create_registration_question(
        session,
        second,
        RegistrationQuestionDraft(RegistrationQuestionKind.TEXT, Translated("Тілегіңіз бар ма?", "Есть ли пожелания?")),
    )
    own = stranger.follow(submit_join_button(stranger, aigul, second))
    assert "Қай ауданнан келесіз?" in own.words
    assert "Тілегіңіз бар ма?" not in own.words
    assert "Қай ауданнан келесіз?" not in stranger.get(f"/r/{aigul.token}").words
    _first, further = list_stored_registrations(session)
    stranger.submit(f"/r/{further.token}/details", {f"question_{needed.id}": "Мұнайлы"})
    assert "Қай ауданнан келесіз?" not in stranger.get(f"/r/{further.token}").words


def test_a_seminar_of_the_series_that_is_over_is_shown_to_who_was_registered_for_it(
    stranger: Visitor, session: Session, project: Project, aigul: Registration
) -> None:
    attended = create_seminar(session, project, NOON - timedelta(days=3), slug="attended", title=Translated("Өткен"))
    missed = create_seminar(session, project, NOON - timedelta(days=4), slug="missed", title=Translated("Өтіп кеткен"))
    earlier = register_person(session, attended)
    earlier.person = aigul.person
    page = stranger.get(f"/r/{aigul.token}")
    assert f"/r/{earlier.token}" in page.list_links()
    assert missed.title.kk not in page.text
