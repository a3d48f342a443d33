"""Guesses for a whole plan: every indicator and activity by its own words, then what other parts of the plan say about them."""

from typing import Any

from trainer.language import LANGUAGES
from trainer.projects.guesses.activity_doubts import list_activity_doubts
from trainer.projects.guesses.doubts import build_doubt
from trainer.projects.guesses.entries import Plan, get_source_text, list_plan_indicators, read_promises
from trainer.projects.guesses.stems import (
    AUDIENCE_RULES,
    EVENT_TYPE_RULES,
    find_meaning,
)
from trainer.projects.guesses.targets import Reading, read_indicator
from trainer.projects.vocabulary import INDICATOR_KINDS, get_evidence

UNSTATED_IMPACT = {
    "direct_beneficiaries": "measured",
    "specialists_engaged": "entered",
    "ngos_covered": "entered",
    "partners": "entered",
}
"""Figures of the social impact whose composition annexes do not state, and how they are usually proved."""
OF_TASK_AUDIENCE = ("seminar", "course", "certification", "selection", "trip")
"""Types of activities that are held for those whom the heading of their task names."""
SIMPLE_RULES = {
    "proof_or_target": ("proof", "target"),
    "list_or_total": ("list", "total"),
    "unit_differs": ("printed", "usual"),
    "per_unclear": ("project", "event", "list", "participant", "month"),
    "several_figures": ("checked",),
    "upper_limit": ("checked",),
}


def guess_plan(plan: Plan) -> None:
    """Fill in what a printed plan does not say outright, and list in `doubts` what a person has to decide.

    Only indicators without `planned` are guessed. What stays unknown is named in `unknown` of the indicator.
    """
    doubts = plan.setdefault("doubts", [])
    for result in plan["project"].get("expected_results", []):
        result.setdefault("targets", list(read_promises(get_source_text(result))))
    readings: dict[str, Reading] = {}
    for task in plan["tasks"]:
        for activity in task["activities"]:
            for indicator in activity["indicators"]:
                readings |= guess_indicator(indicator)
            guess_activity(activity, get_source_text(task["title"]))
    for indicator in plan.get("social_impact", {}).get("indicators", []):
        readings |= guess_indicator(indicator)
    for code, reading in readings.items():
        doubts += [build_reading_doubt(code, rule, reading) for rule in dict.fromkeys(reading.doubts)]
    for task in plan["tasks"]:
        for activity in task["activities"]:
            doubts += list_activity_doubts(plan, task, activity, readings)
    doubts += [
        build_doubt(
            code, "composition", (usual, "entered" if usual == "measured" else "measured"), kind=indicator["kind"]
        )
        for indicator in plan.get("social_impact", {}).get("indicators", [])
        if (code := indicator["id"]) in readings and (usual := UNSTATED_IMPACT.get(indicator["kind"], ""))
    ]
    sort_doubts(plan)


def guess_indicator(indicator: Plan) -> dict[str, Reading]:
    """Fill in an indicator that has no targets, and return its reading by its code."""
    if "planned" in indicator:
        return {}
    value = next((text for language in LANGUAGES if (text := indicator.get(f"planned_text_{language}"))), "")
    unit = next((text for language in LANGUAGES if (text := indicator.get(f"unit_{language}"))), "")
    reading = read_indicator(get_source_text(indicator["name"]), value, unit, indicator.get("kind", ""))
    stated = indicator.pop("stated_targets", [])
    if stated:
        reading = Reading(reading.kind, stated, [], [name for name in reading.unknown if name == "kind"])
    evidence = indicator.pop("stated_evidence", None)
    indicator.update(
        kind=reading.kind,
        planned=reading.targets,
        evidence=evidence or get_evidence(reading.kind, reading.targets[0]["unit"] if reading.targets else ""),
        unknown=reading.unknown,
    )
    return {indicator["id"]: reading}


def guess_activity(activity: Plan, task_title: str) -> None:
    """Fill in type, number of events and audience of an activity, as far as its words or those of its task say them."""
    title = get_source_text(activity["title"])
    activity.setdefault("event_type", find_meaning(title, EVENT_TYPE_RULES))
    task_words = task_title if activity["event_type"] in OF_TASK_AUDIENCE else ""
    activity.setdefault("audience", find_meaning(title, AUDIENCE_RULES) or find_meaning(task_words, AUDIENCE_RULES))
    if "event_count" not in activity and activity["event_type"] in ("seminar", "course", "round_table"):
        counts = [
            indicator["planned"][0]["value"]
            for indicator in activity["indicators"]
            if indicator["kind"] in ("participants_list", "programme") and indicator["planned"]
        ]
        activity["event_count"] = max((count for count in counts if isinstance(count, int)), default=None)


def build_reading_doubt(code: str, rule: str, reading: Reading) -> dict[str, Any]:
    """Return a doubt about the words of one indicator."""
    printed, usual = reading.printed_unit, INDICATOR_KINDS[reading.kind].unit if reading.kind else ""
    if rule == "range":
        lowest = reading.targets[0]["value"]
        return build_doubt(code, rule, ("lowest", "highest"), lowest=lowest, highest=reading.range_end or lowest)
    return build_doubt(code, rule, SIMPLE_RULES[rule], printed=printed, usual=usual)


def sort_doubts(plan: Plan) -> None:
    """Sort the doubts in the order of the plan."""
    order = [indicator["id"] for indicator in list_plan_indicators(plan)]
    places = {code: place for place, code in enumerate(order)}
    for place, code in enumerate(order):
        places.setdefault(code.rpartition(".")[0], place)
    plan["doubts"].sort(key=lambda doubt: places.get(doubt["code"], len(places)))
