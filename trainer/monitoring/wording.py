"""Names of statuses, notes and periods; actual values and deviations as texts."""

from datetime import date

from babel.dates import format_skeleton
from babel.numbers import format_decimal

from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.monitoring.figures import Note, Status, TargetFigure
from trainer.monitoring.kinds.selection import RowKind
from trainer.monitoring.models import PeriodKind
from trainer.projects.wording import UNIT_NAMES, name_choice
from trainer.web.templating import format_percent

STATUS_NAMES = {
    Status.OVERDUE: _l("Overdue"),
    Status.DUE_SOON: _l("Due soon"),
    Status.NOT_STARTED: _l("Not started"),
    Status.IN_PROGRESS: _l("In progress"),
    Status.PARTLY: _l("Partly reached"),
    Status.FULFILLED: _l("Fulfilled"),
    Status.EXCEEDED: _l("Exceeded"),
}
STATUS_TONES = {
    Status.OVERDUE: "bad",
    Status.DUE_SOON: "warn",
    Status.NOT_STARTED: "soft",
    Status.IN_PROGRESS: "soft",
    Status.PARTLY: "",
    Status.FULFILLED: "good",
    Status.EXCEEDED: "good",
}
STATUS_SIGNS = {
    Status.OVERDUE: "!",
    Status.DUE_SOON: "◷",
    Status.NOT_STARTED: "○",
    Status.IN_PROGRESS: "◔",
    Status.PARTLY: "◑",
    Status.FULFILLED: "✓",
    Status.EXCEEDED: "✓+",
}
"""A sign beside the word, so that a status is seen without colours."""
NOTE_TEXTS = {
    Note.NO_TRIP: _l("No day of the trip is planned yet."),
    Note.NO_PARTICIPANTS: _l("No one takes part yet, so the number needed is not known."),
    Note.NO_LISTS: _l("No seminar has been held yet."),
    Note.EVENTS_MISSING: _l("There are fewer events than planned."),
    Note.NO_ANSWERS: _l("There are no answers that may be shown yet."),
    Note.UNKNOWN_KIND: _l("The system does not know how to count this. Enter the figure with a proof."),
}
PERIOD_KIND_NAMES = {PeriodKind.INTERIM: _l("Interim report"), PeriodKind.FINAL: _l("Final report")}
ROW_KIND_NAMES = {
    RowKind.PERSON: _l("Person"),
    RowKind.SEMINAR: _l("Seminar"),
    RowKind.SURVEY: _l("Survey"),
    RowKind.CERTIFICATE: _l("Certificate"),
    RowKind.ITEM: _l("File"),
    RowKind.PUBLICATION: _l("Publication"),
    RowKind.ENTRY: _l("Register entry"),
}


def format_number(value: int) -> str:
    """Return a whole number in the page's language."""
    return str(format_decimal(value, locale=get_page_language()))


def format_month(month: date) -> str:
    """Return a month with its year."""
    return str(format_skeleton("yMMMM", month, locale=get_page_language()))


def format_amount(figure: TargetFigure, value: int) -> str:
    """Return a value of a target: a percentage, or a number with the target's unit."""
    if figure.is_percent:
        return format_percent(value)
    unit = name_choice(UNIT_NAMES, figure.target.unit)
    return f"{unit}: {format_number(value)}"


def format_actual(figure: TargetFigure) -> str:
    """Return what was reached of a target; of a share, also of how many answers."""
    text = format_amount(figure, figure.actual)
    if figure.whole:
        share = format_percent(100 * figure.part / figure.whole)
        return f"{share} ({_('%(part)d of %(whole)d', part=figure.part, whole=figure.whole)})"
    return text


def format_deviation(figure: TargetFigure) -> str:
    """Return the deviation of a target with its sign; of a share in percentage points."""
    value = figure.deviation
    sign = "+" if value > 0 else "−" if value < 0 else "±"
    number = f"{sign}{format_number(abs(value))}"
    return _("%(number)s p.p.", number=number) if figure.is_percent else number
