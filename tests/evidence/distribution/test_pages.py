"""The distribution list of a document: recipients with receipts, and how the plan's figures follow."""

from datetime import date, timedelta

import pytest
import time_machine
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.evidence.factories import create_item
from tests.factories import NOON
from tests.monitoring.factories import add_indicator, build_target, get_activity, hand_over, measure
from tests.visitor import Visitor
from trainer.evidence.distribution.models import HandOver
from trainer.evidence.models import EvidenceItem, EvidenceKind
from trainer.monitoring.scope import build_scope
from trainer.projects.models import Project


@pytest.fixture
def document(session: Session, project: Project) -> EvidenceItem:
    """Return a handbook of T2.A1."""
    activity = get_activity(session, project, "T2.A1")
    return create_item(
        session, project, b"a handbook", "handbook.pdf", kind=EvidenceKind.MATERIAL, activity_id=activity.id
    )


def open_list(organizer: Visitor, document: EvidenceItem, query: str = "") -> str:
    """Return the words of the distribution list of a document."""
    return organizer.get(f"/desk/evidence/items/{document.id}/hand-overs?lang=en{query}").words


def list_lines(session: Session) -> list[HandOver]:
    """Return the stored lines."""
    session.expire_all()
    return list(session.scalars(select(HandOver).order_by(HandOver.id)))


def test_recipients_are_added_with_copies_and_receipt(
    organizer: Visitor, session: Session, project: Project, document: EvidenceItem
) -> None:
    receipt = create_item(session, project, name="receipt.jpg")
    fields = {"recipient": "Әлиева Айгүл", "organisation": "Аурухана", "copies": "12", "handed_on": "2025-06-01"}
    address = f"/desk/evidence/items/{document.id}/hand-overs/new"
    organizer.submit(address, {**fields, "receipt": str(receipt.id)}, "hand-over")
    words = open_list(organizer, document)
    for part in ("Әлиева Айгүл", "Аурухана · 12 copies · 1 June 2025", "receipt.jpg", "Altogether: 12 copies"):
        assert part in words
    assert "12 copies" in organizer.get(f"/desk/evidence/items/{document.id}?lang=en").words
    [line] = list_lines(session)
    assert (line.handed_on, line.receipt_id, line.added_at) == (date(2025, 6, 1), receipt.id, NOON)


@pytest.mark.parametrize(
    ("field", "typed", "error"),
    [
        ("recipient", " ", ""),
        ("copies", "0", "Enter how many copies"),
        ("copies", "many", ""),
        ("handed_on", (NOON + timedelta(days=1)).date().isoformat(), "This day is still to come."),
        ("handed_on", "0205-06-01", "Check the year."),
        ("handed_on", "", "Enter the day."),
        ("receipt", "999999", "removed in the meantime"),
    ],
)
def test_what_is_wrong_is_explained(
    organizer: Visitor, session: Session, document: EvidenceItem, field: str, typed: str, error: str
) -> None:
    address = f"/desk/evidence/items/{document.id}/hand-overs/new?lang=en"
    page = organizer.submit(address, {"recipient": "Әлиева", field: typed}, "hand-over", status=422)
    assert error in page.get_error(field)
    assert page.get_error(field)
    assert list_lines(session) == []


def test_a_double_tap_adds_one_line(organizer: Visitor, session: Session, document: EvidenceItem) -> None:
    address = f"/desk/evidence/items/{document.id}/hand-overs/new"
    fields = {**organizer.get(address).read_form("hand-over")[1], "recipient": "Әлиева"}
    organizer.post(address, fields)
    organizer.post(address, fields)
    assert len(list_lines(session)) == 1


def test_a_line_is_changed_removed_and_restored(organizer: Visitor, session: Session, document: EvidenceItem) -> None:
    line = hand_over(session, document, recipient="Әлиева")
    address = f"/desk/evidence/hand-overs/{line.id}"
    organizer.submit(address, {"copies": "3"}, "hand-over")
    assert "Altogether: 3 copies" in open_list(organizer, document)
    organizer.post_with_token(address, "removal")
    assert "Әлиева" not in open_list(organizer, document)
    assert "Әлиева" in open_list(organizer, document, "&show=removed")
    organizer.post_with_token(address, "restoration")
    assert "Altogether: 3 copies" in open_list(organizer, document)


def test_a_long_list_is_searched(organizer: Visitor, session: Session, document: EvidenceItem) -> None:
    for number in range(30):
        hand_over(session, document, recipient=f"Алушы {number:02}", organisation="Қор" if number == 7 else "")
    words = open_list(organizer, document, "&query=кор")
    assert "Алушы 07" in words
    assert "Алушы 08" not in words


def test_the_plan_counts_documents_that_were_handed_out(
    organizer: Visitor,
    session: Session,
    project: Project,
    document: EvidenceItem,
    clock: time_machine.Traveller,
) -> None:
    activity = get_activity(session, project, "T2.A1")
    indicator = add_indicator(activity, "material_distribution", build_target(1, "list"))
    session.flush()

    def count(day: int) -> int:
        session.expire_all()
        scope = build_scope(project, NOON + timedelta(days=9), as_of=(NOON + timedelta(days=day)).date())
        return measure(session, project, indicator.code, scope).targets[0].actual

    address = f"/desk/evidence/items/{document.id}/hand-overs/new"
    clock.move_to(NOON + timedelta(days=1))
    organizer.submit(address, {"recipient": "Әлиева"}, "hand-over")
    clock.move_to(NOON + timedelta(days=3))
    organizer.post_with_token(f"/desk/evidence/hand-overs/{list_lines(session)[0].id}", "removal")
    assert [count(0), count(2), count(4)] == [0, 1, 0]
