"""Reading uploaded tables: CSV in the variants that spreadsheets write, or XLSX, within fixed limits.

Read outside a transaction: a file at the limits takes seconds.
"""

from trainer.documents.upload_csv import parse_csv_tables
from trainer.documents.upload_limits import TableReadProblem, TableUnreadable
from trainer.documents.upload_workbook import UploadedSheet, read_workbook

OLD_EXCEL_SIGNATURE = bytes.fromhex("d0cf11e0a1b11ae1")


def read_uploaded_sheets(content: bytes) -> list[UploadedSheet]:
    """Return the tables that a file may contain: each sheet of a workbook, or a CSV file split at each usual separator.

    Empty rows are included, so that row numbers are those of the file. Raises TableUnreadable.
    """
    if not content.strip():
        raise TableUnreadable(TableReadProblem.EMPTY)
    if content.startswith(OLD_EXCEL_SIGNATURE):
        raise TableUnreadable(TableReadProblem.OLD_EXCEL)
    if content.startswith(b"PK"):
        return read_workbook(content)
    return [UploadedSheet(table) for table in parse_csv_tables(content)]
