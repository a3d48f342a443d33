"""A seminar's poster for the wall: one A4 page with what it is, when and where, and a large QR code of its link."""

from functools import partial

import qrcode
from flask_babel import force_locale
from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from certificates.drawing.ornaments import Horns, Rosette
from trainer.documents.page import HEIGHT, PAGE_WIDTH, draw_code, pdf
from trainer.documents.text_layout import Look, Paragraph, Room, set_column
from trainer.language.translate import gettext as _
from trainer.registration.public.invitation import Invitation

EDGE = 28.0  # what office printers leave white, and a little more
LEFT, ROOM = 56.0, PAGE_WIDTH - 112
TOP = HEIGHT - EDGE
CODE = 64 / 25.4 * 72  # the side of the QR code without its quiet zone: 64 mm
PANEL_BOTTOM, PANEL = 84.0, 244.0
COLOURS = {
    "brand": "#0d4d5c",
    "gold": "#b08a3c",
    "light": "#ecd9a8",
    "mist": "#1b5c6b",
    "sand": "#f6efdf",
    "ink": "#16262c",
    "soft": "#4d5f66",
    "white": "#ffffff",
}


def poster(invitation: Invitation) -> bytes:
    """Give the poster as a PDF of one page, in the invitation's language."""
    about = invitation.title, invitation.organizer, invitation.language
    with force_locale(invitation.language):
        return pdf(*about, [partial(draw, invitation)], invitation.summary)


def draw(invitation: Invitation, canvas: Canvas) -> None:
    """Draw the page."""
    facts(canvas, invitation, head(canvas, invitation))
    panel(canvas, invitation)
    foot(canvas, invitation)


def head(canvas: Canvas, invitation: Invitation) -> float:
    """Draw the title on a band of the brand's colour; give where the band ends."""
    title = [
        Paragraph(invitation.kind, Look("bold", 19, COLOURS["light"])),
        Paragraph(invitation.title, Look("serif", 46, COLOURS["white"], 1.12), above=10, even=True),
    ]
    column = set_column(title, Room(LEFT, TOP - 32, ROOM, 166))
    bottom = column.bottom - 22
    canvas.saveState()
    band = canvas.beginPath()
    band.rect(EDGE, bottom, PAGE_WIDTH - 2 * EDGE, TOP - bottom)
    canvas.clipPath(band, stroke=0, fill=0)
    canvas.setFillColor(HexColor(COLOURS["brand"]))
    canvas.rect(EDGE, bottom, PAGE_WIDTH - 2 * EDGE, TOP - bottom, stroke=0, fill=1)
    rosette = Rosette("mist", PAGE_WIDTH - 90, TOP - 70, 190, 104, 60, 0.5)
    rosette.prepare(canvas, "rosette", COLOURS)
    rosette.draw(canvas, "rosette", COLOURS)
    canvas.restoreState()
    canvas.setFillColor(HexColor(COLOURS["gold"]))
    canvas.rect(EDGE, bottom - 4, PAGE_WIDTH - 2 * EDGE, 4, stroke=0, fill=1)
    column.draw(canvas)
    return bottom - 4


def facts(canvas: Canvas, invitation: Invitation, top: float) -> None:
    """Write when, where, how one gets in, and with whom, in the room between the band and the panel."""
    paragraphs = [Paragraph(each, Look("serif", 30, COLOURS["brand"], 1.15)) for each in invitation.when]
    paragraphs.append(Paragraph(invitation.where, Look("bold", 23, COLOURS["ink"]), above=8))
    for name, said in (_("Accessibility"), invitation.access), (_("Trainers"), invitation.trainers):
        if said:
            paragraphs.append(Paragraph(name, Look("sans", 16, COLOURS["soft"]), above=15))
            paragraphs.append(Paragraph(said, Look("sans", 21, COLOURS["ink"])))
    paragraphs.append(Paragraph(invitation.certificate, Look("bold", 21, COLOURS["ink"]), above=15))
    height = top - 22 - (PANEL_BOTTOM + PANEL + 20)
    set_column(paragraphs, Room(LEFT, top - 22, ROOM, height)).draw(canvas)


def panel(canvas: Canvas, invitation: Invitation) -> None:
    """Draw the code, and beside it how to register."""
    canvas.setFillColor(HexColor(COLOURS["sand"]))
    canvas.rect(EDGE, PANEL_BOTTOM, PAGE_WIDTH - 2 * EDGE, PANEL, stroke=0, fill=1)
    horns = Horns("gold", EDGE + 5, PANEL_BOTTOM + 5, PAGE_WIDTH - 2 * EDGE - 10, PANEL - 10, 21, "brand")
    horns.prepare(canvas, "horns", COLOURS)
    horns.draw(canvas, "horns", COLOURS)
    taken = code(canvas, invitation.link, LEFT, PANEL_BOTTOM + PANEL / 2)
    x, top = LEFT + taken + 24, PANEL_BOTTOM + PANEL - 34
    width = PAGE_WIDTH - EDGE - 24 - x
    for paragraphs, height in (invited(), 108), (address(invitation.link), 44), (questions(invitation.phone), 60):
        column = set_column(paragraphs, Room(x, top, width, height))
        column.draw(canvas)
        top = column.bottom - 10


def invited() -> list[Paragraph]:
    """Say how one registers."""
    how = _("Point the camera of your phone at the code, or open the address:")
    return [
        Paragraph(_("Registration"), Look("serif", 36, COLOURS["brand"], 1.15)),
        Paragraph(how, Look("sans", 17, COLOURS["ink"]), above=4),
    ]


def address(link: str) -> list[Paragraph]:
    """Write the link so that it can be typed."""
    return [Paragraph(link.partition("://")[2], Look("bold", 18, COLOURS["brand"]))]


def questions(phone: str) -> list[Paragraph]:
    """Say whom to call."""
    if not phone:
        return []
    return [
        Paragraph(_("Questions by phone"), Look("sans", 14, COLOURS["soft"])),
        Paragraph(phone, Look("bold", 22, COLOURS["ink"])),
    ]


def code(canvas: Canvas, link: str, x: float, middle: float) -> float:
    """Draw the QR code of the link as one path on white, its quiet zone around it; give how wide that is."""
    made = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_Q, border=0)
    made.add_data(link)
    rows = made.get_matrix()
    module = CODE / len(rows)
    side = CODE + 8 * module
    y = middle + side / 2
    canvas.setFillColor(HexColor(COLOURS["white"]))
    canvas.rect(x, y - side, side, side, stroke=0, fill=1)
    draw_code(canvas, rows, x + 4 * module, y - 4 * module, CODE)
    canvas.linkURL(link, (x, y - side, x + side, y))  # for those to whom it is sent as a file
    return side


def foot(canvas: Canvas, invitation: Invitation) -> None:
    """Name the organizer at the bottom."""
    said = [
        Paragraph(_("Organizer"), Look("sans", 11, COLOURS["soft"])),
        Paragraph(invitation.organizer, Look("bold", 13, COLOURS["ink"])),
    ]
    set_column(said, Room(LEFT, PANEL_BOTTOM - 14, ROOM, PANEL_BOTTOM - 14 - EDGE)).draw(canvas)
