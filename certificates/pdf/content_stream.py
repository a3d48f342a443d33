"""Operators of the content stream (ISO 32000-1, 8 and 9) for what is drawn on the page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from math import cos, radians, sin

from reportlab.pdfgen.canvas import Canvas

from certificates.design import Rectangle, SpecimenStamp
from certificates.drawing.qr import QUIET_ZONE_MODULES
from certificates.drawing.typeface import BOLD, load_face, measure_width
from certificates.errors import UnprintableCertificate
from certificates.layout_items import Bounds, SignatureLine, TextLine

MODULE_POINTS = (0.65 / 25.4 * 72, 0.559 / 25.4 * 72, 0.47 / 25.4 * 72)
"""Sizes of a module, the first that the design has room for is used.

Measured on whole pages rendered by pdfium and poppler: at 0.65 mm zxing and zbar read every code at 150 dots per inch, also turned by
7 degrees and as JPEG of quality 30, and at 200 dots per inch blurred by 1.5 pixels; at 0.559 mm zbar misses the blurred pages.
Sizes between them are not better: at 0.58 and 0.60 mm zxing missed clean pages. 0.47 mm is for the longest texts in portrait, which
have no room for more: zxing reads them, zbar about half of the clean pages.
"""
STAMP_SIZE, STAMP_TRACKING = 12, 1.6


@dataclass(frozen=True)
class EmbeddedFont:
    """A face as embedded: its name in the page's resources and the hexadecimal code of each letter."""

    name: str
    codes: Mapping[int, str]


def embed_font(canvas: Canvas, name: str, letters: Iterable[str]) -> EmbeddedFont:
    """Embed the letters of a face, as far as it has them. Raises UnprintableCertificate if a font cannot hold them all."""
    font, document = load_face(name), canvas._doc  # type: ignore[attr-defined]
    available = [letter for letter in sorted(set(letters)) if ord(letter) in font.face.charToGlyph]
    codes = {}
    for letter in available:
        [(subset, code)] = font.splitString(letter, document)
        if subset:
            raise UnprintableCertificate("more than 250 different letters on one page")
        codes[ord(letter)] = code.hex()
    return EmbeddedFont(font.getSubsetInternalName(0, document), codes)


def render_line(line: TextLine, fonts: Mapping[str, EmbeddedFont]) -> str:
    """Render a line of text as operators."""
    font = fonts[line.face]
    return (
        f"BT {format_colour(line.colour)} rg {font.name} {line.size:g} Tf {line.tracking:g} Tc {line.x:.2f} {line.y:.2f} Td "
        f"<{line.text.translate(font.codes)}> Tj ET"
    )


def tag_operators(number: int, role: str, operators: str) -> str:
    """Mark operators as the structure part with this number."""
    return f"/{role} <</MCID {number}>> BDC\n{operators}\nEMC\n"


def render_ground(signature_lines: tuple[SignatureLine, ...]) -> str:
    """Render the background and the signature lines as an artifact that screen readers skip."""
    lines = "".join(
        f"{format_colour(line.colour)} RG {line.thickness:g} w {line.x1:.2f} {line.y:.2f} m {line.x2:.2f} {line.y:.2f} l S\n"
        for line in signature_lines
    )
    return f"/Artifact BMC\n/Ground Do\n{lines}EMC\n"


def render_stamp(text: str, stamp: SpecimenStamp, colour_name: str, fonts: Mapping[str, EmbeddedFont]) -> str:
    """Render a text in a rotated box."""
    text_width = measure_width(text, BOLD, STAMP_SIZE, STAMP_TRACKING)
    line = TextLine(text, BOLD, STAMP_SIZE, -text_width / 2, 0, colour_name, "", tracking=STAMP_TRACKING)
    cosine, sine = cos(radians(stamp.turned)), sin(radians(stamp.turned))
    turn = f"{cosine:.5f} {sine:.5f} {-sine:.5f} {cosine:.5f} {stamp.x:g} {stamp.y:g} cm"
    box = f"{format_colour(colour_name)} RG 1.6 w {-text_width / 2 - 11:.2f} -8 {text_width + 22:.2f} 24 re S"
    return f"q {turn} {box} {render_line(line, fonts)} Q"


def compute_code_square(modules: int, box: Rectangle, module_points: float) -> Bounds:
    """Return the square of a QR code with its quiet zone.

    It fills the box, and grows from its lower right corner if the modules would become smaller than `module_points`.
    """
    side = max(box.width, (modules + 2 * QUIET_ZONE_MODULES) * module_points)
    return box.x + box.width - side, box.y, box.x + box.width, box.y + side


def render_code(square: Bounds, modules: int, background: str) -> str:
    """Render the image mask `QR` on a background square; rows of the mask are columns of the code."""
    left, bottom, right, top = square
    side = right - left
    quiet = side * QUIET_ZONE_MODULES / (modules + 2 * QUIET_ZONE_MODULES)
    inner = side - 2 * quiet
    return (
        f"q {format_colour(background)} rg {left:.3f} {bottom:.3f} {side:.3f} {side:.3f} re f 0 0 0 rg "
        f"0 {-inner:.3f} {-inner:.3f} 0 {right - quiet:.3f} {top - quiet:.3f} cm /QR Do Q"
    )


@cache
def format_colour(name: str) -> str:
    """Format a colour #rrggbb as three numbers from 0 to 1."""
    return " ".join(f"{int(name[position : position + 2], 16) / 255:.4g}" for position in (1, 3, 5))
