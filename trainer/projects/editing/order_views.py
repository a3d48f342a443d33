"""Actions on entries of a plan: moving them among their siblings, and deleting them."""

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue

from trainer.accounts.access import create_desk_blueprint
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.projects.editing.changes import (
    PlanItem,
    PlanItemInUse,
    delete_empty_project,
    delete_plan_item,
    get_item_project,
    list_plan_siblings,
    move_item,
)
from trainer.projects.editing.views import redirect_to_plan
from trainer.projects.models import Activity, ExpectedResult, Indicator, Project, Task
from trainer.web.actions import commit_or_explain

desk = create_desk_blueprint("projects_order", __name__)
ITEM_KINDS: dict[str, type[PlanItem]] = {
    "tasks": Task,
    "activities": Activity,
    "indicators": Indicator,
    "results": ExpectedResult,
}


def get_item_or_404(kind: str, item_id: int) -> PlanItem:
    """Return an entry of a plan by the word for its kind in addresses. Raises NotFound."""
    model = ITEM_KINDS.get(kind) or abort(404)
    item: PlanItem = db.session.get(model, item_id) or abort(404)
    return item


@desk.post("/plan/<kind>/<int:item_id>/move")
def submit_move(kind: str, item_id: int) -> ResponseReturnValue:
    """Move an entry up or down."""
    item = get_item_or_404(kind, item_id)
    move_item(list_plan_siblings(item), item, -1 if "up" in request.form else 1)
    db.session.commit()
    return redirect_to_plan(get_item_project(item), item.code)


@desk.post("/plan/<kind>/<int:item_id>/delete")
def submit_deletion(kind: str, item_id: int) -> ResponseReturnValue:
    """Delete an entry, or explain what refers to it."""
    item = get_item_or_404(kind, item_id)
    project, code = get_item_project(item), item.code
    with commit_or_explain({PlanItemInUse: ""}, success=_("%(code)s was deleted.", code=code)) as outcome:
        delete_plan_item(db.session(), item)
    if outcome.refusal:
        flash(explain_reference(code, outcome.refusal), "error")
    return redirect_to_plan(project, "" if outcome.is_committed else code)


def explain_reference(code: str, refusal: Exception) -> str:
    """Return why an entry can't be deleted."""
    if refusal.args:
        return _("%(code)s can’t be deleted: %(codes)s refer to it.", code=code, codes=", ".join(refusal.args))
    return _("%(code)s can’t be deleted: seminars or documents belong to it.", code=code)


@desk.post("/plan/projects/<int:project_id>/delete")
def submit_project_deletion(project_id: int) -> ResponseReturnValue:
    """Delete a project with which nothing has been made yet."""
    project = db.session.get(Project, project_id) or abort(404)
    sentences = {PlanItemInUse: _("This project can’t be deleted: seminars or documents belong to it.")}
    with commit_or_explain(sentences, success=_("The project was deleted.")) as outcome:
        delete_empty_project(db.session(), project)
    return redirect(url_for("monitoring.view_plan", project=None if outcome.is_committed else project_id), 303)
