"""Reading uploaded tables: CSV in the variants that spreadsheets write, or XLSX, within fixed limits.

Read outside a transaction: a file at the limits takes seconds.
"""

from trainer.documents.upload_csv import parse_csv_tables
from trainer.documents.upload_workbook import UploadedSheet, check_file_type, read_workbook


def read_uploaded_sheets(content: bytes) -> list[UploadedSheet]:
    """Return the tables that a file may contain: each sheet of a workbook, or a CSV file split at each usual separator.

    Empty rows are included, so that row numbers are those of the file. Raises TableUnreadable.
    """
    check_file_type(content)
    if content.startswith(b"PK"):
        return read_workbook(content)
    return [UploadedSheet(table, separator=separator) for separator, table in parse_csv_tables(content).items()]
