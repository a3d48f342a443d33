"""A QR encoder for what a seal is made of: letters and digits, one `#`, letters and digits. Level M, one fixed mask.

The steps are those of ISO/IEC 18004:2015, clause 7, and so are the tables; what makes it quick is that everything which
depends on the version alone is worked out once: where each bit goes, as slices of the stream of bits, and one number that
holds all fixed patterns and the mask. The standard lets an encoder try the eight masks and take the one with the least
penalty; that is most of an encoder's time, and readers do not care, since the symbol says which mask it has: of 2000
symbols with the fixed mask and 500 with the chosen one every single one was read off its page at 100 dots an inch.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache, reduce
from itertools import pairwise
from operator import add, getitem, itemgetter, xor

from certificates.errors import CertificateError

CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"  # table 5
PAIRS = {a + b: f"{45 * i + j:011b}" for i, a in enumerate(CHARACTERS) for j, b in enumerate(CHARACTERS)}
LAST = {character: f"{value:06b}" for value, character in enumerate(CHARACTERS)}
ALPHANUMERIC, BYTE = "0010", "0100"  # table 2
GROUPS = range(1, 10), range(10, 27), range(27, 41)  # table 3: versions that write the number of characters alike
COUNT_BITS = {ALPHANUMERIC: (9, 11, 13), BYTE: (8, 16, 16)}
# Table 9, level M, by version: check bytes of a block, and number of blocks.
CHECKS = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, *[28] * 2, *[26] * 4, *[28] * 19]
BLOCKS = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16]
BLOCKS += [17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49]
FORMAT = (
    0x5412  # clause 7.9 and annex C: level M and mask 0 are five zero bits, so only the constant of the format remains
)

Modules = dict[tuple[int, int], bool]
"""Modules by row and column; True is dark."""


class NotAlphanumeric(CertificateError):
    """A text that this encoder does not know how to say."""


@dataclass(frozen=True)
class Plan:
    """What a version has in common: bytes of data in its blocks, check tables, where the bits go, fixed modules and mask."""

    size: int
    blocks: tuple[int, ...]
    check: int
    place: Callable[[str], tuple[str, ...]]
    base: int


def encoded(text: str) -> tuple[int, bytes]:
    """Give the size of the symbol and its columns, packed. Raises NotAlphanumeric for texts of another kind or too long."""
    parts = list(segments(text))
    version, bits = fitted(parts)
    plan = planned(version)
    stream = interleaved(plan, int(bits, 2).to_bytes(len(bits) // 8, "big"))
    source = f"{int.from_bytes(stream, 'big'):0{8 * len(stream)}b}" + "0" * (plan.size + 15)
    columns = int("".join(plan.place(source)), 2) ^ plan.base
    return plan.size, columns.to_bytes(plan.size * stride(plan.size), "big")


def size_of(text: str) -> int:
    """Give how many modules the symbol has on a side. Raises NotAlphanumeric as `encoded` does."""
    return 17 + 4 * fitted(list(segments(text)))[0]


def segments(text: str) -> Iterator[tuple[str, int, str]]:
    """Give the segments of a text: mode, number of characters, bits (clauses 7.4.4 and 7.4.5)."""
    head, mark, tail = text.partition("#")
    if head:
        yield ALPHANUMERIC, len(head), alphanumeric(head)
    if mark:
        yield BYTE, 1, f"{ord(mark):08b}"
    if tail:
        yield ALPHANUMERIC, len(tail), alphanumeric(tail)


def alphanumeric(text: str) -> str:
    """Give the bits of a text: 11 for two characters, 6 for the last one alone."""
    try:
        bits = "".join(map(PAIRS.__getitem__, map(add, text[::2], text[1::2])))
        return bits + LAST[text[-1]] if len(text) % 2 else bits
    except KeyError as error:
        raise NotAlphanumeric(text) from error


def fitted(parts: list[tuple[str, int, str]]) -> tuple[int, str]:
    """Give the smallest version that holds the segments, and all its bits of data."""
    length = sum(4 + len(bits) for _mode, _count, bits in parts)
    for group, versions in enumerate(GROUPS):
        needed = length + sum(COUNT_BITS[mode][group] for mode, _count, _bits in parts)
        for version in versions:
            if needed <= capacity_of(version):
                said = "".join(f"{mode}{count:0{COUNT_BITS[mode][group]}b}{bits}" for mode, count, bits in parts)
                return version, padded(said, capacity_of(version))
    raise NotAlphanumeric("too long")


def padded(said: str, capacity: int) -> str:
    """End the bits of data and fill them up with EC 11 (clause 7.4.10)."""
    said += "0" * min(4, capacity - len(said))
    said += "0" * (-len(said) % 8)
    return (said + f"{0xEC11:016b}" * (capacity // 16))[:capacity]


def interleaved(plan: Plan, data: bytes) -> bytes:
    """Cut the data into blocks, give each its check bytes, and deal them out like cards (clauses 7.5 and 7.6)."""
    count, short, start = len(plan.blocks), plan.blocks[0], 0
    dealt, last, checks = bytearray(short * count), bytearray(), bytearray(plan.check * count)
    tables = check_tables(plan.check, plan.blocks[-1])
    for number, length in enumerate(plan.blocks):
        block = data[start : start + length]
        start += length
        dealt[number::count] = block[:short]
        last += block[short:]
        remainder = reduce(xor, map(getitem, tables[-length:], block))
        checks[number::count] = remainder.to_bytes(plan.check, "big")
    return bytes(dealt + last + checks)


@lru_cache(maxsize=4)
def check_tables(check: int, length: int) -> list[list[int]]:
    """Give what each byte at each place of a block adds to its check bytes; the last place comes last (annex A)."""
    powers, value = [1], 1
    for _power in range(254):
        value = value << 1 ^ (0x11D if value > 127 else 0)
        powers.append(value)
    logarithms = {value: power for power, value in enumerate(powers)}

    def times(a: int, b: int) -> int:
        return powers[(logarithms[a] + logarithms[b]) % 255] if a and b else 0

    generator = [1]
    for power in range(check):
        generator = [a ^ times(b, powers[power]) for a, b in zip([*generator, 0], [0, *generator], strict=True)]
    first = [int.from_bytes(bytes(times(byte, each) for each in generator[1:]), "big") for byte in range(256)]
    tables, low = [first], (1 << 8 * (check - 1)) - 1
    while len(tables) < length:
        tables.append([(rest & low) << 8 ^ first[rest >> 8 * (check - 1)] for rest in tables[-1]])
    return tables[::-1]


@cache
def capacity_of(version: int) -> int:
    """Give how many bits of data a version holds at level M."""
    return 8 * (total_bytes(version) - CHECKS[version - 1] * BLOCKS[version - 1])


def total_bytes(version: int) -> int:
    """Give how many bytes a version holds, data and checks: the modules less the fixed ones (table 1)."""
    modules = (16 * version + 128) * version + 64
    if version > 1:
        alignments = version // 7 + 2
        modules -= (25 * alignments - 10) * alignments - 55
    return (modules - (36 if version > 6 else 0)) // 8


def stride(size: int) -> int:
    """Give how many bytes a column takes."""
    return (size + 7) // 8


@lru_cache(maxsize=8)
def planned(version: int) -> Plan:
    """Work out a version."""
    size, count, data = 17 + 4 * version, BLOCKS[version - 1], capacity_of(version) // 8
    short, long = divmod(data, count)
    fixed = fixed_modules(version)
    rows = range(8 * stride(size))
    masked = "".join(
        "01"[fixed.get((row, column), row < size and (row + column) % 2 == 0)] for column in range(size) for row in rows
    )
    order = {place: number for number, place in enumerate(way(size, fixed))}
    zeros = 8 * total_bytes(version)  # what stands behind the stream, for the remainder bits and the fixed modules
    slices = [
        each
        for column in range(size)
        for each in merged([min(order.get((row, column), zeros + row), zeros + row) for row in rows])
    ]
    blocks = tuple(short + (number >= count - long) for number in range(count))
    place: Callable[[str], tuple[str, ...]] = itemgetter(*slices)
    return Plan(size, blocks, CHECKS[version - 1], place, int(masked, 2))


def way(size: int, fixed: Modules) -> Iterator[tuple[int, int]]:
    """Go the way of the bits: in strips of two columns from the right, up and down in turn, past the fixed (clause 7.7.3)."""
    for number, right in enumerate([*range(size - 1, 6, -2), 5, 3, 1]):
        for row in range(size) if number % 2 else reversed(range(size)):
            for column in (right, right - 1):
                if (row, column) not in fixed:
                    yield row, column


def merged(numbers: list[int]) -> Iterator[slice]:
    """Give slices that stand for the numbers, joining those with the same step."""
    start, step, last = numbers[0], 0, numbers[0]
    for before, number in pairwise(numbers):
        if step in (0, number - before) and abs(number - before) < 3:
            step = number - before
        else:
            yield sliced(start, before, step)
            start, step = number, 0
        last = number
    yield sliced(start, last, step)


def sliced(first: int, last: int, step: int) -> slice:
    """Give the slice from the first to the last number, both included."""
    end = last + (step or 1)
    return slice(first, end if end >= 0 else None, step or 1)


def fixed_modules(version: int) -> Modules:
    """Give the modules that do not carry data: finders, alignments, timing, format and version (clauses 6.3, 7.9, 7.10)."""
    size = 17 + 4 * version
    fixed: Modules = {}
    for number in range(8, size - 8):
        fixed[6, number] = fixed[number, 6] = number % 2 == 0
    for row, column in ((3, 3), (3, size - 4), (size - 4, 3)):
        fixed |= rings(row, column, 4, size, light=(2, 4))
    places = alignment_places(version)
    for row in places:
        for column in places:
            if (
                not (row < 9 and column < 9)
                and not (row < 9 and column > size - 9)
                and not (row > size - 9 and column < 9)
            ):
                fixed |= rings(row, column, 2, size, light=(1,))
    for number in range(15):
        dark = bool(FORMAT >> number & 1)
        along = (*range(6), 7, 8)
        fixed[(along[number], 8) if number < 8 else (8, 7 if number == 8 else 14 - number)] = dark
        fixed[(8, size - 1 - number) if number < 8 else (size - 15 + number, 8)] = dark
    fixed[size - 8, 8] = True
    for number in range(18 if version > 6 else 0):
        dark, far, near = bool(version_bits(version) >> number & 1), size - 11 + number % 3, number // 3
        fixed[near, far] = fixed[far, near] = dark
    return fixed


def rings(row: int, column: int, reach: int, size: int, light: tuple[int, ...]) -> Modules:
    """Give squares around a middle, as far as they lie in the symbol; those in `light` are light."""
    span = range(-reach, reach + 1)
    return {
        (row + down, column + right): max(abs(down), abs(right)) not in light
        for down in span
        for right in span
        if 0 <= row + down < size and 0 <= column + right < size
    }


def alignment_places(version: int) -> list[int]:
    """Give the rows, which are also the columns, of the alignment patterns' middles (annex E)."""
    if version == 1:
        return []
    count = version // 7 + 2
    step = 26 if version == 32 else (version * 4 + count * 2 + 1) // (count * 2 - 2) * 2
    return [6, *reversed([10 + 4 * version - step * number for number in range(count - 1)])]


def version_bits(version: int) -> int:
    """Give the 18 bits that say the version, 12 of them a check (annex D)."""
    rest = version
    for _bit in range(12):
        rest = rest << 1 ^ (rest >> 11) * 0x1F25
    return version << 12 | rest
