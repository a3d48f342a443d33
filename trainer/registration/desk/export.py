"""The list as a file: a table in the page's language that a spreadsheet opens and that can be imported again."""

from collections.abc import Sequence
from zoneinfo import ZoneInfo

from trainer.documents import workbook
from trainer.documents.workbook import Worksheet
from trainer.language import LANGUAGE_NAMES
from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.registration.desk.listing import RegistrationRow
from trainer.registration.desk.wording import STATUS_NAMES
from trainer.registration.form import questions
from trainer.registration.models import RegistrationQuestion, RegistrationStatus
from trainer.web import phones

COLUMN_WIDTHS = (5, 22, 18, 22, 18, 26, 32, 26, 12, 22, 18, 14, 14, 30)


def build_export_headings(seminar_questions: Sequence[RegistrationQuestion]) -> list[str]:
    """Name the columns; the last ones are the seminar's own questions."""
    return [
        "№",
        _("Surname"),
        _("Given name"),
        _("Patronymic (if any)"),
        _("Phone number"),
        _("Email"),
        _("Workplace"),
        _("Position"),
        _("Language"),
        _("Status"),
        _("Registration time"),
        _("Consent"),
        _("Photo"),
        questions.get_access_needs_label(get_page_language()),
        *(each.label.get_text(get_page_language()) for each in seminar_questions),
    ]


def build_export_sheet(
    registration_rows: Sequence[RegistrationRow], zone: ZoneInfo, seminar_questions: Sequence[RegistrationQuestion]
) -> Worksheet:
    """Give the list as a table."""
    rows: list[list[str | int]] = [
        [number, *format_export_cells(line, zone), *format_answer_cells(line, seminar_questions)]
        for number, line in enumerate(registration_rows, 1)
    ]
    return Worksheet(_("Registrations"), build_export_headings(seminar_questions), rows, COLUMN_WIDTHS)


def format_answer_cells(
    registration_row: RegistrationRow, seminar_questions: Sequence[RegistrationQuestion]
) -> list[str]:
    """Write what somebody needs to take part and answered, a cell for each question."""
    kept = registration_row.answers or {}
    said = [
        questions.format_registration_answer(each, kept[str(each.id)], get_page_language())
        if questions.has_registration_answer(each, kept)
        else ""
        for each in seminar_questions
    ]
    return [str(kept.get(questions.ACCESS_NEEDS_KEY) or ""), *said]


def format_export_cells(registration_row: RegistrationRow, zone: ZoneInfo) -> list[str]:
    """Write a line, without its number."""
    return [
        *(
            registration_row.surname,
            registration_row.given_name,
            registration_row.patronymic,
            phones.format_phone(registration_row.phone),
            registration_row.email,
        ),
        *(
            registration_row.workplace,
            registration_row.position,
            LANGUAGE_NAMES[registration_row.language],
            str(STATUS_NAMES[RegistrationStatus(registration_row.status)]),
        ),
        f"{registration_row.created_at.astimezone(zone):%d.%m.%Y %H:%M}",
        _("Given") if registration_row.has_consent else _("Missing"),
        _("Agrees") if registration_row.agrees_to_photos else _("No photos"),
    ]


def render_registrations_csv(
    registration_rows: Sequence[RegistrationRow], zone: ZoneInfo, seminar_questions: Sequence[RegistrationQuestion] = ()
) -> bytes:
    """Give the list as CSV."""
    return workbook.render_csv(build_export_sheet(registration_rows, zone, seminar_questions))


def render_registrations_xlsx(
    registration_rows: Sequence[RegistrationRow],
    zone: ZoneInfo,
    title: str,
    seminar_questions: Sequence[RegistrationQuestion] = (),
) -> bytes:
    """Give the list as a workbook."""
    return workbook.render_xlsx([build_export_sheet(registration_rows, zone, seminar_questions)], title)
