"""Pages of projects: the data of the organisation."""

from flask import Response, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from trainer.accounts.access import create_desk_blueprint
from trainer.accounts.change_authors import follow_author
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.projects.forms import ProjectForm, build_project_form_data
from trainer.projects.models import Project
from trainer.settings import get_settings
from trainer.storage import Storage, StorageError
from trainer.web.editing.conflicts import lock_for_edit
from trainer.web.errors import explain_storage_failure

desk = create_desk_blueprint("projects", __name__)


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
    form.track_changes(build_project_form_data(project), follow_author(db.session(), project))
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
        return redirect(url_for("monitoring.view_plan", project=project.id), 303)
    return render_template("projects/edit.html", project=project, form=form), form.status_code
