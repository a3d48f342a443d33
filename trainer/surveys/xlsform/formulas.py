"""Parsing of the XLSForm formulas that we support: conditions on answers to one question, bounds, and ranges."""

import re
from typing import NamedTuple

from trainer.surveys.questions.validation import MAX_ANSWER_NUMBER

QUOTES = str.maketrans("‘’‚‛′“”„‟″", "'''''\"\"\"\"\"")  # as word processors write them
SELECTED_PATTERN = re.compile(r"""selected\s*\(\s*\$\{\s*([^}\s]+)\s*\}\s*,\s*(['"])((?:(?!\2).)*)\2\s*\)""")
COMPARISON_PATTERN = re.compile(r"""\$\{\s*([^}\s]+)\s*\}\s*(!?=)\s*(?:(['"])((?:(?!\3).)*)\3|(-?\d+))""")
NEGATION_PATTERN = re.compile(r"not\s*(\(.*\))")
BOUND_PATTERN = re.compile(r"\s*\(?\s*\.\s*(>=|<=|>|<)\s*(-?\d{1,9})\s*\)?\s*")
PARAMETER_PATTERN = re.compile(r"(\w+)\s*=\s*(-?\d+(?:\.\d+)?)")
DEFAULT_RANGE = {"start": "1", "end": "10", "step": "1"}


class FormulaUnsupported(Exception):
    """The formula demands more than a survey can express."""


class AnswerFormula(NamedTuple):
    """A condition: the answer to the named question is one of these or, if negated, none of them."""

    question_name: str
    answers: list[str]
    is_negated: bool


class NumberRange(NamedTuple):
    """The parameters of a range."""

    start: int
    end: int
    step: int


def parse_condition_formula(formula: str) -> AnswerFormula:
    """Return a condition such as "${work} = 'home' or ${work} = 'ward'" or "${work} != 'home' and ${work} != 'ward'".

    Raises FormulaUnsupported, also if the terms name different questions.
    """
    text = strip_brackets(formula.translate(QUOTES))
    for is_negated, joiner in ((False, "or"), (True, "and")):
        terms = [parse_condition_term(part) for part in re.split(rf"\s+{joiner}\s+", text)]
        found = [term for term in terms if term and term.is_negated == is_negated]
        if len(found) == len(terms) and len({term.question_name for term in found}) == 1:
            return AnswerFormula(
                found[0].question_name, [answer for term in found for answer in term.answers], is_negated
            )
    raise FormulaUnsupported


def parse_condition_term(formula: str) -> AnswerFormula | None:
    """Return a condition on one answer; None for any other formula."""
    text = strip_brackets(formula)
    if negation := NEGATION_PATTERN.fullmatch(text):
        term = parse_condition_term(negation.group(1))
        return term and term._replace(is_negated=not term.is_negated)
    if selected := SELECTED_PATTERN.fullmatch(text):
        return AnswerFormula(selected.group(1), [selected.group(3)], is_negated=False)
    if comparison := COMPARISON_PATTERN.fullmatch(text):
        answer = next(group for group in comparison.group(4, 5) if group is not None)
        return AnswerFormula(comparison.group(1), [answer], is_negated=comparison.group(2) == "!=")
    return None


def strip_brackets(formula: str) -> str:
    """Return a formula without blanks and pairs of brackets around it."""
    text = formula.strip()
    while text.startswith("(") and text.endswith(")") and is_bracketed(text):
        text = text[1:-1].strip()
    return text


def is_bracketed(text: str) -> bool:
    """Return whether the bracket that opens a text is closed only at its end."""
    depth = 0
    for position, character in enumerate(text):
        depth += {"(": 1, ")": -1}.get(character, 0)
        if depth == 0:
            return position == len(text) - 1
    return False


def parse_bounds_formula(formula: str) -> tuple[int | None, int | None]:
    """Return the smallest and the largest value, both included, that a constraint allows; None where it sets no bound.

    Without a lower bound, 0 is meant unless the upper one is below it. Raises FormulaUnsupported, also if no number is allowed.
    """
    minimums: list[int] = []
    maximums: list[int] = []
    for part in filter(None, re.split(r"\s+and\s+", strip_brackets(formula))):
        match = BOUND_PATTERN.fullmatch(part)
        if match is None:
            raise FormulaUnsupported
        sign, value = match.group(1), int(match.group(2))
        if sign.startswith(">"):
            minimums.append(value + (sign == ">"))
        else:
            maximums.append(value - (sign == "<"))
    least, most = max(minimums, default=None), min(maximums, default=None)
    if least is None and most is not None and most < 0:
        least = -MAX_ANSWER_NUMBER
    if (least or 0) > (MAX_ANSWER_NUMBER if most is None else most) or (most or 0) > MAX_ANSWER_NUMBER:
        raise FormulaUnsupported
    return least, most


def parse_range_parameters(parameters: str) -> NumberRange:
    """Return the whole numbers that a range goes through; XLSForm's default is 1 to 10. Raises FormulaUnsupported."""
    values = DEFAULT_RANGE | {name.lower(): value for name, value in PARAMETER_PATTERN.findall(parameters)}
    try:
        start, end, step = (int(values[name]) for name in DEFAULT_RANGE)
    except ValueError as error:
        raise FormulaUnsupported from error
    if start >= end or step < 1 or max(abs(start), abs(end)) > MAX_ANSWER_NUMBER:
        raise FormulaUnsupported
    return NumberRange(start, end, step)
