"""Workbooks of the import: an empty list to fill in, and the rows that were not imported with the reasons."""

from collections.abc import Sequence

from trainer.documents.workbook import Worksheet, render_xlsx
from trainer.language.translate import gettext as _

TEMPLATE_ROWS = 500  # formatted as text, so that a spreadsheet does not round phone numbers
TEMPLATE_WIDTHS = (22, 18, 22, 18, 26, 32, 26, 12)
REST_WIDTHS = (60, *[22] * 12)


def list_template_headings() -> list[str]:
    """Return the headings of all columns that are read, in the language of the page."""
    return [
        _("Surname"),
        _("Given name"),
        _("Patronymic (if any)"),
        _("Phone number"),
        _("Email"),
        _("Workplace"),
        _("Position"),
        _("Language"),
    ]


def render_import_template() -> bytes:
    """Return an empty list as XLSX."""
    headings = list_template_headings()
    rows = [[""] * len(headings)] * TEMPLATE_ROWS
    return render_xlsx(
        [Worksheet(_("List of participants"), headings, rows, TEMPLATE_WIDTHS)], _("List of participants")
    )


def render_import_rest(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> bytes:
    """Return the rows that were not imported as XLSX: the reason first, then the columns of the file."""
    title = _("Rows not imported")
    return render_xlsx([Worksheet(title, [_("Reason"), *headings], rows, REST_WIDTHS)], title)
