"""Parsing of the XLSForm formulas that we support: conditions on answers to one question, and bounds of a number."""

import re

from trainer.surveys.questions.validation import MAX_ANSWER_NUMBER

CONDITION_TERM_PATTERN = re.compile(
    r"""\s*\(?\s*(?:selected\(\s*\$\{\s*([^}\s]+)\s*\}\s*,\s*(['"])(.*?)\2\s*\)|"""
    r"""\$\{\s*([^}\s]+)\s*\}\s*=\s*(?:(['"])(.*?)\5|(\d+)))\s*\)?\s*"""
)
BOUND_PATTERN = re.compile(r"\s*\(?\s*\.\s*(>=|<=|>|<)\s*(\d{1,9})\s*\)?\s*")


class FormulaUnsupported(Exception):
    """The formula demands more than a survey can express."""


def parse_condition_formula(formula: str) -> tuple[str, list[str]]:
    """Return the question name and the answers of a condition such as "${work} = 'home' or ${work} = 'ward'".

    Raises FormulaUnsupported, also if the terms name different questions.
    """
    terms = [CONDITION_TERM_PATTERN.fullmatch(part) for part in re.split(r"\s+or\s+", formula.strip())]
    pairs = [(term.group(1) or term.group(4), get_term_answer(term)) for term in terms if term]
    if len(pairs) < len(terms) or len({name for name, _answer in pairs}) != 1:
        raise FormulaUnsupported
    return pairs[0][0], [answer for _name, answer in pairs]


def get_term_answer(term: re.Match[str]) -> str:
    """Return the answer that a matched term of a condition names."""
    return next(answer for answer in (term.group(3), term.group(6), term.group(7)) if answer is not None)


def parse_bounds_formula(formula: str) -> tuple[int | None, int | None]:
    """Return the smallest and the largest value, both included, that a constraint allows; None where it sets no bound.

    Raises FormulaUnsupported, also if no number from 0 to MAX_ANSWER_NUMBER is allowed.
    """
    minimums: list[int] = []
    maximums: list[int] = []
    for part in filter(None, re.split(r"\s+and\s+", formula.strip())):
        match = BOUND_PATTERN.fullmatch(part)
        if match is None:
            raise FormulaUnsupported
        sign, value = match.group(1), int(match.group(2))
        if sign.startswith(">"):
            minimums.append(value + (sign == ">"))
        else:
            maximums.append(value - (sign == "<"))
    if (
        max(minimums, default=0) > min(maximums, default=MAX_ANSWER_NUMBER)
        or max(maximums, default=0) > MAX_ANSWER_NUMBER
    ):
        raise FormulaUnsupported
    return max(minimums, default=None), min(maximums, default=None)
