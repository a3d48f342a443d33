"""The sheets of an XLSForm workbook as tables, within limits of their own: texts are long, and other sheets don't matter."""

import io
import warnings
from typing import Any

from trainer.documents.upload_limits import (
    MAX_COLUMNS,
    MAX_ROWS,
    MAX_SHEETS,
    Table,
    TableReadProblem,
    TableUnreadable,
)
from trainer.documents.upload_workbook import check_archive_parts, format_cell_text
from trainer.surveys.xlsform.row_reader import CHOICES_SHEET, SETTINGS_SHEET, SURVEY_SHEET

FORM_SHEETS = (SURVEY_SHEET, CHOICES_SHEET, SETTINGS_SHEET)
OLD_EXCEL_SIGNATURE = b"\xd0\xcf\x11\xe0"  # of OLE files: .xls, and .xlsx with a password
MAX_SHEET_LETTERS = 2_000_000


def read_form_workbook(content: bytes) -> dict[str, Table]:
    """Return the rows of the sheets of a form by sheet name, or of all sheets if none has such a name.

    Raises TableUnreadable.
    """
    if not content:
        raise TableUnreadable(TableReadProblem.EMPTY)
    if content.startswith(OLD_EXCEL_SIGNATURE):
        raise TableUnreadable(TableReadProblem.OLD_EXCEL)
    check_archive_parts(content)
    from openpyxl import load_workbook  # imported late: slow, and uploads are rare

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # it warns of unsupported features
            book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
            form_sheets = [sheet for sheet in book.worksheets if sheet.title.strip().lower() in FORM_SHEETS]
            return {sheet.title: read_form_sheet(sheet) for sheet in form_sheets or book.worksheets[:MAX_SHEETS]}
    except TableUnreadable:
        raise
    except Exception as error:  # a damaged workbook can raise any parser error
        raise TableUnreadable(TableReadProblem.NO_TABLE) from error


def read_form_sheet(sheet: Any) -> Table:
    """Return the rows of a sheet up to the last that is filled; some programs write all 1,048,576 that a sheet can have.

    Raises TableUnreadable for a sheet with too many filled rows or letters.
    """
    sheet.reset_dimensions()
    table: Table = []
    filled_count = letter_count = 0
    for number, row in enumerate(sheet.iter_rows(max_col=MAX_COLUMNS, values_only=True)):
        if row.count(None) == len(row):
            continue
        cells = [format_cell_text(cell).strip() for cell in row]
        filled_count += 1
        letter_count += sum(map(len, cells))
        if filled_count > MAX_ROWS or letter_count > MAX_SHEET_LETTERS or number > 10 * MAX_ROWS:
            raise TableUnreadable(TableReadProblem.TOO_LARGE)
        table += [[] for _empty_row in range(number - len(table))]
        table.append(cells)
    return table
