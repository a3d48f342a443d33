"""Import of a monitoring plan: from a YAML file to a project with tasks, activities and indicators."""

import json
import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from trainer.language import LANGUAGES
from trainer.language.translate import gettext as _
from trainer.language.translated import Translated
from trainer.language.transliteration import CYRILLIC_TO_LATIN
from trainer.projects.models import Activity, ExpectedResult, Indicator, Project, Task
from trainer.projects.plan_validation import list_plan_problems

MAX_PLAN_BYTES = 2_000_000  # the contract's plan has 65 thousand
MAX_LISTED_PROBLEMS = 100
MAX_TITLE_CODE_LENGTH = 60
DEFAULT_SERIAL_PREFIX = "TM"
YAML_ERRORS = (yaml.YAMLError, ValueError, AttributeError, LookupError, TypeError, ArithmeticError, RecursionError)


class AliasFreeLoader(yaml.SafeLoader):
    """YAML loader that rejects aliases, with which a small file can expand without limit."""

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        if self.check_event(yaml.AliasEvent):
            raise yaml.composer.ComposerError(None, None, "aliases are not allowed", self.peek_event().start_mark)  # type: ignore[no-untyped-call]
        return super().compose_node(parent, index)


class PlanInvalid(Exception):
    """The plan has errors; `problems` lists each with its location."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = problems


class PlanAlreadyImported(Exception):
    """A project with the code of this plan exists already."""


def read_plan(content: bytes) -> dict[str, Any]:
    """Parse and validate a plan in YAML. Raises PlanInvalid with all problems found."""
    if len(content) > MAX_PLAN_BYTES:
        raise PlanInvalid(
            [_("the file has %(size)d bytes, more than %(limit)d", size=len(content), limit=MAX_PLAN_BYTES)]
        )
    try:
        plan = AliasFreeLoader(content.decode("utf-8")).get_single_data()
        json.dumps(plan, ensure_ascii=False, default=str, skipkeys=True).encode()  # an escape may be half a character
    except YAML_ERRORS as error:
        raise PlanInvalid([describe_yaml_error(error)]) from error
    check_plan(plan)
    return dict(plan)


def describe_yaml_error(error: Exception) -> str:
    """Return that a file is no YAML, and where reading it ended, if the parser says it."""
    mark = error.problem_mark if isinstance(error, yaml.MarkedYAMLError) else None
    if mark is None:
        return _("This is not a YAML file in UTF-8.")
    return _("This is not a YAML file: line %(line)d, column %(column)d.", line=mark.line + 1, column=mark.column + 1)


def check_plan(plan: Any) -> None:
    """Raise PlanInvalid with all problems of a plan, the first MAX_LISTED_PROBLEMS of them in full."""
    problems = list(list_plan_problems(plan))
    if len(problems) > MAX_LISTED_PROBLEMS:
        problems[MAX_LISTED_PROBLEMS:] = [_("… and %(number)d more", number=len(problems) - MAX_LISTED_PROBLEMS)]
    if problems:
        raise PlanInvalid(problems)


def import_plan(
    session: Session,
    plan: Mapping[str, Any],
    serial_prefix: str = DEFAULT_SERIAL_PREFIX,
    shift: timedelta = timedelta(),
) -> Project:
    """Create the project of a validated plan, flush it and return it. Raises PlanAlreadyImported.

    `shift` is added to every date; only the example uses it.
    """
    facts = plan["project"]
    if session.scalar(select(Project.id).where(Project.code == facts["id"])) is not None:
        raise PlanAlreadyImported(facts["id"])
    project = Project(
        code=facts["id"],
        title=parse_plan_text(facts["title"]),
        goal=parse_plan_text(facts.get("goal")),
        region=parse_plan_text(facts.get("region")),
        grantee=parse_plan_text(facts["grantee"]),
        grant_giver=parse_plan_text(facts["grant_giver"]),
        start=facts["period"]["start"] + shift,
        end=facts["period"]["end"] + shift,
        timezone=facts.get("timezone", "Asia/Aqtau"),
        serial_prefix=serial_prefix,
        tasks=[build_task(task, shift, position) for position, task in enumerate(plan["tasks"], 1)],
        social_impact=build_indicators(plan.get("social_impact", {}).get("indicators", [])),
        expected_results=[
            build_expected_result(result, position)
            for position, result in enumerate(facts.get("expected_results", []), 1)
        ],
    )
    set_sources(project, plan)
    session.add(project)
    session.flush()
    return project


def set_sources(project: Project, plan: Mapping[str, Any]) -> None:
    """Set from which activities others draw, where the plan says so; ids that do not exist are left out."""
    by_code = {activity.code: activity for activity in project.activities}
    for task in plan["tasks"]:
        for facts in task["activities"]:
            codes = dict.fromkeys(facts.get("draws_from", []))
            by_code[facts["id"]].chosen_sources = [by_code[code] for code in codes if code in by_code]


def build_expected_result(facts: Mapping[str, Any], position: int) -> ExpectedResult:
    """Return an expected result with its targets and the codes of what shows it."""
    return ExpectedResult(
        code=facts["id"],
        position=position,
        text=parse_plan_text(facts),
        targets=facts.get("targets", []),
        linked=facts.get("linked", []),
    )


def build_task(facts: Mapping[str, Any], shift: timedelta, position: int) -> Task:
    """Return a task with its activities."""
    return Task(
        code=facts["id"],
        number=facts.get("number"),
        section=facts.get("section", "task"),
        title=parse_plan_text(facts["title"]),
        position=position,
        activities=[build_activity(activity, shift, place) for place, activity in enumerate(facts["activities"], 1)],
    )


def build_activity(facts: Mapping[str, Any], shift: timedelta, position: int) -> Activity:
    """Return an activity with its indicators."""
    return Activity(
        code=facts["id"],
        number=facts.get("number"),
        position=position,
        title=parse_plan_text(facts["title"]),
        event_type=facts.get("event_type", ""),
        event_count=facts.get("event_count"),
        audience=facts.get("audience", ""),
        venue=parse_plan_text(facts.get("place")),
        start=facts["start"] + shift,
        end=facts["end"] + shift,
        indicators=build_indicators(facts["indicators"]),
    )


def build_indicators(entries: Sequence[Mapping[str, Any]]) -> list[Indicator]:
    """Return indicators in their order."""
    return [build_indicator(facts, position) for position, facts in enumerate(entries, 1)]


def build_indicator(facts: Mapping[str, Any], position: int) -> Indicator:
    """Return an indicator with its planned values."""
    return Indicator(
        code=facts["id"],
        position=position,
        kind=facts.get("kind", ""),
        name=parse_plan_text(facts["name"]),
        planned_text=Translated.from_mapping(
            {language: facts.get(f"planned_text_{language}") for language in LANGUAGES}
        ),
        planned=facts["planned"],
        evidence=facts["evidence"],
        doubt=facts.get("doubt", ""),
    )


def parse_plan_text(texts: Mapping[str, Any] | None) -> Translated:
    """Return a text of the plan; `kk_ui` replaces `kk` where the contract has a misprint."""
    return Translated.from_mapping({**(texts or {}), "kk": (texts or {}).get("kk_ui") or (texts or {}).get("kk")})


def build_project_code(title: Translated, start: date) -> str:
    """Return a code for a project from the letters of its title and its year, such as "ten-mumkindik-2025"."""
    latin = "".join(CYRILLIC_TO_LATIN.get(letter, letter) for letter in title.get_text("kk").casefold())
    words = re.findall("[a-z0-9]+", latin.replace("_", ""))
    return f"{'-'.join(words)[:MAX_TITLE_CODE_LENGTH].strip('-') or 'project'}-{start.year}"


def load_whole_plan(session: Session, project: Project) -> None:
    """Load all entries of a project's plan with one query for each table."""
    activities = selectinload(Project.tasks).selectinload(Task.activities)
    options = (
        activities.selectinload(Activity.indicators),
        activities.selectinload(Activity.chosen_sources),
        selectinload(Project.social_impact),
        selectinload(Project.expected_results),
    )
    session.scalars(
        select(Project).where(Project.id == project.id).options(*options).execution_options(populate_existing=True)
    ).one()


def list_plan_activities(session: Session, project: Project) -> list[Activity]:
    """Return the activities of a project with their tasks and indicators, in the order of the plan, by two queries."""
    query = select(Activity).join(Activity.task).where(Task.project_id == project.id)
    query = query.options(selectinload(Activity.indicators), joinedload(Activity.task))
    return list(session.scalars(query.order_by(Task.position, Task.id, Activity.position, Activity.id)))
