"""The formulas of an XLSForm that we read: when a question is shown, and the bounds of a number."""

import re

from trainer.surveys.questions.validation import MAX_ANSWER_NUMBER

CONDITION_TERM_PATTERN = re.compile(
    r"""\s*\(?\s*(?:selected\(\s*\$\{\s*([^}\s]+)\s*\}\s*,\s*(['"])(.*?)\2\s*\)|"""
    r"""\$\{\s*([^}\s]+)\s*\}\s*=\s*(?:(['"])(.*?)\5|(\d+)))\s*\)?\s*"""
)
BOUND_PATTERN = re.compile(r"\s*\(?\s*\.\s*(>=|<=|>|<)\s*(\d{1,9})\s*\)?\s*")


class FormulaUnsupported(Exception):
    """The formula says more than we can ask."""


def parse_condition_formula(formula: str) -> tuple[str, list[str]]:
    """Read that one question has one of some answers: its name, and the answers. Raises Unread."""
    terms = [CONDITION_TERM_PATTERN.fullmatch(part) for part in re.split(r"\s+or\s+", formula.strip())]
    pairs = [(each.group(1) or each.group(4), get_term_answer(each)) for each in terms if each]
    if len(pairs) < len(terms) or len({name for name, _answer in pairs}) != 1:
        raise FormulaUnsupported
    return pairs[0][0], [answer for _name, answer in pairs]


def get_term_answer(term: re.Match[str]) -> str:
    """Give the answer that a term of a condition names."""
    return next(each for each in (term.group(3), term.group(6), term.group(7)) if each is not None)


def parse_bounds_formula(formula: str) -> tuple[int | None, int | None]:
    """Read the least and the largest value that a number may have; None where a formula sets none. Raises Unread."""
    least: list[int] = []
    most: list[int] = []
    for part in filter(None, re.split(r"\s+and\s+", formula.strip())):
        match = BOUND_PATTERN.fullmatch(part)
        if match is None:
            raise FormulaUnsupported
        sign, value = match.group(1), int(match.group(2))
        if sign.startswith(">"):
            least.append(value + (sign == ">"))
        else:
            most.append(value - (sign == "<"))
    if max(least, default=0) > min(most, default=MAX_ANSWER_NUMBER) or max(most, default=0) > MAX_ANSWER_NUMBER:
        raise FormulaUnsupported
    return max(least, default=None), min(most, default=None)
