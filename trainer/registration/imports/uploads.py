"""Uploaded lists between the steps of an import: storing them, correcting their layout, and deleting them.

The tables of a file are read once and stored, so that no step reads the file again. They hold personal data, so they go when the
list has been imported, and after a day at the latest; only rows that could not be imported stay for that day.
"""

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.documents.upload_csv import parse_csv_tables
from trainer.documents.upload_limits import TableReadProblem, TableUnreadable
from trainer.documents.upload_workbook import (
    MergedCells,
    SheetLayout,
    UploadedSheet,
    check_file_type,
    read_workbook,
)
from trainer.fingerprint import compute_fingerprint
from trainer.projects.models import Project
from trainer.registration.imports.columns import (
    ListLayout,
    guess_layout,
    guess_sheet_layout,
    list_heading_texts,
)
from trainer.registration.imports.headings import normalise_heading
from trainer.registration.imports.models import ChosenColumns, UploadedList
from trainer.seminars.models import Seminar

STORAGE_TIME = timedelta(days=1)
MAX_STORED_LETTERS = 3_000_000


class ListImported(Exception):
    """The list has been imported already, or is not stored any more."""


def read_uploaded_sheets(content: bytes) -> list[UploadedSheet]:
    """Return the tables that an uploaded file may contain: each sheet of a workbook, or a CSV file split at each usual separator.

    Empty rows are included, so that row numbers are those of the file. Raises TableUnreadable.
    Call it outside a transaction: a file at the limits takes seconds.
    """
    check_file_type(content)
    if content.startswith(b"PK"):
        return read_workbook(content)
    return [UploadedSheet(table, separator=separator) for separator, table in parse_csv_tables(content).items()]


def build_uploaded_list(
    session: Session, seminar: Seminar, sheets: Sequence[UploadedSheet], file_name: str, now: datetime
) -> UploadedList:
    """Return a new list with its likely layout, not yet added to a session. Raises TableUnreadable for too much text or none."""
    if not any(any(row) for sheet in sheets for row in sheet.table):
        raise TableUnreadable(TableReadProblem.EMPTY)
    layout = take_chosen_columns(session, seminar, sheets, guess_layout(sheets))
    stored = json.dumps([format_sheet(sheet) for sheet in sheets], ensure_ascii=False)
    if len(stored) > MAX_STORED_LETTERS:
        raise TableUnreadable(TableReadProblem.TOO_LARGE)
    return UploadedList(
        seminar_id=seminar.id,
        uploaded_at=now,
        file_name=file_name,
        sheets=stored,
        sheet=layout.sheet,
        heading_end=layout.heading_end,
        columns=dict(layout.columns),
    )


def format_sheet(sheet: UploadedSheet) -> dict[str, object]:
    """Return a sheet as JSON holds it."""
    hidden = {
        "hidden_rows": sorted(sheet.layout.hidden_rows),
        "hidden_columns": sorted(sheet.layout.hidden_columns),
    }
    return {**asdict(sheet), "layout": {**asdict(sheet.layout), **hidden}}


def load_sheets(uploaded: UploadedList) -> list[UploadedSheet]:
    """Return the tables of a list that is not imported yet."""
    return [
        UploadedSheet(
            sheet["table"],
            sheet["name"],
            sheet["is_hidden"],
            SheetLayout(
                set(sheet["layout"]["hidden_rows"]),
                set(sheet["layout"].get("hidden_columns", ())),  # lists that were uploaded before do not have them
                [MergedCells(**merged) for merged in sheet["layout"]["merged_cells"]],
            ),
            sheet["separator"],
        )
        for sheet in json.loads(uploaded.sheets)
    ]


def get_layout(uploaded: UploadedList) -> ListLayout:
    """Return the layout of a list as it was guessed or chosen."""
    return ListLayout(uploaded.sheet, uploaded.heading_end, uploaded.columns)


def set_layout(uploaded: UploadedList, layout: ListLayout) -> None:
    """Store the layout of a list."""
    uploaded.sheet, uploaded.heading_end, uploaded.columns = layout.sheet, layout.heading_end, dict(layout.columns)


def find_layout(
    session: Session, seminar: Seminar, sheets: Sequence[UploadedSheet], sheet: int, heading_end: int | None
) -> ListLayout:
    """Return the likely layout of a sheet, below the headings that end there (None: find them)."""
    return take_chosen_columns(session, seminar, sheets, guess_sheet_layout(sheets, sheet, heading_end))


def take_chosen_columns(
    session: Session, seminar: Seminar, sheets: Sequence[UploadedSheet], layout: ListLayout
) -> ListLayout:
    """Return a guessed layout with the columns that were chosen for a list with the same headings, if there was one."""
    chosen = find_chosen_columns(session, seminar, list_heading_texts(sheets[layout.sheet].table, layout.heading_end))
    return layout if chosen is None else ListLayout(layout.sheet, layout.heading_end, chosen.columns)


def find_chosen_columns(session: Session, seminar: Seminar, headings: Sequence[str]) -> ChosenColumns | None:
    """Return what an organizer of the same organization last chose for a list with the same headings, or None."""
    project = seminar.activity.task.project
    rows = session.execute(
        select(ChosenColumns, Project)
        .join(Project, Project.id == ChosenColumns.project_id)
        .where(ChosenColumns.headings == compute_headings_fingerprint(headings))
        .order_by((ChosenColumns.project_id == project.id).desc(), ChosenColumns.chosen_at.desc())
    )
    return next((chosen for chosen, other in rows if other.grantee == project.grantee), None) if any(headings) else None


def remember_columns(
    session: Session, seminar: Seminar, headings: Sequence[str], columns: dict[str, int], now: datetime
) -> None:
    """Store what an organizer chose for these headings; without headings there is nothing to know the list by."""
    if not any(headings):
        return
    project, fingerprint = seminar.activity.task.project, compute_headings_fingerprint(headings)
    chosen = session.scalar(
        select(ChosenColumns).where(ChosenColumns.project_id == project.id, ChosenColumns.headings == fingerprint)
    )
    if chosen is None:
        chosen = ChosenColumns(project_id=project.id, headings=fingerprint)
        session.add(chosen)
    chosen.columns, chosen.chosen_at = columns, now


def compute_headings_fingerprint(headings: Sequence[str]) -> str:
    """Return a fingerprint of headings; case and punctuation don't count, nor do empty columns at the end."""
    normalised = [normalise_heading(heading) or heading.strip() for heading in headings]
    while normalised and not normalised[-1]:
        normalised.pop()
    return compute_fingerprint(normalised)


def list_open_uploads(session: Session, seminar: Seminar) -> list[UploadedList]:
    """Return the lists of a seminar that are not finished, the newest first."""
    statement = select(UploadedList).where(UploadedList.seminar_id == seminar.id).order_by(UploadedList.id.desc())
    return list(session.scalars(statement))


def find_uploaded_list(session: Session, seminar: Seminar, list_id: int) -> UploadedList | None:
    """Return a list of a seminar, or None if it was imported whole, discarded or deleted."""
    uploaded = session.get(UploadedList, list_id)
    return uploaded if uploaded is not None and uploaded.seminar_id == seminar.id else None


def finish_import(
    session: Session, list_id: int, headings: Sequence[str], rest_rows: Sequence[Sequence[str]], now: datetime
) -> None:
    """Keep only the rows of a list that were not imported, or nothing. Raises ListImported if another request was faster."""
    uploaded = session.get(UploadedList, list_id, with_for_update=True, populate_existing=True)
    if uploaded is None or uploaded.imported_at is not None:
        raise ListImported
    if not rest_rows:
        session.delete(uploaded)
        return
    uploaded.sheets = json.dumps([headings, *rest_rows], ensure_ascii=False)
    uploaded.imported_at = now


def load_rest_rows(uploaded: UploadedList) -> tuple[list[str], list[list[str]]]:
    """Return the headings and the rows that were not imported."""
    headings, *rows = json.loads(uploaded.sheets)
    return headings, rows


def list_expired_uploads(session: Session, now: datetime) -> list[UploadedList]:
    """Return the lists that have been stored for a day."""
    return list(session.scalars(select(UploadedList).where(UploadedList.uploaded_at <= now - STORAGE_TIME)))


def delete_upload(session: Session, uploaded: UploadedList, _now: datetime) -> None:
    """Delete a list."""
    session.delete(uploaded)
