"""Pictures of a project: progress against the calendar, satisfaction by event, views over time, evidence by activity.

Each is a table of numbers and a drawing of the same rows, for pages as SVG and for documents.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from textwrap import shorten
from typing import TYPE_CHECKING

from trainer.language.choice import get_page_language
from trainer.language.dates import format_event_days
from trainer.language.translate import gettext as _
from trainer.language.translated import Translated
from trainer.monitoring.facts.project_facts import ProjectFacts
from trainer.monitoring.figures import IndicatorFigure, measure_plan
from trainer.monitoring.kinds.selection import get_month
from trainer.monitoring.wording import format_month, format_number
from trainer.surveys.results.charts import (
    BAR_SPACING,
    BEST_COLOUR,
    MIDDLE_COLOUR,
    create_drawing,
    draw_amount,
    draw_bar,
    draw_label,
    finish_drawing,
)

if TYPE_CHECKING:
    from reportlab.graphics.shapes import Drawing


LABEL_LENGTH = 90


class ChartName(StrEnum):
    """Which picture."""

    PROGRESS = "progress"
    SATISFACTION = "satisfaction"
    VIEWS = "views"
    EVIDENCE = "evidence"


@dataclass(frozen=True)
class ChartBar:
    """A number, of how many if it is a share; `is_context` draws it paler, to compare with."""

    value: int
    whole: int | None = None
    is_context: bool = False


@dataclass(frozen=True)
class ChartRow:
    """A label with its bars."""

    label: str
    bars: tuple[ChartBar, ...]


@dataclass(frozen=True)
class Chart:
    """A picture with its title, the headings of its table, and its rows."""

    name: ChartName
    title: str
    headings: tuple[str, ...]
    rows: tuple[ChartRow, ...]


def build_chart(name: ChartName, facts: ProjectFacts, seminar_titles: Mapping[int, str]) -> Chart:
    """Return a picture of a project in the page's language."""
    if name == ChartName.SATISFACTION:
        return build_satisfaction_chart(facts, seminar_titles)
    if name == ChartName.VIEWS:
        return build_views_chart(facts)
    figures = measure_plan(facts)
    return build_progress_chart(facts, figures) if name == ChartName.PROGRESS else build_evidence_chart(facts, figures)


def build_progress_chart(facts: ProjectFacts, figures: Mapping[int, IndicatorFigure]) -> Chart:
    """Return how many indicators of each task are fulfilled, beside how much of its time has passed, in days."""
    rows = []
    for task in facts.scope.project.tasks:
        indicators = [indicator for activity in task.activities for indicator in activity.indicators]
        if not indicators:
            continue
        start, end = min(each.start for each in task.activities), max(each.end for each in task.activities)
        passed = min(max((facts.scope.today - start).days + 1, 0), (end - start).days + 1)
        reached = sum(figures[indicator.id].is_reached for indicator in indicators)
        bars = (ChartBar(reached, len(indicators)), ChartBar(passed, (end - start).days + 1, is_context=True))
        rows.append(ChartRow(shorten_label(task.code, task.title), bars))
    headings = (_("Task"), _("Fulfilled indicators"), _("Days passed"))
    return Chart(ChartName.PROGRESS, _("Progress of the tasks against the calendar"), headings, tuple(rows))


def shorten_label(code: str, title: Translated) -> str:
    """Return the code and the beginning of a title, cut between words."""
    return shorten(f"{code} · {title.get_text(get_page_language())}", LABEL_LENGTH, placeholder="…")


def build_satisfaction_chart(facts: ProjectFacts, seminar_titles: Mapping[int, str]) -> Chart:
    """Return the satisfied answers of each event among all answers to the overall question."""
    rows = []
    for seminar in facts.seminars.values():
        surveys = facts.surveys.get(seminar.id, ()) if facts.is_in_period(seminar) else ()
        answered = sum(survey.answered for survey in surveys)
        if answered:
            days = format_event_days(seminar.days, get_page_language())
            label = ", ".join(filter(None, (seminar_titles.get(seminar.id, ""), days)))
            rows.append(ChartRow(label, (ChartBar(sum(survey.satisfied for survey in surveys), answered),)))
    return Chart(ChartName.SATISFACTION, _("Satisfaction by event"), (_("Event"), _("Satisfied")), tuple(rows))


def build_views_chart(facts: ProjectFacts) -> Chart:
    """Return the views of all publications at the end of each month, or today, by the entries made until then."""
    days = [entry.counted_on for own in facts.publications for entry in facts.views.get(own, ())]
    rows = []
    for month in list_months(min(days), facts.scope.today) if days else ():
        last = min(get_month(month + timedelta(days=31)) - timedelta(days=1), facts.scope.today)
        total = sum(find_views_on(facts, publication_id, last) for publication_id in facts.publications)
        rows.append(ChartRow(format_month(month), (ChartBar(total),)))
    return Chart(ChartName.VIEWS, _("Views over time"), (_("Month"), _("Views")), tuple(rows))


def list_months(first: date, last: date) -> list[date]:
    """Return the first days of the months from one day to another."""
    months, month = [], get_month(first)
    while month <= last:
        months.append(month)
        month = get_month(month + timedelta(days=31))
    return months


def find_views_on(facts: ProjectFacts, publication_id: int, day: date) -> int:
    """Return the views of a publication on a day, by its last entry until then."""
    return next((entry.views for entry in reversed(facts.views.get(publication_id, ())) if entry.counted_on <= day), 0)


def build_evidence_chart(facts: ProjectFacts, figures: Mapping[int, IndicatorFigure]) -> Chart:
    """Return how many pieces of evidence each activity has: distinct rows behind its indicators."""
    rows = []
    for activity in facts.activities.values():
        own = {
            (row.kind, row.id)
            for indicator in activity.indicators
            for target in figures[indicator.id].targets
            for row in target.rows
        }
        rows.append(ChartRow(shorten_label(activity.code, activity.title), (ChartBar(len(own)),)))
    return Chart(ChartName.EVIDENCE, _("Evidence by activity"), (_("Activity"), _("Evidence")), tuple(rows))


def draw_chart(chart: Chart) -> "Drawing":
    """Return a picture as a drawing: a label and its bars for each row. Numbers that are no shares have one scale."""
    drawing = create_drawing()
    longest = max((bar.value for row in chart.rows for bar in row.bars), default=0)
    y = 0.0
    for row in chart.rows:
        y = draw_label(drawing, row.label, y)
        for bar in row.bars:
            colour = MIDDLE_COLOUR if bar.is_context else BEST_COLOUR
            if bar.whole is None:
                y = draw_amount(drawing, bar.value, longest, format_number(bar.value), y, colour)
            else:
                y = draw_bar(drawing, bar.value, bar.whole, y, colour)
            y += BAR_SPACING - 3
        y -= BAR_SPACING - 3
    return finish_drawing(drawing, y)
