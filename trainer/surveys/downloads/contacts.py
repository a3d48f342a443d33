"""The contacts of the respondents as PDF and XLSX. They contain no answers."""

from collections.abc import Sequence

from trainer.documents.flow import TOTAL_STYLE, build_gap, set_text_strips
from trainer.documents.page import MM
from trainer.documents.paper import DocumentHeading, render_document
from trainer.documents.table import Table
from trainer.documents.workbook import Worksheet
from trainer.language.translate import gettext as _
from trainer.registration.seats.participants import ListedPerson
from trainer.web import phones

PDF_COLUMN_SHARES = (0.05, 0.23, 0.2, 0.18, 0.14, 0.2)
XLSX_COLUMN_WIDTHS = (5, 34, 34, 24, 18, 30)  # in characters


def list_contact_headings() -> list[str]:
    """Return the column headings."""
    return ["№", _("Name"), _("Workplace"), _("Position"), _("Phone number"), _("Email")]


def build_contact_rows(respondents: Sequence[ListedPerson]) -> list[list[str]]:
    """Return a numbered table row for each respondent, in the given order."""
    return [
        [
            f"{number}",
            *(respondent.full_name, respondent.workplace, respondent.position),
            *(phones.format_phone(respondent.phone), respondent.email),
        ]
        for number, respondent in enumerate(respondents, 1)
    ]


def render_contacts_pdf(heading: DocumentHeading, respondents: Sequence[ListedPerson]) -> bytes:
    """Return the contact list as PDF."""
    body = Table(list_contact_headings(), PDF_COLUMN_SHARES).set_table(
        build_contact_rows(respondents), keep_with_next=True
    )
    total = set_text_strips(_("Respondents: %(num)d", num=len(respondents)), TOTAL_STYLE)
    return render_document(heading, [[*body, build_gap(3 * MM, keep_with_next=True), *total]])


def build_contacts_sheet(respondents: Sequence[ListedPerson]) -> Worksheet:
    """Return the contact list as a worksheet."""
    return Worksheet(_("Respondents"), list_contact_headings(), build_contact_rows(respondents), XLSX_COLUMN_WIDTHS)
