"""The home page: seminars to come in their order, then those held, the latest first, by pages."""

from datetime import timedelta
from typing import Any

from sqlalchemy.orm import Session

from tests.factories import NOON, create_seminar
from tests.page import Page
from tests.statements import record_statements
from tests.visitor import Visitor
from trainer.projects.models import Project
from trainer.registration.public.home_views import SEMINARS_PER_PAGE


def list_slugs(page: Page) -> list[str]:
    """Return the slugs of the seminars of a page in their order."""
    return [link.removeprefix("/s/") for link in page.list_links() if link.startswith("/s/")]


def test_coming_seminars_precede_those_held(stranger: Visitor, session: Session, project: Project) -> None:
    days = {"later": 9, "held": -3, "soon": 2, "held-before": -8, "under-way": 0}
    for slug, number in days.items():
        create_seminar(session, project, NOON + timedelta(days=number, hours=-1), slug=slug)
    hidden: dict[str, dict[str, Any]] = {"hidden": {"opened_at": None}, "archived": {"archived_at": NOON}}
    for slug, changes in hidden.items():
        create_seminar(session, project, NOON - timedelta(days=2), slug=slug, **changes)
    create_seminar(session, project, NOON - timedelta(days=4), slug="cancelled", cancelled_at=NOON - timedelta(days=5))
    assert list_slugs(stranger.get("/")) == ["under-way", "soon", "later", "held", "held-before"]


def test_many_seminars_are_shown_by_pages(stranger: Visitor, session: Session, project: Project) -> None:
    for number in range(SEMINARS_PER_PAGE + 2):
        create_seminar(session, project, NOON - timedelta(days=number + 1), slug=f"held-{number}")
    first, second = stranger.get("/"), stranger.get("/?page=2")
    assert list_slugs(first) == [f"held-{number}" for number in range(SEMINARS_PER_PAGE)]
    assert list_slugs(second) == [f"held-{number}" for number in range(SEMINARS_PER_PAGE, SEMINARS_PER_PAGE + 2)]
    assert "/?page=2" in first.list_links()


def test_the_home_page_costs_as_much_with_many_seminars(stranger: Visitor, session: Session, project: Project) -> None:
    counts = []
    for number in range(3):
        for more in range(20):
            create_seminar(session, project, NOON + timedelta(days=more + 1), slug=f"coming-{number}-{more}")
        session.commit()
        with record_statements(session.info["app"]) as statements:
            stranger.get("/")
        counts.append(len(statements))
    assert len(set(counts)) == 1
