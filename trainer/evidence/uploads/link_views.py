"""The page of an upload link, for somebody without an account, and its addresses of the tus protocol. Nothing can be read by it."""

import uuid

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from trainer.clock import now
from trainer.evidence.items import FileSource
from trainer.evidence.models import Upload, UploadLink
from trainer.evidence.uploads import links, tus
from trainer.evidence.uploads.form import FormUpload, add_form_files
from trainer.evidence.uploads.receiving import MAX_PART_BYTES
from trainer.extensions import csrf, db, limiter
from trainer.settings import get_settings
from trainer.storage import Storage

blueprint = Blueprint("evidence_upload_links", __name__)

MAX_FORM_BYTES = 256 * 1024**2
SIZE_LIMITS = {
    "evidence_upload_links.submit_linked_part": MAX_PART_BYTES,
    "evidence_upload_links.submit_linked_form": MAX_FORM_BYTES,
}
NEW_FILES_LIMIT = "600 per 10 minutes"


@blueprint.url_value_preprocessor
def allow_large_requests(endpoint: str | None, _values: object) -> None:
    """Raise the size limit of a request that brings files, before anything reads it."""
    if endpoint in SIZE_LIMITS:
        request.max_content_length = SIZE_LIMITS[endpoint]


def get_link(token: str) -> UploadLink:
    """Return the link of the address; abort with 404 if it can't be used."""
    try:
        return links.get_upload_link(db.session(), token, now())
    except links.UploadLinkInvalid:
        abort(404)


def build_link_source(link: UploadLink) -> FileSource:
    """Return the source of files that come by a link."""
    return FileSource(link.activity.task.project_id, "", link.activity_id, None, link.id)


def get_linked_upload(link: UploadLink, upload_id: uuid.UUID) -> Upload:
    """Return an upload that came by a link; abort with 404 for any other."""
    upload = db.session.get(Upload, upload_id)
    if upload is None or upload.upload_link_id != link.id:
        abort(404)
    return upload


@blueprint.get("/u/<token>")
@limiter.limit("60 per minute")
def view_upload_link(token: str) -> ResponseReturnValue:
    """Show for which activity files can be uploaded, and until when."""
    try:
        link = links.get_upload_link(db.session(), token, now())
    except links.UploadLinkInvalid:
        return render_template("evidence/link_refused.html"), 404
    count = request.args.get("count", 0, type=int)
    return render_link_page(link, token, FormUpload(), count)


def render_link_page(link: UploadLink, token: str, result: FormUpload, count: int) -> str:
    """Return the page of a link, with what became of the files of its form."""
    project = link.activity.task.project
    return render_template(
        "evidence/link.html", link=link, token=token, project=project, errors=result.errors, count=count
    )


@blueprint.post("/u/<token>")
@limiter.limit("60 per minute")
def submit_linked_form(token: str) -> ResponseReturnValue:
    """Take the files of the form without JavaScript."""
    source, settings = build_link_source(get_link(token)), get_settings()
    db.session.commit()  # no transaction while files are stored
    result = add_form_files(
        db.session(), settings, Storage.from_settings(settings), request.files.getlist("files"), source, now()
    )
    if result.errors:
        return render_link_page(get_link(token), token, result, len(result.added)), 422
    return redirect(url_for(".view_upload_link", token=token, count=len(result.added)), 303)


@blueprint.route("/u/<token>/uploads", methods=["OPTIONS"])
@csrf.exempt  # type: ignore[untyped-decorator]
def view_linked_options(token: str) -> ResponseReturnValue:
    """Return what the server understands of the protocol."""
    return tus.answer_options()


@blueprint.post("/u/<token>/uploads")
@csrf.exempt  # type: ignore[untyped-decorator]  # whoever knows the address may upload, and nobody else
@limiter.limit(NEW_FILES_LIMIT)
def submit_linked_upload(token: str) -> ResponseReturnValue:
    """Create an upload, and return its address."""
    upload = tus.check_request() or tus.create(db.session(), build_link_source(get_link(token)), now())
    if isinstance(upload, Response):
        return upload
    db.session.commit()
    return tus.describe_created(upload, url_for(".view_linked_offset", token=token, upload_id=upload.id))


@blueprint.route("/u/<token>/uploads/<uuid:upload_id>", methods=["HEAD"])
def view_linked_offset(token: str, upload_id: uuid.UUID) -> ResponseReturnValue:
    """Return how much of an upload has arrived."""
    return tus.check_request() or tus.describe_offset(get_settings(), get_linked_upload(get_link(token), upload_id))


@blueprint.patch("/u/<token>/uploads/<uuid:upload_id>")
@csrf.exempt  # type: ignore[untyped-decorator]
def submit_linked_part(token: str, upload_id: uuid.UUID) -> ResponseReturnValue:
    """Append a part to an upload; the last one makes it an item."""
    settings, upload = get_settings(), get_linked_upload(get_link(token), upload_id)
    return tus.check_request() or tus.receive(db.session(), settings, Storage.from_settings(settings), upload, now())


@blueprint.delete("/u/<token>/uploads/<uuid:upload_id>")
@csrf.exempt  # type: ignore[untyped-decorator]
def submit_linked_end(token: str, upload_id: uuid.UUID) -> ResponseReturnValue:
    """End an upload that its owner gives up."""
    return tus.check_request() or tus.terminate(
        db.session(), get_settings(), get_linked_upload(get_link(token), upload_id)
    )
