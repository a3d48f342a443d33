"""Pages of projects: the plan, its upload, and the data of the organisation."""

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from trainer import audit
from trainer.accounts.access import create_desk_blueprint
from trainer.accounts.memberships import add_membership
from trainer.accounts.models import ProjectRole, User
from trainer.accounts.permissions import READERS
from trainer.clock import now
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.projects.forms import PlanForm, ProjectForm
from trainer.projects.models import Project
from trainer.projects.ownership import list_projects_of_user
from trainer.projects.plan import PlanAlreadyImported, PlanInvalid, import_plan, read_plan
from trainer.settings import get_settings
from trainer.storage import Storage

desk = create_desk_blueprint("projects", __name__)


@desk.get("/plan")
def view_plan() -> ResponseReturnValue:
    """Show all tasks, activities and indicators of the plans that the signed-in user may read."""
    projects = list_projects_of_user(db.session(), current_user, READERS)
    return render_template("projects/plan.html", projects=projects, form=PlanForm())


@desk.post("/plan")
def submit_plan() -> ResponseReturnValue:
    """Import an uploaded plan, or show all its problems."""
    form = PlanForm()
    problems: list[str] = []
    if form.validate_on_submit():
        try:
            project = import_plan(db.session(), read_plan(form.plan.data.read()))
            add_membership(
                db.session(), db.session.get_one(User, current_user.id), project.id, ProjectRole.OWNER, now()
            )
            audit.record(db.session(), "imported", project)
            db.session.commit()
            flash(_("The plan has been uploaded. Check the organisation details."), "success")
            return redirect(url_for("projects.edit_project", project_id=project.id), 303)
        except PlanInvalid as invalid:
            problems = invalid.problems
            form.plan.errors = [_("The plan can’t be accepted as it is")]
        except PlanAlreadyImported:
            form.plan.errors = [_("This plan has already been uploaded.")]
    projects = list_projects_of_user(db.session(), current_user, READERS)
    return render_template("projects/plan.html", projects=projects, form=form, problems=problems), 422


def open_logo_storage() -> Storage:
    """Return the storage that holds the logos."""
    return Storage.from_settings(get_settings())


@desk.get("/project/<int:project_id>/logo")
def view_project_logo(project_id: int) -> ResponseReturnValue:
    """Return the organisation's logo."""
    project = db.session.get(Project, project_id)
    if project is None or not project.logo_sha256:
        abort(404)
    content = open_logo_storage().load_content(project.logo_sha256)
    kind = "image/png" if content.startswith(b"\x89PNG") else "image/jpeg"
    return Response(content, mimetype=kind)


@desk.route("/project/<int:project_id>", methods=["GET", "POST"])
def edit_project(project_id: int) -> ResponseReturnValue:
    """Show and update the data of the organisation."""
    project = db.session.get(Project, project_id) or abort(404)
    form = ProjectForm(obj=project)
    form.is_example, form.project_end = project.is_example, project.end
    if form.validate_on_submit():
        project.grantee = form.grantee.value
        project.business_number = form.business_number.data or ""
        project.contact_phone = form.contact_phone.data or ""
        project.contact_email = form.contact_email.data or ""
        project.serial_prefix = form.serial_prefix.data
        project.report_accepted_on = form.report_accepted_on.data
        if form.prepared_logo:
            project.logo_sha256 = open_logo_storage().store_content(form.prepared_logo)
        elif form.no_logo.data:
            project.logo_sha256 = ""
        db.session.commit()
        flash(_("Saved."), "success")
        return redirect(url_for("projects.view_plan"), 303)
    return render_template("projects/edit.html", project=project, form=form), 422 if form.errors else 200
