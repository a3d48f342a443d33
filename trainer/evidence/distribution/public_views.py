"""The page of a document that everybody may download, and its file."""

from flask import Blueprint, Response, abort, render_template, request
from flask.typing import ResponseReturnValue

from trainer.clock import now
from trainer.documents.files import send_stored_file
from trainer.evidence.distribution.models import SharedDocument
from trainer.evidence.distribution.shared_documents import DocumentNotShared, count_download, get_shared_document
from trainer.evidence.wording import EVIDENCE_KIND_NAMES, format_file_size
from trainer.extensions import db, limiter
from trainer.settings import get_settings
from trainer.storage import Storage

blueprint = Blueprint("evidence_documents", __name__)


def open_document(slug: str) -> SharedDocument:
    """Return the document of an address; abort with 404 if nothing may be downloaded there."""
    try:
        return get_shared_document(db.session(), slug)
    except DocumentNotShared:
        abort(404)


@blueprint.get("/d/<slug>")
@limiter.limit("600 per minute")
def view_document(slug: str) -> ResponseReturnValue:
    """Show what can be downloaded, so that a preview of the address in a messenger is not a download."""
    document = open_document(slug)
    return render_template(
        "evidence/distribution/document.html",
        document=document,
        item=document.item,
        project=document.item.project,
        kind_names=EVIDENCE_KIND_NAMES,
        format_file_size=format_file_size,
    )


@blueprint.get("/d/<slug>/file")
@limiter.limit("600 per minute")
def download_document(slug: str) -> ResponseReturnValue:
    """Send a document as a download, and count it."""
    document = open_document(slug)
    item, document_id, day = document.item, document.id, now().astimezone(document.item.project.zone).date()
    sha256 = item.cleaned_sha256 or item.sha256
    response = send_stored_file(Storage.from_settings(get_settings()), sha256, item.file_name, item.media_type)
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    response.headers["X-Robots-Tag"] = "noindex"
    if is_download(response):
        db.session.rollback()  # so that the first statement of the transaction writes: SQLite locks before it reads
        count_download(db.session(), document_id, day)
        db.session.commit()
    return response


def is_download(response: Response) -> bool:
    """Return whether an answer holds the first byte of a file."""
    part = response.content_range
    is_first = response.status_code == 200 or (response.status_code == 206 and not part.start)
    return request.method == "GET" and is_first
