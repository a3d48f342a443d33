"""Doubts about a plan: what a person has to decide, the possible answers, and what each answer changes.

A doubt is stored with the plan as a mapping: `code` of the indicator or activity, `rule`, `options`, the option `proposed`, and
`facts` for its wording. Every rule asks about the form of what is printed, never about certain words of one plan.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from trainer.projects.vocabulary import INDICATOR_KINDS

Indicator = dict[str, Any]


def build_doubt(code: str, rule: str, options: Sequence[str], **facts: Any) -> dict[str, Any]:
    """Return a doubt; the first option is proposed."""
    return {"code": code, "rule": rule, "options": list(options), "proposed": options[0], "facts": facts}


def get_doubt_key(doubt: Mapping[str, Any]) -> str:
    """Return the key under which the decision of a doubt is stored."""
    return f"{doubt['code']}-{doubt['rule']}"


def set_each_target(indicator: Indicator, **changes: Any) -> None:
    """Change every target of an indicator."""
    for target in indicator["planned"]:
        target.update(changes)


def count_proof_as_target(indicator: Indicator, _facts: Mapping[str, Any]) -> None:
    """Replace the unit by the word that was read as a form of proof."""
    for target in indicator["planned"]:
        target["unit"] = target.pop("proof", target["unit"])


def count_usual_unit(indicator: Indicator, _facts: Mapping[str, Any]) -> None:
    """Replace the printed unit by the usual one of the kind."""
    unit = INDICATOR_KINDS[indicator["kind"]].unit
    set_each_target(indicator, unit=unit)
    indicator["evidence"] = INDICATOR_KINDS[indicator["kind"]].evidence


def count_unit_of_twin(indicator: Indicator, facts: Mapping[str, Any]) -> None:
    """Take over the unit of the row with the same name."""
    set_each_target(indicator, unit=facts["unit"])


def set_scope_of_last_target(indicator: Indicator, per: str) -> None:
    """Change what the last target applies to."""
    indicator["planned"][-1]["per"] = per


def set_first_value(indicator: Indicator, **changes: Any) -> None:
    """Change the first target."""
    indicator["planned"][0].update(changes)


EFFECTS: dict[tuple[str, str], Callable[[Indicator, Mapping[str, Any]], None]] = {
    ("proof_or_target", "target"): count_proof_as_target,
    ("unit_differs", "usual"): count_usual_unit,
    ("twin_differs", "twin"): count_unit_of_twin,
    ("list_or_total", "total"): lambda indicator, _facts: set_scope_of_last_target(indicator, "project"),
    ("together_or_each", "each"): lambda indicator, _facts: set_each_target(indicator, per="event"),
    ("bare_percentage", "exactly"): lambda indicator, _facts: set_first_value(indicator, comparator="exactly"),
    ("heading_differs", "heading"): lambda indicator, facts: set_first_value(indicator, value=facts["value"]),
    ("range", "highest"): lambda indicator, facts: set_first_value(indicator, value=facts["highest"]),
    ("composition", "measured"): lambda indicator, _facts: indicator.update(evidence="measured"),
    ("composition", "entered"): lambda indicator, _facts: indicator.update(evidence="entered"),
    **{
        ("per_unclear", per): lambda indicator, _facts, per=per: set_each_target(indicator, per=per)  # type: ignore[misc]
        for per in ("event", "list", "participant", "month")
    },
}
"""What an answer changes in an indicator; an answer without an effect keeps what was read."""


def apply_answer(indicator: Indicator, doubt: Mapping[str, Any], option: str) -> None:
    """Change an indicator as an answer says. Raises ValueError for an option that the doubt does not have."""
    if option not in doubt["options"]:
        raise ValueError(option)
    if doubt["rule"] == "who_is_asked":
        set_each_target(indicator, population=doubt["facts"]["populations"][option])
        return
    effect = EFFECTS.get((doubt["rule"], option))
    if effect:
        effect(indicator, doubt["facts"])
