"""Doubts about an indicator beside the rest of its plan: headings, expected results, events, rows with the same name."""

from collections.abc import Iterator

from trainer.projects.annex.headings import find_role
from trainer.projects.guesses.doubts import build_doubt
from trainer.projects.guesses.entries import Plan, get_source_text, list_plan_indicators, read_promises
from trainer.projects.guesses.targets import Reading
from trainer.projects.vocabulary import EVENT_TYPES, PEOPLE_UNITS

PICTURES = {"photo", "video"}
# Words that say whose participants are asked, and which types of activities they mean; none for the whole project.
ASKED_GROUPS = {
    "project": ("жоба", "проект", "project"),
    "course": ("курс", "course"),
    "seminar": ("семинар", "тренинг", "seminar", "training"),
    "trip": ("сапар", "поездк", "trip"),
    "round_table": ("дөңгелек", "кругл", "round"),
}


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
