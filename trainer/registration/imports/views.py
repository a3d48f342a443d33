"""First step of the import: the upload of a file, and the lists that are not finished."""

from typing import NoReturn

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from trainer.accounts.access import create_desk_blueprint
from trainer.clock import now
from trainer.documents.files import send_document
from trainer.documents.upload_limits import TableUnreadable
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.registration.desk.forms import ListUploadForm
from trainer.registration.desk.wording import UNREADABLE_TABLE_MESSAGES
from trainer.registration.imports.models import UploadedList
from trainer.registration.imports.uploads import (
    build_uploaded_list,
    find_uploaded_list,
    list_open_uploads,
    read_uploaded_sheets,
)
from trainer.registration.imports.xlsx import render_import_template
from trainer.seminars.models import Seminar
from trainer.seminars.views import get_seminar_or_404
from trainer.sqlite_transactions import read_only
from trainer.web.text import clean_plain_line

desk = create_desk_blueprint("registration_imports", __name__)
MAX_FILE_NAME_LENGTH = 120


@desk.get("/seminars/<int:seminar_id>/import")
def view_import(seminar_id: int) -> ResponseReturnValue:
    """Render the upload form."""
    return render_upload_page(get_seminar_or_404(seminar_id), ListUploadForm())


@desk.post("/seminars/<int:seminar_id>/import")
def submit_import_file(seminar_id: int) -> ResponseReturnValue:
    """Store the tables of an uploaded file and go on to its columns; while it is read, nobody waits."""
    seminar, form = get_seminar_or_404(seminar_id), ListUploadForm()
    if not form.validate():
        return render_upload_page(seminar, form, 422)
    file_name = clean_plain_line(form.file.data.filename or "")[-MAX_FILE_NAME_LENGTH:]
    try:
        with read_only(db.session()):
            sheets = read_uploaded_sheets(form.file.data.read())
            uploaded = build_uploaded_list(db.session(), seminar, sheets, file_name, now())
    except TableUnreadable as error:
        form.file.errors = [str(UNREADABLE_TABLE_MESSAGES[error.reason])]
        return render_upload_page(seminar, form, 422)
    db.session.add(uploaded)
    db.session.commit()
    return redirect(
        url_for("registration_import_columns.view_columns", seminar_id=seminar_id, list_id=uploaded.id), 303
    )


@desk.post("/seminars/<int:seminar_id>/import/<int:list_id>/removal")
def submit_import_removal(seminar_id: int, list_id: int) -> ResponseReturnValue:
    """Delete an uploaded list."""
    seminar = get_seminar_or_404(seminar_id)
    db.session.delete(get_uploaded_list(seminar, list_id))
    db.session.commit()
    flash(_("The uploaded file has been deleted."), "success")
    return redirect(url_for(".view_import", seminar_id=seminar.id), 303)


@desk.get("/seminars/<int:seminar_id>/import/template.xlsx")
def download_import_template(seminar_id: int) -> ResponseReturnValue:
    """Send an empty list with all the columns that are read, in the language of the page."""
    get_seminar_or_404(seminar_id)
    return send_document(render_import_template(), _("List of participants"), "xlsx")


def get_uploaded_list(seminar: Seminar, list_id: int) -> UploadedList:
    """Return a list of a seminar; if it is not stored any more, answer with a redirect to the upload that says so."""
    return find_uploaded_list(db.session(), seminar, list_id) or abort_for_missing_list(seminar)


def abort_for_missing_list(seminar: Seminar) -> NoReturn:
    """Answer the request with a redirect to the upload."""
    flash(_("This list has been imported or deleted. If you need it, choose the file again."), "warn")
    abort(redirect(url_for("registration_imports.view_import", seminar_id=seminar.id), 303))


def render_upload_page(seminar: Seminar, form: ListUploadForm, status: int = 200) -> ResponseReturnValue:
    """Render the upload form with the lists that are not finished."""
    page = render_template(
        "registration/imports/upload.html",
        seminar=seminar,
        form=form,
        open_uploads=list_open_uploads(db.session(), seminar),
    )
    return page, status
