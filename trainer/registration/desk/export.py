"""The list as a file: a table in the page's language that a spreadsheet opens and that can be imported again."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from trainer.documents import workbook
from trainer.documents.workbook import Sheet
from trainer.language import OWN_NAMES
from trainer.language.choice import language
from trainer.language.translate import gettext as _
from trainer.registration.desk.listing import Line
from trainer.registration.desk.wording import STATES
from trainer.registration.form import questions
from trainer.registration.models import RegistrationQuestion, State
from trainer.web import phones

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


def sheet(lines: Sequence[Line], zone: ZoneInfo, asked: Sequence[RegistrationQuestion]) -> Sheet:
    """Give the list as a table."""
    rows: list[list[str | int]] = [
        [number, *row(line, zone), *answers(line, asked)] for number, line in enumerate(lines, 1)
    ]
    return Sheet(_("Registrations"), headings(asked), rows, WIDTHS)


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
    """Give the list as CSV."""
    return workbook.csv_file(sheet(lines, zone, asked))


def xlsx_file(lines: Sequence[Line], zone: ZoneInfo, title: str, asked: Sequence[RegistrationQuestion] = ()) -> bytes:
    """Give the list as a workbook."""
    return workbook.xlsx_file([sheet(lines, zone, asked)], title)
