"""Figures: what was planned, what was reached, by how much they differ, and the status that follows.

Rules (the contract's plan): a planned value is reached when the actual one is at least that much, whether the plan says "at
least" or only a number; a surplus is flagged. Of several targets, and of several lists, days or months, the worst decides.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from trainer.monitoring.facts.project_facts import ProjectFacts
from trainer.monitoring.kinds.people import list_participants_to_report
from trainer.monitoring.kinds.selection import CountedRow, Target, list_distinct_rows
from trainer.monitoring.kinds.table import KINDS, select_counted_rows
from trainer.monitoring.models import EnteredFigure
from trainer.monitoring.parts import PARTS, PartKey, divide_rows
from trainer.projects.models import Indicator
from trainer.projects.vocabulary import INDICATOR_KINDS
from trainer.surveys.results.statistics import is_percent_reached

DUE_SOON = timedelta(days=7)
"""How long before its end an activity is due soon."""


class Status(StrEnum):
    """How far an indicator is."""

    OVERDUE = "overdue"  # not reached, and the activity has ended
    DUE_SOON = "due_soon"  # not reached, and it ends within DUE_SOON
    NOT_STARTED = "not_started"
    IN_PROGRESS = "in_progress"
    PARTLY = "partly"  # some targets, or some lists, days or months, are reached
    FULFILLED = "fulfilled"
    EXCEEDED = "exceeded"


REACHED = (Status.FULFILLED, Status.EXCEEDED)


class Note(StrEnum):
    """What a reader must know of a figure."""

    NO_TRIP = "no_trip"  # no day of the trip is planned yet
    NO_PARTICIPANTS = "no_participants"  # nobody takes part yet
    NO_LISTS = "no_lists"
    EVENTS_MISSING = "events_missing"  # fewer events than the plan names
    NO_ANSWERS = "no_answers"
    UNKNOWN_KIND = "unknown_kind"  # nothing can be counted


@dataclass(frozen=True)
class Part:
    """A list, an event, a day or a month, each of which a target asks for."""

    actual: int
    is_reached: bool
    seminar_id: int | None = None
    day: date | None = None
    month: date | None = None


@dataclass(frozen=True)
class TargetFigure:
    """A target with what was reached. Of a percentage, `part` of `whole`; with `parts`, `actual` is the smallest of them."""

    target: Target
    required: int
    actual: int
    is_reached: bool
    is_exceeded: bool
    rows: tuple[CountedRow, ...] = field(default=(), repr=False)
    part: int = 0
    whole: int = 0
    parts: tuple[Part, ...] = ()
    note: Note | None = None
    entered: EnteredFigure | None = None

    @property
    def is_percent(self) -> bool:
        """Return whether the target is a share."""
        return self.target.unit == "percent"

    @property
    def is_started(self) -> bool:
        """Return whether anything is there."""
        return self.actual > 0 or bool(self.rows) or self.whole > 0 or any(part.actual for part in self.parts)

    @property
    def deviation(self) -> int:
        """Return by how much the actual value is above (+) or below (−) the planned one, of a share in percentage points.

        A share is truncated, so that one which misses its target never looks as if it reached it.
        """
        return self.actual - self.required


@dataclass(frozen=True)
class IndicatorFigure:
    """An indicator with the figures of its targets and its status."""

    indicator: Indicator
    targets: tuple[TargetFigure, ...]
    status: Status
    deadline: date

    @property
    def is_reached(self) -> bool:
        """Return whether all targets are reached."""
        return self.status in REACHED

    @property
    def row_count(self) -> int:
        """Return how many pieces of evidence there are: distinct rows behind all targets."""
        if len(self.targets) == 1:  # whose rows are distinct
            return len(self.targets[0].rows)
        return len(list_distinct_rows(row for figure in self.targets for row in figure.rows))

    @property
    def code(self) -> str:
        """Return the code of the indicator."""
        return self.indicator.code


def measure_plan(facts: ProjectFacts) -> dict[int, IndicatorFigure]:
    """Return the figures of all indicators of a plan by id, in the plan's order, the social impact last."""
    project = facts.scope.project
    own = [indicator for activity in project.activities for indicator in activity.indicators]
    return {indicator.id: measure_indicator(facts, indicator) for indicator in (*own, *project.social_impact)}


def measure_indicator(facts: ProjectFacts, indicator: Indicator) -> IndicatorFigure:
    """Return the figure of an indicator."""
    targets = tuple(measure_target(facts, indicator, Target.from_json(planned)) for planned in indicator.planned)
    deadline = indicator.activity.end if indicator.activity else facts.scope.project.end
    return IndicatorFigure(indicator, targets, decide_status(targets, deadline, facts.scope.today), deadline)


def decide_status(targets: Iterable[TargetFigure], deadline: date, today: date) -> Status:
    """Return the status of an indicator from its targets, the last day on which it can be reached, and today."""
    targets = list(targets)
    if targets and all(figure.is_reached for figure in targets):
        return Status.EXCEEDED if any(figure.is_exceeded for figure in targets) else Status.FULFILLED
    if today > deadline:
        return Status.OVERDUE
    if deadline - today <= DUE_SOON:
        return Status.DUE_SOON
    if any(figure.is_reached or any(part.is_reached for part in figure.parts) for figure in targets):
        return Status.PARTLY
    return Status.IN_PROGRESS if any(figure.is_started for figure in targets) else Status.NOT_STARTED


def measure_target(facts: ProjectFacts, indicator: Indicator, target: Target) -> TargetFigure:
    """Return what was reached of a target: counted, or where nothing can be counted, what was entered."""
    rows = select_counted_rows(facts, indicator, target)
    if not rows and can_be_entered(indicator):
        entered = facts.entered_figures.get((indicator.id, target.unit))
        if entered is not None:
            return build_entered_figure(target, entered)
    if target.unit == "percent":
        return measure_share(target, rows)
    if target.per == "participant":
        return measure_for_participants(facts, indicator, target, rows)
    if target.per in PARTS:
        return measure_parts(facts, indicator, target, rows)
    rows = list_distinct_rows(rows)
    note = None if indicator.kind in KINDS else Note.UNKNOWN_KIND
    return build_figure(target, target.value, sum(row.amount for row in rows), rows, note)


def can_be_entered(indicator: Indicator) -> bool:
    """Return whether a figure may be entered: of a kind that people report, or that only this plan knows."""
    kind = INDICATOR_KINDS.get(indicator.kind)
    return kind is None or kind.evidence == "entered"


def build_figure(
    target: Target, required: int, actual: int, rows: Iterable[CountedRow], note: Note | None = None
) -> TargetFigure:
    """Return the figure of a target that is counted as a whole."""
    return TargetFigure(target, required, actual, actual >= required, actual > required, tuple(rows), note=note)


def build_entered_figure(target: Target, entered: EnteredFigure) -> TargetFigure:
    """Return a figure that a person entered."""
    is_reached, is_exceeded = entered.value >= target.value, entered.value > target.value
    return TargetFigure(target, target.value, entered.value, is_reached, is_exceeded, entered=entered)


def measure_share(target: Target, rows: list[CountedRow]) -> TargetFigure:
    """Return a share in percent, compared as whole numbers: 100·part ≥ percent·whole. Without answers it is not started."""
    rows = list_distinct_rows(rows)
    part, whole = sum(row.amount for row in rows), sum(row.total for row in rows)
    return TargetFigure(
        target=target,
        required=target.value,
        actual=100 * part // whole if whole else 0,
        is_reached=is_percent_reached(part, whole, target.value),
        is_exceeded=whole > 0 and 100 * part > target.value * whole,
        rows=tuple(rows),
        part=part,
        whole=whole,
        note=None if whole else Note.NO_ANSWERS,
    )


def measure_for_participants(
    facts: ProjectFacts, indicator: Indicator, target: Target, rows: list[CountedRow]
) -> TargetFigure:
    """Return the figure of a target that each participant has to fulfil: rows against the value times the participants.

    Nothing says yet which participant a document comes from, so the documents are counted together.
    """
    number = len(list_participants_to_report(facts, indicator))
    rows = list_distinct_rows(rows)
    if not number:
        actual = sum(row.amount for row in rows)
        return TargetFigure(target, target.value, actual, False, False, tuple(rows), note=Note.NO_PARTICIPANTS)
    return build_figure(target, number * target.value, sum(row.amount for row in rows), rows)


def measure_parts(facts: ProjectFacts, indicator: Indicator, target: Target, rows: list[CountedRow]) -> TargetFigure:
    """Return the figure of a target that each list, event, day of the trip or month has to reach: the smallest decides."""
    divided = divide_rows(PARTS[target.per], facts, indicator, rows)
    parts = [build_part(target, own, key) for key, own in divided]
    note = None if parts else MISSING_PARTS.get(target.per)
    wanted = (indicator.activity.event_count or 1) if target.per == "event" and indicator.activity else 0
    if len(parts) < wanted:
        note = Note.EVENTS_MISSING
    is_complete = bool(parts) and note is None
    actual = min((part.actual for part in parts), default=0)
    return TargetFigure(
        target=target,
        required=target.value,
        actual=actual,
        is_reached=is_complete and actual >= target.value,
        is_exceeded=is_complete and actual > target.value,
        rows=tuple(list_distinct_rows(rows)),
        parts=tuple(parts),
        note=note,
    )


def build_part(target: Target, rows: Iterable[CountedRow], key: PartKey) -> Part:
    """Return what was reached of a part by its rows."""
    actual = sum(row.amount for row in list_distinct_rows(rows))
    return Part(actual, actual >= target.value, key.seminar_id, key.day, key.month)


MISSING_PARTS: Mapping[str, Note] = {
    "list": Note.NO_LISTS,
    "event": Note.EVENTS_MISSING,
    "trip_day": Note.NO_TRIP,
}
