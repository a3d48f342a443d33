"""Modules of a QR code that carry no data (ISO/IEC 18004:2015): finders, alignments, timing, format and version."""

FORMAT_BITS = 0x5412  # clause 7.9 and annex C: level M and mask 0 are five zero bits, so only the format mask remains

Modules = dict[tuple[int, int], bool]
"""Modules by (row, column); True is dark."""


def build_fixed_modules(version: int) -> Modules:
    """Return the modules without data: finders, alignments, timing, format, version (clauses 6.3, 7.9, 7.10)."""
    size = 17 + 4 * version
    fixed: Modules = {}
    for number in range(8, size - 8):
        fixed[6, number] = fixed[number, 6] = number % 2 == 0
    for row, column in ((3, 3), (3, size - 4), (size - 4, 3)):
        fixed |= build_square_rings(row, column, 4, size, light=(2, 4))
    places = list_alignment_centres(version)
    for row in places:
        for column in places:
            if (
                not (row < 9 and column < 9)
                and not (row < 9 and column > size - 9)
                and not (row > size - 9 and column < 9)
            ):
                fixed |= build_square_rings(row, column, 2, size, light=(1,))
    for number in range(15):
        dark = bool(FORMAT_BITS >> number & 1)
        along = (*range(6), 7, 8)
        fixed[(along[number], 8) if number < 8 else (8, 7 if number == 8 else 14 - number)] = dark
        fixed[(8, size - 1 - number) if number < 8 else (size - 15 + number, 8)] = dark
    fixed[size - 8, 8] = True
    for number in range(18 if version > 6 else 0):
        dark, far, near = bool(compute_version_bits(version) >> number & 1), size - 11 + number % 3, number // 3
        fixed[near, far] = fixed[far, near] = dark
    return fixed


def build_square_rings(row: int, column: int, reach: int, size: int, light: tuple[int, ...]) -> Modules:
    """Return concentric squares around a centre, clipped to the symbol; distances in `light` are light."""
    span = range(-reach, reach + 1)
    return {
        (row + down, column + right): max(abs(down), abs(right)) not in light
        for down in span
        for right in span
        if 0 <= row + down < size and 0 <= column + right < size
    }


def list_alignment_centres(version: int) -> list[int]:
    """Return the rows, which are also the columns, of the alignment patterns' centres (annex E)."""
    if version == 1:
        return []
    count = version // 7 + 2
    step = 26 if version == 32 else (version * 4 + count * 2 + 1) // (count * 2 - 2) * 2
    return [6, *reversed([10 + 4 * version - step * number for number in range(count - 1)])]


def compute_version_bits(version: int) -> int:
    """Return the 18 version bits, 12 of them check bits (annex D)."""
    rest = version
    for _bit in range(12):
        rest = rest << 1 ^ (rest >> 11) * 0x1F25
    return version << 12 | rest
