"""Second step of the import: which sheet, which headings, and what stands in each column."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from trainer.accounts.access import create_desk_blueprint
from trainer.clock import now
from trainer.documents.upload_limits import Table
from trainer.documents.upload_workbook import UploadedSheet
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.registration.imports.columns import HEADER_SEARCH_ROWS, ListLayout, list_heading_texts
from trainer.registration.imports.headings import ColumnRole
from trainer.registration.imports.models import UploadedList
from trainer.registration.imports.row_views import redirect_to_rows
from trainer.registration.imports.uploads import (
    STORAGE_TIME,
    find_chosen_columns,
    find_layout,
    get_layout,
    load_sheets,
    remember_columns,
    set_layout,
)
from trainer.registration.imports.views import get_uploaded_list
from trainer.registration.imports.wording import ROLE_NAMES, SEPARATOR_NAMES, list_column_problems
from trainer.seminars.models import Seminar
from trainer.seminars.views import get_seminar_or_404
from trainer.sqlite_transactions import read_only

desk = create_desk_blueprint("registration_import_columns", __name__)
MAX_EXAMPLES = 3
MAX_EXAMPLE_LENGTH = 60
MAX_ROW_TEXT_LENGTH = 80


@dataclass(frozen=True)
class ColumnChoice:
    """A column that has anything in it: its index, its heading, examples of its cells, the role it has; hidden in the file or not."""

    index: int
    heading: str
    examples: list[str]
    role: str
    is_hidden: bool


@desk.get("/seminars/<int:seminar_id>/import/<int:list_id>/columns")
def view_columns(seminar_id: int, list_id: int) -> ResponseReturnValue:
    """Render the sheet, the headings and the columns of a list as they were guessed or chosen."""
    seminar = get_seminar_or_404(seminar_id)
    uploaded = get_uploaded_list(seminar, list_id)
    if uploaded.imported_at is not None:
        return redirect_to_rows(uploaded.seminar_id, uploaded.id)
    return render_columns_page(seminar, uploaded, get_layout(uploaded), [])


@desk.post("/seminars/<int:seminar_id>/import/<int:list_id>/columns")
def submit_columns(seminar_id: int, list_id: int) -> ResponseReturnValue:
    """Store what was chosen and go on to the rows; after another sheet or other headings, show the columns again."""
    with read_only(db.session()):
        seminar = get_seminar_or_404(seminar_id)
        uploaded = get_uploaded_list(seminar, list_id)
        if uploaded.imported_at is not None:
            return redirect_to_rows(uploaded.seminar_id, uploaded.id)
        sheets, stored = load_sheets(uploaded), get_layout(uploaded)
        layout = read_chosen_layout(sheets, stored)
        headings = list_heading_texts(sheets[layout.sheet].table, layout.heading_end)
        roles = read_column_roles(sheets[layout.sheet].table)
        problems = list_column_problems(list(roles.values()))
        is_other_table = (layout.sheet, layout.heading_end) != (stored.sheet, stored.heading_end)
        if is_other_table or "again" in request.form:
            heading_end = None if layout.sheet != stored.sheet else layout.heading_end
            layout = find_layout(db.session(), seminar, sheets, layout.sheet, heading_end)
        elif problems:
            return render_columns_page(seminar, uploaded, layout, problems, roles)
    uploaded = get_uploaded_list(get_seminar_or_404(seminar_id), list_id)
    set_layout(uploaded, layout)
    if is_other_table or "again" in request.form:
        db.session.commit()
        return redirect(url_for(".view_columns", seminar_id=seminar_id, list_id=list_id), 303)
    remember_columns(db.session(), uploaded.seminar, headings, dict(layout.columns), now())
    db.session.commit()
    return redirect_to_rows(uploaded.seminar_id, uploaded.id)


def read_chosen_layout(sheets: Sequence[UploadedSheet], stored: ListLayout) -> ListLayout:
    """Return the layout that was chosen; what was not sent, or does not exist, is as it was or the nearest that exists."""
    sheet = min(max(request.form.get("sheet", stored.sheet, type=int), 0), len(sheets) - 1)
    table = sheets[sheet].table
    heading_end = min(max(request.form.get("heading_end", stored.heading_end, type=int), 0), len(table))
    return ListLayout(sheet, heading_end, {role: index for index, role in read_column_roles(table).items() if role})


def read_column_roles(table: Table) -> dict[int, str]:
    """Return the role that was chosen for each column, by index; empty for one that is not used."""
    width = max(map(len, table), default=0)
    chosen = {index: request.form.get(f"column-{index}", "") for index in range(width)}
    return {index: role if role in set(ColumnRole) else "" for index, role in chosen.items()}


def list_column_choices(sheet: UploadedSheet, layout: ListLayout, roles: dict[int, str] | None) -> list[ColumnChoice]:
    """Return the columns below the headings that have anything in them."""
    table, hidden = sheet.table, sheet.layout.hidden_columns
    headings = list_heading_texts(table, layout.heading_end)
    by_index = {index: role for role, index in layout.columns.items()} if roles is None else roles
    choices = []
    for index in range(max(map(len, table), default=0)):
        cells = [row[index] for row in table[layout.heading_end :] if index < len(row) and row[index]]
        heading = headings[index] if index < len(headings) else ""
        if cells or heading:
            examples = [cell[:MAX_EXAMPLE_LENGTH] for cell in list(dict.fromkeys(cells))[:MAX_EXAMPLES]]
            choices.append(ColumnChoice(index, heading, examples, by_index.get(index, ""), index in hidden))
    return choices


def list_heading_options(table: Table, chosen: int) -> list[tuple[int, str]]:
    """Return the rows in which headings may end, with their numbers and cells; 0 stands for a list without headings."""
    ends = [end for end in range(1, len(table) + 1) if any(table[end - 1])]
    shown = [end for end in ends if end <= HEADER_SEARCH_ROWS or end == chosen]
    texts = {end: " · ".join(filter(None, table[end - 1]))[:MAX_ROW_TEXT_LENGTH] for end in shown}
    options = [(end, _("Row %(number)d: %(text)s", number=end, text=text)) for end, text in texts.items()]
    return [(0, _("The list has no headings")), *options]


def list_sheet_options(sheets: list[UploadedSheet]) -> list[str]:
    """Return what each sheet is called, and whether it is hidden or empty; of a CSV file, how its cells are separated."""
    if not sheets[0].name:
        return [_("Separated by: %(name)s", name=SEPARATOR_NAMES[sheet.separator]) for sheet in sheets]
    notes = [_("hidden") if sheet.is_hidden else "" if any(map(any, sheet.table)) else _("empty") for sheet in sheets]
    return [f"{sheet.name} ({note})" if note else sheet.name for sheet, note in zip(sheets, notes, strict=True)]


def render_columns_page(
    seminar: Seminar,
    uploaded: UploadedList,
    layout: ListLayout,
    problems: list[str],
    roles: dict[int, str] | None = None,
) -> ResponseReturnValue:
    """Render the columns, with what is wrong with the choice."""
    sheets = load_sheets(uploaded)
    table = sheets[layout.sheet].table
    headings = list_heading_texts(table, layout.heading_end)
    page = render_template(
        "registration/imports/columns.html",
        seminar=seminar,
        uploaded=uploaded,
        storage_time=STORAGE_TIME,
        layout=layout,
        problems=problems,
        sheet_options=list_sheet_options(sheets),
        heading_options=list_heading_options(table, layout.heading_end),
        columns=list_column_choices(sheets[layout.sheet], layout, roles),
        role_names=ROLE_NAMES,
        is_known=roles is None and find_chosen_columns(db.session(), seminar, headings) is not None,
    )
    return page, 422 if problems else 200
