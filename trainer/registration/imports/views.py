"""Importing a list: first what would happen, row by row, then all of it or nothing."""

from collections import Counter
from dataclasses import dataclass

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from itsdangerous import BadSignature, URLSafeSerializer

from trainer.accounts.access import create_desk_blueprint
from trainer.clock import now
from trainer.documents.upload_tables import TableReadProblem, TableUnreadable, read_uploaded_tables
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.registration.desk import wording
from trainer.registration.desk.forms import ListUploadForm, PersonForm
from trainer.registration.imports import importing
from trainer.registration.imports.importing import ImportRow
from trainer.registration.models import RegistrationStatus
from trainer.registration.seats.allocation import SeminarFull
from trainer.registration.seats.enrolment import EnrolmentResult, register_people
from trainer.seminars.models import Seminar
from trainer.seminars.views import get_seminar_or_404

desk = create_desk_blueprint("registration_imports", __name__)

MAX_SIGNED_ROWS_LENGTH = 3 * 1024 * 1024  # of the rows that the page carries to the button that confirms them
MAX_ROWS_SHOWN = 100  # rows of one kind at most


@dataclass(frozen=True)
class ImportRowErrors:
    """A row that can't be taken as it is."""

    row: ImportRow
    messages: list[str]


@dataclass(frozen=True)
class ImportPreview:
    """What would happen."""

    unknown_columns: list[str]
    rows_with_errors: list[ImportRowErrors]
    results: list[tuple[ImportRow, EnrolmentResult]]
    is_seminar_full: bool
    signed_rows: str

    @property
    def new_by_status(self) -> Counter[str]:
        """How many would stand where."""
        return Counter(each.registration.status for _row, each in self.results if not each.was_listed)

    @property
    def already_listed(self) -> list[tuple[ImportRow, EnrolmentResult]]:
        """Who is on the list already, not by this file."""
        own = {id(each.registration) for _row, each in self.results if not each.was_listed}
        return [(row, each) for row, each in self.results if each.was_listed and id(each.registration) not in own]

    @property
    def repeated_rows(self) -> list[tuple[ImportRow, ImportRow]]:
        """Rows that say the same person as an earlier one of the file, each with that one."""
        first = {id(each.registration): row for row, each in self.results if not each.was_listed}
        return [
            (row, first[id(each.registration)])
            for row, each in self.results
            if each.was_listed and id(each.registration) in first
        ]

    @property
    def likely_duplicates(self) -> list[tuple[ImportRow, EnrolmentResult]]:
        """Who is likely somebody already on the list."""
        return [
            (row, each)
            for row, each in self.results
            if not each.was_listed and each.registration.status == RegistrationStatus.DUPLICATE
        ]

    @property
    def can_import(self) -> bool:
        """Whether the list can be taken in."""
        return not self.rows_with_errors and not self.is_seminar_full and bool(self.new_by_status)


@desk.get("/seminars/<int:seminar_id>/import")
def view_import(seminar_id: int) -> ResponseReturnValue:
    """Ask for the file."""
    return render_import_page(get_seminar_or_404(seminar_id), ListUploadForm())


@desk.post("/seminars/<int:seminar_id>/import")
def submit_import_file(seminar_id: int) -> ResponseReturnValue:
    """Say what would happen to every row of a file; nothing is kept."""
    seminar, form = get_seminar_or_404(seminar_id), ListUploadForm()
    if not form.validate():
        return render_import_page(seminar, form, status=422)
    try:
        sheet = importing.parse_import_tables(read_uploaded_tables(form.file.data.read()))
        tried = preview_import(seminar, sheet)
    except importing.ColumnsMissing:
        form.file.errors = [
            _("No header row found. The file needs a name (or surname and given name) column and a phone column.")
        ]
    except TableUnreadable as refused:
        form.file.errors = [str(wording.UNREADABLE_TABLE_MESSAGES[refused.reason])]
    else:
        page = render_import_page(seminar, form, tried, 200 if tried.can_import else 422)
        db.session.rollback()
        return page
    return render_import_page(seminar, form, status=422)


@desk.post("/seminars/<int:seminar_id>/import/confirmation")
def submit_import(seminar_id: int) -> ResponseReturnValue:
    """Take in the rows that were shown: all of them, or nobody."""
    seminar = get_seminar_or_404(seminar_id)
    try:
        rows = [
            ImportRow(number, cells)
            for number, cells in build_row_serializer(seminar).loads(request.form.get("rows", ""))
        ]
        checked = [PersonForm.from_row(importing.build_form_cells(row)) for row in rows]
        if not all(each.validate() for each in checked):
            raise BadSignature("the rules have changed since")
        taken = register_people(db.session(), seminar, [each.build_applicant() for each in checked], now())
    except BadSignature:
        flash(_("The list changed during upload. Choose the file again."), "error")
        return redirect(url_for(".view_import", seminar_id=seminar.id), 303)
    except SeminarFull:
        db.session.rollback()
        flash(_("All places are taken: increase the number of places first."), "error")
        return redirect(url_for(".view_import", seminar_id=seminar.id), 303)
    db.session.commit()
    flash_import_result(taken)
    return redirect(url_for("registration_desk.view_registrations", seminar_id=seminar.id), 303)


def flash_import_result(results: list[EnrolmentResult]) -> None:
    """Say what became of the rows."""
    states = Counter(each.registration.status for each in results if not each.was_listed)
    parts = [f"{wording.STATUS_NAMES[state]}: {states[state]}" for state in RegistrationStatus if states[state]]
    known = sum(each.was_listed for each in results)
    flash(_("The list has been imported.") + " " + "; ".join(parts) if parts else _("Nothing was changed."), "success")
    if known:
        flash(_("Already on the list: %(num)d.", num=known), "info")


def preview_import(seminar: Seminar, sheet: importing.ImportSheet) -> ImportPreview:
    """Take the list in to see what happens; whoever calls this rolls it back once the page is made."""
    forms = [(row, PersonForm.from_row(importing.build_form_cells(row))) for row in sheet.rows]
    problems = [ImportRowErrors(row, list_row_errors(form)) for row, form in forms if not form.validate()]
    carried = "" if problems else build_row_serializer(seminar).dumps([[row.number, row.cells] for row in sheet.rows])
    if len(carried) > MAX_SIGNED_ROWS_LENGTH:
        raise TableUnreadable(TableReadProblem.TOO_LARGE)
    taken: list[EnrolmentResult] = []
    full = False
    if not problems:
        try:
            taken = register_people(db.session(), seminar, [form.build_applicant() for _row, form in forms], now())
        except SeminarFull:
            full = True
    return ImportPreview(sheet.unknown_columns, problems, list(zip(sheet.rows, taken, strict=False)), full, carried)


def list_row_errors(form: PersonForm) -> list[str]:
    """Say what is wrong with a row, column by column."""
    return [f"{field.label.text}: {field.errors[0]}" for field in form if field.errors]


def build_row_serializer(seminar: Seminar) -> URLSafeSerializer:
    """What packs rows into the page, signed, for this seminar."""
    return URLSafeSerializer(current_app.config["SECRET_KEY"], salt=f"import into seminar {seminar.id}")


def render_import_page(
    seminar: Seminar, form: ListUploadForm, preview: ImportPreview | None = None, status: int = 200
) -> ResponseReturnValue:
    """Show the form, and what would happen."""
    states = wording.STATUS_NAMES
    page = render_template(
        "registration/imports/import.html",
        seminar=seminar,
        form=form,
        trial=preview,
        states=states,
        shown=MAX_ROWS_SHOWN,
    )
    return page, status
