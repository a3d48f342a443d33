"""The preview image that messengers show with a seminar's link."""

import io
from functools import lru_cache
from typing import TYPE_CHECKING

from certificates.drawing import Horns, Rosette, parse_colour
from trainer.documents import pdf_images
from trainer.documents.text_layout import Paragraph, TextArea, TextStyle, set_column
from trainer.registration.public.invitation import Invitation

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas


IMAGE_WIDTH_PX, IMAGE_HEIGHT_PX = 1200, 630
PALETTE_SIZE = 128  # colours: enough for smooth letters, few enough for the size limits of messengers
PREVIEW_COLOURS = {"brand": "#0d4d5c", "gold": "#d4b06a", "mist": "#1b5c6b", "white": "#ffffff", "soft": "#cfe1e4"}
TEXT_LEFT_PX, TEXT_WIDTH_PX = 84, 1032


@lru_cache(maxsize=64)
def render_preview_image(invitation: Invitation) -> bytes:
    """Return the image as PNG; the latest 64 are cached."""
    return pdf_images.render_png(render_preview_pdf(invitation), IMAGE_WIDTH_PX, PALETTE_SIZE)


def render_preview_pdf(invitation: Invitation) -> bytes:
    """Return the one-page PDF from which the image is made; one point is one pixel."""
    from reportlab.pdfgen.canvas import Canvas

    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(IMAGE_WIDTH_PX, IMAGE_HEIGHT_PX), invariant=1)
    draw_preview_background(canvas)
    kind = Paragraph(invitation.kind, TextStyle("bold", 30, PREVIEW_COLOURS["gold"]))
    title = Paragraph(
        invitation.title, TextStyle("serif", 92, PREVIEW_COLOURS["white"], 1.12), space_above=14, is_balanced=True
    )
    set_column([kind, title], TextArea(TEXT_LEFT_PX, 560, TEXT_WIDTH_PX, 300)).draw_column(canvas)
    facts = [
        *(Paragraph(line, TextStyle("bold", 33, PREVIEW_COLOURS["gold"])) for line in invitation.short_dates),
        Paragraph(invitation.short_venue, TextStyle("sans", 29, PREVIEW_COLOURS["white"]), space_above=6),
        Paragraph(
            invitation.organizer, TextStyle("sans", 24, PREVIEW_COLOURS["soft"]), space_above=10, is_balanced=True
        ),
    ]
    set_column(facts, TextArea(TEXT_LEFT_PX, 230, TEXT_WIDTH_PX, 172)).draw_column(canvas)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def draw_preview_background(canvas: "Canvas") -> None:
    """Draw the background: the brand colour, a rosette, corner ornaments and a gold line."""
    canvas.setFillColor(parse_colour(PREVIEW_COLOURS["brand"]))
    canvas.rect(0, 0, IMAGE_WIDTH_PX, IMAGE_HEIGHT_PX, stroke=0, fill=1)
    ornaments = {
        "rosette": Rosette("mist", 1080, 330, 430, 230, 60, 1.1),
        "horns": Horns("gold", 26, 26, IMAGE_WIDTH_PX - 52, IMAGE_HEIGHT_PX - 52, 56, "gold"),
    }
    for name, ornament in ornaments.items():
        ornament.prepare(canvas, name, PREVIEW_COLOURS)
        ornament.draw(canvas, name, PREVIEW_COLOURS)
    canvas.setStrokeColor(parse_colour(PREVIEW_COLOURS["gold"]))
    canvas.setLineWidth(2)
    canvas.line(TEXT_LEFT_PX, 246, TEXT_LEFT_PX + 150, 246)
