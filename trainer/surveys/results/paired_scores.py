"""Scores of people who took the tests before and after a seminar, in pairs."""

from collections.abc import Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import NamedTuple

from trainer.surveys.results.small_groups import MIN_GROUP_SIZE, GroupSize
from trainer.surveys.results.statistics import (
    GainBand,
    calculate_mean,
    calculate_normalised_change,
    calculate_normalised_gain,
    classify_gain,
)

CorrectAndTotal = tuple[int, int]
"""Number of correct answers and number of questions in one test of one person."""


class AnonymousScore(NamedTuple):
    """The score of an anonymous test with the participant's code, and whether an organizer entered the answers."""

    code: str
    score: CorrectAndTotal
    is_entered_by_organizer: bool


@dataclass(frozen=True)
class PairedScores:
    """The scores of people who took both tests."""

    pairs: tuple[tuple[CorrectAndTotal, CorrectAndTotal], ...]
    unpaired_count: int
    """Number of other scores without a counterpart: the person took one test only, or gave no code."""
    duplicate_code_count: int
    """Number of scores left out because their code was used on more than one test."""
    unpaired_by_test: tuple[int, int] = (0, 0)
    """Number of scores of each test that are in no pair, for any reason."""
    anonymous: bool = False
    hidden_groups: tuple[bool, bool] = (False, False)
    """Without names: whether the pairs, and the scores outside them, are too few to show figures of the pairs."""

    @property
    def pair_count(self) -> int:
        """Return the number of pairs."""
        return len(self.pairs)

    @property
    def is_too_few(self) -> bool:
        """Return True if there are fewer than five pairs, or fewer than five that respondents gave themselves."""
        return self.pair_count < MIN_GROUP_SIZE or self.hidden_groups[0]

    @property
    def can_be_shown(self) -> bool:
        """Return True if the figures of the pairs may be shown.

        Without names: not if the pairs, or the scores outside them, are so few that individual scores could be computed.
        """
        return self.pair_count > 0 and not (self.anonymous and (self.is_too_few or self.hidden_groups[1]))

    @property
    def mean_before(self) -> Fraction:
        """Return the mean percentage before the seminar."""
        return calculate_mean([calculate_correct_percent(before) for before, _after in self.pairs])

    @property
    def mean_after(self) -> Fraction:
        """Return the mean percentage after the seminar."""
        return calculate_mean([calculate_correct_percent(after) for _before, after in self.pairs])

    @property
    def normalised_gain(self) -> Fraction | None:
        """Return the normalised gain of the group; None if all answers were correct before."""
        return calculate_normalised_gain(self.mean_before, self.mean_after)

    @property
    def mean_change(self) -> Fraction | None:
        """Return the mean of the normalised changes; None if nobody has one."""
        changes = [
            calculate_normalised_change(calculate_correct_percent(before), calculate_correct_percent(after))
            for before, after in self.pairs
        ]
        known_changes = [change for change in changes if change is not None]
        return calculate_mean(known_changes) if known_changes else None

    @property
    def gain_band(self) -> GainBand | None:
        """Return the band of the gain: loss, low, medium or high."""
        return classify_gain(self.normalised_gain) if self.normalised_gain is not None else None


def calculate_correct_percent(score: CorrectAndTotal) -> Fraction:
    """Return the percentage of correct answers."""
    return Fraction(100 * score[0], score[1])


def pair_scores(
    before: Iterable[tuple[Hashable, CorrectAndTotal]],
    after: Iterable[tuple[Hashable, CorrectAndTotal]],
    anonymous: bool = False,
) -> PairedScores:
    """Pair scores by person: a registration id, or the participant's code in anonymous tests.

    A person with two scores in one test is left out, as is an empty code.
    """
    before_by_person, after_by_person = group_scores_by_person(before), group_scores_by_person(after)
    paired_people = list_paired_people(before_by_person, after_by_person)
    ambiguous_people = {
        person
        for person in (*before_by_person, *after_by_person)
        if len(before_by_person.get(person, ())) > 1 or len(after_by_person.get(person, ())) > 1
    } - {""}
    unpaired_by_test = tuple(
        sum(len(scores) for scores in group.values()) - len(paired_people)
        for group in (before_by_person, after_by_person)
    )
    ambiguous_count = sum(
        len(group.get(person, ())) for group in (before_by_person, after_by_person) for person in ambiguous_people
    )
    pairs = tuple((before_by_person[person][0], after_by_person[person][0]) for person in paired_people)
    return PairedScores(
        pairs,
        sum(unpaired_by_test) - ambiguous_count,
        ambiguous_count,
        (unpaired_by_test[0], unpaired_by_test[1]),
        anonymous,
    )


def list_paired_people(
    before_by_person: Mapping[Hashable, Sequence[CorrectAndTotal]],
    after_by_person: Mapping[Hashable, Sequence[CorrectAndTotal]],
) -> list[Hashable]:
    """Return the people with exactly one score in each test; an empty code pairs nobody."""
    return [
        person
        for person, scores in before_by_person.items()
        if person != "" and len(scores) == len(after_by_person.get(person, ())) == 1
    ]


def pair_anonymous_scores(before: Iterable[AnonymousScore], after: Iterable[AnonymousScore]) -> PairedScores:
    """Pair the scores of anonymous tests by code, and find out whether the guard on small groups hides their figures.

    A pair counts towards five if respondents gave both scores, and has to be protected if they gave one.
    """
    tests = [[score for score in test if score.score[1]] for test in (before, after)]
    before_scores, after_scores = ([(score.code, score.score) for score in test] for test in tests)
    paired = pair_scores(before_scores, after_scores, anonymous=True)
    paired_codes = set(list_paired_people(group_scores_by_person(before_scores), group_scores_by_person(after_scores)))
    given = [[score.code for score in test if not score.is_entered_by_organizer] for test in tests]
    given_before, given_after = (paired_codes.intersection(codes) for codes in given)
    are_pairs_hidden = bool(given_before | given_after) and len(given_before & given_after) < MIN_GROUP_SIZE
    unpaired = (
        GroupSize(total, sum(code not in paired_codes for code in codes))
        for total, codes in zip(paired.unpaired_by_test, given, strict=True)
    )
    return replace(paired, hidden_groups=(are_pairs_hidden, any(group.is_too_small for group in unpaired)))


def group_scores_by_person(scores: Iterable[tuple[Hashable, CorrectAndTotal]]) -> dict[Hashable, list[CorrectAndTotal]]:
    """Return the scores by person, without tests that have no question with a correct answer."""
    scores_by_person: dict[Hashable, list[CorrectAndTotal]] = {}
    for person, score in scores:
        if score[1]:
            scores_by_person.setdefault(person, []).append(score)
    return scores_by_person
