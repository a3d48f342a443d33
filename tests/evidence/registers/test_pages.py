"""The registers of a project: what an organizer does, what is refused, and how the plan's figures follow."""

from datetime import date, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.accounts.colleagues import create_colleague
from tests.concurrency import run_concurrently
from tests.evidence.factories import create_item
from tests.factories import NOON, load_contract_plan
from tests.monitoring.factories import create_entry
from tests.visitor import Visitor, sign_in
from trainer.accounts.models import ProjectRole
from trainer.audit.models import AuditEntry
from trainer.evidence.registers.models import RegisterEntry, RegisterKind
from trainer.projects.models import Project
from trainer.projects.plan import import_plan

REGISTERS = "/desk/evidence/registers"
FIGURES = {"staff": "staff_employed", "specialist": "specialists_engaged", "ngo": "ngos_covered", "partner": "partners"}


def list_entries(session: Session) -> list[RegisterEntry]:
    """Return the stored entries, in the order in which they were added."""
    session.expire_all()
    return list(session.scalars(select(RegisterEntry).order_by(RegisterEntry.id)))


def add(organizer: Visitor, project: Project, names: str, *, status: Any = 303, **fields: Any) -> Any:
    """Fill in the form for new entries, of the staff unless it is said."""
    return organizer.submit(f"{REGISTERS}/{project.id}/new?lang=en", {"names": names, **fields}, status=status)


def press(organizer: Visitor, entry: RegisterEntry, action: str) -> Any:
    """Press a button of the page of an entry."""
    return organizer.post_with_token(f"{REGISTERS}/entries/{entry.id}", action)


def read_figure(organizer: Visitor, project: Project, kind: str, query: str = "") -> str:
    """Return the page of the social impact's indicator that counts a register."""
    indicator = next(each for each in project.social_impact if each.kind == FIGURES[kind])
    return organizer.get(f"/desk/plan/indicators/{indicator.id}?lang=en{query}").words


def test_branches_are_added_at_once_with_their_proof(organizer: Visitor, session: Session, project: Project) -> None:
    proof = create_item(session, project, name="charter.jpg")
    names = "1. Атырау\n\n2. Ақтау\r\n   \n- Орал"
    fields = {"kind": "partner", "role": "Альянс филиалы", "since": "2025-01-15", "proof": str(proof.id)}
    page = organizer.follow(add(organizer, project, names, **fields))
    assert "3 entries were added." in page.words
    for words in ("Атырау", "Ақтау", "Орал", "Альянс филиалы", "since 15 January 2025", "charter.jpg"):
        assert words in page.words
    entries = list_entries(session)
    assert [entry.name for entry in entries] == ["Атырау", "Ақтау", "Орал"]
    assert {(entry.kind, entry.role, entry.since, entry.proof_id) for entry in entries} == {
        ("partner", "Альянс филиалы", date(2025, 1, 15), proof.id)
    }
    assert all(entry.added_by_id for entry in entries)


def test_names_that_are_there_already_are_left_out_and_named(
    organizer: Visitor, session: Session, project: Project
) -> None:
    create_entry(session, project, "ngo", name="ОФ «Нұр»")
    page = organizer.follow(add(organizer, project, "оф нур\nКүн\nКҮН\nАй", kind="ngo"))
    assert "2 entries were added." in page.words
    assert "2 names were left out, because they are there already: оф нур, КҮН" in page.words
    assert [entry.name for entry in list_entries(session)] == ["ОФ «Нұр»", "Күн", "Ай"]


def test_a_register_that_has_all_names_is_said_and_what_was_typed_stays(
    organizer: Visitor, session: Session, project: Project
) -> None:
    create_entry(session, project, name="Әлиева Айгүл")
    page = add(organizer, project, "Әлиева Айгүл", until="2025-12-31", status=422)
    assert page.get_error("names") == "The register has all of these already."
    assert page.get_value("until") == "2025-12-31"
    assert len(list_entries(session)) == 1


def test_the_same_name_may_have_another_branch_or_register(
    organizer: Visitor, session: Session, project: Project
) -> None:
    for fields in ({"role": "Атырау"}, {"role": "Ақтау"}, {"role": "Атырау", "kind": "ngo"}):
        add(organizer, project, "Альянс", **fields)
    assert len(list_entries(session)) == 3


@pytest.mark.parametrize(
    ("fields", "name", "error"),
    [
        ({"names": " \n—\n"}, "names", "Enter at least one name."),
        ({"names": ""}, "names", "Enter at least one name."),
        ({"names": "Ай\n" + "ұ" * 251}, "names", "too long: at most 250 characters."),
        ({"names": "\n".join(f"Филиал {number}" for number in range(301))}, "names", "at most 300 names"),
        ({"names": "<b>Ай</b>"}, "names", "Use plain text"),
        ({"names": "Ай", "since": "2025-02-01", "until": "2025-01-31"}, "until", "before the first one"),
        ({"names": "Ай", "since": "0205-02-01"}, "since", "Check the year."),
        ({"names": "Ай", "proof": "999999"}, "proof", "removed in the meantime"),
    ],
)
def test_what_is_wrong_is_explained_and_kept(
    organizer: Visitor, session: Session, project: Project, fields: dict[str, str], name: str, error: str
) -> None:
    page = add(organizer, project, status=422, **fields)
    assert error in page.get_error(name)
    assert page.get_value("names").split() == fields["names"].split()
    assert list_entries(session) == []


def test_a_file_of_another_project_or_a_removed_one_proves_nothing(
    organizer: Visitor, session: Session, project: Project
) -> None:
    removed = create_item(session, project, removed_at=NOON)
    other = create_item(session, project, b"other", "other.txt")
    plan = load_contract_plan()
    other.project = import_plan(session, {**plan, "project": {**plan["project"], "id": "other"}}, "TB")
    session.flush()
    for proof in (removed, other):
        page = add(organizer, project, "Ай", proof=str(proof.id), status=422)
        assert "removed in the meantime" in page.get_error("proof")
        assert proof.file_name not in page.words


def test_a_double_tap_adds_once(organizer: Visitor, session: Session, project: Project) -> None:
    address = f"{REGISTERS}/{project.id}/new"
    fields = {**organizer.get(address).read_form()[1], "names": "Ай\nКүн"}
    first, second = organizer.post(address, fields), organizer.post(address, fields)
    assert first.location == second.location
    assert len(list_entries(session)) == 2


def test_two_colleagues_who_add_the_same_at_once_add_it_once(
    app: Flask, organizer: Visitor, session: Session, project: Project
) -> None:
    address = f"{REGISTERS}/{project.id}/new"
    opened = [organizer.get(address).read_form()[1] for _each in range(2)]
    session.commit()

    def send(fields: dict[str, Any]) -> int:
        client = app.test_client()
        with organizer.client.session_transaction() as cookie, client.session_transaction() as own_cookie:
            own_cookie.update(cookie)
        return client.post(address, data={**fields, "names": "Ай"}).status_code

    assert sorted(run_concurrently(lambda: send(opened[0]), lambda: send(opened[1]))) == [303, 422]
    assert len(list_entries(session)) == 1


def test_an_entry_is_changed(organizer: Visitor, session: Session, project: Project) -> None:
    entry = create_entry(session, project, name="Әлиева")
    proof = create_item(session, project, name="order.jpg")
    changes = {"name": "Әлиева Айгүл", "role": "есепші", "until": "2025-12-31", "proof": str(proof.id)}
    page = organizer.follow(organizer.submit(f"{REGISTERS}/entries/{entry.id}?lang=en", changes, "entry"))
    for words in ("Saved.", "Әлиева Айгүл", "есепші · until 31 December 2025", "order.jpg"):
        assert words in page.words


def test_an_entry_can_not_become_another_one(organizer: Visitor, session: Session, project: Project) -> None:
    create_entry(session, project, name="Ай")
    entry = create_entry(session, project, name="Күн")
    page = organizer.submit(f"{REGISTERS}/entries/{entry.id}?lang=en", {"name": "ай"}, "entry", status=422)
    assert page.get_error("name") == "The register has such an entry already."
    assert page.get_value("name") == "ай"
    assert list_entries(session)[1].name == "Күн"


def test_a_proof_that_was_removed_is_said_and_stays_chosen(
    organizer: Visitor, session: Session, project: Project
) -> None:
    entry = create_entry(session, project, proof=create_item(session, project, removed_at=NOON))
    assert "The proof was removed" in organizer.get(f"{REGISTERS}?lang=en").words
    assert entry.name in organizer.get(f"{REGISTERS}?show=unproved").words
    organizer.submit(f"{REGISTERS}/entries/{entry.id}", {"role": "есепші"}, "entry")
    [entry] = list_entries(session)
    assert entry.role == "есепші"
    assert entry.proof_id is not None


def test_entries_are_removed_and_restored_with_a_trace(organizer: Visitor, session: Session, project: Project) -> None:
    entry = create_entry(session, project, name="Ай")
    press(organizer, entry, "removal")
    assert "Ай" not in organizer.get(REGISTERS).words
    removed = organizer.get(f"{REGISTERS}?show=removed")
    assert "Ай" in removed.words
    organizer.submit(f"{REGISTERS}?show=removed")
    assert "Ай" in organizer.get(REGISTERS).words
    query = select(AuditEntry.action).where(AuditEntry.subject_kind == "register_entry").order_by(AuditEntry.number)
    assert session.scalars(query).all()[-2:] == ["removed", "restored"]


def test_what_was_added_again_in_the_meantime_is_not_restored(
    organizer: Visitor, session: Session, project: Project
) -> None:
    removed = create_entry(session, project, name="Ай", removed_at=NOON)
    create_entry(session, project, name="Ай")
    page = organizer.follow(press(organizer, removed, "restoration"))
    assert "Тізілімде мұндай жазба бар." in page.words
    assert list_entries(session)[0].removed_at is not None


def test_a_register_is_searched_in_any_spelling_and_has_pages(
    organizer: Visitor, session: Session, project: Project
) -> None:
    for number in range(60):
        create_entry(session, project, "ngo", name=f"Қор {number:02}", role="Ақтау" if number == 7 else "")
    page = organizer.get(f"{REGISTERS}?kind=ngo&lang=en")
    assert "Page 1 of 2" in page.words
    assert "Қор 49" in page.words
    assert "Қор 50" not in page.words
    assert "Қор 50" in organizer.get(f"{REGISTERS}?kind=ngo&page=2").words
    found = organizer.get(f"{REGISTERS}?kind=ngo&query=актау+кор").words
    assert "Қор 07" in found
    assert "Қор 08" not in found
    assert "Nothing matches your search." in organizer.get(f"{REGISTERS}?kind=ngo&query=zzz").words


@pytest.mark.parametrize("kind", RegisterKind)
def test_the_plan_counts_what_is_in_a_register(
    organizer: Visitor, session: Session, project: Project, kind: RegisterKind
) -> None:
    add(organizer, project, "Ай\nКүн\nЖұлдыз", kind=kind)
    words = read_figure(organizer, project, kind)
    assert ": 3" in words
    assert "Жұлдыз" in words
    entry = list_entries(session)[2]
    indicator = next(each for each in project.social_impact if each.kind == FIGURES[kind])
    links = organizer.get(f"/desk/plan/indicators/{indicator.id}").list_links()
    assert f"{REGISTERS}/entries/{entry.id}" in links


def test_a_figure_as_of_an_earlier_day_keeps_what_was_removed_later(
    organizer: Visitor, session: Session, project: Project, clock: time_machine.Traveller
) -> None:
    add(organizer, project, "Ай\nКүн")
    clock.move_to(NOON + timedelta(days=3))
    press(organizer, list_entries(session)[0], "removal")
    clock.move_to(NOON + timedelta(days=5))
    yesterday, today = f"{NOON:&as_of=%Y-%m-%d}", f"{NOON + timedelta(days=4):&as_of=%Y-%m-%d}"
    assert "person: 2" in read_figure(organizer, project, "staff", yesterday)
    assert "person: 1" in read_figure(organizer, project, "staff", today)
    press(organizer, list_entries(session)[0], "restoration")
    assert "person: 1" in read_figure(organizer, project, "staff", today)
    assert "person: 2" in read_figure(organizer, project, "staff")


def test_a_monitor_reads_the_registers_and_changes_nothing(app: Flask, session: Session, project: Project) -> None:
    entry = create_entry(session, project, name="Ай", proof=create_item(session, project, name="order.jpg"))
    visitor = sign_in(app, session, create_colleague(session, project.id, ProjectRole.MONITOR))
    page = visitor.get(f"{REGISTERS}?lang=en")
    assert "Ай" in page.words
    assert "order.jpg" in page.words
    assert not [link for link in page.list_links() if link.startswith(f"{REGISTERS}/")]
    visitor.get(f"{REGISTERS}/{project.id}/new", status=403)
    visitor.get(f"{REGISTERS}/entries/{entry.id}", status=403)
    token = {
        "csrf_token": next(field.get("value") for field in page.find_all("input") if field.get("name") == "csrf_token")
    }
    visitor.post(f"{REGISTERS}/entries/{entry.id}/removal", token, status=403)
    assert list_entries(session)[0].removed_at is None
