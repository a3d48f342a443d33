"""The page of a publication draws its views over time, and says who can be recognised in it."""

from datetime import date, timedelta

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.accounts.colleagues import create_colleague
from tests.factories import NOON, mark_sessions, register_person
from tests.monitoring.factories import create_publication, enter_views
from tests.visitor import Visitor, sign_in
from trainer.accounts.models import ProjectRole
from trainer.attendance.models import AttendanceStatus
from trainer.evidence.models import ShownPerson
from trainer.evidence.publications.models import PublicationViews
from trainer.evidence.publications.views_chart import MOST_BARS, list_counting_entries
from trainer.projects.models import Project
from trainer.seminars.models import Seminar

LIST = "/desk/evidence/publications"
TODAY = NOON.date()


def test_views_over_time_are_drawn_as_soon_as_there_are_two_days(
    organizer: Visitor, session: Session, project: Project
) -> None:
    publication = create_publication(session, project)
    chart = f"{LIST}/{publication.id}/views.svg"
    session.commit()
    organizer.get(chart, status=404)
    enter_views(session, publication, 1000, TODAY - timedelta(days=1))
    enter_views(session, publication, 1500, TODAY - timedelta(days=1))
    session.commit()
    assert chart not in organizer.get(f"{LIST}/{publication.id}").text
    enter_views(session, publication, 2500)
    session.commit()
    assert chart in organizer.get(f"{LIST}/{publication.id}?lang=en").text
    response = organizer.client.get(chart)
    assert response.mimetype == "image/svg+xml"
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]
    assert all(text in response.text for text in ("1,500", "2,500", "2 June 2025"))
    assert "1,000" not in response.text, "the later entry for a day counts"


@pytest.mark.one_database
def test_a_chart_shows_the_latest_days() -> None:
    days = [date(2025, 5, 1) + timedelta(days=number) for number in range(MOST_BARS + 3)]
    entries = list_counting_entries([PublicationViews(counted_on=day, views=1) for day in days])
    assert [entry.counted_on for entry in entries] == days[3:]


def test_a_monitor_sees_the_chart_and_no_names(app: Flask, session: Session, project: Project) -> None:
    publication = create_publication(session, project)
    enter_views(session, publication, 5)
    monitor = sign_in(app, session, create_colleague(session, project.id, ProjectRole.MONITOR))
    assert monitor.client.get(f"{LIST}/{publication.id}/views.svg").status_code == 200
    assert 'id="people"' not in monitor.get(f"{LIST}/{publication.id}").text


def test_people_who_were_present_are_marked_in_a_publication_and_the_mark_is_removed(
    organizer: Visitor, past_seminar: Seminar, session: Session
) -> None:
    registration = register_person(session, past_seminar)
    mark_sessions(session, registration, AttendanceStatus.PRESENT)
    publication = create_publication(session, past_seminar.project)
    session.commit()
    address = f"{LIST}/{publication.id}"
    page = organizer.get(address)
    assert registration.person.full_name not in page.text, "it belongs to no activity yet"
    publication.activity_id = past_seminar.activity_id
    session.commit()
    page = organizer.get(address)
    assert registration.person.full_name in page.text
    fields = {"csrf_token": page.read_form(-1)[1]["csrf_token"], "person": str(registration.person_id)}
    for _tap in range(2):
        organizer.post(f"{address}/people", fields)
    assert session.scalars(select(ShownPerson.publication_id)).all() == [publication.id]
    organizer.post(f"{address}/people", {**fields, "person": "999999"}, status=404)
    organizer.post(f"{address}/people", {**fields, "remove": "yes"})
    session.expire_all()
    assert session.scalars(select(ShownPerson)).all() == []
