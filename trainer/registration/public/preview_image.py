"""The picture that messengers show with a seminar's link: its title, when and where, and who holds it."""

import io
from functools import lru_cache

from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from certificates.drawing.ornaments import Horns, Rosette
from trainer.documents import pdf_images
from trainer.documents.text_layout import Look, Paragraph, Room, set_column
from trainer.registration.public.invitation import Invitation

WIDTH, HEIGHT = 1200, 630  # pixels, and points of the page that they are drawn from
TONES = 128  # colours; enough for smooth letters, few enough for messengers that refuse large files
COLOURS = {"brand": "#0d4d5c", "gold": "#d4b06a", "mist": "#1b5c6b", "white": "#ffffff", "soft": "#cfe1e4"}
LEFT, ROOM = 84, 1032


@lru_cache(maxsize=64)
def preview(invitation: Invitation) -> bytes:
    """Give the picture as PNG; the same facts are drawn once."""
    return pdf_images.png(page(invitation), WIDTH, TONES)


def page(invitation: Invitation) -> bytes:
    """Draw the page of which the picture is made."""
    file = io.BytesIO()
    canvas = Canvas(file, pagesize=(WIDTH, HEIGHT), invariant=1)
    decorate(canvas)
    head = Paragraph(invitation.kind, Look("bold", 30, COLOURS["gold"]))
    title = Paragraph(invitation.title, Look("serif", 92, COLOURS["white"], 1.12), above=14, even=True)
    set_column([head, title], Room(LEFT, 560, ROOM, 300)).draw(canvas)
    facts = [
        *(Paragraph(each, Look("bold", 33, COLOURS["gold"])) for each in invitation.when[:2]),
        Paragraph(invitation.where, Look("sans", 29, COLOURS["white"]), above=6),
        Paragraph(invitation.organizer, Look("sans", 24, COLOURS["soft"]), above=10, even=True),
    ]
    set_column(facts, Room(LEFT, 230, ROOM, 172)).draw(canvas)
    canvas.showPage()
    canvas.save()
    return file.getvalue()


def decorate(canvas: Canvas) -> None:
    """Paint the ground: the brand's colour, a rosette that runs out of the picture, horns in the corners, a gold rule."""
    canvas.setFillColor(HexColor(COLOURS["brand"]))
    canvas.rect(0, 0, WIDTH, HEIGHT, stroke=0, fill=1)
    ornaments = {
        "rosette": Rosette("mist", 1080, 330, 430, 230, 60, 1.1),
        "horns": Horns("gold", 26, 26, WIDTH - 52, HEIGHT - 52, 56, "gold"),
    }
    for name, ornament in ornaments.items():
        ornament.prepare(canvas, name, COLOURS)
        ornament.draw(canvas, name, COLOURS)
    canvas.setStrokeColor(HexColor(COLOURS["gold"]))
    canvas.setLineWidth(2)
    canvas.line(LEFT, 246, LEFT + 150, 246)
