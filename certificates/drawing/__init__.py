"""Drawing for all documents: typefaces, text fitting, ornaments and QR codes. Everything for use outside is exported here."""

from certificates.drawing.ornaments import Horns, Rosette
from certificates.drawing.qr import QUIET_ZONE_MODULES, QrSymbol, build_qr_symbol
from certificates.drawing.shapes import Diamond, Rule, parse_colour
from certificates.drawing.text_fitting import Block, balance_lines, wrap_text
from certificates.drawing.typeface import (
    BOLD,
    FACES,
    ITALIC,
    SANS,
    SERIF,
    get_font_path,
    list_paper_characters,
    list_unprintable_letters,
    load_face,
    measure_width,
    replace_twins,
)

__all__ = [
    "BOLD",
    "FACES",
    "ITALIC",
    "QUIET_ZONE_MODULES",
    "SANS",
    "SERIF",
    "Block",
    "Diamond",
    "Horns",
    "QrSymbol",
    "Rosette",
    "Rule",
    "balance_lines",
    "build_qr_symbol",
    "get_font_path",
    "list_paper_characters",
    "list_unprintable_letters",
    "load_face",
    "measure_width",
    "parse_colour",
    "replace_twins",
    "wrap_text",
]
