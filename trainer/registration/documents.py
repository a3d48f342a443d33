"""The list as a file: a table in the page's language that a spreadsheet opens and that can be imported again."""

import csv
import io
import re
from collections.abc import Sequence
from zoneinfo import ZoneInfo

from trainer.language import OWN_NAMES
from trainer.language.choice import language
from trainer.language.words import gettext as _
from trainer.registration import questions
from trainer.registration.desk_wording import STATES
from trainer.registration.lists import Line
from trainer.registration.models import RegistrationQuestion, State
from trainer.web import phones

COMPUTED = re.compile(r"'*[=+\-@\t\r]")  # a spreadsheet would compute such a cell
FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')  # in the names of files on Windows
WIDTHS = (5, 22, 18, 22, 18, 26, 32, 26, 12, 22, 18, 14, 14, 30)


def headings(asked: Sequence[RegistrationQuestion]) -> list[str]:
    """Name the columns; the last ones are the seminar's own questions."""
    return [
        "№",
        _("Surname"),
        _("Given name"),
        _("Patronymic (if any)"),
        _("Phone number"),
        _("E-mail"),
        _("Place of work"),
        _("Position"),
        _("Language"),
        _("State"),
        _("Registered at"),
        _("Consent"),
        _("Photo"),
        questions.access_label(language()),
        *(each.label.to(language()) for each in asked),
    ]


def rows(lines: Sequence[Line], zone: ZoneInfo, asked: Sequence[RegistrationQuestion]) -> list[list[str]]:
    """Write the lines."""
    return [[str(number), *row(line, zone), *answers(line, asked)] for number, line in enumerate(lines, 1)]


def answers(line: Line, asked: Sequence[RegistrationQuestion]) -> list[str]:
    """Write what somebody needs to take part and answered, a cell for each question."""
    kept = line.answers or {}
    said = [
        questions.text_of(each, kept[str(each.id)], language()) if questions.answered(each, kept) else ""
        for each in asked
    ]
    return [str(kept.get(questions.ACCESS) or ""), *said]


def row(line: Line, zone: ZoneInfo) -> list[str]:
    """Write a line, without its number."""
    return [
        *(line.surname, line.given_name, line.patronymic, phones.shown(line.phone), line.email),
        *(line.workplace, line.position, OWN_NAMES[line.language], str(STATES[State(line.state)])),
        f"{line.created_at.astimezone(zone):%d.%m.%Y %H:%M}",
        _("Given") if line.consent else _("Missing"),
        _("Agrees") if line.photo else _("No photos"),
    ]


def csv_file(lines: Sequence[Line], zone: ZoneInfo, asked: Sequence[RegistrationQuestion] = ()) -> bytes:
    """Give the list as CSV as Excel here opens it: semicolons, a byte order mark, and nothing that it would compute."""
    made = io.StringIO(newline="")
    writer = csv.writer(made, delimiter=";")
    writer.writerows([guarded(cell) for cell in each] for each in (headings(asked), *rows(lines, zone, asked)))
    return made.getvalue().encode("utf-8-sig")


def guarded(cell: str) -> str:
    """Keep a spreadsheet from computing a cell; import takes the apostrophe away again."""
    return f"'{cell}" if COMPUTED.match(cell) else cell


def xlsx_file(lines: Sequence[Line], zone: ZoneInfo, title: str, asked: Sequence[RegistrationQuestion] = ()) -> bytes:
    """Give the list as a workbook: every cell is text, the headings stay in sight and repeat on paper."""
    from xlsxwriter import Workbook  # here: most processes never write one

    made = io.BytesIO()
    book = Workbook(made, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False})
    sheet = book.add_worksheet()
    head = book.add_format({"bold": True, "bottom": 1, "text_wrap": True, "valign": "top"})
    text = book.add_format({"num_format": "@", "valign": "top", "text_wrap": True})
    names, body = headings(asked), rows(lines, zone, asked)
    sheet.write_row(0, 0, names, head)
    for number, each in enumerate(body, 1):
        sheet.write_number(number, 0, number, text)
        for place, cell in enumerate(each[1:], 1):
            sheet.write_string(number, place, cell, text)
    for place, width in enumerate(WIDTHS):
        sheet.set_column(place, place, width)
    sheet.freeze_panes(1, 2)
    sheet.autofilter(0, 0, max(1, len(body)), len(names) - 1)
    sheet.set_landscape()
    sheet.set_paper(9)
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(0)
    sheet.set_header("&L" + title.replace("&", "&&")[:200] + "&R&P / &N")
    book.close()
    return made.getvalue()


def file_name(title: str, ending: str) -> str:
    """Name the file by what it is and the seminar, in letters that every system accepts."""
    words = f"{_('Registrations')} {title}"
    return f"{FORBIDDEN.sub('_', words)[:100].rstrip('. ')}.{ending}"
