"""What can be wrong with a monitoring plan, each with its place in the file; a plan without a problem fits into the tables."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from trainer.language import LANGUAGES
from trainer.web.text import unprintable

EVIDENCE = ("generated", "measured", "uploaded", "entered")
COMPARATORS = ("at_least", "exactly")
LARGEST_NUMBER = 2**31 - 1
# How long a word of each kind may be.
PROJECT_ID, ID, WORD, PRINTED, DOUBT, ZONE, PHRASE = 80, 20, 40, 200, 300, 60, 10_000


def plan_problems(plan: Any) -> Iterator[str]:
    """Name everything that is missing or of the wrong form, each with its place in the file."""
    if not isinstance(plan, dict) or not isinstance(plan.get("project"), dict):
        yield "the file needs `project` and `tasks`"
        return
    project, codes = plan["project"], list[str]()
    yield from code_problems("project", project, [], PROJECT_ID)
    yield from text_problems("project", project, ("title", "grantee", "grant_giver"))
    yield from text_problems("project", project, ("goal", "region"), needed=False)
    if isinstance(project.get("period"), dict):
        yield from period_problems("project.period", project["period"])
    else:
        yield "project.period: start and end are needed"
    yield from zone_problems(project.get("timezone", "Asia/Aqtau"))
    if isinstance(plan.get("tasks"), list):
        for task in plan["tasks"]:
            yield from task_problems(task, codes)
    else:
        yield "the file needs `project` and `tasks`"
    impact = plan.get("social_impact", {})
    if isinstance(impact, dict) and isinstance(impact.get("indicators", []), list):
        for indicator in impact.get("indicators", []):
            yield from indicator_problems(indicator, codes)
    else:
        yield "social_impact.indicators: a list is needed"
    yield from (f"{code}: this id stands more than once" for code, times in Counter(codes).items() if times > 1)


def task_problems(task: Any, codes: list[str]) -> Iterator[str]:
    """Name the problems of a task and all below it."""
    if not isinstance(task, dict) or not isinstance(task.get("activities"), list):
        yield f"a task needs `id`, `title` and `activities`: {brief(task)}"
        return
    place = brief(task.get("id"))
    yield from code_problems("a task", task, codes)
    yield from text_problems(place, task, ("title",))
    yield from word_problems(place, task, {"section": WORD})
    yield from number_problems(place, task, ("number",))
    for activity in task["activities"]:
        if isinstance(activity, dict) and isinstance(activity.get("indicators"), list):
            yield from activity_problems(activity, place, codes)
        else:
            yield f"{place}: an activity needs `id`, `title` and `indicators`"


def activity_problems(activity: dict[str, Any], task: str, codes: list[str]) -> Iterator[str]:
    """Name the problems of an activity and of its indicators."""
    place = brief(activity.get("id"))
    yield from code_problems(f"{task}: an activity", activity, codes)
    yield from text_problems(place, activity, ("title",))
    yield from text_problems(place, activity, ("place",), needed=False)
    yield from word_problems(place, activity, {"event_type": WORD, "audience": WORD})
    yield from number_problems(place, activity, ("number", "event_count"))
    yield from period_problems(place, activity)
    for indicator in activity["indicators"]:
        yield from indicator_problems(indicator, codes)


def indicator_problems(indicator: Any, codes: list[str]) -> Iterator[str]:
    """Name the problems of an indicator."""
    if not isinstance(indicator, dict):
        yield f"an indicator must be a mapping: {brief(indicator)}"
        return
    place = brief(indicator.get("id"))
    yield from code_problems("an indicator", indicator, codes)
    yield from text_problems(place, indicator, ("name",))
    yield from word_problems(place, indicator, {"kind": WORD, "planned_text_kk": PRINTED, "doubt": DOUBT})
    if indicator.get("evidence") not in EVIDENCE:
        yield f"{place}.evidence: one of {', '.join(EVIDENCE)} is needed"
    targets = indicator.get("planned")
    if not isinstance(targets, list) or not all(is_target(target) for target in targets):
        yield f"{place}.planned: a list of comparator, value and unit is needed"


def brief(value: Any) -> str:
    """Show what stands in the file, in short."""
    if is_word(value, ID):
        return str(value)
    shown = repr(value)[:60]
    return shown.translate({ord(each): "?" for each in unprintable(shown)})


def is_word(value: Any, longest: int) -> bool:
    """Whether this is a text that a table can hold: not too long, every character printable."""
    return isinstance(value, str) and len(value) <= longest and not unprintable(value)


def is_number(value: Any) -> bool:
    """Whether this is a number that a table can hold; true and false are none, nor is infinity."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= LARGEST_NUMBER


def is_target(target: Any) -> bool:
    """Whether this is a planned value: comparator, number, unit, and words about them."""
    return (
        isinstance(target, dict)
        and target.get("comparator") in COMPARATORS
        and is_number(target.get("value"))
        and isinstance(target.get("unit"), str)
        and all(is_word(name, WORD) and (is_number(each) or is_word(each, PRINTED)) for name, each in target.items())
    )


def code_problems(place: str, mapping: Mapping[str, Any], codes: list[str], longest: int = ID) -> Iterator[str]:
    """Name an id that is missing or of the wrong form; a good one joins the others."""
    code = mapping.get("id")
    if code and is_word(code, longest):
        codes.append(code)
    else:
        yield f"{place}.id: a text of at most {longest} characters is needed, not {brief(code)}"


def text_problems(place: str, mapping: Mapping[str, Any], names: tuple[str, ...], needed: bool = True) -> Iterator[str]:
    """Name texts that are missing or not written by language."""
    for name in names:
        value = mapping.get(name)
        if value is None and not needed:
            continue
        phrases = [value.get(each) for each in (*LANGUAGES, "kk_ui")] if isinstance(value, dict) else []
        written = isinstance(value, dict) and all(map(is_phrase, phrases))
        if not written or (needed and not any(phrases)):
            yield f"{place}.{name}: a text in kk, ru or en is needed"


def is_phrase(value: Any) -> bool:
    """Whether this is the text of one language, or nothing."""
    return value is None or is_word(value, PHRASE)


def word_problems(place: str, mapping: Mapping[str, Any], names: Mapping[str, int]) -> Iterator[str]:
    """Name words that may be left out but are too long, or no words."""
    for name, longest in names.items():
        if not is_word(mapping.get(name, ""), longest):
            yield f"{place}.{name}: a text of at most {longest} characters is needed"


def number_problems(place: str, mapping: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[str]:
    """Name whole numbers that may be left out but are none."""
    for name in names:
        value = mapping.get(name)
        if value is not None and not (isinstance(value, int) and is_number(value)):
            yield f"{place}.{name}: a whole number is needed"


def period_problems(place: str, mapping: Mapping[str, Any]) -> Iterator[str]:
    """Name dates that are missing or in the wrong order."""
    start, end = mapping.get("start"), mapping.get("end")
    if type(start) is not date or type(end) is not date:
        yield f"{place}: start and end must be dates such as 2025-05-01"
    elif end < start:
        yield f"{place}: it ends before it starts"


def zone_problems(name: Any) -> Iterator[str]:
    """Name a time zone that does not exist."""
    if not is_word(name, ZONE) or name not in available_timezones():
        yield f"project.timezone: there is no zone {brief(name)}"
