"""Typst by typst-py at its best: one compiler that caches fonts and background, and a fast QR encoder."""

import json
import tempfile
from importlib.resources import files
from pathlib import Path

import typst

from certificates.drawing import BOLD, ITALIC, SANS, SERIF
from certificates.layout_items import TextLine
from tests.bench.certificates.page import (
    DESIGN,
    build_certificate,
    build_svg_background,
    list_fixed_lines,
    list_own_lines,
    render_qr_png,
    seal_certificate,
)
from tests.bench.competitors import Make

BOX, HEIGHT = DESIGN.qr, DESIGN.height
# Typst takes "-SemiBold" off a family's name.
FAMILIES = {
    SERIF: {"family": "PaperSerif", "weight": 600, "style": "normal"},
    ITALIC: {"family": "PaperSerif", "weight": 400, "style": "italic"},
    SANS: {"family": "PaperSans", "weight": 400, "style": "normal"},
    BOLD: {"family": "PaperSans", "weight": 600, "style": "normal"},
}
SOURCE = """
#let own = json(bytes(sys.inputs.own))
#set page(width: {width}pt, height: {height}pt, margin: 0pt, background: image("ground.svg", width: 100%))
#set text(top-edge: "baseline", bottom-edge: "baseline")
#let line(it) = place(top + left, dx: it.x * 1pt, dy: it.y * 1pt,
  text(font: it.family, weight: it.weight, style: it.style, size: it.size * 1pt, tracking: it.tracking * 1pt,
    fill: rgb(it.colour), it.text))
#for each in json("fixed.json") {{ line(each) }}
#for each in own {{ line(each) }}
#place(top + left, dx: {x}pt, dy: {y}pt, image(bytes(json(bytes(sys.inputs.qr))), format: "png", scaling: "pixelated", width: {side}pt))
"""


def prepare() -> Make:
    folder = Path(tempfile.mkdtemp(prefix="bench-typst-"))
    (folder / "ground.svg").write_text(build_svg_background(), encoding="utf-8")
    (folder / "fixed.json").write_text(json.dumps([build_value(each) for each in list_fixed_lines()]), encoding="utf-8")
    source = folder / "page.typ"
    place = {"x": BOX.x, "y": HEIGHT - BOX.y - BOX.height, "side": BOX.width}
    source.write_text(SOURCE.format(width=DESIGN.width, height=HEIGHT, **place), encoding="utf-8")
    compiler = typst.Compiler(
        str(source), root=str(folder), font_paths=[str(files("certificates") / "fonts")], ignore_system_fonts=True
    )

    def make(number: int) -> bytes:
        facts = build_certificate(number)
        own = json.dumps([build_value(each) for each in list_own_lines(facts)])
        code = json.dumps(list(render_qr_png(seal_certificate(facts))))
        return bytes(compiler.compile(sys_inputs={"own": own, "qr": code}))

    return make


def build_value(line: TextLine) -> dict[str, object]:
    """Return a line of text as a value for Typst; y points down."""
    return {
        "text": line.text,
        **FAMILIES[line.face],
        "size": line.size,
        "x": line.x,
        "y": HEIGHT - line.y,
        "tracking": line.tracking,
        "colour": line.colour,
    }
