"""The way from the contract's annex to a project in the browser: upload, review, decisions, creation."""

import io

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.datastructures import FileStorage

from tests.factories import load_contract_plan
from tests.projects.factories import SMALL_PLAN, dump_yaml
from tests.projects.importing.uploads import (
    ANNEX,
    PROJECT_FACTS,
    answer_everything,
    get_stored_draft,
    upload_plan_file,
)
from tests.projects.word_files import write_annex
from tests.visitor import Visitor
from trainer.projects.importing.views import read_limited_file
from trainer.projects.models import Indicator, Project
from trainer.projects.plan import MAX_PLAN_BYTES, PlanInvalid

REQUIRED_DOUBTS = {
    *("T1.A2.I4", "T2.A1.I1", "T2.A1.I3", "T4.A1.I3", "T2.A1.I4", "T4.A1.I4", "C1.A1.I1", "C1.A1.I2"),
    *("SI1", "SI4", "SI5", "SI6"),
}


def list_stored_projects(session: Session) -> list[Project]:
    """Return all projects as they are stored now."""
    session.expire_all()
    return list(session.scalars(select(Project)))


def test_the_annex_becomes_a_project_that_equals_the_written_plan(organizer: Visitor, session: Session) -> None:
    address = upload_plan_file(organizer, ANNEX).location
    answer_everything(organizer, session, address)
    assert list_stored_projects(session) == []
    created = organizer.submit(address, form=0)
    [project] = list_stored_projects(session)
    assert created.location == f"/desk/project/{project.id}"
    assert project.code == "ten-mumkindik-2025"
    planned = [
        indicator
        for task in load_contract_plan()["tasks"]
        for activity in task["activities"]
        for indicator in activity["indicators"]
    ]
    stored = [indicator for activity in project.activities for indicator in activity.indicators]
    assert [indicator.kind for indicator in stored] == [indicator["kind"] for indicator in planned]
    names = ("comparator", "value", "unit", "per")
    assert [[[target[name] for name in names] for target in indicator.planned] for indicator in stored] == [
        [[target[name] for name in names] for target in indicator["planned"]] for indicator in planned
    ]
    assert [result.code for result in project.expected_results] == [f"ER{number}" for number in range(1, 7)]
    page = organizer.get(f"/desk/plan?project={project.id}")
    assert all(activity.code in page.words for activity in project.activities)


def test_every_required_doubt_is_asked_with_its_source(organizer: Visitor, session: Session) -> None:
    address = upload_plan_file(organizer, ANNEX).location
    doubts = get_stored_draft(session).plan["doubts"]
    assert {doubt["code"] for doubt in doubts} >= REQUIRED_DOUBTS
    page = organizer.get(f"{address}/doubts")
    for printed in ("10/1 скриншот", "2 тізім(7 медициналық қызметкер)", "Кемінде 10/2"):
        assert printed in page.words


def test_a_draft_is_kept_and_nothing_becomes_a_project_while_something_is_open(
    organizer: Visitor, session: Session
) -> None:
    address = upload_plan_file(organizer, ANNEX).location
    organizer.submit(f"{address}/project", PROJECT_FACTS)
    organizer.post(address, {"csrf_token": organizer.get(address).read_form(0)[1]["csrf_token"]})
    assert list_stored_projects(session) == []
    page = organizer.get("/desk/plan")
    assert address in page.list_links()


def test_an_answer_changes_what_is_counted_and_is_kept_with_its_note(organizer: Visitor, session: Session) -> None:
    address = upload_plan_file(organizer, ANNEX).location
    answer_everything(organizer, session, address)
    fields = organizer.get(f"{address}/doubts").read_form()[1]
    changed = {"answer-T2.A1.I3-together_or_each": "each", "note-T2.A1.I3-together_or_each": "келісілді"}
    organizer.post(f"{address}/doubts", {**fields, **changed})
    organizer.submit(address, form=0)
    indicator = session.scalars(select(Indicator).where(Indicator.code == "T2.A1.I3")).one()
    assert [target["per"] for target in indicator.planned] == ["event", "event"]
    record = organizer.get(address)
    assert "келісілді" in record.words
    assert "Сәуле" in record.words


def test_open_doubts_are_named_and_given_answers_stay(organizer: Visitor, session: Session) -> None:
    address = upload_plan_file(organizer, ANNEX).location
    fields = organizer.get(f"{address}/doubts").read_form()[1]
    page = organizer.post(f"{address}/doubts", {**fields, "answer-SI1-composition": "measured"}, status=422)
    assert page.get_error("doubt-SI4-composition")
    assert not page.get_error("doubt-SI1-composition")
    assert organizer.get(f"{address}/doubts").read_form()[1]["answer-SI1-composition"] == "measured"


def test_an_indicator_that_was_not_understood_is_completed_beside_its_source(
    organizer: Visitor, session: Session
) -> None:
    content = write_annex(("1. Семинар", "Ақтау", ["Белгісіз нәрсе"], ["көп"], "мамыр 2025"))
    address = upload_plan_file(organizer, content).location
    page = organizer.get(f"{address}/indicators/T1.A1.I1")
    assert "Белгісіз нәрсе" in page.words
    assert "көп" in page.words
    refused = organizer.submit(f"{address}/indicators/T1.A1.I1", form=0, status=422)
    assert refused.get_error("kind")
    changes = {
        "kind": "photo",
        "targets-0-value": "30 000",
        "targets-0-unit": "photo",
        "targets-0-comparator": "at_least",
    }
    organizer.submit(f"{address}/indicators/T1.A1.I1", changes, form=0)
    indicator = get_stored_draft(session).plan["tasks"][0]["activities"][0]["indicators"][0]
    assert indicator["planned"] == [{"comparator": "at_least", "value": 30_000, "unit": "photo", "per": "project"}]
    organizer.post(f"{address}/indicators/T1.A1.I1/delete", {"csrf_token": page.read_form()[1]["csrf_token"]})
    assert get_stored_draft(session).plan["tasks"][0]["activities"][0]["indicators"] == []


def test_translations_are_entered_once_for_all_places(organizer: Visitor, session: Session) -> None:
    address = upload_plan_file(organizer, ANNEX).location
    page = organizer.get(f"{address}/translations/names")
    key = next(label.get("for") for label in page.find_all("label") if label.get("for", "").endswith("-ru"))
    fields = page.read_form()[1]
    organizer.post(f"{address}/translations/names", {**fields, key: "Фотографии"})
    plan = get_stored_draft(session).plan
    translated = [
        indicator["id"]
        for task in plan["tasks"]
        for activity in task["activities"]
        for indicator in activity["indicators"]
        if indicator["name"].get("ru") == "Фотографии"
    ]
    assert translated == ["T1.A1.I1", "T5.A1.I4"]
    organizer.get(f"{address}/translations/titles")


def test_a_plan_that_says_everything_needs_only_its_confirmation(organizer: Visitor, session: Session) -> None:
    address = upload_plan_file(organizer, dump_yaml(SMALL_PLAN), "plan.yaml").location
    organizer.submit(address, form=0)
    [project] = list_stored_projects(session)
    assert project.code == "small"
    again = upload_plan_file(organizer, dump_yaml(SMALL_PLAN), "plan.yaml").location
    organizer.submit(again, form=0)
    assert len(list_stored_projects(session)) == 1


def test_files_of_other_kinds_are_refused_with_a_way_out(organizer: Visitor, session: Session) -> None:
    for content, name in ((b"\xd0\xcf\x11\xe0" + bytes(99), "annex.doc"), (b"%PDF-1.7", "annex.pdf")):
        page = upload_plan_file(organizer, content, name, status=422)
        assert ".docx" in page.get_error("plan")
    for content in (b"PK\x03\x04", b"\xff\xd8\xff"):
        assert upload_plan_file(organizer, content, "a.docx", status=422).get_error("plan")
    assert organizer.submit("/desk/plan/new", status=422).get_error("plan")


def test_a_file_larger_than_any_plan_is_refused(app: Flask) -> None:
    with app.test_request_context(), pytest.raises(PlanInvalid):
        read_limited_file(FileStorage(io.BytesIO(bytes(MAX_PLAN_BYTES + 1))))


def test_a_draft_is_deleted(organizer: Visitor, session: Session) -> None:
    address = upload_plan_file(organizer, ANNEX).location
    token = organizer.get(address).read_form(0)[1]["csrf_token"]
    organizer.post(f"{address}/delete", {"csrf_token": token})
    organizer.get(address, status=404)


def test_activities_can_draw_from_others_and_unknown_codes_are_refused(organizer: Visitor, session: Session) -> None:
    address = upload_plan_file(organizer, ANNEX).location
    page = organizer.submit(f"{address}/activities", {"activities-0-draws_from": "T9.A9"}, status=422)
    assert page.get_error("activities-0-draws_from")
    organizer.submit(f"{address}/activities", {"activities-0-draws_from": "T2.A1, T4.A1"})
    assert get_stored_draft(session).plan["tasks"][0]["activities"][0]["draws_from"] == ["T2.A1", "T4.A1"]


def test_somebody_elses_change_is_not_overwritten_unseen(organizer: Visitor, session: Session) -> None:
    address = upload_plan_file(organizer, ANNEX).location
    target, fields = organizer.get(f"{address}/project").read_form()
    organizer.submit(f"{address}/project", {**PROJECT_FACTS, "region-kk": "Атырау облысы"})
    page = organizer.post(f"{address}/project", {**fields, **PROJECT_FACTS}, status=409)
    assert page.status == 409
    assert target in ("", f"{address}/project")
    assert get_stored_draft(session).plan["project"]["region"]["kk"] == "Атырау облысы"
