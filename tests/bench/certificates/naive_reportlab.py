"""reportlab as in its user guide: a new canvas, fonts and drawing each time, the QR code as a PNG by `qrcode`."""

import io
from importlib.resources import files

import qrcode
from reportlab.lib.colors import HexColor
from reportlab.lib.utils import ImageReader
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from certificates.drawing import FACES
from tests.bench.certificates.page import (
    DESIGN,
    build_certificate,
    list_lines,
    list_signature_lines,
    read_background,
    seal_certificate,
)
from tests.bench.competitors import Make

STEPS = {"m": "moveTo", "l": "lineTo", "c": "curveTo", "h": "close"}


def render_naive_qr(text: str) -> io.BytesIO:
    """Return the QR code with its quiet zone as a PNG."""
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, box_size=4)
    code.add_data(text)
    kept = io.BytesIO()
    code.make_image().save(kept)
    kept.seek(0)
    return kept


def draw_background(canvas: Canvas) -> None:
    """Draw every curve of the background."""
    for each in read_background():
        path = canvas.beginPath()
        for operator, values in each.steps:
            getattr(path, STEPS[operator])(*values)
        canvas.setLineWidth(each.thickness)
        canvas.setStrokeColor(HexColor(each.colour))
        canvas.setFillColor(HexColor(each.colour))
        canvas.drawPath(path, stroke=not each.filled, fill=each.filled)
    for rule in list_signature_lines():
        canvas.setLineWidth(rule.thickness)
        canvas.line(rule.x1, rule.y, rule.x2, rule.y)


def prepare() -> Make:
    read_background()

    def make(number: int) -> bytes:
        facts = build_certificate(number)
        kept = io.BytesIO()
        for name in FACES.values():
            pdfmetrics.registerFont(TTFont(name, str(files("certificates") / "fonts" / f"{name}.ttf")))
        canvas = Canvas(kept, pagesize=(DESIGN.width, DESIGN.height))
        draw_background(canvas)
        for line in list_lines(facts):
            canvas.setFont(line.face, line.size)
            canvas.setFillColor(HexColor(line.colour))
            canvas.drawString(line.x, line.y, line.text, charSpace=line.tracking)
        box = DESIGN.qr
        canvas.drawImage(ImageReader(render_naive_qr(seal_certificate(facts))), box.x, box.y, box.width, box.height)
        canvas.showPage()
        canvas.save()
        return kept.getvalue()

    return make
