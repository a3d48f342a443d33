"""The evidence of the example: on any day every status occurs in its plan, by rows that a user could make."""

import re
from collections import Counter
from datetime import UTC, datetime
from threading import Event

import pytest
import time_machine
from flask import Flask
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from tests.example.factories import load_example_project
from tests.visitor import Visitor
from trainer.clock import now
from trainer.evidence.models import Cleaning, EvidenceItem, EvidenceLink, MediaKind, Processing
from trainer.evidence.processing.job import process_files
from trainer.evidence.publications.models import Publication, PublicationViews
from trainer.monitoring.facts.project_facts import ProjectFacts
from trainer.monitoring.figures import Status, measure_plan
from trainer.monitoring.scope import build_scope
from trainer.projects.plan import load_whole_plan

WEEK = [datetime(2026, 11, day, 21, 30, tzinfo=UTC) for day in range(23, 30)]


def list_codes(visitor: Visitor, query: str) -> list[str]:
    """Return the codes of the indicators that the page of the plan lists."""
    return re.findall(r'<tr id="([^"]+)"', visitor.get(f"/desk/plan?{query}").text)


@pytest.mark.one_database
def test_every_status_occurs_on_the_page_of_the_plan(app: Flask, organizer: Visitor, session: Session) -> None:
    load_example_project(app, session)
    by_status = {status: list_codes(organizer, f"status={status}") for status in Status}
    assert all(by_status.values()), by_status
    assert sum(map(len, by_status.values())) == 77


@pytest.mark.one_database
@pytest.mark.parametrize("moment", WEEK, ids=lambda moment: f"{moment:%A}")
def test_every_status_occurs_whatever_the_weekday_of_the_first_start(
    app: Flask, session: Session, moment: datetime
) -> None:
    with time_machine.travel(moment, tick=False):
        project = load_example_project(app, session)
        load_whole_plan(session, project)
        figures = measure_plan(ProjectFacts(session, build_scope(project, now())))
    assert {figure.status for figure in figures.values()} == set(Status)


def test_nothing_of_it_lies_in_the_future_and_all_of_it_is_of_the_organizer(
    app: Flask, organizer: Visitor, session: Session
) -> None:
    project = load_example_project(app, session)
    items = session.scalars(select(EvidenceItem)).all()
    assert {item.project_id for item in items} == {project.id}
    assert {item.uploaded_by.email for item in items if item.uploaded_by} == {"organizer@example.org"}
    assert len({item.sha256 for item in items}) == len(items)
    today = now().astimezone(project.zone).date()
    assert max(item.uploaded_at for item in items) <= now()
    assert max(session.scalars(select(EvidenceLink.linked_at))) <= now()
    assert max(session.scalars(select(PublicationViews.counted_on))) <= today
    for publication in session.scalars(select(Publication)):
        assert publication.published_on <= min([views.counted_on for views in publication.views] or [today])


@pytest.mark.slow
@pytest.mark.one_database
def test_the_worker_opens_every_file_of_it(app: Flask, organizer: Visitor, session: Session) -> None:
    load_example_project(app, session)
    with app.app_context():
        process_files(session, Event())
    session.expire_all()
    items = session.scalars(select(EvidenceItem)).all()
    assert {item.processing for item in items} == {Processing.DONE}
    assert {item.seconds is not None for item in items if item.media_kind == MediaKind.VIDEO} == {True}
    cleaning = Counter(item.cleaning for item in items)
    photos = [item for item in items if item.media_type == "image/jpeg"]
    assert {item.cleaning for item in photos} == {Cleaning.CLEANED}
    assert cleaning[Cleaning.IMPOSSIBLE] == 1
    assert all(item.taken_at and item.taken_at <= item.uploaded_at for item in photos)
    page = organizer.get("/desk/evidence?lang=en").text
    assert "Proposed: it was taken on the day of its seminar." in page
    assert "Looks like" in page


def test_its_pages_of_evidence_open(app: Flask, organizer: Visitor, session: Session) -> None:
    project = load_example_project(app, session)
    for address in ("plan", "plan/missing", "evidence", "evidence/publications", "evidence/registers"):
        organizer.get(f"/desk/{address}")
    for activity in project.activities:
        organizer.get(f"/desk/evidence/activities/{activity.id}")
    for number in session.scalars(select(func.min(EvidenceItem.id)).group_by(EvidenceItem.kind)):
        organizer.get(f"/desk/evidence/items/{number}")
