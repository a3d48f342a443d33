"""A project is closed to the colleagues of another one: nothing of it is shown, and nothing of it changes by ids in forms."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.accounts.crawl import crawl_desk
from tests.attendance.tablet_client import create_paired_tablet
from tests.factories import AIGUL, NOON, YERLAN, create_seminar, load_contract_plan, register_person
from tests.registration.announcements.factories import create_announcement, create_manual_message
from tests.route_data import DatasetSize, RouteData, create_route_data, create_scan
from tests.statements import read_all_rows
from tests.visitor import Visitor, sign_in
from trainer.accounts.memberships import add_membership
from trainer.accounts.models import ProjectRole, User
from trainer.accounts.sign_in import get_or_create_organizer
from trainer.attendance.models import AttendanceMark, Device
from trainer.base import Base
from trainer.colleagues.models import ColleagueInvitation
from trainer.evidence.distribution.models import HandOver
from trainer.evidence.models import EvidenceItem
from trainer.evidence.publications.models import Publication
from trainer.evidence.registers.models import RegisterEntry
from trainer.language.translated import Translated
from trainer.messages.models import Message, MessageChannel, MessageStatus
from trainer.people.models import Person
from trainer.projects.models import PlanDraft, Project
from trainer.projects.plan import import_plan
from trainer.registration.announcements.models import Announcement
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar, SeminarSession
from trainer.surveys.models import Survey

pytestmark = pytest.mark.one_database

MARK = "Бөгдемарк"
MARKED = Translated(MARK, MARK, MARK)
PHONE = "+7799"
LEAKS = (MARK, MARK.casefold(), PHONE, "+7 799", "99-ZZ-")
NUMBERED = ("id", "item", "registration", "session", "head", "other", "kept", "gone", "first", "second", "beside")


@dataclass(frozen=True)
class TwoProjects:
    """A visitor who owns one project, and addresses in the other one, in which every text is marked."""

    visitor: Visitor
    project: Project
    seminar: Seminar
    registration: Registration
    theirs: RouteData


@pytest.fixture
def both(app: Flask, session: Session, organizer: Visitor) -> TwoProjects:
    """Fill another project with marked texts, and one of the visitor's own."""
    app.config["WTF_CSRF_ENABLED"] = False
    theirs = create_route_data(app, session, DatasetSize(people=5, seminars=3, surveys=1))
    organizer.post(f"/desk/seminars/{theirs.parameters['seminar_id']}/registration", {"state": "closed"})
    letter = f"/desk/messages/letters/{theirs.parameters['project_id']}/registered"
    organizer.submit(letter, {"subject-kk": MARK})
    mark_everything(session)
    user = get_or_create_organizer(session, "newcomer@example.org", name="Дана", language="kk")
    plan = load_contract_plan()
    project = import_plan(session, {**plan, "project": {**plan["project"], "id": "own-project"}}, "TB")
    add_membership(session, user, project.id, ProjectRole.OWNER, NOON)
    seminar = create_seminar(session, project, slug="own")
    registration = register_person(session, seminar, AIGUL)
    register_person(session, seminar, YERLAN)
    create_paired_tablet(app, session, seminar)
    create_manual_message(session, registration, create_announcement(session, seminar))
    return TwoProjects(sign_in(app, session, user), project, seminar, registration, theirs)


def mark_everything(session: Session) -> None:
    """Put the mark into the texts of everything that there is, and a phone number of its own into every person."""
    title = MARKED
    for number, person in enumerate(session.scalars(select(Person))):
        person.surname, person.workplace, person.phone = MARK, MARK, f"{PHONE}{number:07}"
        person.email = f"{number}@{MARK.casefold()}.kz" if person.email else ""
    for project in session.scalars(select(Project)):
        project.title = project.grantee = title
        project.contact_email, project.contact_phone = f"{MARK.casefold()}@example.org", f"{PHONE}9999999"
    for seminar in session.scalars(select(Seminar)):
        seminar.title, seminar.venue, seminar.trainers = title, title, MARK
    session.scalars(select(Seminar).where(Seminar.slug == "other-0")).one().archived_at = NOON
    for announcement in session.scalars(select(Announcement)):
        announcement.subject = announcement.body = title
    for values in (
        update(Device).values(name=MARK),
        update(ColleagueInvitation).values(name=MARK),
        update(Survey).values(title=title),
        update(Publication).values(title=title, outlet=MARK),
        update(PlanDraft).values(file_name=MARK),
        update(User).values(name=MARK),
        update(EvidenceItem).values(file_name=MARK),
        update(RegisterEntry).values(name=MARK),
        update(HandOver).values(recipient=MARK),
        update(Message).values(address=f"{PHONE}1111111", subject=MARK, body=MARK),
    ):
        session.execute(values)
    first, second = session.scalars(select(Message).order_by(Message.id).limit(2))
    for message in (first, second):
        message.status, message.channel = MessageStatus.FAILED, MessageChannel.EMAIL
    session.commit()


def list_leaks(text: str) -> list[str]:
    """Return the marked texts that occur in a page, without what was typed into its search."""
    return [leak for leak in LEAKS if leak in text]


def list_own_addresses(app: Flask) -> list[str]:
    """Return the addresses of all pages below /desk without an object in them."""
    rules = [rule for rule in app.url_map.iter_rules() if rule.rule.startswith("/desk") and not rule.arguments]
    return [rule.rule for rule in rules if "GET" in (rule.methods or ()) and not rule.endpoint.startswith("security.")]


def build_queries(theirs: RouteData) -> list[dict[str, Any]]:
    """Return query strings with ids of the other project, and with searches for its texts."""
    ids = theirs.parameters
    registration_id = ids["registration_id"]
    return [
        {"seminar": ids["seminar_id"], "project": ids["project_id"], "person": registration_id},
        {"announcement": ids["announcement_id"]},
        {"handled": ids["message_id"]},
        {"kind": "registration", "id": registration_id, "beside": registration_id},
        {"seminar": ids["seminar_id"], "segment": "everybody"},
    ]


def test_no_page_shows_anything_of_another_project(app: Flask, session: Session, both: TwoProjects) -> None:
    pages = crawl_desk(app, both.visitor).texts
    assert {address: list_leaks(text) for address, text in pages.items() if list_leaks(text)} == {}
    assert len(pages) > 40
    addresses = dict.fromkeys([*list_own_addresses(app), *(address.partition("?")[0] for address in pages)])
    for address in addresses:
        for query in ({}, *build_queries(both.theirs)):
            response = both.visitor.client.get(address, query_string=query, buffered=True)
            if (response.mimetype or "").startswith(("text/", "application/json")):
                assert list_leaks(response.text) == [], f"{address} {query}"


def test_no_search_finds_anything_of_another_project(app: Flask, both: TwoProjects) -> None:
    pages = {address.partition("?")[0] for address in crawl_desk(app, both.visitor).texts}
    for address in sorted({*list_own_addresses(app), *pages}):
        for typed in (MARK, "7799"):
            query = dict.fromkeys(("query", "q"), typed)
            response = both.visitor.client.get(address, query_string=query, buffered=True)
            text = response.text.replace(f'value="{typed}"', "") if response.mimetype == "text/html" else ""
            found = [part for part in text.split(typed)[1:] if typed == MARK and not part.startswith(("&", "%", "»"))]
            assert found == [] and "+7 799" not in text, f"{address} {typed}"


def test_a_draft_of_a_plan_is_only_for_whoever_uploaded_it(app: Flask, session: Session, both: TwoProjects) -> None:
    before = read_all_rows(session)
    for rule in app.url_map.iter_rules():
        if "draft_id" in rule.arguments:
            address = both.theirs.build_address(app, rule.endpoint)
            for method in sorted((rule.methods or set()) & {"GET", "POST"}):
                assert both.visitor.client.open(address, method=method).status_code == 404, address
    assert read_all_rows(session) == before


def test_an_example_of_others_is_not_removed(session: Session, both: TwoProjects) -> None:
    session.get_one(Project, both.theirs.parameters["project_id"]).is_example = True
    page = both.visitor.post("/desk/example/remove", {"title": MARK}, status=404)
    assert MARK not in page.text
    assert session.get(Project, both.theirs.parameters["project_id"]) is not None


def list_foreign_forms(session: Session, both: TwoProjects) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield addresses and forms with ids of the other project."""
    ids = both.theirs.parameters
    seminar, own = f"/desk/seminars/{both.seminar.id}", both.registration.id
    registrations = list(session.scalars(select(Registration.id).where(Registration.seminar_id == ids["seminar_id"])))
    first, second = registrations[:2]
    part = session.scalars(select(SeminarSession.id).where(SeminarSession.seminar_id == ids["seminar_id"])).first()
    announcement = {"segment": "everybody", "subject-kk": "Тақырып", "body-kk": "Мәтін"}
    for seminars in ([ids["seminar_id"]], [both.seminar.id, ids["seminar_id"]]):
        yield "/desk/messages/announcements/new", {**announcement, "seminars": seminars}
        yield "/desk/tablets/new", {"name": "Планшет", "seminars": seminars}
    yield "/desk/messages/again", {"seminar": ids["seminar_id"]}
    yield "/desk/messages/again", {}
    yield "/desk/messages/queue/next", {"seminar": ids["seminar_id"]}
    for path in ("/desk/seminars/new", f"{seminar}/edit/about"):
        yield path, {"activity_id": ids["activity_id"], "title-kk": "Атауы", "kind": "seminar", "format": "offline"}
    actions = ("approve", "refuse", "cancel", "restore", "reinstate", "remove", "merge", "accept", "confirm")
    for action, chosen in product(actions, ([first], [first, second], [own, first])):
        yield f"{seminar}/registrations", {"action": action, "chosen": chosen}
    for decision in ("same", "other"):
        yield f"{seminar}/duplicates", {"decision": decision, "chosen": [f"{first}-{second}", f"{own}-{first}"]}
        yield f"/desk/registrations/{own}/duplicate", {"decision": decision, "other": first}
    for kept, gone in ((first, second), (own, first), (first, own)):
        yield f"{seminar}/merge", {"kept": kept, "gone": gone}
    for decision in ("same", "other", "undo", "reinstate", "over", "merge", "ignore", "review", "record", "take_back"):
        numbers = dict.fromkeys(NUMBERED, first) | {"session": part, "decision": decision, "status": "present"}
        for path in ("decision", "question", "person", "unlisted", "refused"):
            yield f"{seminar}/conflicts/{path}", numbers
    yield f"{seminar}/attendance", {f"status-{first}": "present", f"shown-{first}": ""}
    scan = create_scan(session, both.seminar)
    for place in (f"p{ids['page_id']}", f"s{part}"):
        yield f"/desk/scans/{scan}/place", {"place": place}
    yield f"/desk/scans/{scan}", {"signed": registrations}
    yield f"/desk/scans/{scan}/take-back", {"registration": first}
    yield f"{seminar}/papers", {"session": [part], "language": "kk"}
    yield f"{seminar}/surveys/1/paper", {"person": registrations}
    publication = {"address": "lada.kz/1", "title-kk": "Мақала", "kind": "article", "published_on": f"{NOON:%Y-%m-%d}"}
    for field, number in (("activity", "activity_id"), ("indicators", "indicator_id"), ("screenshots", "evidence_id")):
        address = f"/desk/evidence/projects/{both.project.id}/publications/new"
        yield address, {**publication, "activity": 0, field: ids[number]}


def list_references(session: Session) -> dict[str, set[Any]]:
    """Return the references of all rows to others, by column."""
    references = {}
    for table in Base.metadata.sorted_tables:
        for key in table.foreign_keys:
            rows = session.execute(select(key.parent, *table.primary_key.columns).where(key.parent.is_not(None)))
            references[f"{table.name}.{key.parent.name}"] = {tuple(row) for row in rows}
    return references


def test_ids_of_another_project_in_forms_change_nothing(app: Flask, session: Session, both: TwoProjects) -> None:
    forms = list(list_foreign_forms(session, both))
    colleague = User(email="aide@example.org", name="Көмекші", fs_uniquifier="aide")
    session.add(colleague)
    membership = add_membership(session, colleague, both.project.id, ProjectRole.ASSISTANT, NOON)
    session.commit()
    forms.append(
        (
            f"/desk/colleagues/{membership.id}",
            {"role": "assistant", "seminars": [both.theirs.parameters["seminar_id"], both.seminar.id]},
        )
    )
    before = read_their_rows(session, both)
    for address, fields in forms:
        references = list_references(session)
        status = both.visitor.client.post(address, data=fields).status_code
        session.expire_all()
        foreign = find_foreign_references(session, both, references)
        assert status < 500 and foreign == [], f"{address} {fields}: {foreign}"
        assert read_their_rows(session, both) == before, f"{address} {fields}"


def read_their_rows(session: Session, both: TwoProjects) -> list[Any]:
    """Return the rows of the other project that a form might change."""
    people = select(Person.id).where(Person.phone.startswith(PHONE))
    conditions = {
        Seminar: Seminar.trainers == MARK,
        Registration: Registration.person_id.in_(people),
        Person: Person.id.in_(people),
        Message: Message.person_id.in_(people),
        Device: Device.name == MARK,
        Announcement: Announcement.project_id == both.theirs.parameters["project_id"],
        AttendanceMark: AttendanceMark.registration_id.in_(
            select(Registration.id).where(Registration.person_id.in_(people))
        ),
    }
    tables = [select(model.__table__).where(condition) for model, condition in conditions.items()]
    rows = [sorted(map(repr, session.execute(statement))) for statement in tables]
    assert all(rows)
    return rows


def find_foreign_references(session: Session, both: TwoProjects, before: dict[str, set[Any]]) -> list[str]:
    """Return the columns with new references to a seminar, an activity, a session or a person of the other project."""
    ids = both.theirs.parameters
    seminars = set(session.scalars(select(Seminar.id).where(Seminar.id != both.seminar.id, Seminar.trainers == MARK)))
    own = {both.registration.id}
    registrations = set(session.scalars(select(Registration.id).where(Registration.seminar_id.in_(seminars)))) - own
    foreign = {
        "seminar_id": seminars,
        "registration_id": registrations,
        "activity_id": {ids["activity_id"]},
        "indicator_id": {ids["indicator_id"]},
        "item_id": {ids["evidence_id"]},
    }
    after = list_references(session)
    return [
        name
        for name, rows in after.items()
        for column, numbers in foreign.items()
        if name.endswith(f".{column}") and any(row[0] in numbers for row in rows - before[name])
    ]


@pytest.mark.parametrize("role", [ProjectRole.MONITOR, ProjectRole.ASSISTANT])
def test_a_lower_role_in_another_project_shows_none_of_its_people(
    app: Flask, session: Session, both: TwoProjects, role: ProjectRole
) -> None:
    user = session.scalars(select(User).where(User.email == "newcomer@example.org")).one()
    their_id = both.theirs.parameters["project_id"]
    add_membership(session, user, their_id, role, NOON)
    both.visitor.post("/desk/project", {"project": str(their_id)})
    for address in ("/desk/people", f"/desk/search?query={PHONE[1:]}", "/desk/search?query=Айгүл", "/desk/messages"):
        page = both.visitor.get(address)
        assert "+7 799" not in page.text and MARK not in page.get_element("main").text_content(), address
