"""Pure statistics for few people: shares compared as whole numbers, intervals, gains of tests; each with the source of its formula."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
from fractions import Fraction
from math import sqrt
from typing import NamedTuple

Z = 1.959964
"""The normal quantile of 95 %."""
HIGH, MEDIUM = Fraction(7, 10), Fraction(3, 10)


class Interval(NamedTuple):
    """Bounds of a share, from 0 to 1."""

    low: float
    high: float


class Spread(NamedTuple):
    """How numbers lie: how many, the least, the middle one, the most."""

    size: int
    least: int
    median: float
    most: int


class Band(StrEnum):
    """How large a class's normalised gain is."""

    LOSS = "loss"
    LOW = "low"
    MEDIUM = "medium"
    HIGH = "high"


def share(part: int, whole: int) -> float:
    """Give a part in percent for showing, to a tenth and never rounded up; targets are compared by `reaches` instead."""
    return 1000 * part // whole / 10 if whole else 0.0


def reaches(part: int, whole: int, percent: int) -> bool:
    """Whether part of whole is at least so many percent, compared as whole numbers: 100·part ≥ percent·whole."""
    return whole > 0 and 100 * part >= percent * whole


def wilson(part: int, whole: int) -> Interval:
    """Give the 95 % score interval of a share.

    E. B. Wilson, Probable inference, the law of succession, and statistical inference, JASA 22 (1927) 209–212:
    (p + z²/2n ± z·√(p(1−p)/n + z²/4n²)) / (1 + z²/n). Raises ValueError where part is not within 0..whole or whole is 0.
    """
    if not 0 <= part <= whole or whole == 0:
        raise ValueError(f"no share: {part} of {whole}")
    p, square = part / whole, Z * Z / whole
    middle_point = p + square / 2
    half = Z * sqrt(p * (1 - p) / whole + square / (4 * whole))
    low, high = (middle_point - half) / (1 + square), (middle_point + half) / (1 + square)
    return Interval(0.0 if part == 0 else max(0.0, low), 1.0 if part == whole else min(1.0, high))


def net_promoters(counts: Mapping[int, int]) -> int:
    """Give promoters (9, 10) less detractors (0 to 6) in percent of all who answered, −100 to 100, cut towards zero.

    F. F. Reichheld, The one number you need to grow, Harvard Business Review 81 (2003) 12. Raises ValueError where nobody answered.
    """
    whole = sum(counts.values())
    if not whole:
        raise ValueError("nobody answered")
    promoters = sum(number for value, number in counts.items() if value >= 9)
    detractors = sum(number for value, number in counts.items() if value <= 6)
    return int(Fraction(100 * (promoters - detractors), whole))


def spread(counts: Mapping[int, int]) -> Spread:
    """Give how numbers lie, by how often each was said. Raises ValueError where there is none."""
    values = sorted(value for value, number in counts.items() for _each in range(number))
    if not values:
        raise ValueError("no numbers")
    half = len(values) // 2
    return Spread(len(values), values[0], (values[half] + values[-half - 1]) / 2, values[-1])


def mean(values: Sequence[Fraction]) -> Fraction:
    """Give the mean. Raises ValueError where there is none."""
    if not values:
        raise ValueError("no values")
    return Fraction(sum(values, Fraction())) / len(values)


def gain(before: Fraction, after: Fraction) -> Fraction | None:
    """Give the normalised gain of a class from its mean percents: (after − before) / (100 − before).

    R. R. Hake, Interactive-engagement versus traditional methods, American Journal of Physics 66 (1998) 64–74.
    None where everybody knew everything before: there was nothing to gain.
    """
    return (after - before) / (100 - before) if before < 100 else None


def change(before: Fraction, after: Fraction) -> Fraction | None:
    """Give the normalised change of one person, −1 to 1: a gain in parts of what was missing, a loss in parts of what was known.

    J. D. Marx, K. Cummings, Normalized change, American Journal of Physics 75 (2007) 87–91.
    None for who had 0 or 100 percent both times: they are left out of a mean.
    """
    if after > before:
        return (after - before) / (100 - before)
    if after < before:
        return (after - before) / before
    return None if after in (0, 100) else Fraction(0)


def band(of: Fraction) -> Band:
    """Say how large a class's gain is, as Hake (1998) divides them: high from 0.7, medium from 0.3; below zero it is a loss."""
    if of < 0:
        return Band.LOSS
    if of >= HIGH:
        return Band.HIGH
    return Band.MEDIUM if of >= MEDIUM else Band.LOW
