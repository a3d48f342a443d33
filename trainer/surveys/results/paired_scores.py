"""Scores of people who took the tests before and after a seminar, in pairs."""

from collections.abc import Hashable, Iterable
from dataclasses import dataclass
from fractions import Fraction

from trainer.surveys.results.aggregation import MIN_GROUP_SIZE, has_small_group
from trainer.surveys.results.statistics import (
    GainBand,
    calculate_mean,
    calculate_normalised_change,
    calculate_normalised_gain,
    classify_gain,
)

CorrectAndTotal = tuple[int, int]
"""Number of correct answers and number of questions in one test of one person."""


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

    @property
    def pair_count(self) -> int:
        """Return the number of pairs."""
        return len(self.pairs)

    @property
    def is_too_few(self) -> bool:
        """Return True if there are fewer than five pairs."""
        return self.pair_count < MIN_GROUP_SIZE

    @property
    def can_be_shown(self) -> bool:
        """Return True if the figures of the pairs may be shown.

        Without names: not if the pairs, or the scores outside them, are so few that individual scores could be computed.
        """
        return self.pair_count > 0 and not (
            self.anonymous and (self.is_too_few or has_small_group(self.unpaired_by_test))
        )

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
    ambiguous_people = {
        person
        for person in (*before_by_person, *after_by_person)
        if len(before_by_person.get(person, ())) > 1 or len(after_by_person.get(person, ())) > 1
    }
    ambiguous_people.discard("")
    paired_people = [
        person
        for person in before_by_person
        if person in after_by_person and person not in ambiguous_people and person != ""
    ]
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


def group_scores_by_person(scores: Iterable[tuple[Hashable, CorrectAndTotal]]) -> dict[Hashable, list[CorrectAndTotal]]:
    """Return the scores by person, without tests that have no question with a correct answer."""
    scores_by_person: dict[Hashable, list[CorrectAndTotal]] = {}
    for person, score in scores:
        if score[1]:
            scores_by_person.setdefault(person, []).append(score)
    return scores_by_person
