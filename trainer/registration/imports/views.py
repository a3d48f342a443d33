"""Pages of the import: upload, preview, and confirmation for all rows without errors or none of them.

The others are given back as a file with the reasons, so that they can be corrected and uploaded again.
"""

from collections import Counter

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeSerializer

from trainer.accounts.access import create_desk_blueprint
from trainer.clock import now
from trainer.documents.files import send_document
from trainer.documents.upload_limits import TableReadProblem, TableUnreadable
from trainer.documents.upload_tables import read_uploaded_sheets
from trainer.extensions import db, hold_no_lock
from trainer.language import LANGUAGE_NAMES
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.registration.desk import wording
from trainer.registration.desk.forms import ListUploadForm, PersonForm
from trainer.registration.imports import importing
from trainer.registration.imports.importing import ImportRow, LeftOutReason
from trainer.registration.imports.preview import ImportPreview, ImportRowErrors, list_row_errors
from trainer.registration.imports.xlsx import render_import_rest, render_import_template
from trainer.registration.models import RegistrationStatus
from trainer.registration.seats.allocation import SeminarFull
from trainer.registration.seats.applicant import Applicant, build_person
from trainer.registration.seats.enrolment import EnrolmentResult, plan_enrolment, register_people
from trainer.seminars.models import Seminar
from trainer.seminars.views import get_seminar_or_404
from trainer.web.actions import commit_or_explain
from trainer.web.phones import format_phone

desk = create_desk_blueprint("registration_imports", __name__)

MAX_SIGNED_ROWS_LENGTH = 3 * 1024 * 1024  # characters that the preview page carries to the confirmation
MAX_ROWS_SHOWN = 100  # rows of one kind at most
LEFT_OUT_NAMES = {
    LeftOutReason.HIDDEN: _l("hidden in the file"),
    LeftOutReason.NO_PERSON: _l("a heading or a total"),
}


@desk.get("/seminars/<int:seminar_id>/import")
def view_import(seminar_id: int) -> ResponseReturnValue:
    """Render the upload form."""
    return render_import_page(get_seminar_or_404(seminar_id), ListUploadForm())


@desk.post("/seminars/<int:seminar_id>/import")
def submit_import_file(seminar_id: int) -> ResponseReturnValue:
    """Render what would happen to each row of an uploaded file; nothing is saved, and nobody waits for it."""
    seminar, form = get_seminar_or_404(seminar_id), ListUploadForm()
    if not form.validate():
        return render_import_page(seminar, form, status=422)
    with hold_no_lock(), db.session.no_autoflush:
        try:
            sheet = importing.parse_import_sheets(read_uploaded_sheets(form.file.data.read()))
            preview = preview_import(seminar, sheet)
        except importing.ColumnsMissing:
            form.file.errors = [
                _("No header row found. The file needs a name (or surname and given name) column and a phone column.")
            ]
        except TableUnreadable as error:
            form.file.errors = [str(wording.UNREADABLE_TABLE_MESSAGES[error.reason])]
        else:
            return render_import_page(seminar, form, preview, 200 if preview.can_import else 422)
        return render_import_page(seminar, form, status=422)


@desk.post("/seminars/<int:seminar_id>/import/confirmation")
def submit_import(seminar_id: int) -> ResponseReturnValue:
    """Register the people of a previewed list whose rows have no errors: all of them, or nobody."""
    seminar = get_seminar_or_404(seminar_id)
    refusals: dict[type[Exception], str] = {
        BadSignature: _("The list changed during upload. Choose the file again."),
        SeminarFull: wording.get_seminar_full_message(),
    }
    with commit_or_explain(refusals) as action:
        with hold_no_lock():
            applicants = read_signed_applicants(seminar, request.form.get("rows", ""))
        results = register_people(db.session(), seminar, applicants, now())
    if not action.is_committed:
        return redirect(url_for(".view_import", seminar_id=seminar.id), 303)
    flash_import_result(results)
    return redirect(url_for("registration_desk.view_registrations", seminar_id=seminar.id), 303)


def read_signed_applicants(seminar: Seminar, signed_rows: str) -> list[Applicant]:
    """Return the people of a previewed list. Raises BadSignature, also if the rules have changed since."""
    rows = [ImportRow(number, cells) for number, cells in build_row_serializer(seminar).loads(signed_rows)]
    forms = [PersonForm.from_row(importing.build_form_cells(row)) for row in rows]
    if not all(form.validate() for form in forms):
        raise BadSignature("the rules have changed since")
    return [form.build_applicant() for form in forms]


def flash_import_result(results: list[EnrolmentResult]) -> None:
    """Flash how many people got each status, and how many were registered before."""
    status_counts = Counter(result.registration.status for result in results if not result.was_listed)
    parts = [
        f"{wording.STATUS_NAMES[status]}: {status_counts[status]}"
        for status in RegistrationStatus
        if status_counts[status]
    ]
    listed_count = sum(result.was_listed for result in results)
    flash(_("The list has been imported.") + " " + "; ".join(parts) if parts else _("Nothing was changed."), "success")
    if listed_count:
        flash(_("Already on the list: %(num)d.", num=listed_count), "info")


def preview_import(seminar: Seminar, sheet: importing.ImportSheet) -> ImportPreview:
    """Return what the import would do with the rows that have no errors. The caller must prevent flushing and roll back.

    Raises TableUnreadable for too much text.
    """
    forms = [(row, PersonForm.from_row(importing.build_form_cells(row))) for row in sheet.rows]
    rows_with_errors = [ImportRowErrors(row, list_row_errors(form)) for row, form in forms if not form.validate()]
    good_forms = [(row, form) for row, form in forms if not form.errors]
    serializer = build_row_serializer(seminar)
    signed_rows = serializer.dumps([[row.number, row.cells] for row, _form in good_forms])
    signed_rest = serializer.dumps([sheet.headings, list_rest_rows(sheet, rows_with_errors)])
    if len(signed_rows) + len(signed_rest) > MAX_SIGNED_ROWS_LENGTH:
        raise TableUnreadable(TableReadProblem.TOO_LARGE)
    results: list[EnrolmentResult] = []
    is_seminar_full = False
    try:
        applicants = [form.build_applicant() for _row, form in good_forms]
        people = [build_person(applicant, now()) for applicant in applicants]
        results = plan_enrolment(db.session(), seminar, applicants, people, now())
    except SeminarFull:
        is_seminar_full = True
    rows_with_results = list(zip([row for row, _form in good_forms], results, strict=False))
    return ImportPreview(sheet, rows_with_errors, rows_with_results, is_seminar_full, signed_rows, signed_rest)


def list_rest_rows(sheet: importing.ImportSheet, rows_with_errors: list[ImportRowErrors]) -> list[list[str]]:
    """Return the rows that are not imported as they stand in the file, in its order, each after the reason."""
    reasons = [(problem.row.number, problem.row.all_cells, " ".join(problem.messages)) for problem in rows_with_errors]
    reasons += [(row.number, row.all_cells, str(LEFT_OUT_NAMES[row.reason])) for row in sheet.left_out_rows]
    return [[reason, *cells] for _number, cells, reason in sorted(reasons)]


@desk.post("/seminars/<int:seminar_id>/import/rest.xlsx")
def download_import_rest(seminar_id: int) -> ResponseReturnValue:
    """Send the rows of a previewed list that are not imported, each with the reason; corrected, they can be uploaded."""
    seminar = get_seminar_or_404(seminar_id)
    try:
        headings, rows = build_row_serializer(seminar).loads(request.form.get("rest", ""))
    except BadSignature:
        flash(_("The list changed during upload. Choose the file again."), "error")
        return redirect(url_for(".view_import", seminar_id=seminar.id), 303)
    return send_document(render_import_rest(headings, rows), f"{_('Rows not imported')} {seminar.slug}", "xlsx")


@desk.get("/seminars/<int:seminar_id>/import/template.xlsx")
def download_import_template(seminar_id: int) -> ResponseReturnValue:
    """Send an empty list with all the columns that are read, in the language of the page."""
    get_seminar_or_404(seminar_id)
    return send_document(render_import_template(), _("List of participants"), "xlsx")


def build_row_serializer(seminar: Seminar) -> URLSafeSerializer:
    """Return the serializer that signs the rows carried by the preview page, valid for this seminar only."""
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"import into seminar {seminar.id}")


def render_import_page(
    seminar: Seminar, form: ListUploadForm, preview: ImportPreview | None = None, status: int = 200
) -> ResponseReturnValue:
    """Render the upload form, with the preview if there is one."""
    page = render_template(
        "registration/imports/import.html",
        seminar=seminar,
        form=form,
        preview=preview,
        status_names=wording.STATUS_NAMES,
        left_out_names=LEFT_OUT_NAMES,
        language_names=LANGUAGE_NAMES,
        format_phone=format_phone,
        max_rows_shown=MAX_ROWS_SHOWN,
    )
    return page, status
