"""Validation of a monitoring plan. A plan without problems fits into the tables.

Problems are sentences in the language of the page; entries of the file are named as they stand in it.
"""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any
from zoneinfo import available_timezones

from trainer.language import LANGUAGES
from trainer.language.translate import gettext as _
from trainer.projects.vocabulary import COMPARATORS, EVIDENCE_KINDS
from trainer.web.text import find_unprintable_characters

MAX_NUMBER = 2**31 - 1
# Maximum lengths of the columns.
(
    MAX_PROJECT_CODE_LENGTH,
    MAX_CODE_LENGTH,
    MAX_WORD_LENGTH,
    MAX_PRINTED_LENGTH,
    MAX_DOUBT_LENGTH,
    MAX_TIME_ZONE_LENGTH,
    MAX_PHRASE_LENGTH,
) = 80, 20, 40, 200, 300, 60, 10_000


def list_plan_problems(plan: Any) -> Iterator[str]:
    """Yield every missing or malformed entry of a plan, each with its location in the file."""
    if not isinstance(plan, dict) or not isinstance(plan.get("project"), dict):
        yield _("the file needs `project` and `tasks`")
        return
    project, codes = plan["project"], list[str]()
    yield from list_code_problems("project", project, [], MAX_PROJECT_CODE_LENGTH)
    yield from list_text_problems("project", project, ("title", "grantee", "grant_giver"))
    yield from list_text_problems("project", project, ("goal", "region"), is_required=False)
    if isinstance(project.get("period"), dict):
        yield from list_period_problems("project.period", project["period"])
    else:
        yield locate_problem("project.period", _("start and end are needed"))
    yield from list_time_zone_problems(project.get("timezone", "Asia/Aqtau"))
    if isinstance(plan.get("tasks"), list):
        for task in plan["tasks"]:
            yield from list_task_problems(task, codes)
    else:
        yield _("the file needs `project` and `tasks`")
    impact = plan.get("social_impact", {})
    if isinstance(impact, dict) and isinstance(impact.get("indicators", []), list):
        for indicator in impact.get("indicators", []):
            yield from list_indicator_problems(indicator, codes)
    else:
        yield locate_problem("social_impact.indicators", _("a list is needed"))
    yield from list_result_problems(project.get("expected_results", []), codes)
    yield from (
        locate_problem(code, _("this id is used more than once")) for code, times in Counter(codes).items() if times > 1
    )


def list_task_problems(task: Any, codes: list[str]) -> Iterator[str]:
    """Yield the problems of a task, its activities and their indicators."""
    if not isinstance(task, dict) or not isinstance(task.get("activities"), list):
        yield _("a task needs `id`, `title` and `activities`: %(value)s", value=shorten_value(task))
        return
    location = shorten_value(task.get("id"))
    yield from list_code_problems("a task", task, codes)
    yield from list_text_problems(location, task, ("title",))
    yield from list_word_problems(location, task, {"section": MAX_WORD_LENGTH})
    yield from list_number_problems(location, task, ("number",))
    for activity in task["activities"]:
        if isinstance(activity, dict) and isinstance(activity.get("indicators"), list):
            yield from list_activity_problems(activity, location, codes)
        else:
            yield locate_problem(location, _("an activity needs `id`, `title` and `indicators`"))


def list_activity_problems(activity: dict[str, Any], task_code: str, codes: list[str]) -> Iterator[str]:
    """Yield the problems of an activity and its indicators."""
    location = shorten_value(activity.get("id"))
    yield from list_code_problems(f"{task_code}: an activity", activity, codes)
    yield from list_text_problems(location, activity, ("title",))
    yield from list_text_problems(location, activity, ("place",), is_required=False)
    yield from list_word_problems(location, activity, {"event_type": MAX_WORD_LENGTH, "audience": MAX_WORD_LENGTH})
    yield from list_number_problems(location, activity, ("number", "event_count"))
    yield from list_period_problems(location, activity)
    if not is_code_list(activity.get("draws_from", [])):
        yield locate_problem(f"{location}.draws_from", _("a list of ids is needed"))
    for indicator in activity["indicators"]:
        yield from list_indicator_problems(indicator, codes)


def list_result_problems(results: Any, codes: list[str]) -> Iterator[str]:
    """Yield the problems of the expected results."""
    if not isinstance(results, list) or not all(isinstance(result, dict) for result in results):
        yield locate_problem("project.expected_results", _("a list is needed"))
        return
    for result in results:
        location = shorten_value(result.get("id"))
        yield from list_code_problems("an expected result", result, codes)
        yield from list_text_problems("project", {"expected_results": result}, ("expected_results",))
        targets = result.get("targets", [])
        if not isinstance(targets, list) or not all(map(is_planned_value, targets)):
            yield locate_problem(f"{location}.targets", _("a list of comparator, value and unit is needed"))
        if not is_code_list(result.get("linked", [])):
            yield locate_problem(f"{location}.linked", _("a list of ids is needed"))


def is_code_list(value: Any) -> bool:
    """Return whether a value is a list of ids."""
    return isinstance(value, list) and all(is_storable_text(code, MAX_CODE_LENGTH) for code in value)


def list_indicator_problems(indicator: Any, codes: list[str]) -> Iterator[str]:
    """Yield the problems of an indicator."""
    if not isinstance(indicator, dict):
        yield _("an indicator must be a mapping: %(value)s", value=shorten_value(indicator))
        return
    location = shorten_value(indicator.get("id"))
    yield from list_code_problems("an indicator", indicator, codes)
    yield from list_text_problems(location, indicator, ("name",))
    planned_texts = {f"planned_text_{language}": MAX_PRINTED_LENGTH for language in LANGUAGES}
    word_lengths = {"kind": MAX_WORD_LENGTH, "doubt": MAX_DOUBT_LENGTH, **planned_texts}
    yield from list_word_problems(location, indicator, word_lengths)
    if indicator.get("evidence") not in EVIDENCE_KINDS:
        yield locate_problem(f"{location}.evidence", _("one of %(words)s is needed", words=", ".join(EVIDENCE_KINDS)))
    targets = indicator.get("planned")
    if not isinstance(targets, list) or not all(is_planned_value(target) for target in targets):
        yield locate_problem(f"{location}.planned", _("a list of comparator, value and unit is needed"))


def locate_problem(place: str, problem: str) -> str:
    """Return a problem with its place before it."""
    return f"{place}: {problem}"


def shorten_value(value: Any) -> str:
    """Return a value of the file in short, printable form for a message."""
    if is_storable_text(value, MAX_CODE_LENGTH):
        return str(value)
    text = repr(value)[:60]
    return text.translate({ord(character): "?" for character in find_unprintable_characters(text)})


def is_storable_text(value: Any, max_length: int) -> bool:
    """Return whether a value is a printable text of at most `max_length` characters."""
    return isinstance(value, str) and len(value) <= max_length and not find_unprintable_characters(value)


def is_storable_number(value: Any) -> bool:
    """Return whether a value is a number within the range of a column; booleans and infinity are not."""
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= MAX_NUMBER


def is_planned_value(target: Any) -> bool:
    """Return whether a value is a target: comparator, number, unit and optional remarks."""
    return (
        isinstance(target, dict)
        and target.get("comparator") in COMPARATORS
        and is_storable_number(target.get("value"))
        and isinstance(target.get("unit"), str)
        and all(
            is_storable_text(name, MAX_WORD_LENGTH)
            and (is_storable_number(value) or is_storable_text(value, MAX_PRINTED_LENGTH))
            for name, value in target.items()
        )
    )


def list_code_problems(
    location: str, mapping: Mapping[str, Any], codes: list[str], max_length: int = MAX_CODE_LENGTH
) -> Iterator[str]:
    """Yield a problem if the id is missing or malformed; otherwise append it to `codes`."""
    code = mapping.get("id")
    if code and is_storable_text(code, max_length):
        codes.append(code)
    else:
        needed = _(
            "a text of at most %(length)d characters is needed, not %(value)s",
            length=max_length,
            value=shorten_value(code),
        )
        yield locate_problem(f"{location}.id", needed)


def list_text_problems(
    location: str, mapping: Mapping[str, Any], names: tuple[str, ...], is_required: bool = True
) -> Iterator[str]:
    """Yield the translated texts that are missing or malformed."""
    for name in names:
        value = mapping.get(name)
        if value is None and not is_required:
            continue
        phrases = [value.get(language) for language in (*LANGUAGES, "kk_ui")] if isinstance(value, dict) else []
        is_translated = isinstance(value, dict) and all(map(is_optional_text, phrases))
        if not is_translated or (is_required and not any(phrases)):
            yield locate_problem(f"{location}.{name}", _("a text in kk, ru or en is needed"))


def is_optional_text(value: Any) -> bool:
    """Return whether a value is missing or a text of one language."""
    return value is None or is_storable_text(value, MAX_PHRASE_LENGTH)


def list_word_problems(location: str, mapping: Mapping[str, Any], max_lengths: Mapping[str, int]) -> Iterator[str]:
    """Yield optional texts that are too long or not texts."""
    for name, longest in max_lengths.items():
        if not is_storable_text(mapping.get(name, ""), longest):
            yield locate_problem(
                f"{location}.{name}", _("a text of at most %(length)d characters is needed", length=longest)
            )


def list_number_problems(location: str, mapping: Mapping[str, Any], names: tuple[str, ...]) -> Iterator[str]:
    """Yield optional whole numbers that are not whole numbers."""
    for name in names:
        value = mapping.get(name)
        if value is not None and not (isinstance(value, int) and is_storable_number(value)):
            yield locate_problem(f"{location}.{name}", _("a whole number is needed"))


def list_period_problems(location: str, mapping: Mapping[str, Any]) -> Iterator[str]:
    """Yield a problem if a date is missing or the period ends before it starts."""
    start, end = mapping.get("start"), mapping.get("end")
    if type(start) is not date or type(end) is not date:
        yield locate_problem(location, _("start and end must be dates such as 2025-05-01"))
    elif end < start:
        yield locate_problem(location, _("it ends before it starts"))


def list_time_zone_problems(name: Any) -> Iterator[str]:
    """Yield a problem if the time zone is unknown."""
    if not is_storable_text(name, MAX_TIME_ZONE_LENGTH) or name not in available_timezones():
        yield locate_problem("project.timezone", _("there is no zone %(name)s", name=shorten_value(name)))
