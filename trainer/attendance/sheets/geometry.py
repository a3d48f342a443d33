"""Perspective correction of photographed sheets, from the corners of the two codes on the page."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from trainer.attendance.sheets.pdf import CODE_CORNERS_MM, CODE_SIDE_MM

if TYPE_CHECKING:
    from PIL import Image


Point = tuple[float, float]
Coefficients = tuple[float, ...]
"""a to h of x' = (ax + by + c) / (gx + hy + 1), y' = (dx + ey + f) / (gx + hy + 1), in the order of Pillow's PERSPECTIVE."""

PAGE_SIZE_MM = 210.0, 297.0  # A4
PIXELS_PER_MM = 5  # of a flattened page
MAX_CORNER_ERROR = 0.035  # of a code's side; with a larger error the page is not flat


class PageNotFlat(Exception):
    """The corners of the codes don't fit a flat page."""


def flatten_page(picture: "Image.Image", corners: Mapping[str, Sequence[Point]]) -> "Image.Image":
    """Return the page as seen from straight above, with PIXELS_PER_MM pixels per millimetre.

    `corners` are those of both codes in the picture, by name, clockwise from the upper left. Raises PageNotFlat.
    """
    from PIL import Image

    point_pairs = [
        (page_point, picture_point)
        for name, upper_left in CODE_CORNERS_MM.items()
        for page_point, picture_point in zip(list_code_corners(upper_left), corners[name], strict=True)
    ]
    coefficients = fit_perspective(point_pairs)
    side = min(measure_distance(corners[name][0], corners[name][1]) for name in CODE_CORNERS_MM)
    errors = (measure_distance(apply_perspective(coefficients, point), target) for point, target in point_pairs)
    if side == 0 or max(errors) > MAX_CORNER_ERROR * side:
        raise PageNotFlat
    size = round(PAGE_SIZE_MM[0] * PIXELS_PER_MM), round(PAGE_SIZE_MM[1] * PIXELS_PER_MM)
    a, b, c, d, e, f, g, h = coefficients
    scale = PIXELS_PER_MM
    per_pixel = (a / scale, b / scale, c, d / scale, e / scale, f, g / scale, h / scale)
    return picture.transform(size, Image.Transform.PERSPECTIVE, per_pixel, Image.Resampling.BILINEAR, fillcolor="white")


def list_code_corners(upper_left: Point) -> list[Point]:
    """Return the corners of a code on the page in millimetres, clockwise from the upper left."""
    x, y = upper_left
    return [(x, y), (x + CODE_SIDE_MM, y), (x + CODE_SIDE_MM, y + CODE_SIDE_MM), (x, y + CODE_SIDE_MM)]


def fit_perspective(point_pairs: Sequence[tuple[Point, Point]]) -> Coefficients:
    """Return the perspective from page points to picture points, fitted by least squares (normal equations). Raises PageNotFlat."""
    rows, values = [], []
    for (x, y), (u, v) in point_pairs:
        rows += [[x, y, 1, 0, 0, 0, -u * x, -u * y], [0, 0, 0, x, y, 1, -v * x, -v * y]]
        values += [u, v]
    matrix = [[sum(row[i] * row[j] for row in rows) for j in range(8)] for i in range(8)]
    right_side = [sum(row[i] * value for row, value in zip(rows, values, strict=True)) for i in range(8)]
    return tuple(solve_linear_equations(matrix, right_side))


def solve_linear_equations(matrix: list[list[float]], right_side: list[float]) -> list[float]:
    """Solve linear equations by Gaussian elimination with pivoting; return the unknowns. Raises PageNotFlat for a singular matrix.

    Rows and columns are scaled by the diagonal, because the coefficients differ by several orders of magnitude.
    """
    scales = [matrix[i][i] ** 0.5 or 1 for i in range(len(right_side))]
    table = [
        [value / (scales[i] * scales[j]) for j, value in enumerate(row)] + [right_side[i] / scales[i]]
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
                table[row] = [
                    value - factor * pivot_value for value, pivot_value in zip(table[row], table[i], strict=True)
                ]
    return [row[-1] / row[i] / scales[i] for i, row in enumerate(table)]


def apply_perspective(coefficients: Coefficients, point: Point) -> Point:
    """Return the picture point of a page point."""
    a, b, c, d, e, f, g, h = coefficients
    x, y = point
    denominator = g * x + h * y + 1
    return (a * x + b * y + c) / denominator, (d * x + e * y + f) / denominator


def measure_distance(first: Point, second: Point) -> float:
    """Return the distance of two points."""
    return float(((first[0] - second[0]) ** 2 + (first[1] - second[1]) ** 2) ** 0.5)
