"""What the pages of a draft show: source and reading side by side, doubts with their answers, texts to translate."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from trainer.fingerprint import hash_text
from trainer.language import LANGUAGES
from trainer.projects.guesses.doubts import get_doubt_key
from trainer.projects.guesses.entries import Plan, get_source_text, list_plan_indicators
from trainer.projects.importing.drafts import is_incomplete, is_unconfirmed
from trainer.projects.importing.entries import list_activities, list_text_holders
from trainer.projects.importing.wording import format_doubt_option, format_doubt_question, format_source_place
from trainer.projects.models import PlanDraft
from trainer.projects.wording import KIND_NAMES, format_targets, name_choice


@dataclass(frozen=True)
class ReadingRow:
    """An indicator: what is printed, how it is read, and its state: sure, confirmed, doubtful or incomplete."""

    code: str
    name: str
    value: str
    place: str
    kind: str
    figures: str
    state: str


@dataclass(frozen=True)
class ReadingGroup:
    """The indicators of an activity, or of the social impact."""

    code: str
    title: str
    rows: list[ReadingRow]


@dataclass(frozen=True)
class DoubtCard:
    """A doubt: what is printed, the question, the options with their names, and the answer that was given."""

    key: str
    code: str
    name: str
    value: str
    place: str
    reading: str
    question: str
    options: list[tuple[str, str]]
    proposed: str
    answer: Mapping[str, str]
    answer_name: str


def count_plan_entries(plan: Plan) -> dict[str, int]:
    """Return how many entries of each sort a plan has."""
    impact = len(plan.get("social_impact", {}).get("indicators", []))
    return {
        "tasks": len(plan["tasks"]),
        "activities": len(list_activities(plan)),
        "indicators": len(list_plan_indicators(plan)) - impact,
        "impact": impact,
    }


def list_reading_groups(draft: PlanDraft, plan: Plan) -> list[ReadingGroup]:
    """Return all indicators of a draft by activity, with what is printed and what is read."""
    open_codes = {doubt["code"] for doubt in plan["doubts"] if get_doubt_key(doubt) not in draft.answers}
    groups = [
        ReadingGroup(
            activity["id"],
            get_source_text(activity["title"]),
            [build_reading_row(indicator, open_codes) for indicator in activity["indicators"]],
        )
        for activity in list_activities(plan)
    ]
    impact = plan.get("social_impact", {}).get("indicators", [])
    return [*groups, ReadingGroup("", "", [build_reading_row(indicator, open_codes) for indicator in impact])]


def build_reading_row(indicator: Plan, open_codes: set[str]) -> ReadingRow:
    """Return an indicator as the page of readings shows it."""
    source = indicator.get("source", {})
    if indicator.get("is_confirmed"):
        state = "confirmed"
    elif is_incomplete(indicator):
        state = "incomplete"
    else:
        state = "sure" if is_unconfirmed(indicator, open_codes) else "doubtful"
    return ReadingRow(
        code=indicator["id"],
        name=source.get("name", ""),
        value=source.get("value", ""),
        place=format_source_place(source),
        kind=name_choice(KIND_NAMES, indicator.get("kind", "")),
        figures=format_targets(indicator.get("planned", [])),
        state=state,
    )


def build_doubt_cards(draft: PlanDraft, plan: Plan) -> list[DoubtCard]:
    """Return the doubts of a draft in the order of the plan."""
    by_code = {indicator["id"]: indicator for indicator in list_plan_indicators(plan)}
    titles = {activity["id"]: activity for activity in list_activities(plan)}
    return [
        build_doubt_card(doubt, by_code.get(doubt["code"]), titles.get(doubt["code"]), draft.answers)
        for doubt in plan["doubts"]
    ]


def build_doubt_card(
    doubt: Mapping[str, Any], indicator: Plan | None, activity: Plan | None, answers: Mapping[str, Mapping[str, str]]
) -> DoubtCard:
    """Return a doubt as its page shows it."""
    source = (indicator or {}).get("source", {})
    key = get_doubt_key(doubt)
    answer = answers.get(key, {})
    return DoubtCard(
        key=key,
        code=doubt["code"],
        name=get_source_text(activity["title"]) if activity else source.get("name", ""),
        value=source.get("value", ""),
        place=format_source_place(source),
        reading=format_targets((indicator or {}).get("planned", [])),
        question=format_doubt_question(doubt),
        options=[(option, format_doubt_option(doubt, option)) for option in doubt["options"]],
        proposed=doubt["proposed"],
        answer=answer,
        answer_name=format_doubt_option(doubt, answer["option"]) if answer else "",
    )


@dataclass(frozen=True)
class TranslatableText:
    """A text of the plan that occurs at one place or several, and its translations so far."""

    key: str
    language: str
    text: str
    texts: Mapping[str, str]


def list_translatable_texts(plan: Plan, part: str) -> list[TranslatableText]:
    """Return the distinct texts of a part of the plan in its order."""
    found: dict[str, TranslatableText] = {}
    for holder in list_text_holders(plan, part):
        text = get_source_text(holder)
        if text and text not in found:
            language = next(language for language in LANGUAGES if holder.get(language))
            found[text] = TranslatableText(hash_text(text)[:12], language, text, holder)
    return list(found.values())


def translate_texts(plan: Plan, part: str, translations: Mapping[str, Mapping[str, str]]) -> None:
    """Set translations, by the key of their text and language, wherever the text occurs."""
    for holder in list_text_holders(plan, part):
        text = get_source_text(holder)
        for language, translation in translations.get(hash_text(text)[:12], {}).items():
            if holder.get(language) != text:
                holder[language] = translation
