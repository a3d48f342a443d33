"""The preview of an import: what would happen to each row."""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from trainer.language.translate import gettext as _
from trainer.registration.desk.forms import PersonForm
from trainer.registration.imports.importing import ImportRow, ImportSheet, is_rounded_number
from trainer.registration.seats.enrolment import EnrolmentResult


@dataclass(frozen=True)
class ImportRowErrors:
    """A row with invalid cells, and the error messages."""

    row: ImportRow
    messages: list[str]


@dataclass(frozen=True)
class ImportPreview:
    """What an import would do.

    `signed_rows` carries the rows without errors to the confirmation, `signed_rest` the others to their download.
    """

    sheet: ImportSheet
    rows_with_errors: list[ImportRowErrors]
    results: list[tuple[ImportRow, EnrolmentResult]]
    is_seminar_full: bool
    signed_rows: str
    signed_rest: str

    @property
    def new_by_status(self) -> Counter[str]:
        """Return how many new registrations would get each status."""
        return Counter(result.registration.status for _row, result in self.results if not result.was_listed)

    @property
    def already_listed(self) -> list[tuple[ImportRow, EnrolmentResult]]:
        """Return the rows of people who were registered before the import."""
        new_ids = {id(result.registration) for _row, result in self.results if not result.was_listed}
        return [
            (row, result)
            for row, result in self.results
            if result.was_listed and id(result.registration) not in new_ids
        ]

    @property
    def repeated_rows(self) -> list[tuple[ImportRow, ImportRow]]:
        """Return the rows that repeat a person of the file, each with the first row of that person."""
        first_rows = {id(result.registration): row for row, result in self.results if not result.was_listed}
        return [
            (row, first_rows[id(result.registration)])
            for row, result in self.results
            if result.was_listed and id(result.registration) in first_rows
        ]

    @property
    def likely_duplicates(self) -> list[tuple[ImportRow, EnrolmentResult]]:
        """Return the rows of people who would become likely duplicates."""
        return [
            (row, result)
            for row, result in self.results
            if not result.was_listed and result.registration.is_likely_duplicate
        ]

    @property
    def can_import(self) -> bool:
        """Return whether the import can be confirmed and would register anybody."""
        return not self.is_seminar_full and bool(self.new_by_status)


def list_row_errors(form: PersonForm) -> list[str]:
    """Return the first error of each field, with the name of the field."""
    return [f"{field.label.text}: {describe_field_error(field)}" for field in form if field.errors]


def describe_field_error(field: Any) -> str:
    """Return the first error of a field; of a rounded phone number, how to get its digits back."""
    if field.name == "phone" and is_rounded_number(field.data or ""):
        return _(
            "The spreadsheet has rounded this number, its last digits are lost. Format the column as text and enter the "
            "number again."
        )
    return str(field.errors[0])
