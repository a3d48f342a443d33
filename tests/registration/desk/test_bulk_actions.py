"""What the organizer does to several people at once, and takes back: places are never given twice, and nobody's is taken away."""

from collections.abc import Callable
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.factories import AIGUL, MARINA, NOON, YERLAN, Visitor, registered
from tests.page import Page
from trainer.people.erasure import anonymise, request_erasure
from trainer.people.models import Person
from trainer.registration.desk.bulk_actions import Action, Hindrance, Outcome, act
from trainer.registration.desk.undo import recent, undo
from trainer.registration.models import HOLDING, LIVE, Registration, RegistrationChange, State
from trainer.registration.seats.enrolment import Applicant, new_token, take_place
from trainer.registration.seats.waiting_list import StateChanged, accept_offer, lapse_offers, position
from trainer.seminars.models import Seminar

MINUTE = timedelta(minutes=1)
LETTERS = "абвгдежзиклмнопрстуфхцшэюя"


@pytest.fixture
def people(session: Session, seminar: Seminar) -> list[Registration]:
    """Two places, which Aigul and Yerlan have; Marina waits, and after her Kim."""
    seminar.capacity = 2
    found = [registered(session, seminar, each) for each in (AIGUL, YERLAN, MARINA)]
    return [*found, registered(session, seminar, MARINA, surname="Ким", given_name="Лев", phone="+77055550199")]


def do(session: Session, action: Action, *chosen: Registration, minutes: int = 0) -> Outcome:
    """Do something to people."""
    ids = [each.id for each in chosen]
    return act(session, chosen[0].seminar, action, ids, None, NOON + minutes * MINUTE)


def last(session: Session) -> RegistrationChange:
    """The last change."""
    found = session.scalars(select(RegistrationChange).order_by(RegistrationChange.id.desc())).first()
    assert found is not None
    return found


def take_back(session: Session, seminar: Seminar, minutes: int = 1) -> Outcome:
    """Take the last change back."""
    return undo(session, last(session), seminar, NOON + minutes * MINUTE)


def states(people: list[Registration]) -> list[str]:
    """Where they stand."""
    return [str(each.state) for each in people]


def whole(people: list[Registration]) -> list[tuple[Any, ...]]:
    """Everything about where they stand."""
    return [(each.state, each.state_since, each.queue_number, each.offer_until, each.merged_into_id) for each in people]


def test_cancelling_takes_back_with_its_offer_as_long_as_nobody_was_told(
    session: Session, seminar: Seminar, people: list[Registration]
) -> None:
    before = whole(people)
    outcome = do(session, Action.CANCEL, people[0])
    assert outcome.done == [people[0]]
    assert states(people) == ["cancelled", "registered", "offered", "waiting"]
    outcome = take_back(session, seminar)
    assert (outcome.done, outcome.hindered) == ([people[0]], [])
    assert whole(people) == before


def test_a_place_that_somebody_was_told_of_is_not_taken_away(
    session: Session, seminar: Seminar, people: list[Registration]
) -> None:
    do(session, Action.CANCEL, people[0])
    people[2].told = State.OFFERED
    outcome = take_back(session, seminar)
    assert outcome.hindered == [(people[0], Hindrance.FULL)]
    assert states(people) == ["cancelled", "registered", "offered", "waiting"]


def test_a_place_that_somebody_has_taken_is_not_taken_away(
    session: Session, seminar: Seminar, people: list[Registration]
) -> None:
    do(session, Action.CANCEL, people[0], people[1])
    assert states(people) == ["cancelled", "cancelled", "offered", "offered"]
    accept_offer(session, people[2], NOON + MINUTE)
    outcome = take_back(session, seminar, minutes=2)
    assert outcome.done == [people[0]], "the other offer nobody knew of"
    assert outcome.hindered == [(people[1], Hindrance.FULL)]
    assert states(people) == ["registered", "cancelled", "registered", "waiting"]


def test_a_change_is_taken_back_once(session: Session, seminar: Seminar, people: list[Registration]) -> None:
    do(session, Action.CANCEL, people[0])
    change = last(session)
    assert [each.undoable for each in recent(session, seminar)] == [True]
    undo(session, change, seminar, NOON)
    assert [each.undoable for each in recent(session, seminar)] == [False]
    with pytest.raises(StateChanged):
        undo(session, change, seminar, NOON)


def test_who_has_been_changed_since_is_left_alone(
    session: Session, seminar: Seminar, people: list[Registration]
) -> None:
    do(session, Action.CANCEL, people[2], people[3])
    first = last(session)
    do(session, Action.RESTORE, people[2], minutes=5)
    outcome = undo(session, first, seminar, NOON + 6 * MINUTE)
    assert outcome.done == [people[3]]
    assert outcome.hindered == [(people[2], Hindrance.CHANGED)]
    assert [position(session, each) for each in people[2:]] == [2, 1]


def test_approval_goes_by_the_order_of_registration_and_can_be_taken_back(session: Session, seminar: Seminar) -> None:
    seminar.capacity, seminar.needs_approval = 1, True
    both = [registered(session, seminar, each) for each in (AIGUL, YERLAN)]
    before = whole(both)
    do(session, Action.APPROVE, *reversed(both))
    assert states(both) == ["registered", "waiting"]
    take_back(session, seminar)
    assert [each[:2] for each in whole(both)] == [each[:2] for each in before]


def test_without_a_waiting_list_it_is_said_who_got_no_place(session: Session, seminar: Seminar) -> None:
    seminar.capacity, seminar.needs_approval, seminar.has_waiting_list = 1, True, False
    both = [registered(session, seminar, each) for each in (AIGUL, YERLAN)]
    outcome = do(session, Action.APPROVE, *both)
    assert (outcome.done, outcome.hindered) == ([both[0]], [(both[1], Hindrance.FULL)])


def test_a_free_place_is_offered_out_of_turn_and_no_more_than_there_are(
    session: Session, seminar: Seminar, people: list[Registration]
) -> None:
    assert do(session, Action.OFFER, people[3]).hindered == [(people[3], Hindrance.FULL)]
    seminar.capacity = 3
    outcome = do(session, Action.OFFER, people[3], people[1], people[2])
    assert outcome.done == [people[2]]
    assert sorted(outcome.hindered, key=lambda each: each[0].id) == [
        (people[1], Hindrance.STATE),
        (people[3], Hindrance.FULL),
    ]
    assert people[2].offer_until == NOON + timedelta(hours=seminar.offer_hours)


def test_refusing_frees_what_was_kept(session: Session, seminar: Seminar, people: list[Registration]) -> None:
    do(session, Action.CANCEL, people[0])
    outcome = do(session, Action.REFUSE, people[2], people[1], minutes=1)
    assert outcome.hindered == [(people[1], Hindrance.STATE)]
    assert states(people) == ["cancelled", "registered", "refused", "offered"]


def test_who_is_brought_back_stands_at_the_end_or_in_a_free_place(
    session: Session, seminar: Seminar, people: list[Registration]
) -> None:
    do(session, Action.CANCEL, people[0])
    do(session, Action.RESTORE, people[0], minutes=1)
    assert states(people) == ["waiting", "registered", "offered", "waiting"]
    assert position(session, people[0]) == 2


def test_who_has_registered_anew_is_not_brought_back_as_a_second_one(
    session: Session, seminar: Seminar, people: list[Registration]
) -> None:
    do(session, Action.CANCEL, people[0])
    again = registered(session, seminar, AIGUL)
    assert again.state in LIVE
    assert do(session, Action.RESTORE, people[0], minutes=1).hindered == [(people[0], Hindrance.THERE)]
    first = session.scalars(select(RegistrationChange)).first()
    assert first is not None
    seminar.capacity = 9
    session.flush()
    assert undo(session, first, seminar, NOON + MINUTE).hindered == [(people[0], Hindrance.THERE)]


@pytest.mark.parametrize("action", [Action.CANCEL, Action.OFFER])
def test_once_the_seminar_has_begun_attendance_says_who_came(session: Session, held: Seminar, action: Action) -> None:
    someone = registered(session, held, AIGUL)
    someone.state = State.REGISTERED if action == Action.CANCEL else State.WAITING
    was = someone.state
    assert do(session, action, someone).hindered == [(someone, Hindrance.BEGUN)]
    assert someone.state == was


def test_an_approval_is_not_taken_back_once_the_seminar_has_begun(session: Session, seminar: Seminar) -> None:
    seminar.needs_approval = True
    someone = registered(session, seminar, AIGUL)
    do(session, Action.APPROVE, someone)
    assert seminar.starts_at is not None
    outcome = undo(session, last(session), seminar, seminar.starts_at)
    assert (someone.state, outcome.hindered) == (State.REGISTERED, [(someone, Hindrance.BEGUN)])


def test_an_offer_that_is_over_does_not_come_back(
    session: Session, seminar: Seminar, people: list[Registration]
) -> None:
    do(session, Action.CANCEL, people[0])
    do(session, Action.REFUSE, people[2], minutes=1)
    outcome = undo(session, last(session), seminar, NOON + timedelta(hours=seminar.offer_hours))
    assert outcome.hindered == [(people[2], Hindrance.CHANGED)]
    assert people[2].state == State.REFUSED


@pytest.mark.parametrize("forget", [anonymise, request_erasure])
def test_nobody_who_asked_to_be_forgotten_is_brought_back_to_the_list(
    session: Session, seminar: Seminar, people: list[Registration], forget: Callable[[Person, datetime], None]
) -> None:
    do(session, Action.CANCEL, people[0])
    forget(people[0].person, NOON + MINUTE)
    assert take_back(session, seminar).hindered == [(people[0], Hindrance.FORGOTTEN)]
    assert do(session, Action.RESTORE, people[0]).hindered == [(people[0], Hindrance.FORGOTTEN)]
    assert do(session, Action.UNMERGE, merged(session, people[0])).hindered == [(people[0], Hindrance.FORGOTTEN)]


def merged(session: Session, registration: Registration) -> Registration:
    """A registration that was found to be somebody's second."""
    registration.state, registration.merged_into_id = State.MERGED, registration.id
    session.flush()
    return registration


def test_nothing_done_is_nothing_to_take_back(session: Session, seminar: Seminar, people: list[Registration]) -> None:
    do(session, Action.APPROVE, people[0])
    assert recent(session, seminar) == []


def test_people_of_another_seminar_are_not_touched(
    session: Session, seminar: Seminar, held: Seminar, people: list[Registration]
) -> None:
    act(session, held, Action.CANCEL, [each.id for each in people], None, NOON)
    assert states(people) == ["registered", "registered", "waiting", "waiting"]


STEP = st.tuples(
    st.sampled_from(
        [
            *[each for each in Action if each not in (Action.MERGE, Action.UNMERGE, Action.OTHER)],
            "undo",
            "told",
            "lapse",
            "accept",
            "new",
        ]
    ),
    st.sets(st.integers(0, 7), min_size=1, max_size=4),
    st.integers(0, 300),
)


@settings(max_examples=40)
@given(steps=st.lists(STEP, max_size=14), approval=st.booleans())
def test_whatever_is_done_and_taken_back_no_place_is_given_twice(
    session: Session, seminar: Seminar, steps: list[tuple[str, set[int], int]], approval: bool
) -> None:
    transaction = session.begin_nested()
    session.refresh(seminar)
    seminar.capacity, seminar.needs_approval = 3, approval
    moment = NOON
    people = [newcomer(session, seminar, place, moment) for place in range(6)]
    for what, numbers, minutes in steps:
        moment += timedelta(seconds=1, minutes=minutes)
        chosen = [people[number % len(people)] for number in sorted(numbers)]
        promised = {
            each.id for each in people if each.state == State.REGISTERED or each.told == each.state == State.OFFERED
        }
        if what == "new":
            people.append(newcomer(session, seminar, len(people), moment))
        elif what == "told":
            for each in chosen:
                each.told = each.state
        elif what == "lapse":
            lapse_offers(session, seminar, moment)
        elif what == "accept":
            for each in chosen:
                if each.state == State.OFFERED and each.offer_until and each.offer_until > moment:
                    accept_offer(session, each, moment)
        elif what == "undo":
            for found in recent(session, seminar, 1):
                if found.change.undone_at is None:
                    asked = {entry["id"] for entry in found.change.before if entry["asked"]}
                    undo(session, found.change, seminar, moment)
                    kept = {one.id for one in people if one.state in HOLDING}
                    assert promised - asked <= kept, "a place was taken away from somebody who was not asked about"
        else:
            act(session, seminar, Action(what), [each.id for each in chosen], None, moment)
        assert sum(each.state in HOLDING for each in people) <= 3
        assert all((each.state == State.OFFERED) == (each.offer_until is not None) for each in people)
    transaction.rollback()


def newcomer(session: Session, seminar: Seminar, place: int, moment: Any) -> Registration:
    """Somebody who registers."""
    values = {**asdict(YERLAN), "surname": f"Ким{LETTERS[place]}", "phone": f"+7702555{place:04d}"}
    return take_place(session, seminar, Applicant(**values), new_token(), moment)


@settings(max_examples=30)
@given(
    action=st.sampled_from([Action.APPROVE, Action.REFUSE, Action.CANCEL, Action.OFFER, Action.RESTORE]),
    numbers=st.sets(st.integers(0, 7), min_size=1),
    gone=st.sets(st.integers(0, 7), max_size=3),
    approval=st.booleans(),
)
def test_what_is_taken_back_at_once_is_as_if_it_had_never_been(
    session: Session, seminar: Seminar, action: Action, numbers: set[int], gone: set[int], approval: bool
) -> None:
    transaction = session.begin_nested()
    session.refresh(seminar)
    seminar.capacity, seminar.needs_approval = 3, approval
    people = [newcomer(session, seminar, place, NOON) for place in range(8)]
    act(session, seminar, Action.CANCEL, [people[each].id for each in gone], None, NOON + MINUTE)
    before = whole(people)
    changed = act(session, seminar, action, [people[each].id for each in numbers], None, NOON + 2 * MINUTE).done
    if changed:
        outcome = undo(session, last(session), seminar, NOON + 2 * MINUTE)
        assert outcome.hindered == []
    assert whole(people) == before
    transaction.rollback()


def press(organizer: Visitor, seminar: Seminar, action: str, *chosen: Registration, query: str = "") -> Page:
    """Tick people on the list and do something."""
    ids = [each.id for each in chosen]
    address = f"/desk/seminars/{seminar.id}/registrations{query}"
    return organizer.submit(address, {"chosen": ids, "action": action}, form="people")


def test_the_page_does_it_offers_the_way_back_and_stays_where_it_was(
    organizer: Visitor, session: Session, seminar: Seminar, people: list[Registration]
) -> None:
    answer = press(organizer, seminar, "cancel", people[0], query="?query=аурухана&email=yes")
    assert "email=yes" in (answer.location or "")
    page = organizer.follow(answer)
    session.expire_all()
    assert people[0].state == State.CANCELLED
    target, fields = page.form(0)
    back = organizer.post(target, fields)
    assert "email=yes" in (back.location or "")
    session.expire_all()
    assert states(people) == ["registered", "registered", "waiting", "waiting"]
    assert session.scalars(select(RegistrationChange)).one().made_by_id is not None
    organizer.post(target, fields)
    session.expire_all()
    assert people[0].state == State.REGISTERED, "a second tap changes nothing"


def test_what_is_ticked_is_not_sent_off_and_lost_before_it_is_chosen_what_to_do(
    organizer: Visitor, seminar: Seminar, people: list[Registration]
) -> None:
    page = organizer.get(f"/desk/seminars/{seminar.id}/registrations")
    [action] = [each for each in page.all("select") if each.get("name") == "action"]
    assert action.get("required") is not None
    assert next(iter(action)).get("value") == ""


def test_the_page_names_for_whom_it_was_not_possible(
    organizer: Visitor, session: Session, seminar: Seminar, people: list[Registration]
) -> None:
    page = organizer.follow(press(organizer, seminar, "offer", *people))
    messages = [each for each in page.all("p") if "message" in (each.get("class") or "")]
    assert len(messages) == 2
    for each in people:
        assert each.person.full_name in page.words


@pytest.mark.parametrize(
    "sent",
    [
        {"action": ""},
        {"action": "nonsense"},
        {"action": "cancel"},
        {"action": "cancel", "chosen": "x"},
        {"action": "cancel", "chosen": ["999", "-1", "٣", "9" * 40]},
        {"action": "merge"},
        {"action": "other", "chosen": ["1"]},
        {"action": "approve", "chosen": ["1"], "back": "page=%00&state=x"},
    ],
)
def test_a_press_that_means_nothing_changes_nothing(
    organizer: Visitor, session: Session, seminar: Seminar, people: list[Registration], sent: dict[str, Any]
) -> None:
    organizer.submit(f"/desk/seminars/{seminar.id}/registrations", sent, form="people")
    session.expire_all()
    assert states(people) == ["registered", "registered", "waiting", "waiting"]


def test_older_changes_can_be_taken_back_too(
    organizer: Visitor, session: Session, seminar: Seminar, people: list[Registration]
) -> None:
    press(organizer, seminar, "cancel", people[3])
    press(organizer, seminar, "cancel", people[2])
    page = organizer.get(f"/desk/seminars/{seminar.id}/registrations")
    organizer.post(*page.form(1))
    session.expire_all()
    assert states(people) == ["registered", "registered", "cancelled", "waiting"]
