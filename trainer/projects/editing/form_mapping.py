"""From stored entries of a plan to the data of their forms, and back."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from trainer.projects.editing.changes import find_free_project_code
from trainer.projects.editing.forms import ActivityForm, ExpectedResultForm, IndicatorForm, ProjectFactsForm, TaskForm
from trainer.projects.models import Activity, ExpectedResult, Indicator, Project, Task
from trainer.projects.plan import build_project_code

PROJECT_TEXTS = ("title", "grantee", "grant_giver", "goal", "region")


def build_project_data(project: Project) -> dict[str, Any]:
    """Return the form data of a project."""
    texts = {name: getattr(project, name).to_mapping() for name in PROJECT_TEXTS}
    return {**texts, "start": project.start, "end": project.end, "timezone": project.timezone}


def create_project_from_form(session: Session, form: ProjectFactsForm, serial_prefix: str) -> Project:
    """Create a project with an empty plan, flush it and return it."""
    code = build_project_code(form.title.value, form.start.data)
    project = Project(code=find_free_project_code(session, code), serial_prefix=serial_prefix)
    update_project_facts(project, form)
    session.add(project)
    session.flush()
    return project


def update_project_facts(project: Project, form: ProjectFactsForm) -> None:
    """Set what the form says of a project."""
    for name in PROJECT_TEXTS:
        setattr(project, name, form[name].value)
    project.start, project.end, project.timezone = form.start.data, form.end.data, form.timezone.data


def build_task_data(task: Task) -> dict[str, Any]:
    """Return the form data of a task."""
    return {"section": task.section, "title": task.title.to_mapping()}


def update_task(task: Task, form: TaskForm) -> None:
    """Set what the form says of a task; its kind stays with its code."""
    task.title = form.title.value


def build_activity_data(activity: Activity) -> dict[str, Any]:
    """Return the form data of an activity."""
    return {
        "title": activity.title.to_mapping(),
        "venue": activity.venue.to_mapping(),
        "start": activity.start,
        "end": activity.end,
        "event_type": activity.event_type,
        "event_count": activity.event_count,
        "audience": activity.audience,
        "sources": [source.code for source in activity.chosen_sources],
    }


def update_activity(activity: Activity, form: ActivityForm) -> None:
    """Set what the form says of an activity."""
    activity.title, activity.venue = form.title.value, form.venue.value
    activity.start, activity.end = form.start.data, form.end.data
    activity.event_type, activity.audience = form.event_type.data, form.audience.data
    activity.event_count = form.event_count.data
    by_code = {source.code: source for source in activity.task.project.activities}
    activity.chosen_sources = [by_code[code] for code in form.sources.data]


def build_indicator_data(indicator: Indicator) -> dict[str, Any]:
    """Return the form data of an indicator."""
    return {
        "name": indicator.name.to_mapping(),
        "planned_text": indicator.planned_text.to_mapping(),
        "kind": indicator.kind,
        "evidence": indicator.evidence,
        "targets": build_target_rows(indicator.planned),
    }


def build_target_rows(targets: list[dict[str, Any]]) -> list[Mapping[str, Any]]:
    """Return the rows of the form for targets."""
    names = ("comparator", "value", "unit", "per")
    return [{name: target[name] for name in names if name in target} for target in targets]


def update_indicator(indicator: Indicator, form: IndicatorForm) -> None:
    """Set what the form says of an indicator."""
    indicator.name, indicator.planned_text = form.name.value, form.planned_text.value
    indicator.kind, indicator.evidence = form.kind.data, form.evidence.data
    indicator.planned = form.list_targets(indicator.planned or [])


def build_result_data(result: ExpectedResult) -> dict[str, Any]:
    """Return the form data of an expected result."""
    return {"text": result.text.to_mapping(), "linked": result.linked}


def update_expected_result(result: ExpectedResult, form: ExpectedResultForm) -> None:
    """Set what the form says of an expected result."""
    result.text, result.linked = form.text.value, list(form.linked.data)
