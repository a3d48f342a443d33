"""Statistics for small groups: shares in whole numbers, confidence intervals, learning gain; with sources."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from math import sqrt
from typing import NamedTuple

NORMAL_QUANTILE_95 = 1.959964
"""Two-sided 95 % quantile of the normal distribution."""
HIGH_GAIN, MEDIUM_GAIN = Fraction(7, 10), Fraction(3, 10)


class ConfidenceInterval(NamedTuple):
    """Bounds of a share, from 0 to 1."""

    low: float
    high: float


class NumberSummary(NamedTuple):
    """Count, minimum, median and maximum of numbers."""

    size: int
    minimum: int
    median: float
    maximum: int


class GainBand(StrEnum):
    """Size of the normalised gain of a group."""

    LOSS = "loss"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


def calculate_share_percent(part: int, total: int) -> float:
    """Return part of total in percent for display, truncated to one decimal; 0 if total is 0.

    Targets are compared with `is_percent_reached` instead.
    """
    return 1000 * part // total / 10 if total else 0.0


def is_percent_reached(part: int, total: int, percent: int) -> bool:
    """Return True if part of total is at least `percent` percent, in whole numbers: 100·part ≥ percent·total."""
    return total > 0 and 100 * part >= percent * total


def calculate_wilson_interval(part: int, total: int) -> ConfidenceInterval:
    """Return the 95 % score interval of a share.

    E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927) 209–212:
    (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n). Raises ValueError if part is not within 0..total or total is 0.
    """
    if not 0 <= part <= total or total == 0:
        raise ValueError(f"no share: {part} of {total}")
    p, square = part / total, NORMAL_QUANTILE_95 * NORMAL_QUANTILE_95 / total
    middle_point = p + square / 2
    half = NORMAL_QUANTILE_95 * sqrt(p * (1 - p) / total + square / (4 * total))
    low, high = (middle_point - half) / (1 + square), (middle_point + half) / (1 + square)
    return ConfidenceInterval(0.0 if part == 0 else max(0.0, low), 1.0 if part == total else min(1.0, high))


def calculate_net_promoter_score(counts: Mapping[int, int]) -> int:
    """Return promoters (9, 10) minus detractors (0 to 6) in percent of all answers, −100 to 100, truncated.

    `counts` are the numbers of answers by value. F. F. Reichheld, The one number you need to grow, Harvard Business Review 81
    (2003) 12. Raises ValueError if there are no answers.
    """
    total = sum(counts.values())
    if not total:
        raise ValueError("nobody answered")
    promoters = sum(number for value, number in counts.items() if value >= 9)
    detractors = sum(number for value, number in counts.items() if value <= 6)
    return int(Fraction(100 * (promoters - detractors), total))


def summarise_numbers(counts: Mapping[int, int]) -> NumberSummary:
    """Return count, minimum, median and maximum of numbers, given by how often each occurs.

    Raises ValueError if there are none.
    """
    values = sorted(value for value, number in counts.items() for _each in range(number))
    if not values:
        raise ValueError("no numbers")
    half = len(values) // 2
    return NumberSummary(len(values), values[0], (values[half] + values[-half - 1]) / 2, values[-1])


def calculate_mean(values: Sequence[Fraction]) -> Fraction:
    """Return the mean. Raises ValueError for an empty sequence."""
    if not values:
        raise ValueError("no values")
    return Fraction(sum(values, Fraction())) / len(values)


def calculate_normalised_gain(before: Fraction, after: Fraction) -> Fraction | None:
    """Return the normalised gain of a group from its mean percentages: (after − before) / (100 − before).

    R. R. Hake, Interactive-engagement versus traditional methods, American Journal of Physics 66 (1998) 64–74.
    None if the mean before was 100, so that there was nothing to gain.
    """
    return (after - before) / (100 - before) if before < 100 else None


def calculate_normalised_change(before: Fraction, after: Fraction) -> Fraction | None:
    """Return the normalised change of one person, −1 to 1.

    A gain is divided by what was missing before, a loss by what was known before: J. D. Marx, K. Cummings, Normalized change,
    American Journal of Physics 75 (2007) 87–91. None for 0 or 100 percent in both tests; such people are left out of the mean.
    """
    if after > before:
        return (after - before) / (100 - before)
    if after < before:
        return (after - before) / before
    return None if after in (0, 100) else Fraction(0)


def classify_gain(normalised_gain: Fraction) -> GainBand:
    """Return the band of a normalised gain as defined by Hake (1998): high from 0.7, medium from 0.3; below 0 a loss."""
    if normalised_gain < 0:
        return GainBand.LOSS
    if normalised_gain >= HIGH_GAIN:
        return GainBand.HIGH
    return GainBand.MEDIUM if normalised_gain >= MEDIUM_GAIN else GainBand.LOW
