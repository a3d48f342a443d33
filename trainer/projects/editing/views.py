"""Pages on which a project and the entries of its plan are created and changed."""

from collections.abc import Callable
from typing import Any

from flask import abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user
from wtforms.fields.choices import SelectChoice

from trainer.accounts.access import create_desk_blueprint
from trainer.accounts.change_authors import follow_author
from trainer.accounts.memberships import add_membership
from trainer.accounts.models import ProjectRole, User
from trainer.audit import record
from trainer.clock import now
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.language.translated import Translated
from trainer.projects.editing import form_mapping as mapping
from trainer.projects.editing.changes import (
    PlanItem,
    add_activity,
    add_expected_result,
    add_impact_figure,
    add_indicator,
    add_task,
    get_item_project,
)
from trainer.projects.editing.forms import (
    ActivityForm,
    ExpectedResultForm,
    IndicatorForm,
    PlanItemForm,
    ProjectFactsForm,
    TaskForm,
)
from trainer.projects.models import Activity, ExpectedResult, Indicator, Project, Task
from trainer.projects.plan import DEFAULT_SERIAL_PREFIX, load_whole_plan
from trainer.projects.wording import format_code_and_title
from trainer.web.actions import commit_or_explain
from trainer.web.editing.conflicts import lock_for_edit
from trainer.web.editing.creation import create_once

desk = create_desk_blueprint("projects_editing", __name__)


def redirect_to_plan(project: Project, anchor: str = "") -> ResponseReturnValue:
    """Redirect to a project's plan, at an entry of it."""
    return redirect(build_plan_address(project, anchor), 303)


def build_plan_address(project: Project, anchor: str = "") -> str:
    """Return the address of a project's plan, at an entry of it."""
    return url_for("monitoring.view_plan", project=project.id, _anchor=anchor or None)


def save_or_render(
    form: PlanItemForm, template: str, project: Project | None, save: Callable[[], PlanItem | Project], **values: Any
) -> ResponseReturnValue:
    """Save a valid form by calling `save`, once for each nonce, and redirect to the plan; otherwise render it."""
    if form.validate_on_submit():
        with commit_or_explain({}, success=_("Saved.")):
            address = create_once(db.session(), lambda: save_entry(save), now())
        return redirect(address, 303)
    page = render_template(f"projects/editing/{template}.html", form=form, project=project, **values)
    return page, form.status_code


def save_entry(save: Callable[[], PlanItem | Project]) -> str:
    """Save an entry and return its address in the plan."""
    with db.session.no_autoflush:  # a new entry is incomplete until its form has been read
        saved = save()
    db.session.flush()
    if isinstance(saved, Project):
        return build_plan_address(saved)
    return build_plan_address(get_item_project(saved), saved.code)


@desk.route("/plan/projects/new", methods=["GET", "POST"])
def add_project() -> ResponseReturnValue:
    """Show the form for a project without a plan, and create it."""
    form = ProjectFactsForm()
    form.set_zone("")
    return save_or_render(
        form,
        "project",
        None,
        lambda: create_own_project(form),
    )


def create_own_project(form: ProjectFactsForm) -> Project:
    """Create the project of a form; the signed-in user owns it."""
    project = mapping.create_project_from_form(db.session(), form, DEFAULT_SERIAL_PREFIX)
    add_membership(db.session(), db.session.get_one(User, current_user.id), project.id, ProjectRole.OWNER, now())
    return project


@desk.route("/plan/projects/<int:project_id>", methods=["GET", "POST"])
def edit_project_facts(project_id: int) -> ResponseReturnValue:
    """Show and save what the plan says of its project."""
    project = db.session.get(Project, project_id) or abort(404)
    lock_for_edit(db.session(), project)
    form = ProjectFactsForm(data=mapping.build_project_data(project))
    form.set_zone(project.timezone)
    form.track_changes(mapping.build_project_data(project), follow_author(db.session(), project))

    def save() -> Project:
        mapping.update_project_facts(project, form)
        return project

    return save_or_render(form, "project", project, save)


@desk.route("/plan/projects/<int:project_id>/tasks/new", methods=["GET", "POST"])
def add_plan_task(project_id: int) -> ResponseReturnValue:
    """Show the form for a new task, and add it."""
    project = db.session.get(Project, project_id) or abort(404)
    form = TaskForm()

    def save() -> Task:
        task = add_task(project, form.section.data)
        mapping.update_task(task, form)
        return task

    return save_or_render(form, "task", project, save, task=None)


@desk.route("/plan/tasks/<int:task_id>", methods=["GET", "POST"])
def edit_task(task_id: int) -> ResponseReturnValue:
    """Show and save a task."""
    task = db.session.get(Task, task_id) or abort(404)
    lock_for_edit(db.session(), task)
    form = TaskForm(data=mapping.build_task_data(task))
    form.track_changes(mapping.build_task_data(task), follow_author(db.session(), task))

    def save() -> Task:
        mapping.update_task(task, form)
        return task

    return save_or_render(form, "task", task.project, save, task=task)


def set_source_choices(form: ActivityForm, project: Project, activity: Activity | None) -> None:
    """Offer the activities of the project as sources, and those words that the activity has."""
    load_whole_plan(db.session(), project)
    form.set_word_choices(activity.event_type if activity else "", activity.audience if activity else "")
    form.sources.choices = [
        SelectChoice(source.code, format_code_and_title(source.code, source.title)) for source in project.activities
    ]


@desk.route("/plan/tasks/<int:task_id>/activities/new", methods=["GET", "POST"])
def add_plan_activity(task_id: int) -> ResponseReturnValue:
    """Show the form for a new activity of a task, and add it."""
    task = db.session.get(Task, task_id) or abort(404)
    form = ActivityForm(data={"start": task.project.start, "end": task.project.end, "sources": []})
    set_source_choices(form, task.project, None)

    def save() -> Activity:
        activity = add_activity(task)
        mapping.update_activity(activity, form)
        return activity

    return save_or_render(form, "activity", task.project, save, activity=None, task=task)


@desk.route("/plan/activities/<int:activity_id>", methods=["GET", "POST"])
def edit_activity(activity_id: int) -> ResponseReturnValue:
    """Show and save an activity."""
    activity = db.session.get(Activity, activity_id) or abort(404)
    lock_for_edit(db.session(), activity)
    data = mapping.build_activity_data(activity)
    form = ActivityForm(data=data)
    set_source_choices(form, activity.task.project, activity)
    form.track_changes(data, follow_author(db.session(), activity))

    def save() -> Activity:
        mapping.update_activity(activity, form)
        record(db.session(), "changed", activity, {"sources": data["sources"]}, {"sources": list(form.sources.data)})
        return activity

    return save_or_render(form, "activity", activity.task.project, save, activity=activity, task=activity.task)


@desk.route("/plan/activities/<int:activity_id>/indicators/new", methods=["GET", "POST"])
def add_plan_indicator(activity_id: int) -> ResponseReturnValue:
    """Show the form for a new indicator of an activity, and add it."""
    activity = db.session.get(Activity, activity_id) or abort(404)
    return save_new_indicator(activity.task.project, activity, lambda: add_indicator(activity))


@desk.route("/plan/projects/<int:project_id>/impact/new", methods=["GET", "POST"])
def add_plan_impact(project_id: int) -> ResponseReturnValue:
    """Show the form for a new figure of the social impact, and add it."""
    project = db.session.get(Project, project_id) or abort(404)
    return save_new_indicator(project, None, lambda: add_impact_figure(project))


def save_new_indicator(
    project: Project, activity: Activity | None, add: Callable[[], Indicator]
) -> ResponseReturnValue:
    """Show the form for a new indicator, and add it."""
    form = IndicatorForm()
    form.add_empty_target()
    form.set_word_choices("")

    def save() -> Indicator:
        indicator = add()
        mapping.update_indicator(indicator, form)
        return indicator

    return save_or_render(form, "indicator", project, save, indicator=None, activity=activity)


@desk.route("/plan/indicators/<int:indicator_id>/edit", methods=["GET", "POST"])
def edit_indicator(indicator_id: int) -> ResponseReturnValue:
    """Show and save an indicator."""
    indicator = db.session.get(Indicator, indicator_id) or abort(404)
    lock_for_edit(db.session(), indicator)
    data = mapping.build_indicator_data(indicator)
    form = IndicatorForm(data=data)
    form.set_word_choices(indicator.kind)
    form.track_changes(data, follow_author(db.session(), indicator))
    if not form.is_submitted():
        form.add_empty_target()
    form.set_word_choices(indicator.kind)

    def save() -> Indicator:
        mapping.update_indicator(indicator, form)
        return indicator

    project = get_item_project(indicator)
    return save_or_render(form, "indicator", project, save, indicator=indicator, activity=indicator.activity)


def set_link_choices(form: ExpectedResultForm, project: Project, kept: list[str]) -> None:
    """Offer the activities and indicators of the project, and links that lead nowhere any more."""
    load_whole_plan(db.session(), project)
    names: dict[str, Translated] = {}
    for activity in project.activities:
        names[activity.code] = activity.title
        names |= {indicator.code: indicator.name for indicator in activity.indicators}
    names |= {code: Translated() for code in kept if code not in names}
    form.linked.choices = [SelectChoice(code, format_code_and_title(code, name)) for code, name in names.items()]


@desk.route("/plan/projects/<int:project_id>/results/new", methods=["GET", "POST"])
def add_plan_result(project_id: int) -> ResponseReturnValue:
    """Show the form for a new expected result, and add it."""
    project = db.session.get(Project, project_id) or abort(404)
    form = ExpectedResultForm()
    set_link_choices(form, project, [])

    def save() -> ExpectedResult:
        result = add_expected_result(project)
        mapping.update_expected_result(result, form)
        return result

    return save_or_render(form, "result", project, save, result=None)


@desk.route("/plan/results/<int:result_id>", methods=["GET", "POST"])
def edit_expected_result(result_id: int) -> ResponseReturnValue:
    """Show and save an expected result."""
    result = db.session.get(ExpectedResult, result_id) or abort(404)
    lock_for_edit(db.session(), result)
    data = mapping.build_result_data(result)
    form = ExpectedResultForm(data=data)
    set_link_choices(form, result.project, result.linked)
    form.track_changes(data, follow_author(db.session(), result))

    def save() -> ExpectedResult:
        mapping.update_expected_result(result, form)
        return result

    return save_or_render(form, "result", result.project, save, result=result)
