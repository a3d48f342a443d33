"""fpdf2 as in its manual: fonts and drawing each time, the QR code as a PNG by `qrcode`."""

from importlib.resources import files

from fpdf import FPDF
from fpdf.drawing import PaintedPath

from certificates.drawing import FACES
from tests.bench.certificates.naive_reportlab import render_naive_qr
from tests.bench.certificates.page import (
    DESIGN,
    Stroke,
    build_certificate,
    list_lines,
    list_signature_lines,
    read_background,
    seal_certificate,
)
from tests.bench.competitors import Make


def add_curve(path: PaintedPath, stroke: Stroke) -> None:
    """Add a curve to a path; y points down."""
    for operator, values in stroke.steps:
        down = [value if place % 2 == 0 else DESIGN.height - value for place, value in enumerate(values)]
        {"m": path.move_to, "l": path.line_to, "c": path.curve_to, "h": path.close}[operator](*down)


def draw_background(pdf: FPDF) -> None:
    """Draw every curve of the background."""
    for each in read_background():
        with pdf.new_path() as path:
            path.style.auto_close = False
            path.style.stroke_width = each.thickness
            path.style.stroke_color = None if each.filled else each.colour
            path.style.fill_color = each.colour if each.filled else None
            add_curve(path, each)
    for rule in list_signature_lines():
        pdf.set_line_width(rule.thickness)
        pdf.line(rule.x1, DESIGN.height - rule.y, rule.x2, DESIGN.height - rule.y)


def prepare() -> Make:
    read_background()

    def make(number: int) -> bytes:
        facts = build_certificate(number)
        pdf = FPDF(unit="pt", format=(DESIGN.width, DESIGN.height))
        pdf.set_auto_page_break(False)
        pdf.add_page()
        for name in FACES.values():
            pdf.add_font(name, fname=str(files("certificates") / "fonts" / f"{name}.ttf"))
        draw_background(pdf)
        for line in list_lines(facts):
            pdf.set_font(line.face, size=line.size)
            pdf.set_text_color(*(int(line.colour[place : place + 2], 16) for place in (1, 3, 5)))
            pdf.set_char_spacing(line.tracking)
            pdf.text(line.x, DESIGN.height - line.y, line.text)
        box = DESIGN.qr
        pdf.image(
            render_naive_qr(seal_certificate(facts)), box.x, DESIGN.height - box.y - box.height, box.width, box.height
        )
        return bytes(pdf.output())

    return make
