"""From the codes that were found on a photo of a sheet to the page as it lies flat."""

from collections.abc import Mapping, Sequence

from PIL import Image

from trainer.attendance.sheets.pdf import CODE, CODES

Point = tuple[float, float]
Coefficients = tuple[float, ...]
"""a to h of x' = (ax + by + c) / (gx + hy + 1), y' = (dx + ey + f) / (gx + hy + 1), as Pillow takes them."""

PAGE = 210.0, 297.0  # millimetres
SCALE = 5  # pixels for a millimetre of a page that was flattened
LARGEST_ERROR = 0.035  # of a code's side: beyond it the corners don't belong to one flat page


class NotFlat(Exception):
    """The codes don't stand as on a flat page."""


def flattened(picture: Image.Image, corners: Mapping[str, Sequence[Point]]) -> Image.Image:
    """Give the page as seen from straight above, by the corners of both its codes in the picture (upper left one first, clockwise).

    Raises NotFlat.
    """
    pairs = [
        (on_page, in_picture)
        for name, place in CODES.items()
        for on_page, in_picture in zip(corners_of(place), corners[name], strict=True)
    ]
    found = fitted(pairs)
    side = min(distance(corners[name][0], corners[name][1]) for name in CODES)
    if side == 0 or max(distance(moved(found, there), here) for there, here in pairs) > LARGEST_ERROR * side:
        raise NotFlat
    size = round(PAGE[0] * SCALE), round(PAGE[1] * SCALE)
    a, b, c, d, e, f, g, h = found
    per_pixel = (a / SCALE, b / SCALE, c, d / SCALE, e / SCALE, f, g / SCALE, h / SCALE)
    return picture.transform(size, Image.Transform.PERSPECTIVE, per_pixel, Image.Resampling.BILINEAR, fillcolor="white")


def corners_of(place: Point) -> list[Point]:
    """Give the corners of a code on the page, in millimetres, clockwise from its upper left one."""
    x, y = place
    return [(x, y), (x + CODE, y), (x + CODE, y + CODE), (x, y + CODE)]


def fitted(pairs: Sequence[tuple[Point, Point]]) -> Coefficients:
    """Find how points on the page come to lie in the picture, by least squares. Raises NotFlat."""
    rows, values = [], []
    for (x, y), (u, v) in pairs:
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    square = [[sum(row[i] * row[j] for row in rows) for j in range(8)] for i in range(8)]
    right = [sum(row[i] * value for row, value in zip(rows, values, strict=True)) for i in range(8)]
    return tuple(solved(square, right))


def solved(square: list[list[float]], right: list[float]) -> list[float]:
    """Solve linear equations by elimination, scaled so that lengths and their squares stand beside each other. Raises NotFlat."""
    scales = [square[i][i] ** 0.5 or 1 for i in range(len(right))]
    table = [
        [each / (scales[i] * scales[j]) for j, each in enumerate(row)] + [right[i] / scales[i]]
        for i, row in enumerate(square)
    ]
    for i in range(len(table)):
        pivot = max(range(i, len(table)), key=lambda row: abs(table[row][i]))
        if abs(table[pivot][i]) < 1e-14:
            raise NotFlat
        table[i], table[pivot] = table[pivot], table[i]
        for row in range(len(table)):
            if row != i:
                factor = table[row][i] / table[i][i]
                table[row] = [each - factor * own for each, own in zip(table[row], table[i], strict=True)]
    return [row[-1] / row[i] / scales[i] for i, row in enumerate(table)]


def moved(found: Coefficients, point: Point) -> Point:
    """Say where a point of the page lies in the picture."""
    a, b, c, d, e, f, g, h = found
    x, y = point
    below = g * x + h * y + 1
    return (a * x + b * y + c) / below, (d * x + e * y + f) / below


def distance(one: Point, other: Point) -> float:
    """How far two points are from each other."""
    return float(((one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2) ** 0.5)
