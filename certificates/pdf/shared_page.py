"""The page that the certificates of a batch share, with holes for what differs: background, fonts, shared texts, structure."""

import io
import zlib
from collections.abc import Iterator, Mapping, Sequence
from functools import cached_property

import pikepdf
from pikepdf import Array, Dictionary, Name
from PIL import Image
from reportlab import rl_config
from reportlab.pdfgen.canvas import Canvas

from certificates import words
from certificates.design import Design
from certificates.drawing.ornaments import PlacedPicture, draw_certificate_ground
from certificates.drawing.typeface import BOLD, FACES, SANS, load_face, replace_twins
from certificates.facts import Certificate
from certificates.layout_items import Layout, Slot
from certificates.pdf.content_stream import (
    EmbeddedFont,
    embed_font,
    render_ground,
    render_line,
    render_stamp,
    tag_operators,
)
from certificates.pdf.objects import PdfTemplate, renumber_objects
from certificates.pdf.pdfa import DocumentMetadata, StructurePart, convert_to_pdfa, find_open_objects
from certificates.texts import get_slot_text

rl_config.useA85 = 0  # binary streams are a quarter smaller than ASCII85

# Alphabets of names; each is embedded as a whole, so that a template fits every name written in it.
ALPHABETS = (
    frozenset("АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюяӘәҒғҚқҢңӨөҰұҮүҺһІі"),
    frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
)
NAME_PUNCTUATION = frozenset(" -.’")
NUMBER_CHARACTERS = frozenset("№ -0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def collect_slot_letters(facts: Certificate, field: str) -> frozenset[str]:
    """Return the letters that a slot may be filled with: whole alphabets, and single letters outside them."""
    used = replace_twins(get_slot_text(facts, field))
    if field != "recipient":
        return NUMBER_CHARACTERS.union(used)
    return NAME_PUNCTUATION.union(used, *(alphabet for alphabet in ALPHABETS if not alphabet.isdisjoint(used)))


class SharedPage:
    """The page of certificates that differ from `facts` only in what the slots of the layout and the QR code hold."""

    def __init__(
        self,
        facts: Certificate,
        design: Design,
        layout: Layout,
        logos: Sequence[Image.Image | None],
        description: DocumentMetadata,
    ) -> None:
        self.facts, self.design, self.layout, self.logos = facts, design, layout, logos
        self.description = description

    @cached_property
    def structure_parts(self) -> list[StructurePart]:
        """Return the parts of the page's structure in reading order; the last one is the figure of the QR code."""
        parts = [StructurePart(item.role, item.language) for item in self.layout.items]
        if self.facts.specimen:
            parts.append(StructurePart("P", self.facts.languages[0]))
        return [*parts, StructurePart("Figure", self.facts.languages[0])]

    @cached_property
    def template_and_fonts(self) -> tuple[PdfTemplate, dict[str, EmbeddedFont]]:
        """Return the PDF with holes, and its fonts; built when the first certificate is filled in, not when only problems are listed."""
        content, fonts = self.draw_shared_content()
        with pikepdf.open(content) as pdf, renumber_objects(self.assemble_pdf(pdf, fonts)) as renumbered:
            page = renumbered.pages[0].obj
            named_objects = zip(
                (name for name, _operators in self.list_content_pieces(fonts)), page.Contents, strict=True
            )
            hole_numbers = {name: pdf_object.objgen[0] for name, pdf_object in named_objects if name}
            return PdfTemplate(
                renumbered,
                {**hole_numbers, **find_open_objects(renumbered), "image": page.Resources.XObject.QR.objgen[0]},
            ), fonts

    def draw_shared_content(self) -> tuple[io.BytesIO, dict[str, EmbeddedFont]]:
        """Draw the background and embed the fonts with reportlab."""
        load_face(SANS)
        content, size = io.BytesIO(), (self.design.width, self.design.height)
        canvas = Canvas(
            content,
            pagesize=size,
            invariant=1,
            pdfVersion=(1, 7),
            initialFontName=SANS,  # type: ignore[arg-type]  # wrong in the stubs
            pageCompression=1,
            lang=self.facts.languages[0],
        )
        pictures = [
            PlacedPicture(logo, box.x, box.y, box.width, box.height)
            for logo, box in zip(self.logos, self.design.logos, strict=False)
            if logo is not None
        ]
        draw_certificate_ground(canvas, size, self.design.ornaments, self.design.colours, pictures)
        fonts = {name: embed_font(canvas, name, letters) for name, letters in self.collect_face_letters().items()}
        canvas.doForm("ground")
        canvas.showPage()
        canvas.save()
        return content, fonts

    def collect_face_letters(self) -> dict[str, set[str]]:
        """Return the letters that each face must have."""
        letters: dict[str, set[str]] = {}
        for item in self.layout.items:
            names = {FACES[block.face] for block in item.blocks} if isinstance(item, Slot) else {item.face}
            text = collect_slot_letters(self.facts, item.field) if isinstance(item, Slot) else item.text
            for name in names:
                letters.setdefault(name, set()).update(text)
        if self.facts.specimen:
            letters.setdefault(BOLD, set()).update(format_specimen_text(self.facts))
        return letters

    def list_content_pieces(self, fonts: Mapping[str, EmbeddedFont]) -> Iterator[tuple[str, str]]:
        """Yield the page's content in pieces: the name of a hole, or (without one) operators that all certificates share."""
        shared_operators = render_ground(self.layout.signature_lines)
        for number, item in enumerate(self.layout.items):
            if isinstance(item, Slot):
                if shared_operators:
                    yield "", shared_operators
                yield item.field, ""
                shared_operators = ""
            else:
                shared_operators += tag_operators(number, item.role, render_line(item, fonts))
        if self.facts.specimen:
            stamp = self.design.stamp
            text = render_stamp(format_specimen_text(self.facts), stamp, self.design.colours[stamp.colour], fonts)
            shared_operators += tag_operators(len(self.layout.items), "P", text)
        if shared_operators:
            yield "", shared_operators
        yield "figure", ""

    def assemble_pdf(self, pdf: pikepdf.Pdf, fonts: Mapping[str, EmbeddedFont]) -> pikepdf.Pdf:
        """Add content, resources and PDF/A parts to the page."""
        page = pdf.pages[0].obj
        [background] = page.Resources.XObject.values()
        page.Resources.XObject = Dictionary(Ground=background, QR=pdf.make_stream(b""))
        page.Contents = Array(
            [build_deflated_stream(pdf, operators) for _name, operators in self.list_content_pieces(fonts)]
        )
        for pdf_object in pdf.objects:
            if isinstance(pdf_object, pikepdf.Stream) and pdf_object.get("/Subtype") == Name.Form:
                del pdf_object.Resources.Font  # reportlab lists all fonts, but ornaments have no text
        convert_to_pdfa(pdf, self.structure_parts, self.description)
        return pdf


def build_deflated_stream(pdf: pikepdf.Pdf, operators: str) -> pikepdf.Stream:
    """Build a deflated stream of operators."""
    return pdf.make_stream(zlib.compress(operators.encode("ascii"), 9), Filter=Name.FlateDecode)


def format_specimen_text(facts: Certificate) -> str:
    """Return the specimen label in the certificate's languages."""
    return " · ".join(dict.fromkeys(words.SPECIMEN_LABELS[language] for language in facts.languages))
