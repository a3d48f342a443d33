"""A project without a file: its plan is entered, changed, ordered and deleted by forms."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.projects.importing.uploads import PROJECT_FACTS
from tests.visitor import Visitor
from trainer.projects.models import Activity, ExpectedResult, Indicator, Project, Task
from trainer.seminars.models import Seminar

NEW_PROJECT = {
    **PROJECT_FACTS,
    "title-kk": "Жаңа мектеп",
    "grantee-kk": "Бірлестік",
    "start": "2026-01-01",
    "end": "2026-12-31",
}
NEW_INDICATOR = {
    "name-kk": "Фотосуреттер",
    "kind": "photo",
    "evidence": "uploaded",
    "targets-0-comparator": "at_least",
    "targets-0-value": "30 000",
    "targets-0-unit": "photo",
}


def create_own_project(organizer: Visitor, session: Session) -> Project:
    """Create a project with a task, an activity and an indicator by forms, and return it."""
    organizer.submit("/desk/plan/projects/new", NEW_PROJECT)
    project = session.scalars(select(Project).where(Project.code == "zhana-mektep-2026")).one()
    organizer.submit(f"/desk/plan/projects/{project.id}/tasks/new", {"title-kk": "Үйрету"})
    task = session.scalars(select(Task).where(Task.project_id == project.id)).one()
    organizer.submit(f"/desk/plan/tasks/{task.id}/activities/new", {"title-kk": "Семинар", "event_type": "seminar"})
    activity = session.scalars(select(Activity).where(Activity.task_id == task.id)).one()
    organizer.submit(f"/desk/plan/activities/{activity.id}/indicators/new", NEW_INDICATOR)
    session.expire_all()
    return project


def test_a_plan_is_entered_by_forms(organizer: Visitor, session: Session) -> None:
    project = create_own_project(organizer, session)
    [activity] = project.activities
    assert (project.tasks[0].code, activity.code, activity.indicators[0].code) == ("T1", "T1.A1", "T1.A1.I1")
    assert (activity.start, activity.end) == (project.start, project.end)
    assert activity.sources == [activity]
    assert activity.indicators[0].planned == [
        {"comparator": "at_least", "value": 30_000, "unit": "photo", "per": "project"}
    ]
    organizer.submit(f"/desk/plan/projects/{project.id}/impact/new", {**NEW_INDICATOR, "kind": "direct_beneficiaries"})
    fields = {"text-kk": "50 адам", "linked": ["T1.A1", "T1.A1.I1"]}
    organizer.submit(f"/desk/plan/projects/{project.id}/results/new", fields)
    session.expire_all()
    assert [figure.code for figure in project.social_impact] == ["SI1"]
    assert project.expected_results[0].linked == ["T1.A1", "T1.A1.I1"]
    page = organizer.get("/desk/plan")
    assert "кемінде 30\u00a0000" in page.words.replace(" 000", "\u00a0000")


def test_a_form_that_is_sent_twice_creates_once(organizer: Visitor, session: Session) -> None:
    project = create_own_project(organizer, session)
    address = f"/desk/plan/projects/{project.id}/tasks/new"
    fields = {**organizer.get(address).read_form()[1], "title-kk": "Тарату"}
    assert organizer.post(address, fields).location == organizer.post(address, fields).location
    session.expire_all()
    assert len(project.tasks) == 2


def test_what_is_missing_is_said_at_its_field(organizer: Visitor, session: Session) -> None:
    project = create_own_project(organizer, session)
    [activity] = project.activities
    page = organizer.submit(
        f"/desk/plan/activities/{activity.id}/indicators/new",
        {**NEW_INDICATOR, "kind": "", "targets-0-value": "көп"},
        status=422,
    )
    assert page.get_error("kind")
    assert page.get_error("targets-0-value")
    assert page.get_value("targets-0-value") == "көп"
    page = organizer.submit(f"/desk/plan/activities/{activity.id}", {"end": "2025-01-01"}, form=0, status=422)
    assert page.get_error("end")
    page = organizer.submit("/desk/plan/projects/new", {**NEW_PROJECT, "title-kk": "", "timezone": ""}, status=422)
    assert page.get_error("timezone")


def test_entries_are_changed(organizer: Visitor, session: Session, project: Project) -> None:
    activity = project.tasks[1].activities[1]
    indicator = project.tasks[0].activities[1].indicators[3]
    organizer.submit(
        f"/desk/plan/activities/{activity.id}",
        {"title-ru": "Сертификация", "sources": ["T2.A1", "T4.A1"]},
        form=0,
    )
    organizer.submit(f"/desk/plan/indicators/{indicator.id}/edit", {"targets-1-value": "2"}, form=0)
    organizer.submit(f"/desk/plan/tasks/{project.tasks[0].id}", {"title-ru": "Знакомство"}, form=0)
    organizer.submit(f"/desk/plan/projects/{project.id}", {"region-ru": "Мангистау"}, form=0)
    session.expire_all()
    assert [source.code for source in activity.sources] == ["T2.A1", "T4.A1"]
    assert indicator.planned[1] == {
        "comparator": "exactly",
        "value": 2,
        "unit": "video",
        "per": "project",
        "proof": "screenshot",
    }
    assert (project.tasks[0].title.ru, project.region.ru) == ("Знакомство", "Мангистау")


def test_entries_move_among_their_siblings_and_keep_their_codes(
    organizer: Visitor, session: Session, project: Project
) -> None:
    activity = project.tasks[0].activities[1]
    token = organizer.get(f"/desk/plan/activities/{activity.id}").read_form()[1]["csrf_token"]
    organizer.post(f"/desk/plan/activities/{activity.id}/move", {"csrf_token": token, "up": "1"})
    session.expire_all()
    assert [sibling.code for sibling in project.tasks[0].activities] == ["T1.A2", "T1.A1"]
    organizer.post(f"/desk/plan/activities/{activity.id}/move", {"csrf_token": token, "down": "1"})
    organizer.post(f"/desk/plan/activities/{activity.id}/move", {"csrf_token": token, "down": "1"})
    session.expire_all()
    assert [sibling.code for sibling in project.tasks[0].activities] == ["T1.A1", "T1.A2"]


def test_only_what_nothing_refers_to_is_deleted(
    organizer: Visitor, session: Session, project: Project, seminar: Seminar
) -> None:
    held, linked = seminar.activity, project.tasks[2].activities[1]
    unused = project.tasks[5].activities[0].indicators[0]
    token = organizer.get(f"/desk/plan/activities/{held.id}").read_form()[1]["csrf_token"]
    for result in project.expected_results:
        result.linked = [code for code in result.linked if code != held.code]
    for kind, item in (("activities", held), ("tasks", held.task), ("activities", linked), ("indicators", unused)):
        organizer.post(f"/desk/plan/{kind}/{item.id}/delete", {"csrf_token": token})
    codes = set(session.scalars(select(Activity.code)))
    assert {held.code, linked.code} <= codes
    assert session.scalar(select(Indicator.id).where(Indicator.code == "T6.A1.I1")) is None
    result = project.expected_results[0]
    organizer.post(f"/desk/plan/results/{result.id}/delete", {"csrf_token": token})
    assert session.scalar(select(ExpectedResult.id).where(ExpectedResult.code == "ER1")) is None
    organizer.post("/desk/plan/nothing/1/delete", {"csrf_token": token}, status=404)


def test_a_project_is_deleted_only_as_long_as_nothing_was_made_with_it(
    organizer: Visitor, session: Session, seminar: Seminar
) -> None:
    own = create_own_project(organizer, session)
    for project_id in (own.id, seminar.project.id):
        token = organizer.get(f"/desk/plan/projects/{project_id}").read_form()[1]["csrf_token"]
        organizer.post(f"/desk/plan/projects/{project_id}/delete", {"csrf_token": token})
    assert list(session.scalars(select(Project.id))) == [seminar.project.id]


def test_a_change_by_somebody_else_is_shown_before_it_is_overwritten(
    organizer: Visitor, session: Session, project: Project
) -> None:
    address = f"/desk/plan/tasks/{project.tasks[0].id}"
    fields = organizer.get(address).read_form(0)[1]
    organizer.submit(address, {"title-ru": "Первый"}, form=0)
    page = organizer.post(address, {**fields, "title-ru": "Второй"}, status=409)
    assert "Первый" in page.words
    session.expire_all()
    assert project.tasks[0].title.ru == "Первый"
