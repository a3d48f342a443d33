"""Entries of a plan as a mapping, and the figures that its texts promise."""

from collections.abc import Iterator
from typing import Any

from trainer.language import LANGUAGES
from trainer.projects.guesses.figures import find_comparator, list_figures
from trainer.projects.guesses.stems import UNIT_RULES, find_meaning

Plan = dict[str, Any]
CONTINUED_WORDS = 3  # between two figures of which "at least" holds for both: «кемінде 1 баннер және 1 бейнеролик»
UNIT_SEARCH_WORDS = 4  # between a figure and the word that says what it counts


def list_plan_indicators(plan: Plan) -> list[Plan]:
    """Return all indicators of a plan in its order, those of the social impact last."""
    activities = [activity for task in plan["tasks"] for activity in task["activities"]]
    impact = plan.get("social_impact", {}).get("indicators", [])
    return [*(indicator for activity in activities for indicator in activity["indicators"]), *impact]


def get_source_text(texts: Plan) -> str:
    """Return a text of the plan in the language of its source."""
    return next((str(texts[language]) for language in LANGUAGES if texts.get(language)), "")


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
