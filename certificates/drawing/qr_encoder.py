"""QR encoder for seals: alphanumeric text, one `#`, alphanumeric text; level M, one fixed mask.

Steps and tables are those of ISO/IEC 18004:2015, clause 7. It is fast because everything that depends on the version alone is
computed once: where each bit goes, as slices of the bit stream, and one number with all fixed patterns and the mask. The
standard lets an encoder choose the mask with the least penalty among eight, which takes most of an encoder's time. Readers do
not depend on it, since the symbol states its mask: of 2000 symbols with the fixed mask and 500 with the chosen one, all were
read from their page at 100 dots per inch.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache, reduce
from itertools import pairwise
from operator import add, getitem, itemgetter, xor

from certificates.drawing.qr_modules import Modules, build_fixed_modules
from certificates.errors import CertificateError

ALPHANUMERIC_CHARACTERS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:"  # table 5
PAIR_BITS = {
    a + b: f"{45 * i + j:011b}"
    for i, a in enumerate(ALPHANUMERIC_CHARACTERS)
    for j, b in enumerate(ALPHANUMERIC_CHARACTERS)
}
LAST_CHARACTER_BITS = {character: f"{value:06b}" for value, character in enumerate(ALPHANUMERIC_CHARACTERS)}
ALPHANUMERIC, BYTE = "0010", "0100"  # table 2
VERSION_GROUPS = (
    range(1, 10),
    range(10, 27),
    range(27, 41),
)  # table 3: versions with the same size of the character count
COUNT_BITS = {ALPHANUMERIC: (9, 11, 13), BYTE: (8, 16, 16)}
# Table 9, level M, by version: check bytes per block, and number of blocks.
BLOCK_CHECK_BYTES = [10, 16, 26, 18, 24, 16, 18, 22, 22, 26, 30, 22, 22, 24, 24, *[28] * 2, *[26] * 4, *[28] * 19]
BLOCK_COUNTS = [1, 1, 1, 2, 2, 4, 4, 4, 5, 5, 5, 8, 9, 9, 10, 10, 11, 13, 14, 16]
BLOCK_COUNTS += [17, 17, 18, 20, 21, 23, 25, 26, 28, 29, 31, 33, 35, 37, 38, 40, 43, 45, 47, 49]


class NotAlphanumeric(CertificateError):
    """A text that this encoder does not support."""


@dataclass(frozen=True)
class VersionPlan:
    """Values that depend on the version alone: block lengths, check bytes per block, bit placement, fixed modules and mask."""

    size: int
    block_lengths: tuple[int, ...]
    check_bytes: int
    place_bits: Callable[[str], tuple[str, ...]]
    base: int


def encode_qr(text: str) -> tuple[int, bytes]:
    """Return the size of the symbol and its packed columns. Raises NotAlphanumeric for other texts and for long ones."""
    segments = list(split_segments(text))
    version, bits = fit_version(segments)
    plan = plan_version(version)
    stream = interleave_blocks(plan, int(bits, 2).to_bytes(len(bits) // 8, "big"))
    stream_bits = f"{int.from_bytes(stream, 'big'):0{8 * len(stream)}b}" + "0" * (plan.size + 15)
    columns = int("".join(plan.place_bits(stream_bits)), 2) ^ plan.base
    return plan.size, columns.to_bytes(plan.size * compute_column_bytes(plan.size), "big")


def compute_symbol_size(text: str) -> int:
    """Return the number of modules per side. Raises NotAlphanumeric as `encode_qr` does."""
    return 17 + 4 * fit_version(list(split_segments(text)))[0]


def split_segments(text: str) -> Iterator[tuple[str, int, str]]:
    """Yield the segments of a text: mode, number of characters, bits (clauses 7.4.4 and 7.4.5)."""
    head, mark, tail = text.partition("#")
    if head:
        yield ALPHANUMERIC, len(head), encode_alphanumeric(head)
    if mark:
        yield BYTE, 1, f"{ord(mark):08b}"
    if tail:
        yield ALPHANUMERIC, len(tail), encode_alphanumeric(tail)


def encode_alphanumeric(text: str) -> str:
    """Return the bits of a text: 11 for two characters, 6 for a single last one."""
    try:
        bits = "".join(map(PAIR_BITS.__getitem__, map(add, text[::2], text[1::2])))
        return bits + LAST_CHARACTER_BITS[text[-1]] if len(text) % 2 else bits
    except KeyError as error:
        raise NotAlphanumeric(text) from error


def fit_version(segments: list[tuple[str, int, str]]) -> tuple[int, str]:
    """Return the smallest version that holds the segments, and all its data bits."""
    length = sum(4 + len(bits) for _mode, _count, bits in segments)
    for group, versions in enumerate(VERSION_GROUPS):
        needed = length + sum(COUNT_BITS[mode][group] for mode, _count, _bits in segments)
        for version in versions:
            if needed <= compute_capacity_bits(version):
                data_bits = "".join(
                    f"{mode}{count:0{COUNT_BITS[mode][group]}b}{bits}" for mode, count, bits in segments
                )
                return version, pad_data_bits(data_bits, compute_capacity_bits(version))
    raise NotAlphanumeric("too long")


def pad_data_bits(bits: str, capacity: int) -> str:
    """Terminate the data bits and pad them with EC 11 (clause 7.4.10)."""
    bits += "0" * min(4, capacity - len(bits))
    bits += "0" * (-len(bits) % 8)
    return (bits + f"{0xEC11:016b}" * (capacity // 16))[:capacity]


def interleave_blocks(plan: VersionPlan, data: bytes) -> bytes:
    """Split the data into blocks, compute their check bytes, and interleave both (clauses 7.5 and 7.6)."""
    count, short, start = len(plan.block_lengths), plan.block_lengths[0], 0
    interleaved, last, checks = bytearray(short * count), bytearray(), bytearray(plan.check_bytes * count)
    tables = build_check_tables(plan.check_bytes, plan.block_lengths[-1])
    for number, length in enumerate(plan.block_lengths):
        block = data[start : start + length]
        start += length
        interleaved[number::count] = block[:short]
        last += block[short:]
        remainder = reduce(xor, map(getitem, tables[-length:], block))
        checks[number::count] = remainder.to_bytes(plan.check_bytes, "big")
    return bytes(interleaved + last + checks)


@lru_cache(maxsize=4)
def build_check_tables(check_bytes: int, length: int) -> list[list[int]]:
    """Return what each byte at each position of a block adds to its check bytes; the last position comes last (annex A)."""
    powers, value = [1], 1
    for _power in range(254):
        value = value << 1 ^ (0x11D if value > 127 else 0)
        powers.append(value)
    logarithms = {value: power for power, value in enumerate(powers)}

    def times(a: int, b: int) -> int:
        return powers[(logarithms[a] + logarithms[b]) % 255] if a and b else 0

    generator = [1]
    for power in range(check_bytes):
        generator = [a ^ times(b, powers[power]) for a, b in zip([*generator, 0], [0, *generator], strict=True)]
    first = [
        int.from_bytes(bytes(times(byte, coefficient) for coefficient in generator[1:]), "big") for byte in range(256)
    ]
    tables, low = [first], (1 << 8 * (check_bytes - 1)) - 1
    while len(tables) < length:
        tables.append([(rest & low) << 8 ^ first[rest >> 8 * (check_bytes - 1)] for rest in tables[-1]])
    return tables[::-1]


@cache
def compute_capacity_bits(version: int) -> int:
    """Return the number of data bits of a version at level M."""
    return 8 * (count_total_bytes(version) - BLOCK_CHECK_BYTES[version - 1] * BLOCK_COUNTS[version - 1])


def count_total_bytes(version: int) -> int:
    """Return the number of bytes of a version, data and checks: all modules less the fixed ones (table 1)."""
    modules = (16 * version + 128) * version + 64
    if version > 1:
        alignments = version // 7 + 2
        modules -= (25 * alignments - 10) * alignments - 55
    return (modules - (36 if version > 6 else 0)) // 8


def compute_column_bytes(size: int) -> int:
    """Return the number of bytes of a column."""
    return (size + 7) // 8


@lru_cache(maxsize=8)
def plan_version(version: int) -> VersionPlan:
    """Compute the plan of a version."""
    size, count, data = 17 + 4 * version, BLOCK_COUNTS[version - 1], compute_capacity_bits(version) // 8
    short, long = divmod(data, count)
    fixed = build_fixed_modules(version)
    rows = range(8 * compute_column_bytes(size))
    masked = "".join(
        "01"[fixed.get((row, column), row < size and (row + column) % 2 == 0)] for column in range(size) for row in rows
    )
    order = {position: number for number, position in enumerate(list_bit_positions(size, fixed))}
    zeros = 8 * count_total_bytes(version)  # zeros after the stream, for remainder bits and fixed modules
    slices = [
        bit_slice
        for column in range(size)
        for bit_slice in merge_into_slices([min(order.get((row, column), zeros + row), zeros + row) for row in rows])
    ]
    blocks = tuple(short + (number >= count - long) for number in range(count))
    position: Callable[[str], tuple[str, ...]] = itemgetter(*slices)
    return VersionPlan(size, blocks, BLOCK_CHECK_BYTES[version - 1], position, int(masked, 2))


def list_bit_positions(size: int, fixed: Modules) -> Iterator[tuple[int, int]]:
    """Yield the positions of the bits: strips of two columns from the right, up and down in turn, skipping fixed ones (7.7.3)."""
    for number, right in enumerate([*range(size - 1, 6, -2), 5, 3, 1]):
        for row in range(size) if number % 2 else reversed(range(size)):
            for column in (right, right - 1):
                if (row, column) not in fixed:
                    yield row, column


def merge_into_slices(numbers: list[int]) -> Iterator[slice]:
    """Yield slices that select the numbers; runs with the same step become one slice."""
    start, step, last = numbers[0], 0, numbers[0]
    for before, number in pairwise(numbers):
        if step in (0, number - before) and abs(number - before) < 3:
            step = number - before
        else:
            yield build_slice(start, before, step)
            start, step = number, 0
        last = number
    yield build_slice(start, last, step)


def build_slice(first: int, last: int, step: int) -> slice:
    """Return the slice from the first to the last number, both included."""
    end = last + (step or 1)
    return slice(first, end if end >= 0 else None, step or 1)
