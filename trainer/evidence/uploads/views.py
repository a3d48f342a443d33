"""Uploads of colleagues: the page with its form, and the addresses of the tus protocol."""

import uuid

from flask import Response, abort, flash, g, jsonify, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user
from flask_wtf.csrf import generate_csrf
from sqlalchemy import select

from trainer.accounts.access import create_desk_blueprint, use_role_in_project
from trainer.accounts.models import ProjectRole
from trainer.accounts.permissions import STAFF
from trainer.clock import now
from trainer.evidence.items import FileSource
from trainer.evidence.models import EvidenceItem, Upload
from trainer.evidence.uploads import tus
from trainer.evidence.uploads.form import FormUpload, add_form_files
from trainer.evidence.uploads.receiving import MAX_PART_BYTES
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.language.translate import ngettext
from trainer.projects.current_project import pick_current_project
from trainer.projects.models import Activity, Project, Task
from trainer.projects.ownership import list_projects_of_user
from trainer.settings import get_settings
from trainer.storage import Storage

blueprint = create_desk_blueprint("evidence_uploads", __name__)

MAX_FORM_BYTES = 1024**3 - 1  # what the server takes at most
LATEST_ITEMS = 20
SIZE_LIMITS = {
    "evidence_uploads.submit_upload_part": MAX_PART_BYTES,
    "evidence_uploads.submit_upload_form": MAX_FORM_BYTES,
}


@blueprint.url_value_preprocessor
def allow_large_requests(endpoint: str | None, _values: object) -> None:
    """Raise the size limit of a request that brings files, before anything reads it."""
    if endpoint in SIZE_LIMITS and current_user.is_authenticated:
        request.max_content_length = SIZE_LIMITS[endpoint]


@blueprint.get("/evidence/upload")
def view_upload_page() -> ResponseReturnValue:
    """Show where to upload files of the current project, and what the user uploaded last."""
    project = pick_current_project(list_upload_projects())
    use_role_in_project(project.id if project else None)
    return render_template("evidence/upload.html", project=project, items=list_own_items(project.id) if project else [])


def list_upload_projects() -> list[Project]:
    """Return the projects to which the user may upload files."""
    return list_projects_of_user(db.session(), current_user, STAFF)


def list_own_items(project_id: int) -> list[EvidenceItem]:
    """Return the files that the user uploaded last to a project, the latest first."""
    own = (EvidenceItem.project_id == project_id) & (EvidenceItem.uploaded_by_id == current_user.id)
    query = select(EvidenceItem).where(own, EvidenceItem.removed_at.is_(None)).order_by(EvidenceItem.id.desc())
    return list(db.session.scalars(query.limit(LATEST_ITEMS)))


@blueprint.get("/evidence/upload/token")
def view_upload_token() -> ResponseReturnValue:
    """Return a fresh CSRF token: the page may have been open since before the last sign-in."""
    return jsonify(token=generate_csrf())


def build_source(project_id: int, activity: str) -> FileSource:
    """Return the source of an upload; abort with 404 for an activity of another project, or that an assistant names."""
    activity_id = None
    if activity:
        query = select(Activity.id).join(Activity.task).where(Task.project_id == project_id)
        is_number = activity.isascii() and activity.isdigit() and len(activity) < 10
        may_choose = g.project_role != ProjectRole.ASSISTANT
        activity_id = db.session.scalar(query.where(Activity.id == int(activity))) if is_number and may_choose else None
        if activity_id is None:
            abort(404)
    return FileSource(project_id, "", activity_id, current_user.id)


def get_own_upload(upload_id: uuid.UUID) -> Upload:
    """Return an upload of the user; abort with 404 for one of somebody else."""
    upload = db.session.get(Upload, upload_id)
    if upload is None or upload.user_id != current_user.id:
        abort(404)
    return upload


@blueprint.route("/evidence/projects/<int:project_id>/uploads", methods=["OPTIONS"])
def view_upload_options(project_id: int) -> ResponseReturnValue:
    """Return what the server understands of the protocol."""
    return tus.answer_options()


@blueprint.post("/evidence/projects/<int:project_id>/uploads")
def submit_upload(project_id: int) -> ResponseReturnValue:
    """Create an upload, and return its address."""
    source = build_source(project_id, tus.read_metadata_value("activity"))
    upload = tus.check_request() or tus.create(db.session(), source, now())
    if isinstance(upload, Response):
        return upload
    db.session.commit()
    return tus.describe_created(upload, url_for(".view_upload_offset", upload_id=upload.id))


@blueprint.route("/evidence/uploads/<uuid:upload_id>", methods=["HEAD"])
def view_upload_offset(upload_id: uuid.UUID) -> ResponseReturnValue:
    """Return how much of an upload has arrived."""
    return tus.check_request() or tus.describe_offset(get_settings(), get_own_upload(upload_id))


@blueprint.patch("/evidence/uploads/<uuid:upload_id>")
def submit_upload_part(upload_id: uuid.UUID) -> ResponseReturnValue:
    """Append a part to an upload; the last one makes it an item."""
    settings = get_settings()
    return tus.check_request() or tus.receive(
        db.session(), settings, Storage.from_settings(settings), get_own_upload(upload_id), now()
    )


@blueprint.delete("/evidence/uploads/<uuid:upload_id>")
def submit_upload_end(upload_id: uuid.UUID) -> ResponseReturnValue:
    """End an upload that its owner gives up."""
    return tus.check_request() or tus.terminate(db.session(), get_settings(), get_own_upload(upload_id))


@blueprint.post("/evidence/projects/<int:project_id>/uploads/form")
def submit_upload_form(project_id: int) -> ResponseReturnValue:
    """Take the files of a form without JavaScript."""
    settings, source = get_settings(), build_source(project_id, request.form.get("activity", ""))
    db.session.commit()  # no transaction while files are stored
    result = add_form_files(
        db.session(), settings, Storage.from_settings(settings), request.files.getlist("files"), source, now()
    )
    flash_form_result(result)
    if source.activity_id:
        return redirect(url_for("evidence_desk.view_activity_evidence", activity_id=source.activity_id), 303)
    return redirect(url_for(".view_upload_page"), 303)


def flash_form_result(result: FormUpload) -> None:
    """Flash how many files were uploaded, which were there already, and why others were refused."""
    new_count = sum(not added.was_known for added in result.added)
    if new_count:
        flash(ngettext("%(num)d file uploaded.", "%(num)d files uploaded.", new_count), "success")
    known = [added.item.file_name for added in result.added if added.was_known]
    if known:
        flash(_("Already there, not doubled: %(names)s", names=", ".join(known[:20])), "info")
    for sentence in result.errors:
        flash(sentence, "error")
    if not (result.added or result.errors):
        flash(_("Choose at least one file."), "error")
