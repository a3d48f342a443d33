"""What an organizer does with publications, what the plan then shows, and what is refused."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.accounts.colleagues import create_colleague
from tests.concurrency import run_concurrently
from tests.evidence.factories import create_item, draw_jpeg
from tests.factories import NOON, load_contract_plan
from tests.monitoring.factories import create_publication, enter_views, get_activity, get_indicator, measure
from tests.page import Page
from tests.visitor import Visitor, sign_in, sign_in_organizer
from trainer.accounts.models import ProjectRole
from trainer.accounts.sign_in import get_or_create_organizer
from trainer.audit.models import AuditEntry
from trainer.evidence.links import list_current_links
from trainer.evidence.models import EvidenceKind
from trainer.evidence.publications.models import Publication, PublicationViews
from trainer.language.translated import Translated
from trainer.projects.models import Project
from trainer.projects.plan import import_plan

LIST = "/desk/evidence/publications"
POST = "https://www.instagram.com/p/DKabc/?igsh=1"
INSIDE = ("http://127.0.0.1/x", "http://nas.local/x", "http://10.0.0.5")


def get_new_address(project: Project) -> str:
    """Return the address of the form for a new publication."""
    return f"/desk/evidence/projects/{project.id}/publications/new"


def add(visitor: Visitor, project: Project, *, status: int = 303, title: str = "Ашылу", **changes: Any) -> Page:
    """Add a publication by the form."""
    fields = {"address": POST, "kind": "post", "title-kk": title, "published_on": "2025-06-01", **changes}
    return visitor.submit(get_new_address(project), fields, "publication", status=status)


def get_only(session: Session) -> Publication:
    """Return the only publication."""
    session.expire_all()
    return session.scalars(select(Publication)).one()


def enter(visitor: Visitor, publication: Publication, views: str, day: str = "2025-06-02", **more: Any) -> Page:
    """Enter views by the form on the page of a publication."""
    address = f"{LIST}/{publication.id}"
    page = visitor.get(address)
    forms = [page.read_form(number) for number in range(len(page.list_forms()))]
    action, fields = next(pair for pair in forms if pair[0].endswith("/views"))
    return visitor.post(action, {**fields, "views": views, "counted_on": day, **more.pop("fields", {})}, **more)


def test_a_publication_is_added_and_the_plan_counts_it(organizer: Visitor, session: Session, project: Project) -> None:
    indicator = get_indicator(session, project, "T6.A1.I1")
    before = measure(session, project, "T6.A1.I1").targets[0].actual
    page = organizer.follow(
        add(organizer, project, activity=str(indicator.activity_id), indicators=[str(indicator.id)])
    )
    assert page.heading == "Ашылу"
    publication = get_only(session)
    assert (publication.network, publication.address, publication.address_key) == (
        "instagram",
        POST,
        "instagram.com/p/DKabc",
    )
    assert (publication.copy_state, publication.link_state) == ("not_wanted", "unchecked")
    assert measure(session, project, "T6.A1.I1").targets[0].actual == before + 1
    row = organizer.get(f"{LIST}?lang=en").text
    assert "Instagram" in row
    assert "T6.A1.I1" in row
    organizer.follow(enter(organizer, publication, "1 200"))
    assert measure(session, project, "T6.A1.I5").targets[0].actual == 1200
    assert "1,200" in organizer.get(f"{LIST}?lang=en").text
    organizer.post_with_token(f"{LIST}/{publication.id}", "removal")
    session.expire_all()
    assert measure(session, project, "T6.A1.I1").targets[0].actual == before
    assert measure(session, project, "T6.A1.I5").targets[0].actual == 0
    assert "Ашылу" not in organizer.get(LIST).text
    assert "Ашылу" in organizer.get(f"{LIST}?show=removed").text
    token = organizer.get(f"{LIST}/{publication.id}").read_form(-1)[1]["csrf_token"]
    organizer.post(f"{LIST}/{publication.id}/restoration", {"csrf_token": token})
    session.expire_all()
    assert measure(session, project, "T6.A1.I5").targets[0].actual == 1200
    actions = session.scalars(
        select(AuditEntry.action).where(AuditEntry.subject_kind == "publication").order_by(AuditEntry.number)
    ).all()
    assert actions == ["created", "removed", "restored"]


def test_print_and_television_have_an_outlet_and_a_title_instead_of_an_address(
    organizer: Visitor, session: Session, project: Project
) -> None:
    page = add(organizer, project, status=422, address="", title="")
    assert page.get_error("outlet")
    assert page.get_error("title-kk")
    for title in ("Мақала", "Екінші мақала"):
        add(organizer, project, address="", outlet="Маңғыстау", kind="article", title=title)
    session.expire_all()
    found = session.scalars(select(Publication).order_by(Publication.id)).all()
    assert [(each.network, each.outlet, each.address, each.address_key) for each in found] == [
        ("media", "Маңғыстау", "", None)
    ] * 2


@pytest.mark.parametrize(
    ("address", "sentence"),
    [
        ("https://aigul:secret@lada.kz/1", "user name or a password"),
        ("file:///etc/passwd", "https:// or http://"),
        ("javascript:alert(1)", "https:// or http://"),
        *((address, "inside your own network") for address in INSIDE),
        ("біздің бет", "not the address of a page"),
        ("https://lada.kz/" + "a" * 990, "too long"),
    ],
)
def test_an_address_that_others_can_not_open_is_refused_and_kept_in_the_form(
    organizer: Visitor, session: Session, project: Project, address: str, sentence: str
) -> None:
    organizer.get("/desk/plan?lang=en")
    page = add(organizer, project, status=422, address=address)
    assert sentence in page.get_error("address")
    assert page.get_value("address") == address
    assert page.get_value("title-kk") == "Ашылу"
    assert session.scalars(select(Publication)).all() == []


@pytest.mark.parametrize("day", ["2025-06-03", "2035-06-01", "1970-01-01", "", "2025-13-01"])
def test_a_day_to_come_of_another_century_or_none_is_refused(organizer: Visitor, project: Project, day: str) -> None:
    assert add(organizer, project, status=422, published_on=day).get_error("published_on")


def test_the_same_address_twice_leads_to_the_publication_that_has_it(
    organizer: Visitor, session: Session, project: Project
) -> None:
    add(organizer, project)
    publication = get_only(session)
    page = add(organizer, project, status=422, address="http://instagram.com/aigul/reel/DKabc#x")
    assert page.get_error("address")
    assert f"{LIST}/{publication.id}" in page.list_links()
    organizer.post_with_token(f"{LIST}/{publication.id}", "removal")
    assert f"{LIST}/{publication.id}" in add(organizer, project, status=422).list_links()
    other = create_publication(session, project)
    session.commit()
    page = organizer.submit(f"{LIST}/{other.id}/edit", {"address": POST}, "publication", status=422)
    assert f"{LIST}/{publication.id}" in page.list_links()
    session.expire_all()
    assert other.address.startswith("https://t.me/")


def test_two_projects_may_have_the_same_address(organizer: Visitor, session: Session, project: Project) -> None:
    plan = load_contract_plan()
    other = import_plan(session, {**plan, "project": {**plan["project"], "id": "other-project"}}, "TB")
    create_publication(session, other, address=POST, address_key="instagram.com/p/DKabc")
    add(organizer, project)
    assert len(session.scalars(select(Publication)).all()) == 2


def test_a_double_tap_adds_once_and_so_do_two_people_at_once(
    app: Flask, organizer: Visitor, session: Session, project: Project
) -> None:
    address = get_new_address(project)
    fields = organizer.get(address).read_form("publication")[1] | {"address": POST, "title-kk": "Ашылу"}
    first, second = organizer.post(address, fields), organizer.post(address, fields)
    assert first.location == second.location
    get_only(session)
    other = sign_in_organizer(app, session, "second@example.org", "Дана")
    clients = (organizer.client, other.client)
    forms = [
        visitor.get(address).read_form("publication")[1] | {"address": "t.me/example/5", "title-kk": "Жазба"}
        for visitor in (organizer, other)
    ]
    session.commit()
    answers = run_concurrently(
        *(lambda pair=pair: pair[0].post(address, data=pair[1]) for pair in zip(clients, forms, strict=True))
    )
    assert sorted(answer.status_code for answer in answers) == [303, 422]
    assert len(session.scalars(select(Publication)).all()) == 2


def test_views_are_entered_over_time_and_none_is_lost(organizer: Visitor, session: Session, project: Project) -> None:
    add(organizer, project, published_on="2025-05-20")
    publication = get_only(session)
    enter(organizer, publication, "100", "2025-05-25")
    enter(organizer, publication, "250")
    page = enter(organizer, publication, "200", status=422)
    assert page.get_value("views") == "200"
    assert page.get_error("views")
    enter(organizer, publication, "200", fields={"is_certain": "y"})
    assert enter(organizer, publication, "300", "2025-05-30", status=422).get_error("views"), "fewer later"
    session.expire_all()
    history = [(entry.views, entry.counted_on.day) for entry in publication.views]
    assert history == [(100, 25), (250, 2), (200, 2)]
    text = organizer.get(f"{LIST}/{publication.id}").text
    assert all(f">{number}</td>" in text for number, _day in history)
    assert "Сәуле" in text


@pytest.mark.parametrize(
    ("views", "day", "field"),
    [
        ("-1", "2025-06-02", "views"),
        ("1.5", "2025-06-02", "views"),
        ("көп", "2025-06-02", "views"),
        ("", "2025-06-02", "views"),
        ("9999999999", "2025-06-02", "views"),
        ("5", "2025-06-03", "counted_on"),
        ("5", "2025-05-31", "counted_on"),
        ("5", "", "counted_on"),
    ],
)
def test_views_that_can_not_be_are_refused(
    organizer: Visitor, session: Session, project: Project, views: str, day: str, field: str
) -> None:
    add(organizer, project)
    page = enter(organizer, get_only(session), views, day, status=422)
    assert page.get_error(field)
    assert page.get_value("views") == views
    assert session.scalars(select(PublicationViews)).all() == []


def test_screenshots_are_found_chosen_and_counted(organizer: Visitor, session: Session, project: Project) -> None:
    activity = get_activity(session, project, "T6.A1")
    first = create_item(session, project, draw_jpeg(1), "бірінші.jpg", kind=EvidenceKind.SCREENSHOT)
    create_item(session, project, b"%PDF-1.7", "plan.pdf")
    gone = create_item(session, project, draw_jpeg(9), "gone.jpg", removed_at=NOON)
    address = get_new_address(project)
    fields = organizer.get(address).read_form("publication")[1] | {"address": POST, "screenshots": [str(first.id)]}
    page = organizer.post(address, {**fields, "find": "files", "files": "жоқ"}, status=200)
    assert page.get_value("address") == POST
    assert "бірінші.jpg" in page.text, "what is ticked stays although it does not match"
    assert "plan.pdf" not in page.text
    organizer.post(address, {**fields, "screenshots": [str(gone.id)]}, status=422)
    organizer.post(address, {**fields, "activity": str(activity.id), "title-ru": "Открытие"})
    publication = get_only(session)
    assert [item.file_name for item in publication.screenshots] == ["бірінші.jpg"]
    assert "бірінші.jpg" in organizer.get(f"{LIST}/{publication.id}").text
    second = create_item(session, project, draw_jpeg(2), "second.jpg")
    edit = f"{LIST}/{publication.id}/edit"
    organizer.submit(edit, {"screenshots": [str(second.id)]}, "publication")
    session.expire_all()
    assert [item.file_name for item in publication.screenshots] == ["second.jpg"]
    entries = session.scalars(select(AuditEntry).where(AuditEntry.subject_kind == "publication")).all()
    assert [entry.action for entry in entries] == ["created", "changed", "changed"]
    assert "second.jpg" in str(entries[2].changes)


def test_what_is_known_about_a_publication_is_changed(organizer: Visitor, session: Session, project: Project) -> None:
    add(organizer, project)
    publication = get_only(session)
    indicator = get_indicator(session, project, "T6.A1.I1")
    changes = {
        "address": "www.lada.kz/news/1",
        "kind": "article",
        "title-ru": "Статья",
        "published_on": "2025-05-30",
        "indicators": [str(indicator.id)],
        "activity": str(indicator.activity_id),
    }
    organizer.follow(organizer.submit(f"{LIST}/{publication.id}/edit", changes, "publication"))
    session.expire_all()
    assert (publication.network, publication.outlet, publication.kind, publication.title.ru) == (
        "media",
        "lada.kz",
        "article",
        "Статья",
    )
    assert publication.address == "https://www.lada.kz/news/1"
    assert [link.indicator_id for link in list_current_links(session, publication)] == [indicator.id]
    changes = {"address": "t.me/example/7", "indicators": []}
    organizer.submit(f"{LIST}/{publication.id}/edit", changes, "publication")
    session.expire_all()
    assert list_current_links(session, publication) == []
    assert (publication.network, publication.outlet) == ("telegram", ""), "the outlet follows the address"


@pytest.mark.parametrize(
    ("query", "found"),
    [("", 3), ("query=АШЫЛУ", 1), ("query=lada", 1), ("query=telegram", 2), ("query=жоқ", 0), ("show=removed", 1)],
)
def test_the_list_is_searched(organizer: Visitor, session: Session, project: Project, query: str, found: int) -> None:
    create_publication(session, project, title=Translated("Ашылу салты"))
    create_publication(session, project)
    create_publication(session, project, network="media", outlet="lada.kz", address="https://lada.kz/1")
    create_publication(session, project, removed_at=NOON)
    text = organizer.get(f"{LIST}?{query}").text
    assert text.count('class="file-name tall"') == found


def test_a_long_list_has_pages(organizer: Visitor, session: Session, project: Project) -> None:
    for number in range(51):
        publication = create_publication(session, project, published_on=NOON.date() - timedelta(days=number))
        enter_views(session, publication, number)
    assert organizer.get(LIST).text.count('class="file-name tall"') == 50
    assert organizer.get(f"{LIST}?page=2").text.count('class="file-name tall"') == 1


def test_a_newcomer_without_a_project_is_led_to_the_plan(app: Flask, session: Session) -> None:
    newcomer = sign_in(app, session, get_or_create_organizer(session, "newcomer@example.org"))
    for address in (LIST, "/desk/evidence"):
        assert "/desk/plan" in newcomer.get(address).list_links()


def test_a_monitor_reads_and_changes_nothing(app: Flask, session: Session, project: Project) -> None:
    publication = create_publication(session, project, get_activity(session, project, "T6.A1"))
    monitor = sign_in(app, session, create_colleague(session, project.id, ProjectRole.MONITOR))
    assert "t.me/example" in monitor.get(LIST).text
    page = monitor.get(f"{LIST}/{publication.id}")
    assert [form for form in page.list_forms() if LIST in (form.get("action") or "")] == []
    assert not [link for link in page.list_links() if link.endswith(("/edit", "/new"))]
    monitor.get(f"{LIST}/{publication.id}/edit", status=403)
    monitor.get(get_new_address(project), status=403)
    app.config["WTF_CSRF_ENABLED"] = False
    for action in ("views", "removal", "restoration"):
        monitor.post(f"{LIST}/{publication.id}/{action}", status=403)
