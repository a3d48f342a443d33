"""The layout of a list: its sheet, its heading row, and which column is which, as far as they can be guessed.

A person corrects the guess. It rests on the headings, in any usual wording of three languages, and on what stands below them: a
column of phone numbers or e-mail addresses is found whatever its heading says, and so are names where no heading names them.
Headings may take two rows, the upper one over several columns, or be missing.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from trainer.documents.upload_limits import Table
from trainer.documents.upload_workbook import UploadedSheet
from trainer.registration.imports.cells import (
    MIN_SHARE,
    are_names_reversed,
    is_contact_row,
    is_email_like,
    is_name_like,
    is_phone_like,
)
from trainer.registration.imports.headings import BY_NUMBER, ColumnRole, rate_heading

HEADER_SEARCH_ROWS = 40
NAME_ROLES = (ColumnRole.FULL_NAME, ColumnRole.GIVEN_NAME_FIRST, ColumnRole.SURNAME, ColumnRole.GIVEN_NAME)
NAME_PARTS = (ColumnRole.SURNAME, ColumnRole.GIVEN_NAME, ColumnRole.PATRONYMIC)


@dataclass(frozen=True)
class ListLayout:
    """The index of the sheet, that of the first row below the headings (0: there are none), and columns by role."""

    sheet: int
    heading_end: int
    columns: Mapping[str, int]


def guess_layout(sheets: Sequence[UploadedSheet]) -> ListLayout:
    """Return the layout of the first visible sheet in which names and phone numbers are found, else of the fullest one."""
    layouts = [guess_sheet_layout(sheets, index) for index in range(len(sheets))]
    complete = [layout for layout in layouts if has_required_columns(layout.columns)]
    visible = [layout for layout in complete or layouts if not sheets[layout.sheet].is_hidden]
    if complete:
        return (visible or complete)[0]
    return max(visible or layouts, key=lambda layout: sum(map(len, sheets[layout.sheet].table)))


def guess_sheet_layout(sheets: Sequence[UploadedSheet], sheet: int, heading_end: int | None = None) -> ListLayout:
    """Return the layout of a sheet, below the headings that end there if that is known."""
    table = sheets[sheet].table
    end = find_heading_end(table) if heading_end is None else heading_end
    return ListLayout(sheet, end, guess_columns(list_heading_texts(table, end), table[end:]))


def find_heading_end(table: Table) -> int:
    """Return the index of the first row below the headings; 0 if there are none.

    These are the first rows that name a name and a phone number, else the row with most headings, else the last row above the
    first contact.
    """
    candidates = [
        end for end in range(1, min(HEADER_SEARCH_ROWS, len(table)) + 1) if any(table[end - 1]) and end <= len(table)
    ]
    candidates = [end for end in candidates if not is_contact_row(table[end - 1])]
    contacts = find_contact_columns(table)
    columns = {end: locate_columns(list_heading_texts(table, end), contacts) for end in candidates}
    named = {end: count_named_columns(list_heading_texts(table, end)) for end in candidates}
    complete = [end for end in candidates if named[end] and has_required_columns(columns[end])]
    if complete:
        first = complete[0]
        is_divided = first + 1 in complete and len(list_heading_rows(table, first + 1)) == 2
        return first + 1 if is_divided and len(columns[first + 1]) >= len(columns[first]) else first
    most = max(candidates, key=lambda end: named[end], default=0)
    if most and named[most] >= 2:
        return most
    first_contact = next((index for index, row in enumerate(table) if is_contact_row(row)), len(table))
    wide = [end for end in candidates if end <= first_contact and sum(map(bool, table[end - 1])) >= 2]
    return (wide[-1] if first_contact < len(table) else wide[0]) if wide else 0


def count_named_columns(texts: Sequence[str]) -> int:
    """Return how many different columns headings name."""
    ratings = [rate_heading(text) for text in texts]
    return len({rating[1] for rating in ratings if rating})


def list_heading_texts(table: Table, end: int) -> list[str]:
    """Return one heading for each column, of the one or two rows that end there; none if there are no headings."""
    texts: Sequence[str] = []
    for row in list_heading_rows(table, end):
        texts = join_heading_rows(texts, row) if texts else row
    return list(texts)


def list_heading_rows(table: Table, end: int) -> Table:
    """Return the rows of the headings that end there: two if the lower one divides headings of the upper one."""
    if end == 0:
        return []
    is_second = end >= 2 and is_second_heading_row(table[end - 2], table[end - 1])
    return table[end - 1 - is_second : end]


def is_second_heading_row(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Return whether a row continues the headings above: it divides one of them, and both have what the other lacks."""
    pairs = list(zip_longest(upper, lower, fillvalue=""))
    divides = any(below and not above for above, below in pairs) and sum(map(bool, upper)) >= 2
    is_continued = any(above and not below for above, below in pairs) or all(above or below for above, below in pairs)
    if not (divides and is_continued) or is_contact_row(upper) or is_contact_row(lower):
        return False
    return all(is_heading_below(above, below) for above, below in pairs if below)


def is_heading_below(above: str, below: str) -> bool:
    """Return whether a cell may be a heading: below the heading of a name only another one for names."""
    name, part = (rate_heading(above) or (0, ""))[1], (rate_heading(below) or (0, ""))[1]
    return not any(map(str.isdigit, below)) and (name not in {*NAME_ROLES, *NAME_PARTS} or part in NAME_PARTS)


def join_heading_rows(upper: Sequence[str], lower: Sequence[str]) -> list[str]:
    """Return one heading for each column; an upper heading also stands over the columns right of it that have none."""
    texts, over = [], ""
    for above, below in zip_longest(upper, lower, fillvalue=""):
        over = above or (over if below else "")
        texts.append(below if rate_heading(below) else f"{over} {below}".strip())
    return texts


def guess_columns(texts: Sequence[str], rows: Table) -> dict[str, int]:
    """Return the index of each column by role: by its heading, else by what stands in it."""
    columns = locate_columns(texts, find_contact_columns(rows))
    if not any(role in columns for role in NAME_ROLES):
        columns |= find_name_columns(rows, set(columns.values()))
    has_parts = {ColumnRole.SURNAME, ColumnRole.GIVEN_NAME} <= set(columns)
    unneeded = NAME_ROLES[:2] if has_parts else NAME_PARTS[:2] if ColumnRole.FULL_NAME in columns else ()
    return {
        determine_name_role(role, index, rows, has_parts): index
        for role, index in columns.items()
        if role not in unneeded
    }


def determine_name_role(role: str, index: int, rows: Table, has_parts: bool) -> str:
    """Return the role of a column by its cells: whether the only column for names holds full names, and in which order."""
    cells = [row[index] for row in rows if index < len(row) and row[index]]
    if has_parts or role not in NAME_ROLES or not has_share([len(cell.split()) > 1 for cell in cells]):
        return role
    return ColumnRole.GIVEN_NAME_FIRST if are_names_reversed(cells) else ColumnRole.FULL_NAME


def locate_columns(texts: Sequence[str], contacts: Mapping[ColumnRole, list[int]]) -> dict[str, int]:
    """Return the index of each column that a heading or contacts tell.

    Of two headings the clearer one counts, else the one above contacts, else the first.
    """
    columns: dict[str, int] = {}
    strengths: dict[str, tuple[int, bool]] = {}
    for index, text in enumerate(texts):
        strength, role = rate_heading(text) or (0, "")
        if strength == BY_NUMBER and index not in contacts[ColumnRole.PHONE]:
            continue
        rank = (strength, role in contacts and index in contacts[ColumnRole(role)])
        if rank > strengths.get(role, (0, True)):
            columns[role], strengths[role] = index, rank
    for role, indexes in contacts.items():
        free_index = next((index for index in indexes if index not in columns.values()), None)
        if role not in columns and free_index is not None:
            columns[role] = free_index
    return columns


def list_filled_cells(rows: Table) -> list[list[str]]:
    """Return for each column its cells that are not empty."""
    width = max(map(len, rows), default=0)
    return [[row[index] for row in rows if index < len(row) and row[index]] for index in range(width)]


def find_contact_columns(rows: Table) -> dict[ColumnRole, list[int]]:
    """Return the indexes of the columns in which phone numbers and e-mail addresses stand."""
    checks: dict[ColumnRole, Callable[[str], bool]] = {
        ColumnRole.PHONE: is_phone_like,
        ColumnRole.EMAIL: is_email_like,
    }
    filled_columns = list_filled_cells(rows)
    return {
        role: [index for index, cells in enumerate(filled_columns) if cells and has_share(list(map(check, cells)))]
        for role, check in checks.items()
    }


def find_name_columns(rows: Table, taken: set[int]) -> dict[str, int]:
    """Return the column of full names, else up to three columns side by side that hold the parts of names, in their order."""
    columns = {
        index: cells
        for index, cells in enumerate(list_filled_cells(rows))
        if index not in taken and cells and has_share(list(map(is_name_like, cells)))
    }
    for index, cells in columns.items():
        if has_share([len(cell.split()) > 1 for cell in cells]):
            return {ColumnRole.FULL_NAME: index}
    first = min(columns, default=0)
    side_by_side = [index for index in range(first, first + len(NAME_PARTS)) if index in columns]
    return dict(zip(NAME_PARTS, side_by_side, strict=False))


def has_share(checks: Sequence[bool]) -> bool:
    """Return whether enough cells of a column passed a check; one heading among them does not count."""
    return sum(checks) >= max(1, MIN_SHARE * (len(checks) - 1))


def has_required_columns(columns: Mapping[str, int]) -> bool:
    """Return whether a name and a phone number can be read."""
    return ColumnRole.PHONE in columns and any(role in columns for role in NAME_ROLES)
