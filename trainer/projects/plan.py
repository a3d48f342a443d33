"""Import of a monitoring plan: from a YAML file to a project with tasks, activities and indicators."""

import json
from collections.abc import Mapping
from datetime import timedelta
from typing import Any

import yaml
from sqlalchemy import select
from sqlalchemy.orm import Session

from trainer.language import LANGUAGES
from trainer.language.translated import Translated
from trainer.projects.models import Activity, Indicator, Project, Task
from trainer.projects.plan_validation import list_plan_problems

MAX_PLAN_BYTES = 2_000_000  # the contract's plan has 65 thousand
MAX_LISTED_PROBLEMS = 100
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
        raise PlanInvalid([f"the file has {len(content)} bytes, more than {MAX_PLAN_BYTES}"])
    try:
        plan = AliasFreeLoader(content.decode("utf-8")).get_single_data()
        json.dumps(plan, ensure_ascii=False, default=str, skipkeys=True).encode()  # an escape may be half a character
    except YAML_ERRORS as error:
        raise PlanInvalid([f"not a YAML file in UTF-8: {error}"[:500]]) from error
    problems = list(list_plan_problems(plan))
    if len(problems) > MAX_LISTED_PROBLEMS:
        problems[MAX_LISTED_PROBLEMS:] = [f"… and {len(problems) - MAX_LISTED_PROBLEMS} more"]
    if problems:
        raise PlanInvalid(problems)
    return dict(plan)


def import_plan(
    session: Session, plan: Mapping[str, Any], serial_prefix: str = "TM", shift: timedelta = timedelta()
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
        tasks=[build_task(task, shift) for task in plan["tasks"]],
        social_impact=[build_indicator(indicator) for indicator in plan.get("social_impact", {}).get("indicators", [])],
    )
    session.add(project)
    session.flush()
    return project


def build_task(facts: Mapping[str, Any], shift: timedelta) -> Task:
    """Return a task with its activities."""
    return Task(
        code=facts["id"],
        number=facts.get("number"),
        section=facts.get("section", "task"),
        title=parse_plan_text(facts["title"]),
        activities=[build_activity(activity, shift) for activity in facts["activities"]],
    )


def build_activity(facts: Mapping[str, Any], shift: timedelta) -> Activity:
    """Return an activity with its indicators."""
    return Activity(
        code=facts["id"],
        number=facts.get("number"),
        title=parse_plan_text(facts["title"]),
        event_type=facts.get("event_type", ""),
        event_count=facts.get("event_count"),
        audience=facts.get("audience", ""),
        venue=parse_plan_text(facts.get("place")),
        start=facts["start"] + shift,
        end=facts["end"] + shift,
        indicators=[build_indicator(indicator) for indicator in facts["indicators"]],
    )


def build_indicator(facts: Mapping[str, Any]) -> Indicator:
    """Return an indicator with its planned values."""
    return Indicator(
        code=facts["id"],
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
