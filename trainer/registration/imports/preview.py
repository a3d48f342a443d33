"""The preview of an import: how each row is understood, and what would happen to it."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy.orm import Session
from werkzeug.datastructures import MultiDict

from trainer.language.translate import gettext as _
from trainer.registration.desk.forms import PersonFields
from trainer.registration.imports.cells import build_form_cells, is_rounded_number
from trainer.registration.imports.rows import ImportRow, ImportSheet
from trainer.registration.models import RegistrationStatus
from trainer.registration.seats.allocation import SeminarFull
from trainer.registration.seats.applicant import Applicant
from trainer.registration.seats.enrolment import EnrolmentResult, build_new_registrations, plan_enrolment
from trainer.seminars.models import Seminar


class RowOutcome(StrEnum):
    """What an import would do with a row."""

    NEW = "new"
    LIKELY_DUPLICATE = "likely_duplicate"  # registered, with a question for the organizer
    LISTED = "listed"  # registered before
    REPEATED = "repeated"  # the person stands in an earlier row
    INVALID = "invalid"
    LEFT_OUT = "left_out"


EMPTY_CELLS = {field.name: "" for field in fields(Applicant)}
OUTCOMES_TO_CHECK = (RowOutcome.INVALID, RowOutcome.LEFT_OUT, RowOutcome.LIKELY_DUPLICATE, RowOutcome.REPEATED)


@dataclass(frozen=True)
class CheckedRow:
    """A row with its cells as form data, and the applicant, or the error messages by field."""

    row: ImportRow
    cells: dict[str, str]
    applicant: Applicant | None
    errors: dict[str, str]


@dataclass(frozen=True)
class PreviewRow:
    """A row with its cells as they are understood, what would happen to it, the status it would get, and what to look at."""

    row: ImportRow
    cells: dict[str, str]
    outcome: RowOutcome
    status: RegistrationStatus | None = None
    errors: dict[str, str] | None = None
    notes: tuple[str, ...] = ()

    @property
    def needs_check(self) -> bool:
        """Return whether somebody should look at the row before the import."""
        return self.outcome in OUTCOMES_TO_CHECK or bool(self.notes)


@dataclass(frozen=True)
class ImportPreview:
    """What an import would do with each row, in the order of the file."""

    rows: list[PreviewRow]
    is_seminar_full: bool

    @property
    def new_by_status(self) -> Counter[RegistrationStatus]:
        """Return how many new registrations would get each status."""
        new = (RowOutcome.NEW, RowOutcome.LIKELY_DUPLICATE)
        return Counter(row.status for row in self.rows if row.outcome in new and row.status is not None)

    @property
    def count_by_outcome(self) -> Counter[RowOutcome]:
        """Return how many rows have each outcome."""
        return Counter(row.outcome for row in self.rows)

    @property
    def can_import(self) -> bool:
        """Return whether the import can be confirmed and would register anybody."""
        return not self.is_seminar_full and bool(self.new_by_status)

    @property
    def rows_to_check(self) -> list[PreviewRow]:
        """Return the rows at which somebody should look before the import."""
        return [row for row in self.rows if row.needs_check]


def check_rows(rows: Sequence[ImportRow]) -> list[CheckedRow]:
    """Return rows checked by the rules of the organizer's form. One form serves all rows, as building it takes longest."""
    form = PersonFields(formdata=None, meta={"csrf": False})
    checked = []
    for row in rows:
        cells = {**EMPTY_CELLS, **build_form_cells(row.cells)}
        form.process(MultiDict({**cells, "has_one_name": "y"}))
        is_valid = form.validate()
        errors = {} if is_valid else {field.name: describe_field_error(field) for field in form if field.errors}
        checked.append(CheckedRow(row, cells, form.build_applicant() if is_valid else None, errors))
    return checked


def describe_field_error(field: Any) -> str:
    """Return the first error of a field; of a rounded phone number, how to get its digits back."""
    if field.name == "phone" and is_rounded_number(field.data or ""):
        return _(
            "The spreadsheet has rounded this number, its last digits are lost. Format the column as text and enter the "
            "number again."
        )
    return str(field.errors[0])


def preview_import(session: Session, seminar: Seminar, sheet: ImportSheet, now: datetime) -> ImportPreview:
    """Return what the import would do. Nothing is added to the session, and no lock is needed."""
    checked_rows = check_rows(sheet.people_rows)
    valid_rows = [checked for checked in checked_rows if checked.applicant is not None]
    applicants = [checked.applicant for checked in valid_rows if checked.applicant is not None]
    results: list[EnrolmentResult] = []
    is_seminar_full = False
    try:
        with session.no_autoflush:
            results = plan_enrolment(session, seminar, applicants, build_new_registrations(len(applicants), now), now)
    except SeminarFull:
        is_seminar_full = True
    planned = list_planned_rows(valid_rows, results) if results else list_unplanned_rows(valid_rows)
    rows = [*planned, *list_unimported_rows(sheet, checked_rows)]
    return ImportPreview(sorted(rows, key=lambda row: row.row.number), is_seminar_full)


def list_unimported_rows(sheet: ImportSheet, checked_rows: Sequence[CheckedRow]) -> list[PreviewRow]:
    """Return the rows that an import leaves: those with errors and those that are no people, in the order of the file."""
    invalid = [
        PreviewRow(checked.row, checked.cells, RowOutcome.INVALID, errors=checked.errors)
        for checked in checked_rows
        if checked.applicant is None
    ]
    left_out = [PreviewRow(row, {}, RowOutcome.LEFT_OUT) for row in sheet.left_out_rows]
    return sorted([*invalid, *left_out], key=lambda row: row.row.number)


def list_unplanned_rows(valid_rows: Sequence[CheckedRow]) -> list[PreviewRow]:
    """Return the rows without errors of a list for which there are not enough seats."""
    return [PreviewRow(checked.row, checked.cells, RowOutcome.NEW) for checked in valid_rows]


def list_planned_rows(valid_rows: Sequence[CheckedRow], results: Sequence[EnrolmentResult]) -> list[PreviewRow]:
    """Return the rows without errors with what would happen to them."""
    first_rows = {
        id(result.registration): checked
        for checked, result in zip(valid_rows, results, strict=True)
        if not result.was_listed
    }
    return [build_planned_row(checked, result, first_rows) for checked, result in zip(valid_rows, results, strict=True)]


def build_planned_row(checked: CheckedRow, result: EnrolmentResult, first_rows: dict[int, CheckedRow]) -> PreviewRow:
    """Return one row with what would happen to it; `first_rows` are the rows of new registrations by their identity."""
    registration = result.registration
    status, cells = RegistrationStatus(registration.status), {**checked.cells, "phone": result.applicant.phone}
    if result.was_listed:
        first = first_rows.get(id(registration))
        if first is not None:
            note = _("repeats row %(number)d", number=first.row.number)
            return PreviewRow(checked.row, cells, RowOutcome.REPEATED, status, notes=(note,))
        return PreviewRow(checked.row, cells, RowOutcome.LISTED, status)
    other = registration.likely_duplicate_of
    if other is None:
        is_single = not (result.applicant.surname and result.applicant.given_name)
        notes = (_("Only one name: is it complete?"),) if is_single else ()
        return PreviewRow(checked.row, cells, RowOutcome.NEW, status, notes=notes)
    known = first_rows.get(id(other))
    if known is not None and known.applicant is not None:
        note = _("Similar to row %(number)d: %(name)s", number=known.row.number, name=known.applicant.full_name)
    else:
        note = _("Similar to: %(name)s", name=other.person.full_name)
    return PreviewRow(checked.row, cells, RowOutcome.LIKELY_DUPLICATE, status, notes=(note,))
