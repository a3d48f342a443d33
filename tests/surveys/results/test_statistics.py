"""Statistics: known values from the source of each formula, and properties that hold for all numbers."""

from fractions import Fraction

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from trainer.surveys.results.statistics import (
    GainBand,
    calculate_mean,
    calculate_net_promoter_score,
    calculate_normalised_change,
    calculate_normalised_gain,
    calculate_share_percent,
    calculate_wilson_interval,
    classify_gain,
    is_percent_reached,
    summarise_numbers,
)

PERCENT = st.fractions(min_value=0, max_value=100)
PARTS_AND_TOTALS = st.integers(1, 5000).flatmap(lambda whole: st.tuples(st.integers(0, whole), st.just(whole)))
COUNTS = st.dictionaries(st.integers(0, 10), st.integers(1, 20), min_size=1)


@pytest.mark.parametrize(
    ("part", "whole", "low", "high"),
    [
        (5, 7, 35.9, 91.8),
        (7, 10, 39.7, 89.2),
        (12, 17, 46.9, 86.7),
        (35, 50, 56.2, 80.9),
        (7, 7, 64.6, 100),
        (10, 10, 72.2, 100),
        (17, 17, 81.6, 100),
        (50, 50, 92.9, 100),
    ],
)
def test_the_interval_has_known_values(part: int, whole: int, low: float, high: float) -> None:
    assert [round(100 * bound, 1) for bound in calculate_wilson_interval(part, whole)] == [low, high]


@given(PARTS_AND_TOTALS)
def test_the_interval_contains_the_share_and_lies_within_0_and_1(of: tuple[int, int]) -> None:
    low, high = calculate_wilson_interval(*of)
    assert 0 <= low <= of[0] / of[1] <= high <= 1


@given(PARTS_AND_TOTALS)
def test_one_more_satisfied_person_raises_both_bounds(of: tuple[int, int]) -> None:
    part, whole = of
    assume(part < whole)
    assert all(
        before <= after
        for before, after in zip(
            calculate_wilson_interval(part, whole), calculate_wilson_interval(part + 1, whole), strict=True
        )
    )


@given(PARTS_AND_TOTALS)
def test_more_people_of_the_same_share_make_the_interval_narrower(of: tuple[int, int]) -> None:
    few, many = calculate_wilson_interval(*of), calculate_wilson_interval(10 * of[0], 10 * of[1])
    assert many.high - many.low < few.high - few.low


@given(PARTS_AND_TOTALS)
def test_the_interval_of_the_complement_is_mirrored(of: tuple[int, int]) -> None:
    low, high = calculate_wilson_interval(of[1] - of[0], of[1])
    assert calculate_wilson_interval(*of) == pytest.approx((1 - high, 1 - low))


@pytest.mark.parametrize(("part", "whole"), [(0, 0), (2, 1), (-1, 3)])
def test_an_invalid_share_has_no_interval(part: int, whole: int) -> None:
    with pytest.raises(ValueError, match="no share"):
        calculate_wilson_interval(part, whole)


@given(PARTS_AND_TOTALS, st.integers(0, 100))
def test_a_target_is_reached_exactly_where_the_fraction_is(of: tuple[int, int], percent: int) -> None:
    assert is_percent_reached(*of, percent) == (Fraction(*of) >= Fraction(percent, 100))


@given(PARTS_AND_TOTALS)
def test_a_share_is_never_shown_larger_than_it_is(of: tuple[int, int]) -> None:
    exact = Fraction(100 * of[0], of[1])
    assert 0 <= exact - Fraction(str(calculate_share_percent(*of))) < Fraction(1, 10)


def test_a_share_just_below_the_target_is_not_shown_as_the_target() -> None:
    assert calculate_share_percent(6999, 10_000) == 69.9
    assert not is_percent_reached(6999, 10_000, 70)


@pytest.mark.parametrize(
    ("counts", "figure"), [({9: 1, 10: 1}, 100), ({0: 1, 6: 4}, -100), ({7: 2, 8: 1}, 0), ({10: 5, 8: 3, 3: 2}, 30)]
)
def test_the_net_promoter_score_has_known_values(counts: dict[int, int], figure: int) -> None:
    assert calculate_net_promoter_score(counts) == figure


@given(COUNTS)
def test_the_net_promoter_score_lies_between_minus_and_plus_100(counts: dict[int, int]) -> None:
    assert -100 <= calculate_net_promoter_score(counts) <= 100


@given(COUNTS)
def test_a_summary_equals_that_of_the_single_numbers(counts: dict[int, int]) -> None:
    numbers = sorted(value for value, number in counts.items() for _each in range(number))
    summary = summarise_numbers(counts)
    assert (summary.size, summary.minimum, summary.maximum) == (len(numbers), numbers[0], numbers[-1])
    assert sum(number < summary.median for number in numbers) <= len(numbers) / 2
    assert sum(number > summary.median for number in numbers) <= len(numbers) / 2


@pytest.mark.parametrize("of", [summarise_numbers, calculate_net_promoter_score])
def test_without_answers_there_is_no_figure(of: object) -> None:
    with pytest.raises(ValueError, match="no"):
        of({})  # type: ignore[operator]
    with pytest.raises(ValueError, match="no values"):
        calculate_mean([])


@pytest.mark.parametrize(
    ("before", "after", "found"), [(45, 85, Fraction(8, 11)), (50, 50, 0), (60, 40, Fraction(-1, 2)), (0, 100, 1)]
)
def test_a_gain_has_known_values(before: int, after: int, found: Fraction) -> None:
    assert calculate_normalised_gain(Fraction(before), Fraction(after)) == found


def test_a_full_score_before_has_no_gain() -> None:
    assert calculate_normalised_gain(Fraction(100), Fraction(100)) is None
    assert calculate_normalised_change(Fraction(100), Fraction(100)) is None
    assert calculate_normalised_change(Fraction(0), Fraction(0)) is None
    assert calculate_normalised_change(Fraction(100), Fraction(40)) == Fraction(-6, 10)


@given(PERCENT, PERCENT)
@example(Fraction(100), Fraction(100))
@example(Fraction(20), Fraction(60))
def test_a_change_lies_between_minus_1_and_1(before: Fraction, after: Fraction) -> None:
    change = calculate_normalised_change(before, after)
    if change is None:
        assert before == after
        assert after in (0, 100)
    else:
        assert -1 <= change <= 1
        assert (change > 0) == (after > before)
        assert (change < 0) == (after < before)


@given(PERCENT, PERCENT)
def test_a_gain_and_a_change_are_the_same_where_something_was_learned(first: Fraction, second: Fraction) -> None:
    before, after = sorted((first, second))
    assume(after > before)
    assert calculate_normalised_gain(before, after) == calculate_normalised_change(before, after)


@pytest.mark.parametrize(
    ("of", "found"),
    [
        ("-0.01", GainBand.LOSS),
        ("0", GainBand.LOW),
        ("0.29", GainBand.LOW),
        ("0.3", GainBand.MEDIUM),
        ("0.69", GainBand.MEDIUM),
        ("0.7", GainBand.HIGH),
    ],
)
def test_gains_are_classified_as_defined_by_hake(of: str, found: GainBand) -> None:
    assert classify_gain(Fraction(of)) == found
