"""Third step of the import: the rows as they are understood, and the confirmation for all rows without errors or none of them.

The others are given back as a file with the reasons, so that they can be corrected and uploaded again.
"""

from collections import Counter

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from trainer.accounts.access import create_desk_blueprint
from trainer.clock import now
from trainer.documents.files import send_document
from trainer.documents.upload_limits import TableUnreadable
from trainer.extensions import db
from trainer.fingerprint import compute_fingerprint
from trainer.language import LANGUAGE_NAMES
from trainer.language.translate import gettext as _
from trainer.registration.desk.wording import STATUS_NAMES, UNREADABLE_TABLE_MESSAGES, get_seminar_full_message
from trainer.registration.imports.models import UploadedList
from trainer.registration.imports.preview import (
    ImportPreview,
    RowOutcome,
    check_rows,
    list_unimported_rows,
    preview_import,
)
from trainer.registration.imports.rows import ImportSheet, read_import_sheet
from trainer.registration.imports.uploads import (
    STORAGE_TIME,
    ListImported,
    finish_import,
    get_layout,
    load_rest_rows,
    load_sheets,
)
from trainer.registration.imports.views import get_uploaded_list
from trainer.registration.imports.wording import LEFT_OUT_NAMES, OUTCOME_NAMES, OUTCOME_TONES, list_rest_cells
from trainer.registration.imports.xlsx import render_import_rest
from trainer.registration.models import RegistrationStatus
from trainer.registration.seats.allocation import SeminarFull
from trainer.registration.seats.enrolment import EnrolmentResult, register_people
from trainer.seminars.models import Seminar
from trainer.seminars.views import get_seminar_or_404
from trainer.sqlite_transactions import read_only
from trainer.web.actions import commit_or_explain
from trainer.web.paging import paginate_rows, parse_page_number
from trainer.web.phones import format_phone

desk = create_desk_blueprint("registration_import_rows", __name__)


@desk.get("/seminars/<int:seminar_id>/import/<int:list_id>/rows")
def view_rows(seminar_id: int, list_id: int) -> ResponseReturnValue:
    """Render what would happen to each row; of a list that was imported, how many rows are left."""
    seminar = get_seminar_or_404(seminar_id)
    uploaded = get_uploaded_list(seminar, list_id)
    if uploaded.imported_at is not None:
        rest_rows = load_rest_rows(uploaded)[1]
        return render_template(
            "registration/imports/rest.html",
            seminar=seminar,
            uploaded=uploaded,
            count=len(rest_rows),
            storage_time=STORAGE_TIME,
        )
    return render_rows_page(seminar, uploaded, preview_import(db.session(), seminar, read_list(uploaded), now()))


@desk.post("/seminars/<int:seminar_id>/import/<int:list_id>/rows")
def submit_rows(seminar_id: int, list_id: int) -> ResponseReturnValue:
    """Register the people of a list whose rows have no errors: all of them, or nobody. Nobody waits while they are checked."""
    with read_only(db.session()):
        seminar = get_seminar_or_404(seminar_id)
        uploaded = get_uploaded_list(seminar, list_id)
        if uploaded.imported_at is not None:
            return redirect_to_rows(seminar_id, list_id)
        if request.form.get("seen") != compute_layout_fingerprint(uploaded):
            flash(_("The columns have been changed since you opened this page. Check the rows again."), "warn")
            return redirect_to_rows(seminar_id, list_id)
        sheet = read_list(uploaded)
        checked_rows = check_rows(sheet.people_rows)
        rest = list_rest_cells(list_unimported_rows(sheet, checked_rows))
    applicants = [checked.applicant for checked in checked_rows if checked.applicant is not None]
    refusals: dict[type[Exception], str] = {SeminarFull: get_seminar_full_message(), ListImported: ""}
    with commit_or_explain(refusals) as action:
        results = register_people(db.session(), seminar, applicants, now())
        finish_import(db.session(), list_id, sheet.headings, rest, now())
    if not action.is_committed:
        return redirect_to_rows(seminar_id, list_id)
    flash_import_result(results)
    if rest:
        return redirect_to_rows(seminar_id, list_id)
    return redirect(url_for("registration_desk.view_registrations", seminar_id=seminar_id), 303)


@desk.get("/seminars/<int:seminar_id>/import/<int:list_id>/rest.xlsx")
def download_rest(seminar_id: int, list_id: int) -> ResponseReturnValue:
    """Send the rows of a list that are not imported, each with the reason; corrected, they can be uploaded."""
    seminar = get_seminar_or_404(seminar_id)
    uploaded = get_uploaded_list(seminar, list_id)
    if uploaded.imported_at is not None:
        headings, rows = load_rest_rows(uploaded)
    else:
        sheet = read_list(uploaded)
        headings = sheet.headings
        rows = list_rest_cells(list_unimported_rows(sheet, check_rows(sheet.people_rows)))
    return send_document(render_import_rest(headings, rows), f"{_('Rows not imported')} {seminar.slug}", "xlsx")


def read_list(uploaded: UploadedList) -> ImportSheet:
    """Return the rows of a list that is not imported yet; if there is nobody to import, answer with its columns."""
    try:
        return read_import_sheet(load_sheets(uploaded), get_layout(uploaded))
    except TableUnreadable as error:
        flash(str(UNREADABLE_TABLE_MESSAGES[error.reason]), "error")
        columns = url_for(
            "registration_import_columns.view_columns", seminar_id=uploaded.seminar_id, list_id=uploaded.id
        )
        abort(redirect(columns, 303))


def redirect_to_rows(seminar_id: int, list_id: int) -> ResponseReturnValue:
    """Redirect to the rows of a list."""
    return redirect(url_for("registration_import_rows.view_rows", seminar_id=seminar_id, list_id=list_id), 303)


def compute_layout_fingerprint(uploaded: UploadedList) -> str:
    """Return a fingerprint of sheet, headings and columns, which tells whether the rows are those that were shown."""
    return compute_fingerprint([uploaded.sheet, uploaded.heading_end, uploaded.columns])


def flash_import_result(results: list[EnrolmentResult]) -> None:
    """Flash how many people got each status, and how many were registered before."""
    status_counts = Counter(result.registration.status for result in results if not result.was_listed)
    parts = [
        f"{STATUS_NAMES[status]}: {status_counts[status]}" for status in RegistrationStatus if status_counts[status]
    ]
    listed_count = sum(result.was_listed for result in results)
    flash(_("The list has been imported.") + " " + "; ".join(parts) if parts else _("Nothing was changed."), "success")
    if listed_count:
        flash(_("Already on the list: %(num)d.", num=listed_count), "info")


def render_rows_page(seminar: Seminar, uploaded: UploadedList, preview: ImportPreview) -> ResponseReturnValue:
    """Render one page of the rows, or of those that somebody should look at; errors stand beside their rows."""
    only_to_check = request.args.get("only") == "check"
    rows = preview.rows_to_check if only_to_check else preview.rows
    return render_template(
        "registration/imports/rows.html",
        seminar=seminar,
        uploaded=uploaded,
        storage_time=STORAGE_TIME,
        preview=preview,
        seen=compute_layout_fingerprint(uploaded),
        portion=paginate_rows(rows, parse_page_number()),
        only="check" if only_to_check else None,
        outcomes=RowOutcome,
        status_names=STATUS_NAMES,
        outcome_names=OUTCOME_NAMES,
        outcome_tones=OUTCOME_TONES,
        left_out_names=LEFT_OUT_NAMES,
        language_names=LANGUAGE_NAMES,
        format_phone=format_phone,
    )
