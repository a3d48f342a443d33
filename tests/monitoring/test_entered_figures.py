"""A figure is entered only where nothing can be counted, with a proof and its author, and is shown as entered."""

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.evidence.factories import create_item
from tests.factories import NOON
from tests.monitoring.factories import create_entry, get_indicator
from tests.visitor import Visitor
from trainer.monitoring.models import EnteredFigure
from trainer.projects.models import Project

TODAY = NOON.date()


def find_page(session: Session, project: Project, kind: str = "staff_employed") -> str:
    """Return the address of the indicator of the social impact of a kind."""
    indicator = next(each for each in project.social_impact if each.kind == kind)
    return f"/desk/plan/indicators/{indicator.id}"


def test_a_figure_is_entered_with_its_proof_and_removed(organizer: Visitor, session: Session, project: Project) -> None:
    create_item(session, project, name="order.jpg")
    address = find_page(session, project)
    fields = {"value": "7", "valid_on": TODAY.isoformat(), "note": "By the order"}
    organizer.submit(f"{address}/figure", fields)
    page = organizer.get(f"{address}?lang=en")
    for words in ("Entered manually", "person: 7", "Сәуле", "order.jpg", "By the order"):
        assert words in page.words
    form = next(number for number in range(len(page.list_forms())) if "figure" in page.read_form(number)[1])
    organizer.submit(f"{address}?lang=en", form=form)
    assert "Entered manually" not in organizer.get(f"{address}?lang=en").words
    [figure] = session.scalars(select(EnteredFigure))
    assert figure.removed_at is not None


def test_what_is_counted_takes_the_place_of_what_was_entered(
    organizer: Visitor, session: Session, project: Project
) -> None:
    create_item(session, project)
    address = find_page(session, project)
    organizer.submit(f"{address}/figure", {"value": "7", "valid_on": TODAY.isoformat()})
    create_entry(session, project, "staff")
    page = organizer.get(f"{address}?lang=en")
    assert "Entered manually" not in page.words
    assert "person: 1" in page.words


def test_without_a_file_there_is_no_form(organizer: Visitor, session: Session, project: Project) -> None:
    assert "A figure needs a proof" in organizer.get(f"{find_page(session, project)}/figure?lang=en").words


def test_nobody_enters_what_is_counted(organizer: Visitor, session: Session, project: Project) -> None:
    number = get_indicator(session, project, "T1.A1.I1").id
    organizer.get(f"/desk/plan/indicators/{number}/figure", status=404)
    assert "Enter a figure" not in organizer.get(f"/desk/plan/indicators/{number}?lang=en").words


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"value": "-1"}, "Enter a whole number."),
        ({"value": "9" * 30}, "Enter a whole number."),
        ({"value": "many"}, "Not a valid integer value."),
        ({"valid_on": (TODAY + timedelta(days=1)).isoformat()}, "This day is still to come."),
    ],
)
def test_what_cannot_be_true_is_refused_and_kept_in_the_form(
    organizer: Visitor, session: Session, project: Project, fields: dict[str, str], sentence: str
) -> None:
    create_item(session, project)
    typed = {"value": "7", "valid_on": TODAY.isoformat(), "note": "By the order", **fields}
    page = organizer.submit(f"{find_page(session, project)}/figure?lang=en", typed, status=422)
    assert sentence in page.words
    assert page.read_form()[1]["note"] == "By the order"
    assert session.scalars(select(EnteredFigure)).all() == []
