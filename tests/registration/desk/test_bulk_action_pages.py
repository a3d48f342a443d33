"""Bulk actions on the page of the list: the messages, the undo button, and invalid input."""

from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.page import Page
from tests.registration.factories import list_statuses
from tests.visitor import Visitor
from trainer.registration.models import (
    Registration,
    RegistrationChange,
    RegistrationStatus,
)
from trainer.seminars.models import Seminar


def post_bulk_action(organizer: Visitor, seminar: Seminar, action: str, *chosen: Registration, query: str = "") -> Page:
    """Select people on the list and submit an action."""
    ids = [registration.id for registration in chosen]
    address = f"/desk/seminars/{seminar.id}/registrations{query}"
    return organizer.submit(address, {"chosen": ids, "action": action}, form="people")


def test_an_action_is_run_offers_undo_and_keeps_the_filters(
    organizer: Visitor, session: Session, seminar: Seminar, four_people: list[Registration]
) -> None:
    answer = post_bulk_action(organizer, seminar, "cancel", four_people[0], query="?query=аурухана&email=yes")
    assert "email=yes" in (answer.location or "")
    page = organizer.follow(answer)
    session.expire_all()
    assert four_people[0].status == RegistrationStatus.CANCELLED
    target, fields = page.read_form(0)
    back = organizer.post(target, fields)
    assert "email=yes" in (back.location or "")
    session.expire_all()
    assert list_statuses(four_people) == ["registered", "registered", "waiting", "waiting"]
    assert session.scalars(select(RegistrationChange)).one().changed_by_id is not None
    organizer.post(target, fields)
    session.expire_all()
    assert four_people[0].status == RegistrationStatus.REGISTERED, "a second tap changes nothing"


def test_the_selection_is_not_submitted_without_an_action(
    organizer: Visitor, seminar: Seminar, four_people: list[Registration]
) -> None:
    page = organizer.get(f"/desk/seminars/{seminar.id}/registrations")
    [action] = [element for element in page.find_all("select") if element.get("name") == "action"]
    assert action.get("required") is not None
    assert next(iter(action)).get("value") == ""


def test_the_page_names_for_whom_it_was_not_possible(
    organizer: Visitor, session: Session, seminar: Seminar, four_people: list[Registration]
) -> None:
    page = organizer.follow(post_bulk_action(organizer, seminar, "offer", *four_people))
    messages = [element for element in page.find_all("p") if "message" in (element.get("class") or "")]
    assert len(messages) == 2
    for registration in four_people:
        assert registration.person.full_name in page.words


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
def test_an_invalid_request_changes_nothing(
    organizer: Visitor,
    session: Session,
    seminar: Seminar,
    four_people: list[Registration],
    sent: dict[str, Any],
) -> None:
    organizer.submit(f"/desk/seminars/{seminar.id}/registrations", sent, form="people")
    session.expire_all()
    assert list_statuses(four_people) == ["registered", "registered", "waiting", "waiting"]


def test_older_changes_can_be_taken_back_too(
    organizer: Visitor, session: Session, seminar: Seminar, four_people: list[Registration]
) -> None:
    post_bulk_action(organizer, seminar, "cancel", four_people[3])
    post_bulk_action(organizer, seminar, "cancel", four_people[2])
    page = organizer.get(f"/desk/seminars/{seminar.id}/registrations")
    organizer.post(*page.read_form(-1))
    session.expire_all()
    assert list_statuses(four_people) == ["registered", "registered", "cancelled", "waiting"]
