"""The list as a spreadsheet in the page's language; an exported list can be imported again."""

from collections.abc import Iterable, Sequence
from zoneinfo import ZoneInfo

from trainer.documents.workbook import Worksheet
from trainer.language import LANGUAGE_NAMES
from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.registration.desk.listing import RegistrationRow
from trainer.registration.desk.wording import STATUS_NAMES
from trainer.registration.form.answers import (
    ACCESS_NEEDS_KEY,
    format_registration_answer,
    get_access_needs_label,
    has_registration_answer,
)
from trainer.registration.models import RegistrationQuestion, RegistrationStatus
from trainer.web import phones

COLUMN_WIDTHS = (5, 22, 18, 22, 18, 26, 32, 26, 12, 22, 18, 14, 14, 30)


def build_export_headings(seminar_questions: Sequence[RegistrationQuestion]) -> list[str]:
    """Return the column headings; the seminar's own questions come last."""
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
        get_access_needs_label(get_page_language()),
        *(question.label.get_text(get_page_language()) for question in seminar_questions),
    ]


class ExportWords:
    """The words of the cells in the page's language, translated once for all rows."""

    def __init__(self) -> None:
        self.statuses = {status: str(STATUS_NAMES[status]) for status in RegistrationStatus}
        self.duplicate = _("Possible duplicate")
        self.consent = (_("Missing"), _("Given"))
        self.photos = (_("No photos"), _("Agrees"))

    def format_status(self, registration_row: RegistrationRow) -> str:
        """Return the status, and the open question whether the person is on the list twice."""
        status = self.statuses[RegistrationStatus(registration_row.status)]
        return f"{status}; {self.duplicate}" if registration_row.is_likely_duplicate else status


def build_export_sheet(
    count: int,
    registration_rows: Iterable[RegistrationRow],
    zone: ZoneInfo,
    seminar_questions: Sequence[RegistrationQuestion] = (),
) -> Worksheet:
    """Return the list as a worksheet with numbered rows, which are formatted while they are written."""
    words = ExportWords()
    rows: Iterable[list[str | int]] = (
        [
            number,
            *format_export_cells(registration_row, zone, words),
            *format_answer_cells(registration_row, seminar_questions),
        ]
        for number, registration_row in enumerate(registration_rows, 1)
    )
    return Worksheet(_("Registrations"), build_export_headings(seminar_questions), rows, COLUMN_WIDTHS, count)


def format_answer_cells(
    registration_row: RegistrationRow, seminar_questions: Sequence[RegistrationQuestion]
) -> list[str]:
    """Return the accessibility needs and the answers of a registration, one cell for each question."""
    answers = registration_row.answers or {}
    cells = [
        format_registration_answer(question, answers[str(question.id)], get_page_language())
        if has_registration_answer(question, answers)
        else ""
        for question in seminar_questions
    ]
    return [str(answers.get(ACCESS_NEEDS_KEY) or ""), *cells]


def format_export_cells(registration_row: RegistrationRow, zone: ZoneInfo, words: ExportWords) -> list[str]:
    """Return the cells of a registration, without its number and answers."""
    return [
        *(
            registration_row.surname,
            registration_row.given_name,
            registration_row.patronymic,
            phones.format_phone(registration_row.phone).replace("-", " "),  # +1 202-555 could be computed
            registration_row.email,
        ),
        *(
            registration_row.workplace,
            registration_row.position,
            LANGUAGE_NAMES[registration_row.language],
            words.format_status(registration_row),
        ),
        f"{registration_row.created_at.astimezone(zone):%d.%m.%Y %H:%M}",
        words.consent[registration_row.has_consent],
        words.photos[registration_row.agrees_to_photos],
    ]
