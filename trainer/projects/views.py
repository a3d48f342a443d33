"""Pages of projects: the plan, and the data of the organisation."""

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from trainer.accounts.access import create_desk_blueprint, use_role_in_project
from trainer.accounts.permissions import READERS
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.projects.current_project import choose_project, pick_current_project
from trainer.projects.forms import ProjectForm, build_project_form_data
from trainer.projects.importing.drafts import find_import_record, list_open_drafts
from trainer.projects.models import Project
from trainer.projects.ownership import list_projects_of_user
from trainer.projects.plan import load_whole_plan
from trainer.projects.wording import EVENT_TYPE_NAMES, format_planned_value
from trainer.settings import get_settings
from trainer.storage import Storage, StorageError
from trainer.web.editing.conflicts import lock_for_edit
from trainer.web.errors import explain_storage_failure

desk = create_desk_blueprint("projects", __name__)


@desk.get("/plan")
def view_plan() -> ResponseReturnValue:
    """Show the plan of the current project, or of the one asked for, which becomes the current one; and drafts of plans."""
    projects = list_projects_of_user(db.session(), current_user, READERS)
    asked_id = request.args.get("project", 0, type=int)
    for asked in projects:
        if asked.id == asked_id:
            choose_project(asked)
    project = pick_current_project(projects)
    use_role_in_project(project.id if project else None)
    if project is not None:
        load_whole_plan(db.session(), project)
    return render_template(
        "projects/plan.html",
        project=project,
        drafts=list_open_drafts(db.session(), current_user),
        record=find_import_record(db.session(), project) if project else None,
        event_types=EVENT_TYPE_NAMES,
        format_planned_value=format_planned_value,
    )


def open_logo_storage() -> Storage:
    """Return the storage that holds the logos."""
    return Storage.from_settings(get_settings())


def store_chosen_logo(form: ProjectForm) -> bool:
    """Store the logo that was chosen, if any; return False, with a sentence beside the field, if that fails."""
    try:
        form.stored_logo = open_logo_storage().store_content(form.prepared_logo) if form.prepared_logo else ""
    except StorageError as error:
        form.logo.errors = [explain_storage_failure(error)]
        return False
    return True


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
    lock_for_edit(db.session(), project)
    form = ProjectForm(obj=project)
    form.track_changes(build_project_form_data(project))
    form.is_example, form.project_end = project.is_example, project.end
    if form.validate_on_submit() and store_chosen_logo(form):
        project.grantee = form.grantee.value
        project.business_number = form.business_number.data or ""
        project.contact_phone = form.contact_phone.data or ""
        project.contact_email = form.contact_email.data or ""
        project.serial_prefix = form.serial_prefix.data
        project.report_accepted_on = form.report_accepted_on.data
        if form.prepared_logo:
            project.logo_sha256 = form.stored_logo
        elif form.no_logo.data:
            project.logo_sha256 = ""
        db.session.commit()
        flash(_("Saved."), "success")
        return redirect(url_for("projects.view_plan", project=project.id), 303)
    return render_template("projects/edit.html", project=project, form=form), form.status_code
