"""Each state and each button: what becomes of it, pressed once and twice, in time and late, by whom and by what."""

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy.orm import Session

from tests.factories import NOON, YERLAN, Visitor, registered
from tests.page import Page
from tests.portal.page_actions import press, put, state_of
from tests.test_routes import everything
from trainer.registration.consent import withdraw
from trainer.registration.models import Purpose, Registration, State
from trainer.seminars.models import Seminar

HOUR = timedelta(hours=1)
R, A, W, F, L, X, C = (
    State.REGISTERED,
    State.APPLIED,
    State.WAITING,
    State.OFFERED,
    State.LAPSED,
    State.REFUSED,
    State.CANCELLED,
)
ACTIONS = ("accept", "decline", "cancel", "return")
# What accept, decline, cancel and return make of each state while there are places.
BECOMES = {
    R: (R, R, C, R),
    A: (A, A, C, A),
    W: (W, W, C, W),
    F: (R, C, C, F),
    L: (L, L, L, R),
    X: (X, X, X, X),
    C: (C, C, C, R),
}
BELOW = ("pass", "pass.png", "calendar.ics", "details", "cancel", "my-data", "my-data.json", "withdraw", "erase")


@pytest.fixture
def aigul(session: Session, seminar: Seminar) -> Registration:
    """Somebody in a seminar that begins in five days."""
    return registered(session, seminar)


def buttons(page: Page) -> set[str]:
    """What the forms of the page do."""
    return {(each.get("action") or "").split("/")[-1] for each in page.forms()} & {*ACTIONS, "photo-consent", "consent"}


@pytest.mark.parametrize("state", [L, C])
def test_who_asked_to_be_erased_does_not_come_back(
    stranger: Visitor, session: Session, aigul: Registration, state: State
) -> None:
    aigul.person.erasure_requested_at = NOON
    put(session, aigul, state)
    assert not buttons(stranger.get(f"/r/{aigul.token}"))
    press(stranger, f"/r/{aigul.token}/return")
    assert state_of(session, aigul) == state


@pytest.mark.parametrize("state", BECOMES)
def test_every_button_in_every_state_pressed_once_and_twice(
    stranger: Visitor, session: Session, aigul: Registration, state: State
) -> None:
    for action, becomes in zip(ACTIONS, BECOMES[state], strict=True):
        put(session, aigul, state)
        for _tap in range(2):
            answer = press(stranger, f"/r/{aigul.token}/{action}")
            assert answer.location == f"/r/{aigul.token}"
            assert state_of(session, aigul) == becomes, action
        stranger.follow(answer)


SHOWN = {
    R: {"photo-consent"},
    A: {"photo-consent"},
    W: {"photo-consent"},
    F: {"accept", "decline", "photo-consent"},
    L: {"return"},
    X: set(),
    C: {"return"},
}


@pytest.mark.parametrize("state", SHOWN)
def test_the_page_of_every_state_says_so_first_and_shows_only_buttons_that_help(
    stranger: Visitor, session: Session, aigul: Registration, state: State
) -> None:
    page = stranger.get(f"/r/{put(session, aigul, state).token}?lang=en")
    cards = [each for each in page.all("section") if "card" in (each.get("class") or "")]
    assert cards[0].get("id") == "status"
    assert buttons(page) == SHOWN[state]
    links = set(page.links())
    assert (f"/r/{aigul.token}/pass" in links) == (state == R)
    assert (f"/r/{aigul.token}/cancel" in links) == (state in (R, A, W, F))


def test_who_waits_sees_the_position(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    seminar.capacity = 1
    registered(session, seminar)
    yerlan = registered(session, seminar, YERLAN)
    marina = registered(session, seminar, YERLAN, surname="Соколов", phone="+77055550109")
    for registration, position in ((yerlan, "1"), (marina, "2")):
        page = stranger.get(f"/r/{registration.token}")
        [figure] = [each.text for each in page.all("span") if each.get("class") == "figure"]
        assert figure == position


def test_an_offer_whose_time_is_over_can_only_be_given_back(
    stranger: Visitor, session: Session, aigul: Registration
) -> None:
    for action, becomes in (("accept", F), ("decline", C), ("cancel", C), ("return", R)):
        put(session, aigul, F, until=-HOUR)
        assert buttons(stranger.get(f"/r/{aigul.token}")) == {"return"}
        press(stranger, f"/r/{aigul.token}/{action}")
        assert state_of(session, aigul) == becomes, action


def test_who_comes_back_stands_behind_those_who_wait(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    seminar.capacity = 1
    aigul, yerlan = registered(session, seminar), registered(session, seminar, YERLAN)
    press(stranger, f"/r/{aigul.token}/cancel")
    assert state_of(session, yerlan) == F
    press(stranger, f"/r/{aigul.token}/return")
    assert state_of(session, aigul) == W


def test_nobody_comes_back_to_a_seminar_that_is_closed_or_full(
    stranger: Visitor, session: Session, seminar: Seminar, aigul: Registration
) -> None:
    seminar.closes_at = NOON - HOUR
    page = stranger.get(f"/r/{put(session, aigul, C).token}")
    assert buttons(page) == set()
    press(stranger, f"/r/{aigul.token}/return")
    assert state_of(session, aigul) == C
    seminar.closes_at, seminar.capacity, seminar.has_waiting_list = None, 1, False
    registered(session, seminar, YERLAN)
    assert buttons(stranger.get(f"/r/{aigul.token}")) == set()
    press(stranger, f"/r/{aigul.token}/return")
    assert state_of(session, aigul) == C


def test_nobody_cancels_by_the_page_after_the_cut_off(
    stranger: Visitor, session: Session, seminar: Seminar, aigul: Registration, clock: time_machine.Traveller
) -> None:
    assert seminar.starts_at is not None
    seminar.change_hours = 24
    seminar.project.contact_phone = "+77292550100"
    clock.move_to(seminar.starts_at - 24 * HOUR - timedelta(seconds=1))
    assert f"/r/{aigul.token}/cancel" in stranger.get(f"/r/{aigul.token}").links()
    assert stranger.get(f"/r/{aigul.token}/cancel").forms()
    clock.move_to(seminar.starts_at - 24 * HOUR)
    assert f"/r/{aigul.token}/cancel" not in stranger.get(f"/r/{aigul.token}").links()
    assert not stranger.get(f"/r/{aigul.token}/cancel").forms()
    page = stranger.follow(press(stranger, f"/r/{aigul.token}/cancel"))
    assert "8 729 255 01 00" in page.words
    assert state_of(session, aigul) == R


def test_an_offer_made_after_the_cut_off_may_still_be_declined(
    stranger: Visitor, session: Session, seminar: Seminar, aigul: Registration
) -> None:
    seminar.change_hours = 24 * 30
    put(session, aigul, F)
    press(stranger, f"/r/{aigul.token}/decline")
    assert state_of(session, aigul) == C


def test_looking_changes_nothing_so_messengers_may_look_first(
    stranger: Visitor, session: Session, aigul: Registration
) -> None:
    put(session, aigul, F)
    before = everything(session)
    for address in ("", *(f"/{each}" for each in BELOW)):
        for method in ("GET", "HEAD"):
            assert stranger.client.open(f"/r/{aigul.token}{address}", method=method).status_code < 500
    for action in ("accept", "decline", "return"):
        stranger.get(f"/r/{aigul.token}/{action}", status=405)
    assert everything(session) == before


def test_a_made_up_link_does_nothing(stranger: Visitor, session: Session, aigul: Registration) -> None:
    put(session, aigul, F)
    before = everything(session)
    forged = aigul.token[:-1] + ("A" if aigul.token[-1] != "A" else "B")
    for address in BELOW:
        stranger.get(f"/r/{forged}/{address}", status=404)
    for action in (*ACTIONS, "details", "consent", "photo-consent", "withdraw", "erase"):
        press(stranger, f"/r/{forged}/{action}", status=404)
        stranger.post(f"/r/{aigul.token}/{action}", status=400)  # without the token against forgery
    assert everything(session) == before


def test_a_likely_duplicate_has_no_page_and_no_buttons(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    registered(session, seminar)
    double = registered(session, seminar)
    assert double.state == State.DUPLICATE
    for address in BELOW:
        stranger.get(f"/r/{double.token}/{address}", status=404)
    for action in ACTIONS:
        press(stranger, f"/r/{double.token}/{action}", status=404)


def test_who_took_the_consent_back_gives_it_before_coming_back(
    stranger: Visitor, session: Session, aigul: Registration
) -> None:
    put(session, aigul, C)
    withdraw(session, aigul, Purpose.PERSONAL_DATA, NOON)
    press(stranger, f"/r/{aigul.token}/return")
    assert state_of(session, aigul) == C
    stranger.submit(f"/r/{aigul.token}", form=1)
    press(stranger, f"/r/{aigul.token}/return")
    assert state_of(session, aigul) == R


def test_one_page_has_a_limit_of_its_own(
    stranger: Visitor, session: Session, aigul: Registration, seminar: Seminar, limits: None
) -> None:
    yerlan = registered(session, seminar, YERLAN)
    for _each in range(60):
        press(stranger, f"/r/{aigul.token}/accept")
    press(stranger, f"/r/{aigul.token}/accept", status=429)
    press(stranger, f"/r/{yerlan.token}/accept")
