"""Roles per project: every page below /desk, opened and used with every role, and from another project."""

import copy
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.routing import Rule

from tests.accounts.colleagues import create_colleague
from tests.factories import NOON
from tests.projects.importing.uploads import choose_proposed, get_stored_draft, upload_plan_file
from tests.route_data import DatasetSize, RouteData, create_route_data
from tests.statements import read_all_rows
from tests.visitor import Visitor, sign_in
from trainer.accounts.models import Membership, ProjectRole
from trainer.accounts.permissions import ACCESS, NOBODY, Access, find_endpoint_access
from trainer.accounts.sign_in import get_or_create_organizer
from trainer.issuing.models import IssuedCertificate, NameCorrection
from trainer.messages.outbox import OutgoingMessage, build_message
from trainer.paths import EXAMPLE_FOLDER
from trainer.projects.models import Project
from trainer.projects.plan import import_plan, read_plan
from trainer.registration.models import Registration, RegistrationChange

pytestmark = pytest.mark.one_database

UNRESOLVED = {"list_id", "number", "version_number", "key", "kind", "start", "name", "design", "language"}
"""URL parameters that name no object of their own: parts of a seminar or its survey, formats and words."""
SHARED = {"accounts_desk", "passkeys_desk"}
"""Blueprints of the user's own account."""
DRAFT = "draft_id"
"""The URL parameter of a draft of a plan: it has no project, and whoever uploaded it sees it (`test_other_projects`)."""
WITHOUT_EXAMPLE = {"example.view_example_removal"}
"""Pages that are missing while there is no example."""


@pytest.fixture
def data(app: Flask, session: Session, organizer: Visitor) -> RouteData:
    """Return addresses for every route; the organizer owns the project."""
    app.config["WTF_CSRF_ENABLED"] = False
    data = create_route_data(app, session, DatasetSize(people=10, seminars=2, surveys=1))
    seminar_id = data.parameters["seminar_id"]
    change = RegistrationChange(seminar_id=seminar_id, action="other", previous_values=[], changed_at=NOON)
    certificate = session.scalars(select(IssuedCertificate)).first()
    assert certificate is not None
    correction = NameCorrection(certificate_id=certificate.id, requested_name="Өтегенова Айгүл", requested_at=NOON)
    person = session.get_one(Registration, data.parameters["registration_id"]).person
    message = build_message(
        person, OutgoingMessage("words", "words-1", f"seminar-{seminar_id}", "Тақырып", "Мәтін"), NOON, is_manual=True
    )
    session.add_all([change, correction, message])
    session.commit()
    more = {"change_id": change.id, "message_id": message.id, "correction_id": correction.id}
    return replace(data, parameters={**data.parameters, **more})


def create_other_project(session: Session) -> Project:
    """Import another plan, which nobody owns yet."""
    plan = copy.deepcopy(read_plan((EXAMPLE_FOLDER / "monitoring_plan.yaml").read_bytes()))
    plan["project"]["id"] = "another-project"
    return import_plan(session, plan)


def list_desk_rules(app: Flask) -> list[Rule]:
    """Return the routes below /desk with access control."""
    own = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/desk")]
    return [rule for rule in own if rule.endpoint.partition(".")[0] not in ("security", "accounts", "passkeys")]


def list_requests(app: Flask, data: RouteData) -> Iterator[tuple[str, str, str]]:
    """Yield endpoint, method and address of everything that can be requested below /desk."""
    for rule in list_desk_rules(app):
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            yield rule.endpoint, method, data.build_address(app, rule.endpoint)


def is_allowed(endpoint: str, method: str, role: ProjectRole) -> bool:
    """Return what the table of permissions says."""
    access = find_endpoint_access(endpoint)
    return role in (access.read if method == "GET" else access.write)


def test_every_page_is_declared_and_every_declaration_is_a_page(app: Flask) -> None:
    rules = list_desk_rules(app)
    assert [rule.endpoint for rule in rules if find_endpoint_access(rule.endpoint) == Access(NOBODY)] == []
    known = {name for rule in rules for name in (rule.endpoint, rule.endpoint.rpartition(".")[0])}
    assert ACCESS.keys() - known == set()


def test_what_is_not_declared_is_closed_to_everybody() -> None:
    access = find_endpoint_access("parking.view_cars")
    assert not access.read and not access.write and not access.is_for_creators


def test_every_object_in_an_address_leads_to_its_project(app: Flask) -> None:
    scopes = app.extensions["access_scopes"]
    for rule in list_desk_rules(app):
        if rule.endpoint.partition(".")[0] in SHARED or DRAFT in rule.arguments:
            continue
        parameters = {
            name
            for name in rule.arguments
            if name not in scopes and f"{rule.endpoint.partition('.')[0]}.{name}" not in scopes
        }
        assert parameters <= UNRESOLVED or rule.arguments & scopes.keys(), rule.rule


@pytest.mark.parametrize("role", list(ProjectRole))
def test_a_role_opens_what_it_may_and_nothing_else(
    app: Flask, session: Session, data: RouteData, role: ProjectRole
) -> None:
    seminar_ids = [data.parameters["seminar_id"], data.parameters_by_endpoint["registration_desk"]["seminar_id"]]
    user = create_colleague(session, data.parameters["project_id"], role, *seminar_ids)
    client = sign_in(app, session, user).client
    before, opened = read_all_rows(session), 0
    for endpoint, method, address in list_requests(app, data):
        if is_allowed(endpoint, method, role):
            if method == "GET":
                status = client.get(address, buffered=True).status_code
                expected = (404,) if endpoint in WITHOUT_EXAMPLE else (200, 301, 303)
                assert status in expected, f"{role} {address}: {status}"
                opened += 1
        else:
            assert client.open(address, method=method).status_code == 403, f"{role} {method} {address}"
    assert read_all_rows(session) == before
    assert opened > 5


@pytest.mark.parametrize("role", list(ProjectRole))
def test_a_role_may_send_what_it_may(app: Flask, session: Session, data: RouteData, role: ProjectRole) -> None:
    seminar_ids = [data.parameters["seminar_id"], data.parameters_by_endpoint["registration_desk"]["seminar_id"]]
    user = create_colleague(session, data.parameters["project_id"], role, *seminar_ids)
    client = sign_in(app, session, user).client
    for endpoint, method, address in list_requests(app, data):
        if method == "POST" and is_allowed(endpoint, method, role):
            assert client.post(address).status_code != 403, f"{role} {address}"


@pytest.mark.parametrize("role", list(ProjectRole))
def test_nothing_of_another_project_is_reachable(
    app: Flask, session: Session, data: RouteData, role: ProjectRole
) -> None:
    user = create_colleague(session, create_other_project(session).id, role)
    client = sign_in(app, session, user).client
    before = read_all_rows(session)
    scopes = app.extensions["access_scopes"]
    for endpoint, method, address in list_requests(app, data):
        blueprint = endpoint.partition(".")[0]
        [rule] = [rule for rule in app.url_map.iter_rules(endpoint) if method in (rule.methods or ())]
        if any(name in scopes or f"{blueprint}.{name}" in scopes for name in rule.arguments):
            assert client.open(address, method=method).status_code == 404, f"{role} {method} {address}"
    assert read_all_rows(session) == before


def test_objects_of_two_seminars_in_one_address_are_not_found(organizer: Visitor, data: RouteData) -> None:
    coming, elsewhere = (
        data.parameters_by_endpoint["registration_desk"]["seminar_id"],
        data.parameters["registration_id"],
    )
    number = data.parameters_by_endpoint["surveys_checklists"]["number"]
    organizer.get(f"/desk/seminars/{coming}/surveys/{number}/skills/{elsewhere}", status=404)


def test_lists_show_nothing_of_another_project(app: Flask, session: Session, data: RouteData) -> None:
    other = create_other_project(session)
    user = create_colleague(session, other.id, ProjectRole.OWNER)
    visitor = sign_in(app, session, user)
    titles = ("Күтім негіздері", "Планшет 0")
    for address in ("/desk/", "/desk/tablets", "/desk/tablets/new"):
        assert not any(title in visitor.get(address).text for title in titles), address
    choices = visitor.get("/desk/seminars/new").response.get_data(as_text=True)
    own = {str(activity.id) for activity in other.activities}
    [project] = [project for project in session.query(Project) if project.id != other.id]
    for activity in project.activities:
        assert f'<option value="{activity.id}"' not in choices or str(activity.id) in own


def test_an_assistant_has_only_the_seminars_assigned(app: Flask, session: Session, data: RouteData) -> None:
    held, coming = data.parameters["seminar_id"], data.parameters_by_endpoint["registration_desk"]["seminar_id"]
    user = create_colleague(session, data.parameters["project_id"], ProjectRole.ASSISTANT, held)
    visitor = sign_in(app, session, user)
    visitor.get(f"/desk/seminars/{held}/attendance")
    for path in ("", "/attendance", "/attendance.json", "/papers"):
        visitor.get(f"/desk/seminars/{coming}{path}", status=404)
    visitor.get(f"/desk/seminars/{held}/registrations", status=403)
    home = visitor.get("/desk/").response.get_data(as_text=True)
    assert f"/desk/seminars/{held}" in home
    assert f"/desk/seminars/{coming}" not in home


def test_an_assistant_marks_attendance(app: Flask, session: Session, data: RouteData) -> None:
    app.config["WTF_CSRF_ENABLED"] = True
    held = data.parameters["seminar_id"]
    user = create_colleague(session, data.parameters["project_id"], ProjectRole.ASSISTANT, held)
    visitor = sign_in(app, session, user)
    page = visitor.get(f"/desk/seminars/{held}/attendance")
    fields = page.read_form()[1]
    changed = {name: "absent" for name, value in fields.items() if name.startswith("status-") and value == "present"}
    assert changed
    visitor.post(f"/desk/seminars/{held}/attendance", {**fields, **changed})


def test_a_monitor_reads_with_phones_masked(app: Flask, session: Session, data: RouteData) -> None:
    coming = data.parameters_by_endpoint["registration_desk"]["seminar_id"]
    user = create_colleague(session, data.parameters["project_id"], ProjectRole.MONITOR)
    page = sign_in(app, session, user).get(f"/desk/seminars/{coming}/registrations").response.get_data(as_text=True)
    assert "•••" in page
    assert "tel:" not in page
    assert "mailto:" not in page
    assert "/r/" not in page


def test_a_suspended_colleague_is_refused(app: Flask, session: Session, data: RouteData) -> None:
    user = create_colleague(session, data.parameters["project_id"], ProjectRole.ORGANIZER)
    visitor = sign_in(app, session, user)
    visitor.get("/desk/")
    user.memberships[0].suspended = True
    visitor.get("/desk/", status=403)
    visitor.get(f"/desk/seminars/{data.parameters['seminar_id']}", status=403)


def test_whoever_uploads_a_plan_owns_the_project(app: Flask, session: Session) -> None:
    first = get_or_create_organizer(session, "first@example.org")
    second = get_or_create_organizer(session, "second@example.org")
    visitor = sign_in(app, session, second)
    draft = upload_plan_file(visitor, (EXAMPLE_FOLDER / "monitoring_plan.yaml").read_bytes(), "plan.yaml").location
    doubts = visitor.get(f"{draft}/doubts").read_form()[1]
    visitor.post(f"{draft}/doubts", choose_proposed(doubts, get_stored_draft(session)))
    location = visitor.submit(draft, form=0).location
    session.expire_all()
    assert [(own.user_id, own.role) for own in session.query(Membership)] == [(second.id, "owner")]
    assert location
    visitor.get(location)
    sign_in(app, session, first).get(location, status=404)
