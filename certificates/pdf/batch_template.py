"""The mould of all certificates of a seminar: laid out and written once, then filled with what each has of its own."""

import io
import zlib
from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property
from itertools import chain

import pikepdf
from pikepdf import Array, Dictionary, Name
from reportlab import rl_config
from reportlab.pdfgen.canvas import Canvas

from certificates import words
from certificates.design import Design
from certificates.drawing.logos import flattened
from certificates.drawing.ornaments import Picture, draw_ground
from certificates.drawing.qr import Symbol, symbol
from certificates.drawing.qr_encoder import size_of
from certificates.drawing.typeface import BOLD, FACES, SANS, face
from certificates.errors import Unprintable
from certificates.facts import Certificate, Issuer, in_language
from certificates.layout import Corners, Layout, Line, Problem, Slot, fill_slot, heading, lay_out, meet, own_text
from certificates.pdf.content_stream import Font, code_in, embedded, ground, room_for_code, shown, stamped, tagged
from certificates.pdf.objects import Template, renumbered, stream, string
from certificates.pdf.pdfa import About, Part, archive, holes, information, metadata
from certificates.sealing.seal import qr_text, unsigned

rl_config.useA85 = 0  # streams as bytes: a quarter smaller than as letters

# The alphabets that names are written in; each comes into a face as a whole, so that a mould fits every name written in it.
ALPHABETS = (
    frozenset("АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюяӘәҒғҚқҢңӨөҰұҮүҺһІі"),
    frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
)
MARKS = frozenset(" -.’")
NUMBERS = frozenset("№ -0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
MASK = b"/Type /XObject /Subtype /Image /ImageMask true /Decode [1 0] /BitsPerComponent 1 /Width %d /Height %d"


def letters(facts: Certificate, field: str) -> frozenset[str]:
    """Give the letters that a slot may be filled with: whole alphabets, and one by one what belongs to none."""
    used = own_text(facts, field)
    if field != "recipient":
        return NUMBERS.union(used)
    return MARKS.union(used, *(each for each in ALPHABETS if not each.isdisjoint(used)))


class Mould:
    """The mould for certificates that differ from `facts` in recipient, serial and code alone, and are written in the same letters."""

    def __init__(self, facts: Certificate, design: Design, issuer: Issuer) -> None:
        self.facts, self.design, self.issuer = facts, design, issuer
        self.layout: Layout = lay_out(facts, design, issuer)
        first = facts.languages[0]
        self.about = About(in_language(issuer.name, first), first, facts.issued)
        self.heading = words.as_word(heading(facts, first))
        boxes = zip(issuer.logos, design.logos, strict=False)
        paper = design.colours["paper"]
        self.logos = [flattened(picture, box.width, box.height, paper) for picture, box in boxes]

    def problems(self, facts: Certificate) -> list[Problem]:
        """List what can't be printed."""
        own = self.own(facts)
        lines = [line for each in own.values() if not isinstance(each, Problem) for line in each]
        broken = [Problem("logo", str(number)) for number, logo in enumerate(self.logos, 1) if logo is None]
        host = self.issuer.host
        size = size_of(qr_text(f"https://{host}", facts.code, unsigned(facts, host)))
        return [
            *self.layout.problems,
            *(each for each in own.values() if isinstance(each, Problem)),
            *broken,
            *self.covered(size, lines),
        ]

    def own(self, facts: Certificate) -> dict[str, list[Line] | Problem]:
        """Set what goes into the slots, or say why it can't be."""
        return {slot.field: fill_slot(slot, own_text(facts, slot.field)) for _number, slot in self.numbered_slots}

    def covered(self, size: int, own: Iterable[Line]) -> list[Problem]:
        """List what a QR code of so many modules would stand on."""
        room = room_for_code(size, self.design.qr)
        if size not in self.known_under:  # the same for every certificate with a code of this size
            self.known_under[size] = [text for text, corners in self.shared if meet(corners, room)]
        low = (each for each in own if each.bottom < room[3])  # the others need not be measured
        under = [*self.known_under[size], *(each.text for each in low if meet(each.corners, room))]
        return [Problem("code", text) for text in under]

    @cached_property
    def known_under(self) -> dict[int, list[str]]:
        """What all certificates have under a code of so many modules."""
        return {}

    @cached_property
    def shared(self) -> list[tuple[str, Corners]]:
        """What all certificates have on the page, and where; a line to sign on goes by the name beneath it."""
        signed = zip(self.issuer.signatories, self.layout.rules, strict=False)
        lines = [(each.text, each.corners) for each in self.layout.items if isinstance(each, Line)]
        return [*lines, *((signatory.name, rule.corners) for signatory, rule in signed)]

    def filled(self, facts: Certificate, qr: str) -> bytes:
        """Give the certificate as a PDF. Raises Unprintable where `problems` finds something."""
        lines, code = self.lines(facts), symbol(qr)
        if covered := self.covered(code.size, chain(*lines.values())):
            raise Unprintable(said(covered))
        template, fonts = self.cast
        title = f"{self.heading} № {facts.serial}: {facts.recipient}"
        contents = {
            "info": information(self.about, title),
            "metadata": metadata(self.about, title, qr),
            "alt": string(f"QR: {qr.partition('#')[0]}"),
        }
        for number, slot in self.numbered_slots:
            shows = "\n".join(shown(each, fonts) for each in lines[slot.field])
            contents[slot.field] = stream(b"", tagged(number, slot.role, shows).encode("ascii"))
        return template.filled(contents | self.code(code))

    def lines(self, facts: Certificate) -> dict[str, list[Line]]:
        """Set what goes into the slots. Raises Unprintable."""
        filled = self.own(facts)
        lines = {field: each for field, each in filled.items() if not isinstance(each, Problem)}
        if len(lines) < len(filled) or self.layout.problems or None in self.logos:
            raise Unprintable(said(self.problems(facts)))
        return lines

    def code(self, code: Symbol) -> dict[str, bytes]:
        """Give what the QR code consists of: its image, how it is painted, and where."""
        room = room_for_code(code.size, self.design.qr)
        painted = tagged(len(self.parts) - 1, "Figure", code_in(room, code.size, self.design.colours["paper"]))
        return {
            "image": stream(MASK % (code.size, code.size), code.columns),
            "figure": stream(b"", painted.encode("ascii")),
            "box": b"[%.2f %.2f %.2f %.2f]" % room,
        }

    @cached_property
    def numbered_slots(self) -> list[tuple[int, Slot]]:
        """The slots with their places among the parts."""
        return [(number, each) for number, each in enumerate(self.layout.items) if isinstance(each, Slot)]

    @cached_property
    def parts(self) -> list[Part]:
        """The parts of the page's structure in reading order; the last is the figure of the QR code."""
        parts = [Part(each.role, each.language) for each in self.layout.items]
        if self.facts.specimen:
            parts.append(Part("P", self.facts.languages[0]))
        return [*parts, Part("Figure", self.facts.languages[0])]

    @cached_property
    def cast(self) -> tuple[Template, dict[str, Font]]:
        """The PDF with holes, and its fonts; made when the first certificate is filled in, not when only problems are asked."""
        content, fonts = self.drawn()
        with pikepdf.open(content) as pdf, renumbered(self.put_together(pdf, fonts)) as clean:
            page = clean.pages[0].obj
            named = zip((name for name, _operators in self.pieces(fonts)), page.Contents, strict=True)
            own = {name: each.objgen[0] for name, each in named if name}
            return Template(clean, {**own, **holes(clean), "image": page.Resources.XObject.QR.objgen[0]}), fonts

    def drawn(self) -> tuple[io.BytesIO, dict[str, Font]]:
        """Draw the ground and embed the fonts, by reportlab."""
        face(SANS)
        content, size = io.BytesIO(), (self.design.width, self.design.height)
        canvas = Canvas(
            content,
            pagesize=size,
            invariant=1,
            pdfVersion=(1, 7),
            initialFontName=SANS,  # type: ignore[arg-type]  # the stubs are wrong about it
            pageCompression=1,
            lang=self.facts.languages[0],
        )
        pictures = [
            Picture(logo, box.x, box.y, box.width, box.height)
            for logo, box in zip(self.logos, self.design.logos, strict=False)
            if logo is not None
        ]
        draw_ground(canvas, size, self.design.ornaments, self.design.colours, pictures)
        fonts = {name: embedded(canvas, name, used) for name, used in self.letters().items()}
        canvas.doForm("ground")
        canvas.showPage()
        canvas.save()
        return content, fonts

    def letters(self) -> dict[str, set[str]]:
        """Give the letters that each face must have."""
        found: dict[str, set[str]] = {}
        for each in self.layout.items:
            names = {FACES[block.face] for block in each.blocks} if isinstance(each, Slot) else {each.face}
            text = letters(self.facts, each.field) if isinstance(each, Slot) else each.text
            for name in names:
                found.setdefault(name, set()).update(text)
        if self.facts.specimen:
            found.setdefault(BOLD, set()).update(specimen(self.facts))
        return found

    def pieces(self, fonts: Mapping[str, Font]) -> Iterator[tuple[str, str]]:
        """Give the page's content in pieces: the name of a hole, or without one operators that stay."""
        kept = ground(self.layout.rules)
        for number, each in enumerate(self.layout.items):
            if isinstance(each, Slot):
                if kept:
                    yield "", kept
                yield each.field, ""
                kept = ""
            else:
                kept += tagged(number, each.role, shown(each, fonts))
        if self.facts.specimen:
            stamp = self.design.stamp
            text = stamped(specimen(self.facts), stamp, self.design.colours[stamp.colour], fonts)
            kept += tagged(len(self.layout.items), "P", text)
        if kept:
            yield "", kept
        yield "figure", ""

    def put_together(self, pdf: pikepdf.Pdf, fonts: Mapping[str, Font]) -> pikepdf.Pdf:
        """Give the page its content and everything around it that lasts."""
        page = pdf.pages[0].obj
        [drawn] = page.Resources.XObject.values()
        page.Resources.XObject = Dictionary(Ground=drawn, QR=pdf.make_stream(b""))
        page.Contents = Array([deflated(pdf, operators) for _name, operators in self.pieces(fonts)])
        for each in pdf.objects:
            if isinstance(each, pikepdf.Stream) and each.get("/Subtype") == Name.Form:
                del each.Resources.Font  # reportlab names all fonts everywhere, but ornaments have no text
        archive(pdf, self.parts, self.about)
        return pdf


def deflated(pdf: pikepdf.Pdf, operators: str) -> pikepdf.Stream:
    """Make a stream of operators."""
    return pdf.make_stream(zlib.compress(operators.encode("ascii"), 9), Filter=Name.FlateDecode)


def said(found: Iterable[Problem]) -> str:
    """Put problems into one text."""
    return "; ".join(f"{each.field}: {each.text} {each.characters}".strip() for each in found)


def specimen(facts: Certificate) -> str:
    """Say that this proves nothing."""
    return " · ".join(dict.fromkeys(words.SPECIMEN[language] for language in facts.languages))
