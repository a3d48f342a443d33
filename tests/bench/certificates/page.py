"""The page that every competitor makes: the same facts, seals, texts and curves at the same positions."""

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cache
from itertools import groupby
from typing import Any

import pikepdf
from PIL import Image, ImageChops

from certificates import (
    Certificate,
    Design,
    Issuer,
    Keyring,
    Printer,
    Signatory,
    build_serial,
    create_code,
    qr_text,
    seal,
)
from certificates.drawing import QUIET_ZONE_MODULES, build_qr_symbol
from certificates.layout_items import SignatureLine, TextLine
from certificates.pdf.batch_template import BatchTemplate

HOST = "trainer.example.kz"
DESIGN = Design.load("standard")
KEYRING = Keyring.from_seed(bytes(range(32)))
ISSUER = Issuer(
    name={"kk": "«Болашақ ұрпақ» қоғамдық қоры", "ru": "Общественный фонд «Болашақ ұрпақ»"},
    host=HOST,
    signatories=(
        Signatory("Ә. Мұратбекова", {"kk": "Жоба жетекшісі", "ru": "Руководитель проекта"}),
        Signatory("Ж. Ңұрланұлы", {"kk": "Жаттықтырушы", "ru": "Тренер"}),
    ),
)
FACTS = Certificate(
    serial="",
    code="",
    recipient="",
    title={
        "kk": "Ерте жастағы балаларды дамыту мен күтудің заманауи әдістері",
        "ru": "Современные методы развития и ухода за детьми раннего возраста",
    },
    kind="participation",
    hours=16,
    held_on=tuple(date(2025, 6, day) for day in range(2, 6)),
    issued_on=date(2025, 6, 6),
    city={"kk": "Ақтау қаласы", "ru": "город Актау"},
)
SURNAMES = ("Қожахметова", "Өтегенова", "Ғабдуллина", "Әбдірахманова", "Һашимова", "Үсенбаева", "Іңкәрбекова")
NAMES = ("Әйгерім", "Гүлбаршын", "Ұлпан", "Жанар", "Айгүл", "Қарлығаш", "Меруерт", "Назгүл")
FATHERS = ("Ғабитқызы", "Өңерғалиқызы", "Әбілқасымқызы", "Нұрланқызы", "Маратқызы")


def build_certificate(number: int) -> Certificate:
    """Return the facts of the certificate with a number; each has its own name, serial number and code."""
    recipient = f"{SURNAMES[number % 7]} {NAMES[number % 8]} {FATHERS[number % 5]}"
    code = create_code((number * 0x9E3779B97F4A7C15F39D).to_bytes(20, "big")[-10:])
    return replace(FACTS, serial=build_serial("TM", 2025, number), code=code, recipient=recipient)


def seal_certificate(facts: Certificate) -> str:
    """Return the text of the QR code, signed anew."""
    return qr_text(f"https://{HOST}", facts.code, seal(facts, KEYRING, HOST))


@dataclass(frozen=True)
class Stroke:
    """A curve of the background: its steps in points from the lower left corner, and whether it is filled or stroked."""

    steps: tuple[tuple[str, tuple[float, ...]], ...]
    colour: str
    thickness: float
    filled: bool


@cache
def get_template() -> BatchTemplate:
    """Return our own layout of the page, which every competitor follows."""
    return Printer(DESIGN, ISSUER).get_batch_template(build_certificate(1))


def list_lines(facts: Certificate) -> list[TextLine]:
    """Return every line of text of a certificate with its position."""
    own = get_template().set_slot_lines(facts)
    return [
        line
        for each in get_template().layout.items
        for line in ([each] if isinstance(each, TextLine) else own[each.field])
    ]


def list_fixed_lines() -> list[TextLine]:
    """Return the lines that are the same on all certificates."""
    return [each for each in get_template().layout.items if isinstance(each, TextLine)]


def list_own_lines(facts: Certificate) -> list[TextLine]:
    """Return the lines that differ between certificates."""
    return [line for lines in get_template().set_slot_lines(facts).values() for line in lines]


def list_signature_lines() -> Sequence[SignatureLine]:
    """Return the lines above which people sign."""
    return get_template().layout.signature_lines


@cache
def read_background() -> list[Stroke]:
    """Return every curve of the background, read back from our own PDF."""
    facts = build_certificate(1)
    with pikepdf.open(io.BytesIO(Printer(DESIGN, ISSUER).render(facts, qr=seal_certificate(facts)))) as pdf:
        return list(list_strokes(pdf.pages[0].Resources.XObject.Ground, pikepdf.Matrix(), {"w": 1.0}))


def list_strokes(form: pikepdf.Object, matrix: pikepdf.Matrix, state: dict[str, Any]) -> Iterator[Stroke]:
    """Yield the curves of a PDF form, and of the forms within it."""
    kept, steps = [], []
    for each in pikepdf.parse_content_stream(form):
        operator, values = str(each.operator), each.operands
        if operator == "q":
            kept.append((matrix, dict(state)))
        elif operator == "Q":
            matrix, state = kept.pop()
        elif operator == "cm":
            matrix = pikepdf.Matrix(*(float(value) for value in values)) @ matrix
        elif operator in ("w", "RG", "rg"):
            state[operator] = float(values[0]) if operator == "w" else format_colour([float(value) for value in values])
        elif operator == "Do":
            yield from list_strokes(form.Resources.XObject[str(values[0])], matrix, dict(state))
        elif operator in ("m", "l", "c", "h"):
            steps.append((operator, transform_points(matrix, [float(value) for value in values])))
        elif operator == "re":
            x, y, width, height = (float(value) for value in values)
            corners = ((x, y), (x + width, y), (x + width, y + height), (x, y + height))
            steps += [("ml"[place > 0], transform_points(matrix, corner)) for place, corner in enumerate(corners)]
            steps.append(("h", ()))
        elif operator in ("S", "s", "f", "f*", "n"):
            if operator != "n":
                filled = operator.startswith("f")
                yield Stroke(tuple(steps), state["rg" if filled else "RG"], state["w"], filled)
            steps = []


def transform_points(matrix: pikepdf.Matrix, values: Sequence[float]) -> tuple[float, ...]:
    """Return points of a form in the coordinates of the page."""
    pairs = zip(values[::2], values[1::2], strict=True)
    return tuple(round(value, 2) for pair in pairs for value in matrix.transform(pair))


def format_colour(parts: Sequence[float]) -> str:
    """Return a colour as #rrggbb."""
    return "#" + "".join(f"{round(255 * part):02x}" for part in parts)


@cache
def build_svg_background() -> str:
    """Return the background as SVG; curves of the same colour in a row share a path."""
    paths = []
    for (colour, thickness, filled), run in groupby(
        read_background(), lambda each: (each.colour, each.thickness, each.filled)
    ):
        steps = "".join(format_svg_step(*step) for each in run for step in each.steps)
        ink = f'fill="{colour}"' if filled else f'fill="none" stroke="{colour}" stroke-width="{thickness:g}"'
        paths.append(f'<path d="{steps}" {ink}/>')
    for each in list_signature_lines():
        y = DESIGN.height - each.y
        paths.append(
            f'<path d="M{each.x1:g} {y:g}H{each.x2:g}" stroke="{each.colour}" stroke-width="{each.thickness:g}"/>'
        )
    size = f'width="{DESIGN.width}pt" height="{DESIGN.height}pt" viewBox="0 0 {DESIGN.width} {DESIGN.height}"'
    return f'<svg xmlns="http://www.w3.org/2000/svg" {size}>{"".join(paths)}</svg>'


def format_svg_step(operator: str, values: Sequence[float]) -> str:
    """Return a step of a curve for SVG, where y points down."""
    down = [value if place % 2 == 0 else round(DESIGN.height - value, 2) for place, value in enumerate(values)]
    return {"m": "M", "l": "L", "c": "C", "h": "Z"}[operator] + " ".join(f"{value:g}" for value in down)


def render_qr_png(text: str) -> bytes:
    """Return the QR code with its quiet zone as a PNG of one pixel a module, by our own encoder, the fastest form for a competitor."""
    code = build_qr_symbol(text)
    side = code.size + 2 * QUIET_ZONE_MODULES
    picture = Image.new("1", (side, side), 1)
    lying = Image.frombytes("1", (code.size, code.size), code.columns)  # its rows are the columns
    picture.paste(
        ImageChops.invert(lying.transpose(Image.Transpose.TRANSPOSE)), (QUIET_ZONE_MODULES, QUIET_ZONE_MODULES)
    )
    kept = io.BytesIO()
    picture.save(kept, "PNG")
    return kept.getvalue()
