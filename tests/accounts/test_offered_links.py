"""What the dashboard offers can be opened: no role meets a link or a button that it may not use."""

import pytest
from flask import Flask
from markupsafe import escape
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.accounts.crawl import crawl_desk, find_endpoint, list_actions
from tests.factories import NOON
from tests.route_data import DatasetSize, RouteData, create_route_data
from tests.visitor import Visitor, sign_in
from trainer.accounts.memberships import add_membership
from trainer.accounts.models import ProjectRole, SeminarAssignment, User
from trainer.accounts.permissions import is_role_allowed
from trainer.people.models import Person
from trainer.projects.models import Indicator
from trainer.seminars.models import Seminar
from trainer.web.phones import format_phone

pytestmark = pytest.mark.one_database


@pytest.fixture
def data(app: Flask, session: Session, organizer: Visitor) -> RouteData:
    """Return a project with everything in it."""
    return create_route_data(app, session, DatasetSize(people=5, seminars=2, surveys=1))


def sign_in_with_role(app: Flask, session: Session, data: RouteData, role: ProjectRole) -> Visitor:
    """Return a visitor with one role in the project, all of whose seminars are assigned to an assistant."""
    user = User(email=f"with-role-{role}@example.org", name="Дана", fs_uniquifier=f"somebody-{role}", language="kk")
    session.add(user)
    membership = add_membership(session, user, data.parameters["project_id"], role, NOON)
    seminar_ids = session.scalars(select(Seminar.id)) if role == ProjectRole.ASSISTANT else ()
    session.add_all([SeminarAssignment(membership_id=membership.id, seminar_id=number) for number in seminar_ids])
    return sign_in(app, session, user)


@pytest.mark.parametrize("role", list(ProjectRole))
def test_whatever_is_offered_to_a_role_is_open_to_it(
    app: Flask, session: Session, data: RouteData, role: ProjectRole
) -> None:
    crawl = crawl_desk(app, sign_in_with_role(app, session, data, role))
    assert crawl.refused == []
    assert len(crawl.texts) > 8
    refused = {
        (find_endpoint(app, action, "POST"), address)
        for address, text in crawl.texts.items()
        for action in list_actions(text)
        if not is_role_allowed(role, find_endpoint(app, action, "POST"), is_reading=False)
    }
    assert {endpoint for endpoint, _address in refused} - OWN_SESSION == set(), refused


OWN_SESSION = {"security.logout"}
"""What everybody may send who is signed in."""


def test_a_monitor_sees_and_finds_no_phone(app: Flask, session: Session, data: RouteData) -> None:
    monitor = sign_in_with_role(app, session, data, ProjectRole.MONITOR)
    people = list(session.scalars(select(Person)))
    numbers = {shown for person in people for shown in (person.phone, format_phone(person.phone))}
    for address, text in crawl_desk(app, monitor).texts.items():
        assert [number for number in numbers if number in text] == [], address
    for seminar_id in session.scalars(select(Seminar.id)):
        for page in ("registrations", "attendance", "certificates"):
            address = f"/desk/seminars/{seminar_id}/{page}"
            everybody = monitor.get(address).text.count("<tr")
            for typed in (people[0].phone, people[0].phone[-4:], "0000999", "тел:77010010000", "nobody@example.org"):
                found = monitor.get(f"{address}?query={typed.replace('+', '%2B')}").text.count("<tr")
                assert found == everybody, f"{address} {typed}"


def test_a_monitor_reads_the_whole_plan(app: Flask, session: Session, data: RouteData) -> None:
    text = sign_in_with_role(app, session, data, ProjectRole.MONITOR).get("/desk/plan").text
    indicators = list(session.scalars(select(Indicator)))
    assert [each.name.kk for each in indicators if str(escape(each.name.kk)) not in text] == []


def test_settings_lead_to_colleagues_and_the_history(app: Flask, session: Session, data: RouteData) -> None:
    project_id = data.parameters["project_id"]
    colleagues, history = f"/desk/project/{project_id}/colleagues", "/desk/history"
    for role, expected in (
        (ProjectRole.OWNER, {colleagues, history}),
        (ProjectRole.ORGANIZER, {history}),
        (ProjectRole.MONITOR, set()),
    ):
        links = sign_in_with_role(app, session, data, role).get("/desk/settings").list_links()
        assert {colleagues, history} & set(links) == expected
