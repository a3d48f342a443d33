"""The entries of a plan as a draft stores them: those that plans in YAML have, as JSON, with dates as texts."""

import copy
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from trainer.language import LANGUAGES
from trainer.projects.guesses.doubts import apply_answer, build_doubt, get_doubt_key
from trainer.projects.guesses.entries import Plan, list_plan_indicators

TEXTS = (*LANGUAGES, "kk_ui")
PLANNED_TEXTS = tuple(f"planned_text_{language}" for language in LANGUAGES)
INDICATOR_ENTRIES = ("id", "kind", "evidence", "planned", *PLANNED_TEXTS)
ACTIVITY_ENTRIES = ("id", "number", "event_type", "event_count", "audience", "start", "end", "draws_from")
PROJECT_TEXTS = ("title", "grantee", "grant_giver", "goal", "region")


def build_stated_plan(plan: Mapping[str, Any]) -> Plan:
    """Return a validated plan whose file states everything: reduced to known entries, its noted doubts as doubts to look at."""
    facts = plan["project"]
    stated: Plan = {
        "is_stated": True,
        "project": {
            "id": facts["id"],
            "timezone": facts.get("timezone", "Asia/Aqtau"),
            "period": {name: facts["period"][name] for name in ("start", "end")},
            **{name: pick_texts(facts[name]) for name in PROJECT_TEXTS if facts.get(name)},
            "expected_results": [
                {
                    "id": result["id"],
                    **pick_texts(result),
                    "targets": result.get("targets", []),
                    "linked": result.get("linked", []),
                }
                for result in facts.get("expected_results", [])
            ],
        },
        "tasks": [
            {
                "id": task["id"],
                "number": task.get("number"),
                "section": task.get("section", "task"),
                "title": pick_texts(task["title"]),
                "activities": [
                    {
                        **{name: activity[name] for name in ACTIVITY_ENTRIES if name in activity},
                        "title": pick_texts(activity["title"]),
                        "place": pick_texts(activity.get("place") or {}),
                        "indicators": list(map(build_stated_indicator, activity["indicators"])),
                    }
                    for activity in task["activities"]
                ],
            }
            for task in plan["tasks"]
        ],
        "social_impact": {
            "indicators": list(map(build_stated_indicator, plan.get("social_impact", {}).get("indicators", [])))
        },
    }
    noted = {indicator["id"]: indicator.get("doubt") for indicator in list_plan_indicators(dict(plan))}
    stated["doubts"] = [build_doubt(code, "noted", ("checked",), note=note) for code, note in noted.items() if note]
    return stated


def build_stated_indicator(indicator: Mapping[str, Any]) -> Plan:
    """Return an indicator reduced to known entries, with its printed value as its source."""
    printed = next((str(indicator[name]) for name in PLANNED_TEXTS if indicator.get(name)), "")
    entries = {name: indicator[name] for name in INDICATOR_ENTRIES if name in indicator}
    name = pick_texts(indicator["name"])
    source = {"name": next(iter(name.values()), ""), "value": printed, **indicator.get("source", {})}
    return {**entries, "name": name, "source": source, "unknown": [], "is_confirmed": True}


def pick_texts(texts: Mapping[str, Any]) -> dict[str, str]:
    """Return the texts by language."""
    return {language: str(texts[language]) for language in TEXTS if texts.get(language)}


def list_activities(plan: Plan) -> list[Plan]:
    """Return all activities of a plan in its order."""
    return [activity for task in plan["tasks"] for activity in task["activities"]]


def convert_dates(plan: Plan, convert: Any) -> Plan:
    """Return a copy of a plan with every date converted."""
    converted = copy.deepcopy(plan)
    holders = [converted["project"].get("period") or {}, *list_activities(converted)]
    for holder in holders:
        holder.update({name: convert(holder[name]) for name in ("start", "end") if holder.get(name)})
    return converted


def dump_plan(plan: Plan) -> Plan:
    """Return a plan as JSON holds it."""
    return convert_dates(plan, lambda day: day.isoformat() if isinstance(day, date) else day)


def load_plan(stored: Plan) -> Plan:
    """Return a stored plan with dates."""
    return convert_dates(stored, lambda text: date.fromisoformat(text) if isinstance(text, str) else text)


def apply_answers(plan: Plan, answers: Mapping[str, Mapping[str, str]]) -> Plan:
    """Return a copy of a plan with the effects of all answers."""
    answered = copy.deepcopy(plan)
    by_code = {indicator["id"]: indicator for indicator in list_plan_indicators(answered)}
    for doubt in answered["doubts"]:
        option = answers.get(get_doubt_key(doubt), {}).get("option", "")
        if doubt["code"] in by_code and option in doubt["options"] and by_code[doubt["code"]].get("planned"):
            apply_answer(by_code[doubt["code"]], doubt, option)
    return answered


def list_text_holders(plan: Plan, part: str) -> Iterator[dict[str, str]]:
    """Yield the texts that can be translated: `names` of indicators, or the `titles` of everything else."""
    if part == "names":
        yield from (indicator["name"] for indicator in list_plan_indicators(plan))
        return
    for task in plan["tasks"]:
        yield task["title"]
    for activity in list_activities(plan):
        yield from (activity["title"], activity["place"])
    yield from plan["project"].get("expected_results", [])
