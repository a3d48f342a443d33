"""The contacts of those who answered a survey, as PDF and XLSX: who they are, and no way to what they answered."""

from collections.abc import Sequence

from trainer.documents.flow import TOTAL, gap, texts
from trainer.documents.page import MM
from trainer.documents.paper import Heading, document
from trainer.documents.table import Table
from trainer.documents.workbook import Sheet, xlsx_file
from trainer.language.translate import gettext as _
from trainer.registration.models import Registration
from trainer.web import phones

SHARES = (0.05, 0.23, 0.2, 0.18, 0.14, 0.2)
WIDTHS = (5, 34, 34, 24, 18, 30)  # of the workbook's columns, in letters


def headings() -> list[str]:
    """Name the columns."""
    return ["№", _("Name"), _("Place of work"), _("Position"), _("Phone number"), _("E-mail")]


def rows(people: Sequence[Registration]) -> list[list[str]]:
    """Write the people, in their order."""
    return [
        [
            f"{number}",
            *(each.person.full_name, each.person.workplace, each.person.position),
            *(phones.shown(each.person.phone), each.person.email),
        ]
        for number, each in enumerate(people, 1)
    ]


def contacts_pdf(heading: Heading, people: Sequence[Registration]) -> bytes:
    """Give the list as a PDF."""
    body = Table(headings(), SHARES).strips(rows(people), keep=True)
    total = texts(_("Respondents: %(num)d", num=len(people)), TOTAL)
    return document(heading, [[*body, gap(3 * MM, keep=True), *total]])


def contacts_xlsx(title: str, people: Sequence[Registration]) -> bytes:
    """Give the list as a workbook."""
    return xlsx_file([Sheet(_("Respondents"), headings(), rows(people), WIDTHS)], title)
