"""The paper: from facts to a PDF that lasts (PDF/A-2b), reads aloud in order (tagged), and has the same bytes every time."""

import io

from reportlab import rl_config
from reportlab.lib.colors import HexColor
from reportlab.pdfgen.canvas import Canvas

from certificates import words
from certificates.archive import Part, archived
from certificates.design import Design
from certificates.errors import Unprintable
from certificates.facts import Certificate, Issuer, in_language
from certificates.layout import QR_ROOM, Layout, Line, Problem, lay_out, qr_left
from certificates.ornaments import draw_ground
from certificates.qr import QUIET, matrix, runs
from certificates.typeface import BOLD, SANS, face, width

rl_config.useA85 = 0  # streams as bytes: a quarter smaller than as letters

QR_BOTTOM = 62.0


def render(facts: Certificate, design: Design, issuer: Issuer, *, qr: str) -> bytes:
    """Give the certificate as a PDF; the same facts give the same bytes. Raises Unprintable where `problems` finds something."""
    layout = lay_out(facts, design, issuer)
    if layout.problems:
        raise Unprintable("; ".join(f"{each.field}: {each.text} {each.characters}".strip() for each in layout.problems))
    face(SANS)
    content = io.BytesIO()
    canvas = Canvas(
        content,
        pagesize=(design.width, design.height),
        invariant=1,
        pdfVersion=(1, 7),
        initialFontName=SANS,  # type: ignore[arg-type]  # the stubs are wrong about it
        pageCompression=1,
        lang=facts.languages[0],
    )
    draw_ground(canvas, design)
    parts = draw(canvas, layout, facts, design, qr)
    canvas.showPage()
    canvas.save()
    title = f"{words.TITLE[facts.languages[0]].capitalize()} № {facts.serial}: {facts.recipient}"
    author = in_language(issuer.name, facts.languages[0])
    return archived(
        content.getvalue(),
        parts,
        title=title,
        author=author,
        language=facts.languages[0],
        issued=facts.issued,
        identifier=qr,
    )


def problems(facts: Certificate, design: Design, issuer: Issuer) -> list[Problem]:
    """List what can't be printed: letters that the fonts lack, texts that do not fit; an empty list means all is well."""
    return list(lay_out(facts, design, issuer).problems)


def draw(canvas: Canvas, layout: Layout, facts: Certificate, design: Design, qr: str) -> list[Part]:
    """Draw one certificate and give its parts in reading order."""
    raw(canvas, "/Artifact BMC")
    canvas.doForm("ground")
    for rule in layout.rules:
        canvas.setStrokeColor(HexColor(rule.colour))
        canvas.setLineWidth(rule.thickness)
        canvas.line(rule.x1, rule.y, rule.x2, rule.y)
    raw(canvas, "EMC")
    parts: list[Part] = []
    for line in layout.lines:
        begin(canvas, parts, Part(line.role, line.language))
        draw_line(canvas, line)
        raw(canvas, "EMC")
    if facts.specimen:
        begin(canvas, parts, Part("P", facts.languages[0]))
        draw_stamp(canvas, facts, design)
        raw(canvas, "EMC")
    box = draw_code(canvas, parts, design, qr, facts)
    parts[-1] = Part("Figure", facts.languages[0], alt=f"QR: {qr.partition('#')[0]}", box=box)
    return parts


def begin(canvas: Canvas, parts: list[Part], part: Part) -> None:
    """Begin a part of the structure; its number is its place in the list."""
    raw(canvas, f"/{part.role} <</MCID {len(parts)}>> BDC")
    parts.append(part)


def raw(canvas: Canvas, operators: str) -> None:
    """Write operators that reportlab has no word for."""
    canvas._code.append(operators)  # type: ignore[attr-defined]


def draw_line(canvas: Canvas, line: Line) -> None:
    """Draw a line of text."""
    face(line.face)
    canvas.setFillColor(HexColor(line.colour))
    canvas.setFont(line.face, line.size)
    x = line.x if line.left else line.x - width(line.text, line.face, line.size, line.tracking) / 2
    canvas.drawString(x, line.y, line.text, charSpace=line.tracking)


def draw_stamp(canvas: Canvas, facts: Certificate, design: Design) -> None:
    """Draw the stamp that says that this proves nothing."""
    text = " · ".join(dict.fromkeys(words.SPECIMEN[language] for language in facts.languages))
    face(BOLD)
    room = width(text, BOLD, 12, 1.6) + 22
    canvas.saveState()
    canvas.translate(design.width - design.margin - 104, design.height - design.margin - 104)
    canvas.rotate(12)
    canvas.setStrokeColor(HexColor(design.specimen))
    canvas.setFillColor(HexColor(design.specimen))
    canvas.setLineWidth(1.6)
    canvas.roundRect(-room / 2, -8, room, 24, 4)
    canvas.setFont(BOLD, 12)
    canvas.drawString(-room / 2 + 11, 0, text, charSpace=1.6)
    canvas.restoreState()


def draw_code(
    canvas: Canvas, parts: list[Part], design: Design, qr: str, facts: Certificate
) -> tuple[float, float, float, float]:
    """Draw the QR code as one path, at least 0.45 mm a module, in the middle of its room; give its box."""
    modules = matrix(qr)
    count = len(modules) + 2 * QUIET
    module = design.qr_module if count * design.qr_module > QR_ROOM else QR_ROOM / count
    side = count * module
    left, bottom = qr_left(design) + QR_ROOM - side, QR_BOTTOM
    begin(canvas, parts, Part("Figure", facts.languages[0]))
    canvas.setFillColor(HexColor(design.paper))
    canvas.rect(left, bottom, side, side, stroke=0, fill=1)
    canvas.setFillColorRGB(0, 0, 0)
    top = bottom + side - QUIET * module
    raw(canvas, f"q {module:.4f} 0 0 {-module:.4f} {left + QUIET * module:.3f} {top:.3f} cm")
    raw(canvas, "\n".join(f"{column} {row} {length} 1 re" for column, row, length in runs(modules)))
    raw(canvas, "f Q EMC")
    return left, bottom, left + side, bottom + side
