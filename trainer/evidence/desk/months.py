"""The month that a document is for, such as a media plan, of which the plan asks for one each month."""

from datetime import date, timedelta

from babel.dates import format_skeleton
from wtforms.fields import SelectChoice

from trainer.evidence.models import EvidenceItem, EvidenceKind
from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _

MONTHLY_KINDS = (EvidenceKind.MEDIA_PLAN,)


def list_months(item: EvidenceItem) -> list[SelectChoice]:
    """Return the months of the project for choice, and that of the file; first that nobody has said which."""
    first, last = item.project.start, item.project.end
    months = {item.month} if item.month else set()
    month = first.replace(day=1)
    while month <= last:
        months.add(month)
        month = (month + timedelta(days=31)).replace(day=1)
    named = [SelectChoice(format_month_value(each), name_month(each)) for each in sorted(months)]
    return [SelectChoice("", _("By the day of the file")), *named]


def name_month(month: date) -> str:
    """Return a month with its year in the page's language."""
    return str(format_skeleton("yMMMM", month, locale=get_page_language()))


def format_month_value(month: date | None) -> str:
    """Return a month as the form holds it; empty for none."""
    return f"{month:%Y-%m}" if month else ""


def parse_month_value(value: str | None) -> date | None:
    """Return the first day of a month that the form holds."""
    return date.fromisoformat(f"{value}-01") if value else None
