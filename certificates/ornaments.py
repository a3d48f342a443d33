"""What decorates the paper: frame, guilloche rosette, ram's horns in the corners. Each curve is drawn once and repeated."""

from math import cos, pi, sin

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from certificates.design import Design

TURNS = 36  # how often the curve of a rosette is repeated, turned
STEPS = 240  # pieces of a curve


def draw_ground(canvas: Canvas, design: Design) -> None:
    """Draw everything that is the same on every certificate of a design, as the form `ground`."""
    curves = [make_curve(canvas, f"curve{place}", *each) for place, each in enumerate(((205, 0.17, 9), (126, 0.22, 7)))]
    if design.ornament == "horn":
        make_horn(canvas, design)
    canvas.beginForm("ground", 0, 0, design.width, design.height)
    canvas.setFillColor(HexColor(design.paper))
    canvas.rect(0, 0, design.width, design.height, stroke=0, fill=1)
    for name, colour in zip(curves, design.guilloche, strict=True):
        draw_rosette(canvas, design, name, colour)
    draw_frame(canvas, design)
    draw_diamond(canvas, design)
    canvas.endForm()


def make_curve(canvas: Canvas, name: str, radius: float, swing: float, waves: int) -> str:
    """Make a form of one closed wave around the centre."""
    reach = round(radius * (1 + swing)) + 2
    canvas.beginForm(name, -reach, -reach, reach, reach)
    path = canvas.beginPath()
    for step in range(STEPS + 1):
        angle = 2 * pi * step / STEPS
        length = radius * (1 + swing * sin(waves * angle)) * (0.78 + 0.22 * cos(2 * angle) ** 2)
        point = (length * cos(angle), length * sin(angle))
        path.lineTo(*point) if step else path.moveTo(*point)
    canvas.setLineWidth(0.22)
    canvas.drawPath(path)
    canvas.endForm()
    return name


def draw_rosette(canvas: Canvas, design: Design, name: str, colour: str) -> None:
    """Repeat a curve around the middle of the paper."""
    canvas.saveState()
    canvas.setStrokeColor(HexColor(colour))
    canvas.translate(design.width / 2, design.height / 2 - 12)
    for _turn in range(TURNS):
        canvas.rotate(180 / TURNS)
        canvas.doForm(name)
    canvas.restoreState()


def draw_frame(canvas: Canvas, design: Design) -> None:
    """Draw the frame: a strong line outside, two fine ones inside, and the corners."""
    edge, width, height = design.margin, design.width, design.height
    canvas.setStrokeColor(HexColor(design.brand))
    canvas.setLineWidth(4.5)
    canvas.rect(edge, edge, width - 2 * edge, height - 2 * edge)
    canvas.setStrokeColor(HexColor(design.gold))
    for inset, thickness in ((8, 1.1), (11.5, 0.45)):
        canvas.setLineWidth(thickness)
        canvas.rect(edge + inset, edge + inset, width - 2 * (edge + inset), height - 2 * (edge + inset))
    if design.ornament == "horn":
        for right in (False, True):
            for top in (False, True):
                canvas.saveState()
                canvas.transform(
                    -1 if right else 1, 0, 0, -1 if top else 1, width if right else 0, height if top else 0
                )
                canvas.translate(edge + 16, edge + 16)
                canvas.doForm("horn")
                canvas.restoreState()


def make_horn(canvas: Canvas, design: Design) -> None:
    """Make a form of the ram's horn (қошқар мүйіз), the ornament of Kazakh felt and silver, growing out of a corner."""
    canvas.beginForm("horn", -2, -2, 74, 74)
    canvas.setStrokeColor(HexColor(design.gold))
    canvas.setLineWidth(1.5)
    canvas.setLineCap(1)
    for mirrored in (False, True):
        canvas.saveState()
        if mirrored:
            canvas.transform(0, 1, 1, 0, 0, 0)
        path = canvas.beginPath()
        path.moveTo(0, 0)
        path.curveTo(6, 13, 15, 22, 29, 22)
        path.curveTo(40, 22, 44, 12, 37, 7)
        path.curveTo(31, 3, 24, 8, 27, 13)
        path.curveTo(29, 16, 33, 15, 33, 12)
        path.moveTo(2, 0)
        path.curveTo(20, 2, 46, 1, 70, 0)
        canvas.drawPath(path)
        canvas.restoreState()
    canvas.setFillColor(HexColor(design.brand))
    path = canvas.beginPath()
    path.moveTo(13, 9.4)
    path.lineTo(16.6, 13)
    path.lineTo(13, 16.6)
    path.lineTo(9.4, 13)
    path.close()
    canvas.translate(11, 11)
    canvas.scale(0.8, 0.8)
    canvas.drawPath(path, stroke=0, fill=1)
    canvas.endForm()


def draw_diamond(canvas: Canvas, design: Design) -> None:
    """Draw the diamond between the two halves of the rule beneath the heading."""
    x, y = design.width / 2, 407
    canvas.setFillColor(HexColor(design.gold))
    path = canvas.beginPath()
    path.moveTo(x - 6, y)
    path.lineTo(x, y + 6)
    path.lineTo(x + 6, y)
    path.lineTo(x, y - 6)
    path.close()
    canvas.drawPath(path, stroke=0, fill=1)
