"""Guesses for a whole plan: every indicator and activity by its own words, then what other parts of the plan say about them."""

from collections.abc import Iterator
from typing import Any

from trainer.language import LANGUAGES
from trainer.projects.annex.headings import find_role
from trainer.projects.guesses.doubts import build_doubt
from trainer.projects.guesses.figures import find_comparator, list_figures
from trainer.projects.guesses.stems import (
    AUDIENCE_RULES,
    EVENT_TYPE_RULES,
    UNIT_RULES,
    find_meaning,
)
from trainer.projects.guesses.targets import Reading, read_indicator
from trainer.projects.vocabulary import EVENT_TYPES, INDICATOR_KINDS, PEOPLE_UNITS, get_evidence

Plan = dict[str, Any]
PICTURES = {"photo", "video"}
UNSTATED_IMPACT = {
    "direct_beneficiaries": "measured",
    "specialists_engaged": "entered",
    "ngos_covered": "entered",
    "partners": "entered",
}
"""Figures of the social impact whose composition annexes do not state, and how they are usually proved."""
# Words that say whose participants are asked, and which types of activities they mean; none for the whole project.
ASKED_GROUPS = {
    "project": ("жоба", "проект", "project"),
    "course": ("курс", "course"),
    "seminar": ("семинар", "тренинг", "seminar", "training"),
    "trip": ("сапар", "поездк", "trip"),
    "round_table": ("дөңгелек", "кругл", "round"),
}
OF_TASK_AUDIENCE = ("seminar", "course", "certification", "selection", "trip")
"""Types of activities that are held for those whom the heading of their task names."""
CONTINUED_WORDS = 3  # between two figures of which "at least" holds for both: «кемінде 1 баннер және 1 бейнеролик»
UNIT_SEARCH_WORDS = 4  # between a figure and the word that says what it counts
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


def read_promises(text: str) -> Iterator[Plan]:
    """Yield the figures of an expected result or a heading that count something known: comparator, value and unit."""
    comparator = "exactly"
    for figure in list_figures(text):
        unit = find_meaning(" ".join(figure.after.split()[:UNIT_SEARCH_WORDS]), UNIT_RULES)
        if unit and any(character.isdigit() for character in text):
            words = figure.before.split()
            is_continued = bool(words) and words[-1].casefold() in ("және", "мен", "и", "and")
            before = find_comparator(f"{' '.join(words[-2:])} ")
            comparator = (
                before if before == "at_least" or not is_continued or len(words) > CONTINUED_WORDS else comparator
            )
            yield {"comparator": comparator, "value": figure.value, "unit": unit}


def build_reading_doubt(code: str, rule: str, reading: Reading) -> dict[str, Any]:
    """Return a doubt about the words of one indicator."""
    printed, usual = reading.printed_unit, INDICATOR_KINDS[reading.kind].unit if reading.kind else ""
    if rule == "range":
        lowest = reading.targets[0]["value"]
        return build_doubt(code, rule, ("lowest", "highest"), lowest=lowest, highest=reading.range_end or lowest)
    return build_doubt(code, rule, SIMPLE_RULES[rule], printed=printed, usual=usual)


def list_activity_doubts(plan: Plan, task: Plan, activity: Plan, readings: dict[str, Reading]) -> Iterator[Plan]:
    """Yield the doubts about an activity and about what its indicators mean beside the rest of the plan."""
    if activity.get("is_paired_doubtfully"):
        yield build_doubt(activity["id"], "pairing", ("checked",))
    promised = {
        (target["unit"], target["value"]): target["comparator"]
        for result in plan["project"].get("expected_results", [])
        for target in result["targets"]
    }
    in_heading = {
        target["unit"]: target["value"]
        for target in read_promises(get_source_text(task["title"]))
        if target["unit"] not in PEOPLE_UNITS
    }
    for indicator in activity["indicators"]:
        reading = readings.get(indicator["id"])
        if reading is None or not indicator["planned"]:
            continue
        code, first = indicator["id"], indicator["planned"][0]
        if (
            promised.get((first["unit"], first["value"])) == "at_least"
            and first["unit"] == "percent"
            and first["comparator"] == "exactly"
        ):
            first["comparator"] = "at_least"
            yield build_doubt(code, "bare_percentage", ("at_least", "exactly"), value=first["value"])
        if (
            first["unit"] in in_heading
            and len(indicator["planned"]) == 1
            and in_heading[first["unit"]] != first["value"]
        ):
            yield build_doubt(
                code, "heading_differs", ("row", "heading"), row=first["value"], value=in_heading[first["unit"]]
            )
        is_for_whole = all(target["per"] == "project" for target in indicator["planned"])
        units = {target["unit"] for target in indicator["planned"]}
        if (
            (activity.get("event_count") or 1) > 1
            and is_for_whole
            and units <= PICTURES
            and indicator["kind"] in ("photo", "video", "photo_video")
        ):
            yield build_doubt(code, "together_or_each", ("together", "each"), count=activity["event_count"])
        yield from list_twin_doubts(plan, indicator, readings)
        if indicator["kind"] == "satisfaction":
            yield from list_population_doubts(plan, activity, indicator)


def list_twin_doubts(plan: Plan, indicator: Plan, readings: dict[str, Reading]) -> Iterator[Plan]:
    """Yield a doubt if no unit is printed, and a row with the same name prints one that its name would not suggest."""
    if readings[indicator["id"]].printed_unit or len(indicator["planned"]) != 1:
        return
    name = get_source_text(indicator["name"]).casefold()
    for twin in list_plan_indicators(plan):
        reading = readings.get(twin["id"])
        if reading and "unit_differs" in reading.doubts and get_source_text(twin["name"]).casefold() == name:
            unit = reading.printed_unit
            yield build_doubt(
                indicator["id"],
                "twin_differs",
                ("own", "twin"),
                twin=twin["id"],
                unit=unit,
                own=indicator["planned"][0]["unit"],
            )
            return


def list_population_doubts(plan: Plan, activity: Plan, indicator: Plan) -> Iterator[Plan]:
    """Yield a doubt if the name asks participants of something else than its activity, or the activity has none itself."""
    group = find_role(get_source_text(indicator["name"]), ASKED_GROUPS)
    has_participants = EVENT_TYPES.get(activity["event_type"], EVENT_TYPES["publication"]).has_participants
    if (group is None and has_participants) or group == activity["event_type"]:
        return
    held = {
        other["id"]: other["event_type"]
        for task in plan["tasks"]
        for other in task["activities"]
        if other["event_type"] in EVENT_TYPES and EVENT_TYPES[other["event_type"]].has_participants
    }
    named = " ".join(code for code, event_type in held.items() if event_type == group)
    populations = {
        "named": named,
        "all": " ".join(code for code in held if code != activity["id"]),
        "own": activity["id"],
    }
    options = [option for option in populations if populations[option]]
    if group == "project" and "all" in options:
        options.sort(key=lambda option: option != "all")
    yield build_doubt(indicator["id"], "who_is_asked", options, populations=populations)


def list_plan_indicators(plan: Plan) -> list[Plan]:
    """Return all indicators of a plan in its order, those of the social impact last."""
    activities = [activity for task in plan["tasks"] for activity in task["activities"]]
    impact = plan.get("social_impact", {}).get("indicators", [])
    return [*(indicator for activity in activities for indicator in activity["indicators"]), *impact]


def sort_doubts(plan: Plan) -> None:
    """Sort the doubts in the order of the plan."""
    order = [indicator["id"] for indicator in list_plan_indicators(plan)]
    places = {code: place for place, code in enumerate(order)}
    for place, code in enumerate(order):
        places.setdefault(code.rpartition(".")[0], place)
    plan["doubts"].sort(key=lambda doubt: places.get(doubt["code"], len(places)))


def get_source_text(texts: Plan) -> str:
    """Return a text of the plan in the language of its source."""
    return next((str(texts[language]) for language in LANGUAGES if texts.get(language)), "")
