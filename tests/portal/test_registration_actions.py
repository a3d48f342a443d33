"""Every button in every status: the resulting status, repeated presses, deadlines."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy.orm import Session

from tests.factories import NOON, YERLAN, register_person
from tests.page import Page
from tests.portal.page_actions import get_registration_status, set_registration_status, submit_button
from tests.statements import read_all_rows
from tests.visitor import Visitor
from trainer.registration.consent import withdraw_consent
from trainer.registration.models import ConsentPurpose, Registration, RegistrationStatus
from trainer.registration.seats.duplicates import merge_registration
from trainer.seminars.models import Seminar

HOUR = timedelta(hours=1)
R, A, W, F, L, X, C = (
    RegistrationStatus.REGISTERED,
    RegistrationStatus.APPLIED,
    RegistrationStatus.WAITING,
    RegistrationStatus.OFFERED,
    RegistrationStatus.OFFER_EXPIRED,
    RegistrationStatus.REFUSED,
    RegistrationStatus.CANCELLED,
)
ACTIONS = ("accept", "decline", "cancel", "return")
# What accept, decline, cancel and return make of each state while there are places.
STATUS_AFTER = {
    R: (R, R, C, R),
    A: (A, A, C, A),
    W: (W, W, C, W),
    F: (R, C, C, F),
    L: (L, L, L, R),
    X: (X, X, X, X),
    C: (C, C, C, R),
}
PAGES_BELOW = ("pass", "pass.png", "calendar.ics", "details", "cancel", "my-data", "my-data.json", "withdraw", "erase")


@pytest.fixture
def aigul(session: Session, seminar: Seminar) -> Registration:
    """Return a registration for a seminar in five days."""
    return register_person(session, seminar)


def list_buttons(page: Page) -> set[str]:
    """Return the actions of the forms on the page."""
    return {(form.get("action") or "").split("/")[-1] for form in page.list_forms()} & {
        *ACTIONS,
        "photo-consent",
        "consent",
    }


@pytest.mark.parametrize("state", [L, C])
def test_who_asked_to_be_erased_does_not_come_back(
    stranger: Visitor, session: Session, aigul: Registration, state: RegistrationStatus
) -> None:
    aigul.person.erasure_requested_at = NOON
    set_registration_status(session, aigul, state)
    assert not list_buttons(stranger.get(f"/r/{aigul.token}"))
    submit_button(stranger, f"/r/{aigul.token}/return")
    assert get_registration_status(session, aigul) == state


@pytest.mark.parametrize("state", STATUS_AFTER)
def test_every_button_in_every_state_pressed_once_and_twice(
    stranger: Visitor, session: Session, aigul: Registration, state: RegistrationStatus
) -> None:
    for action, becomes in zip(ACTIONS, STATUS_AFTER[state], strict=True):
        set_registration_status(session, aigul, state)
        for _tap in range(2):
            answer = submit_button(stranger, f"/r/{aigul.token}/{action}")
            assert answer.location == f"/r/{aigul.token}"
            assert get_registration_status(session, aigul) == becomes, action
        stranger.follow(answer)


SHOWN_BUTTONS = {
    R: {"photo-consent"},
    A: {"photo-consent"},
    W: {"photo-consent"},
    F: {"accept", "decline", "photo-consent"},
    L: {"return"},
    X: set(),
    C: {"return"},
}


@pytest.mark.parametrize("state", SHOWN_BUTTONS)
def test_the_page_of_every_state_says_so_first_and_shows_only_buttons_that_help(
    stranger: Visitor, session: Session, aigul: Registration, state: RegistrationStatus
) -> None:
    page = stranger.get(f"/r/{set_registration_status(session, aigul, state).token}?lang=en")
    cards = [element for element in page.find_all("section") if "card" in (element.get("class") or "")]
    assert cards[0].get("id") == "status"
    assert list_buttons(page) == SHOWN_BUTTONS[state]
    links = set(page.list_links())
    assert (f"/r/{aigul.token}/pass" in links) == (state == R)
    assert (f"/r/{aigul.token}/cancel" in links) == (state in (R, A, W, F))


def test_who_waits_sees_the_position(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    seminar.capacity = 1
    register_person(session, seminar)
    yerlan = register_person(session, seminar, YERLAN)
    marina = register_person(session, seminar, YERLAN, surname="Соколов", phone="+77055550109")
    for registration, position in ((yerlan, "1"), (marina, "2")):
        page = stranger.get(f"/r/{registration.token}")
        [figure] = [element.text for element in page.find_all("span") if element.get("class") == "figure"]
        assert figure == position


def test_an_offer_whose_time_is_over_can_only_be_given_back(
    stranger: Visitor, session: Session, aigul: Registration
) -> None:
    for action, becomes in (("accept", F), ("decline", C), ("cancel", C), ("return", R)):
        set_registration_status(session, aigul, F, offer_ends_after=-HOUR)
        assert list_buttons(stranger.get(f"/r/{aigul.token}")) == {"return"}
        submit_button(stranger, f"/r/{aigul.token}/{action}")
        assert get_registration_status(session, aigul) == becomes, action


def test_a_returning_person_queues_behind_the_waiting_list(
    stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    seminar.capacity = 1
    aigul, yerlan = register_person(session, seminar), register_person(session, seminar, YERLAN)
    submit_button(stranger, f"/r/{aigul.token}/cancel")
    assert get_registration_status(session, yerlan) == F
    submit_button(stranger, f"/r/{aigul.token}/return")
    assert get_registration_status(session, aigul) == W


def test_returning_to_a_closed_or_full_seminar_is_refused(
    stranger: Visitor, session: Session, seminar: Seminar, aigul: Registration
) -> None:
    seminar.closes_at = NOON - HOUR
    page = stranger.get(f"/r/{set_registration_status(session, aigul, C).token}")
    assert list_buttons(page) == set()
    submit_button(stranger, f"/r/{aigul.token}/return")
    assert get_registration_status(session, aigul) == C
    seminar.closes_at, seminar.capacity, seminar.has_waiting_list = None, 1, False
    register_person(session, seminar, YERLAN)
    assert list_buttons(stranger.get(f"/r/{aigul.token}")) == set()
    submit_button(stranger, f"/r/{aigul.token}/return")
    assert get_registration_status(session, aigul) == C


def test_cancelling_after_the_deadline_is_refused(
    stranger: Visitor, session: Session, seminar: Seminar, aigul: Registration, clock: time_machine.Traveller
) -> None:
    assert seminar.starts_at is not None
    seminar.change_hours = 24
    seminar.project.contact_phone = "+77292550100"
    clock.move_to(seminar.starts_at - 24 * HOUR - timedelta(seconds=1))
    assert f"/r/{aigul.token}/cancel" in stranger.get(f"/r/{aigul.token}").list_links()
    assert stranger.get(f"/r/{aigul.token}/cancel").list_forms()
    clock.move_to(seminar.starts_at - 24 * HOUR)
    assert f"/r/{aigul.token}/cancel" not in stranger.get(f"/r/{aigul.token}").list_links()
    assert not stranger.get(f"/r/{aigul.token}/cancel").list_forms()
    page = stranger.follow(submit_button(stranger, f"/r/{aigul.token}/cancel"))
    assert "8 7292 55 01 00" in page.words
    assert get_registration_status(session, aigul) == R


def test_an_offer_made_after_the_cut_off_may_still_be_declined(
    stranger: Visitor, session: Session, seminar: Seminar, aigul: Registration
) -> None:
    seminar.change_hours = 24 * 30
    set_registration_status(session, aigul, F)
    submit_button(stranger, f"/r/{aigul.token}/decline")
    assert get_registration_status(session, aigul) == C


def test_get_requests_change_nothing(stranger: Visitor, session: Session, aigul: Registration) -> None:
    set_registration_status(session, aigul, F)
    before = read_all_rows(session)
    for address in ("", *(f"/{page_name}" for page_name in PAGES_BELOW)):
        for method in ("GET", "HEAD"):
            assert stranger.client.open(f"/r/{aigul.token}{address}", method=method).status_code < 500
    for action in ("accept", "decline", "return"):
        stranger.get(f"/r/{aigul.token}/{action}", status=405)
    assert read_all_rows(session) == before


def test_a_forged_token_does_nothing(stranger: Visitor, session: Session, aigul: Registration) -> None:
    set_registration_status(session, aigul, F)
    before = read_all_rows(session)
    forged = aigul.token[:-1] + ("A" if aigul.token[-1] != "A" else "B")
    for address in PAGES_BELOW:
        stranger.get(f"/r/{forged}/{address}", status=404)
    for action in (*ACTIONS, "details", "consent", "photo-consent", "withdraw", "erase"):
        submit_button(stranger, f"/r/{forged}/{action}", status=404)
        stranger.post(f"/r/{aigul.token}/{action}", status=400)  # without the token against forgery
    assert read_all_rows(session) == before


def test_a_merged_registration_has_no_buttons(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    surviving, double = register_person(session, seminar), register_person(session, seminar)
    merge_registration(session, double, surviving, NOON)
    page = stranger.get(f"/r/{double.token}")
    assert not {f"/r/{double.token}/{place}" for place in ("pass", "details", "cancel")} & set(page.list_links())
    before = read_all_rows(session)
    for action in ACTIONS:
        submit_button(stranger, f"/r/{double.token}/{action}")
    assert read_all_rows(session) == before


def test_who_took_the_consent_back_gives_it_before_coming_back(
    stranger: Visitor, session: Session, aigul: Registration
) -> None:
    set_registration_status(session, aigul, C)
    withdraw_consent(session, aigul, ConsentPurpose.PERSONAL_DATA, NOON)
    submit_button(stranger, f"/r/{aigul.token}/return")
    assert get_registration_status(session, aigul) == C
    stranger.submit(f"/r/{aigul.token}", form=1)
    submit_button(stranger, f"/r/{aigul.token}/return")
    assert get_registration_status(session, aigul) == R


def test_each_personal_page_has_its_own_limit(
    stranger: Visitor, session: Session, aigul: Registration, seminar: Seminar, rate_limits: None
) -> None:
    yerlan = register_person(session, seminar, YERLAN)
    for _each in range(60):
        submit_button(stranger, f"/r/{aigul.token}/accept")
    submit_button(stranger, f"/r/{aigul.token}/accept", status=429)
    submit_button(stranger, f"/r/{yerlan.token}/accept")
