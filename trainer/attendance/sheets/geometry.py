"""From the codes that were found on a photo of a sheet to the page as it lies flat."""

from collections.abc import Mapping, Sequence

from PIL import Image

from trainer.attendance.sheets.pdf import CODE_CORNERS_MM, CODE_SIDE_MM

Point = tuple[float, float]
Coefficients = tuple[float, ...]
"""a to h of x' = (ax + by + c) / (gx + hy + 1), y' = (dx + ey + f) / (gx + hy + 1), as Pillow takes them."""

PAGE_SIZE_MM = 210.0, 297.0  # millimetres
PIXELS_PER_MM = 5  # pixels for a millimetre of a page that was flattened
MAX_CORNER_ERROR = 0.035  # of a code's side: beyond it the corners don't belong to one flat page


class PageNotFlat(Exception):
    """The codes don't stand as on a flat page."""


def flatten_page(picture: Image.Image, corners: Mapping[str, Sequence[Point]]) -> Image.Image:
    """Give the page as seen from straight above, by the corners of both its codes in the picture (upper left one first, clockwise).

    Raises NotFlat.
    """
    pairs = [
        (on_page, in_picture)
        for name, place in CODE_CORNERS_MM.items()
        for on_page, in_picture in zip(list_code_corners(place), corners[name], strict=True)
    ]
    found = fit_perspective(pairs)
    side = min(measure_distance(corners[name][0], corners[name][1]) for name in CODE_CORNERS_MM)
    if (
        side == 0
        or max(measure_distance(apply_perspective(found, there), here) for there, here in pairs)
        > MAX_CORNER_ERROR * side
    ):
        raise PageNotFlat
    size = round(PAGE_SIZE_MM[0] * PIXELS_PER_MM), round(PAGE_SIZE_MM[1] * PIXELS_PER_MM)
    a, b, c, d, e, f, g, h = found
    per_pixel = (
        a / PIXELS_PER_MM,
        b / PIXELS_PER_MM,
        c,
        d / PIXELS_PER_MM,
        e / PIXELS_PER_MM,
        f,
        g / PIXELS_PER_MM,
        h / PIXELS_PER_MM,
    )
    return picture.transform(size, Image.Transform.PERSPECTIVE, per_pixel, Image.Resampling.BILINEAR, fillcolor="white")


def list_code_corners(upper_left: Point) -> list[Point]:
    """Give the corners of a code on the page, in millimetres, clockwise from its upper left one."""
    x, y = upper_left
    return [(x, y), (x + CODE_SIDE_MM, y), (x + CODE_SIDE_MM, y + CODE_SIDE_MM), (x, y + CODE_SIDE_MM)]


def fit_perspective(point_pairs: Sequence[tuple[Point, Point]]) -> Coefficients:
    """Find how points on the page come to lie in the picture, by least squares. Raises NotFlat."""
    rows, values = [], []
    for (x, y), (u, v) in point_pairs:
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    square = [[sum(row[i] * row[j] for row in rows) for j in range(8)] for i in range(8)]
    right = [sum(row[i] * value for row, value in zip(rows, values, strict=True)) for i in range(8)]
    return tuple(solve_linear_equations(square, right))


def solve_linear_equations(matrix: list[list[float]], right_side: list[float]) -> list[float]:
    """Solve linear equations by elimination, scaled so that lengths and their squares stand beside each other. Raises NotFlat."""
    scales = [matrix[i][i] ** 0.5 or 1 for i in range(len(right_side))]
    table = [
        [each / (scales[i] * scales[j]) for j, each in enumerate(row)] + [right_side[i] / scales[i]]
        for i, row in enumerate(matrix)
    ]
    for i in range(len(table)):
        pivot = max(range(i, len(table)), key=lambda row: abs(table[row][i]))
        if abs(table[pivot][i]) < 1e-14:
            raise PageNotFlat
        table[i], table[pivot] = table[pivot], table[i]
        for row in range(len(table)):
            if row != i:
                factor = table[row][i] / table[i][i]
                table[row] = [each - factor * own for each, own in zip(table[row], table[i], strict=True)]
    return [row[-1] / row[i] / scales[i] for i, row in enumerate(table)]


def apply_perspective(coefficients: Coefficients, point: Point) -> Point:
    """Say where a point of the page lies in the picture."""
    a, b, c, d, e, f, g, h = coefficients
    x, y = point
    below = g * x + h * y + 1
    return (a * x + b * y + c) / below, (d * x + e * y + f) / below


def measure_distance(first: Point, second: Point) -> float:
    """How far two points are from each other."""
    return float(((first[0] - second[0]) ** 2 + (first[1] - second[1]) ** 2) ** 0.5)
