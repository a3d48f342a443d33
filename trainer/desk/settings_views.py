"""The settings of the organizer: what exists and what is missing. Also the choice of the current project."""

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from trainer.accounts.access import create_desk_blueprint, use_role_in_project
from trainer.attendance.tablet.devices import list_devices
from trainer.extensions import db
from trainer.projects.current_project import choose_project, list_own_projects, pick_current_project
from trainer.seminars.scopes import build_seminar_condition
from trainer.settings import get_settings

blueprint = create_desk_blueprint("desk_settings", __name__)


@blueprint.get("/settings")
def view_settings() -> ResponseReturnValue:
    """Show the groups of settings with what is missing in each."""
    session, settings = db.session(), get_settings()
    project = pick_current_project(list_own_projects(session))
    use_role_in_project(project.id if project else None)
    return render_template(
        "desk/settings.html",
        project=project,
        paired_count=sum(
            device.paired_at is not None for device in list_devices(session, build_seminar_condition(current_user))
        ),
        settings=settings,
    )


@blueprint.post("/project")
def submit_project_choice() -> ResponseReturnValue:
    """Make a project the current one and show its seminars."""
    number = request.form.get("project", 0, type=int)
    chosen = next((project for project in list_own_projects(db.session()) if project.id == number), None)
    choose_project(chosen or abort(404))
    return redirect(url_for("desk_seminars.view_seminars"), 303)
