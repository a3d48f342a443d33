"""The poster of a seminar: one A4 page with the facts and a large QR code of the seminar's link."""

from functools import partial
from typing import TYPE_CHECKING

from flask_babel import force_locale

from certificates.drawing import Horns, Rosette, build_qr_symbol, parse_colour
from trainer.documents.page import PAGE_HEIGHT, PAGE_WIDTH, draw_qr_code, render_pdf
from trainer.documents.text_layout import Paragraph, TextArea, TextStyle, set_column
from trainer.language.translate import gettext as _
from trainer.registration.public.invitation import Invitation

if TYPE_CHECKING:
    from reportlab.pdfgen.canvas import Canvas


PAGE_EDGE_PT = 28.0  # what office printers leave white, and a little more
TEXT_LEFT_PT, TEXT_WIDTH_PT = 56.0, PAGE_WIDTH - 112
PAGE_TOP_PT = PAGE_HEIGHT - PAGE_EDGE_PT
CODE_SIDE_PT = 64 / 25.4 * 72  # the side of the QR code without its quiet zone: 64 mm
PANEL_BOTTOM_PT, PANEL_HEIGHT_PT = 84.0, 244.0
POSTER_COLOURS = {
    "brand": "#0d4d5c",
    "gold": "#b08a3c",
    "light": "#ecd9a8",
    "mist": "#1b5c6b",
    "sand": "#f6efdf",
    "ink": "#16262c",
    "soft": "#4d5f66",
    "white": "#ffffff",
}


def render_poster(invitation: Invitation) -> bytes:
    """Return the poster as a PDF of one page in the invitation's language."""
    about = invitation.title, invitation.organizer, invitation.language
    with force_locale(invitation.language):
        return render_pdf(*about, [partial(draw_poster, invitation)], invitation.summary)


def draw_poster(invitation: Invitation, canvas: "Canvas") -> None:
    """Draw the page."""
    draw_poster_facts(canvas, invitation, draw_poster_title(canvas, invitation))
    draw_poster_panel(canvas, invitation)
    draw_poster_organizer(canvas, invitation)


def draw_poster_title(canvas: "Canvas", invitation: Invitation) -> float:
    """Draw the title on a coloured band and return the y coordinate where the band ends, in points."""
    title = [
        Paragraph(invitation.kind, TextStyle("bold", 19, POSTER_COLOURS["light"])),
        Paragraph(
            invitation.title, TextStyle("serif", 46, POSTER_COLOURS["white"], 1.12), space_above=10, is_balanced=True
        ),
    ]
    column = set_column(title, TextArea(TEXT_LEFT_PT, PAGE_TOP_PT - 32, TEXT_WIDTH_PT, 166))
    bottom = column.bottom - 22
    canvas.saveState()
    band = canvas.beginPath()
    band.rect(PAGE_EDGE_PT, bottom, PAGE_WIDTH - 2 * PAGE_EDGE_PT, PAGE_TOP_PT - bottom)
    canvas.clipPath(band, stroke=0, fill=0)
    canvas.setFillColor(parse_colour(POSTER_COLOURS["brand"]))
    canvas.rect(PAGE_EDGE_PT, bottom, PAGE_WIDTH - 2 * PAGE_EDGE_PT, PAGE_TOP_PT - bottom, stroke=0, fill=1)
    rosette = Rosette("mist", PAGE_WIDTH - 90, PAGE_TOP_PT - 70, 190, 104, 60, 0.5)
    rosette.prepare(canvas, "rosette", POSTER_COLOURS)
    rosette.draw(canvas, "rosette", POSTER_COLOURS)
    canvas.restoreState()
    canvas.setFillColor(parse_colour(POSTER_COLOURS["gold"]))
    canvas.rect(PAGE_EDGE_PT, bottom - 4, PAGE_WIDTH - 2 * PAGE_EDGE_PT, 4, stroke=0, fill=1)
    column.draw_column(canvas)
    return bottom - 4


def draw_poster_facts(canvas: "Canvas", invitation: Invitation, top: float) -> None:
    """Draw dates, venue, access and trainers between the band, which ends at `top`, and the panel."""
    paragraphs = [
        Paragraph(line, TextStyle("serif", 30, POSTER_COLOURS["brand"], 1.15)) for line in invitation.dates_and_hours
    ]
    paragraphs.append(Paragraph(invitation.venue, TextStyle("bold", 23, POSTER_COLOURS["ink"]), space_above=8))
    for label, text in (_("Accessibility"), invitation.access), (_("Trainers"), invitation.trainers):
        if text:
            paragraphs.append(Paragraph(label, TextStyle("sans", 16, POSTER_COLOURS["soft"]), space_above=15))
            paragraphs.append(Paragraph(text, TextStyle("sans", 21, POSTER_COLOURS["ink"])))
    paragraphs.append(Paragraph(invitation.certificate, TextStyle("bold", 21, POSTER_COLOURS["ink"]), space_above=15))
    height = top - 22 - (PANEL_BOTTOM_PT + PANEL_HEIGHT_PT + 20)
    set_column(paragraphs, TextArea(TEXT_LEFT_PT, top - 22, TEXT_WIDTH_PT, height)).draw_column(canvas)


def draw_poster_panel(canvas: "Canvas", invitation: Invitation) -> None:
    """Draw the panel with the QR code and, next to it, how to register."""
    canvas.setFillColor(parse_colour(POSTER_COLOURS["sand"]))
    canvas.rect(PAGE_EDGE_PT, PANEL_BOTTOM_PT, PAGE_WIDTH - 2 * PAGE_EDGE_PT, PANEL_HEIGHT_PT, stroke=0, fill=1)
    horns = Horns(
        "gold",
        PAGE_EDGE_PT + 5,
        PANEL_BOTTOM_PT + 5,
        PAGE_WIDTH - 2 * PAGE_EDGE_PT - 10,
        PANEL_HEIGHT_PT - 10,
        21,
        "brand",
    )
    horns.prepare(canvas, "horns", POSTER_COLOURS)
    horns.draw(canvas, "horns", POSTER_COLOURS)
    code_width = draw_poster_code(canvas, invitation.link, TEXT_LEFT_PT, PANEL_BOTTOM_PT + PANEL_HEIGHT_PT / 2)
    x, top = TEXT_LEFT_PT + code_width + 24, PANEL_BOTTOM_PT + PANEL_HEIGHT_PT - 34
    width = PAGE_WIDTH - PAGE_EDGE_PT - 24 - x
    for paragraphs, height in (
        (build_instruction_paragraphs(), 108),
        (build_link_paragraphs(invitation.link), 44),
        (build_phone_paragraphs(invitation.phone), 60),
    ):
        column = set_column(paragraphs, TextArea(x, top, width, height))
        column.draw_column(canvas)
        top = column.bottom - 10


def build_instruction_paragraphs() -> list[Paragraph]:
    """Return the heading of the panel and how to open the link."""
    instruction = _("Point your phone camera at the code, or open the address:")
    return [
        Paragraph(_("Registration"), TextStyle("serif", 36, POSTER_COLOURS["brand"], 1.15)),
        Paragraph(instruction, TextStyle("sans", 17, POSTER_COLOURS["ink"]), space_above=4),
    ]


def build_link_paragraphs(link: str) -> list[Paragraph]:
    """Return the link without its scheme, for typing."""
    return [Paragraph(link.partition("://")[2], TextStyle("bold", 18, POSTER_COLOURS["brand"]))]


def build_phone_paragraphs(phone: str) -> list[Paragraph]:
    """Return the organizer's phone number; nothing without one."""
    if not phone:
        return []
    return [
        Paragraph(_("Questions by phone"), TextStyle("sans", 14, POSTER_COLOURS["soft"])),
        Paragraph(phone, TextStyle("bold", 22, POSTER_COLOURS["ink"])),
    ]


def draw_poster_code(canvas: "Canvas", link: str, x: float, centre_y: float) -> float:
    """Draw the QR code with its quiet zone on white, with a link over it, and return its width in points."""
    rows = build_qr_symbol(link, level="Q").list_module_rows()
    module = CODE_SIDE_PT / len(rows)
    side = CODE_SIDE_PT + 8 * module
    y = centre_y + side / 2
    canvas.setFillColor(parse_colour(POSTER_COLOURS["white"]))
    canvas.rect(x, y - side, side, side, stroke=0, fill=1)
    draw_qr_code(canvas, rows, x + 4 * module, y - 4 * module, CODE_SIDE_PT)
    canvas.linkURL(link, (x, y - side, x + side, y))  # for people who get the poster as a file
    return side


def draw_poster_organizer(canvas: "Canvas", invitation: Invitation) -> None:
    """Draw the name of the organizer at the bottom."""
    paragraphs = [
        Paragraph(_("Organiser"), TextStyle("sans", 11, POSTER_COLOURS["soft"])),
        Paragraph(invitation.organizer, TextStyle("bold", 13, POSTER_COLOURS["ink"])),
    ]
    set_column(
        paragraphs, TextArea(TEXT_LEFT_PT, PANEL_BOTTOM_PT - 14, TEXT_WIDTH_PT, PANEL_BOTTOM_PT - 14 - PAGE_EDGE_PT)
    ).draw_column(canvas)
