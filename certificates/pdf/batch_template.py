"""Batch template: the shared parts of a seminar's certificates are rendered once; each certificate fills in what differs."""

import io
import zlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain

import pikepdf
from pikepdf import Array, Dictionary, Name
from reportlab import rl_config
from reportlab.pdfgen.canvas import Canvas

from certificates import words
from certificates.design import Design
from certificates.drawing.logos import flatten_logo
from certificates.drawing.ornaments import PlacedPicture, draw_certificate_ground
from certificates.drawing.qr import QrSymbol, build_qr_symbol
from certificates.drawing.qr_encoder import compute_symbol_size
from certificates.drawing.typeface import BOLD, FACES, SANS, load_face, replace_twins
from certificates.errors import UnprintableCertificate
from certificates.facts import Certificate, Issuer, select_translation
from certificates.layout import fill_slot, lay_out_certificate
from certificates.layout_items import Bounds, Layout, PrintProblem, Slot, TextLine, has_overlap
from certificates.pdf.content_stream import (
    MODULE_POINTS,
    EmbeddedFont,
    compute_code_square,
    embed_font,
    render_code,
    render_ground,
    render_line,
    render_stamp,
    tag_operators,
)
from certificates.pdf.objects import PdfTemplate, build_stream, encode_pdf_string, renumber_objects
from certificates.pdf.pdfa import (
    DocumentMetadata,
    StructurePart,
    convert_to_pdfa,
    find_open_objects,
    render_document_information,
    render_xmp_metadata,
)
from certificates.sealing.seal import build_unsigned_seal, qr_text
from certificates.texts import get_heading, get_slot_text

rl_config.useA85 = 0  # binary streams are a quarter smaller than ASCII85

# Alphabets of names; each is embedded as a whole, so that a template fits every name written in it.
ALPHABETS = (
    frozenset("АБВГДЕЁЖЗИЙКЛМНОПРСТУФХЦЧШЩЪЫЬЭЮЯабвгдеёжзийклмнопрстуфхцчшщъыьэюяӘәҒғҚқҢңӨөҰұҮүҺһІі"),
    frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"),
)
NAME_PUNCTUATION = frozenset(" -.’")
NUMBER_CHARACTERS = frozenset("№ -0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ")
IMAGE_MASK_ENTRIES = (
    b"/Type /XObject /Subtype /Image /ImageMask true /Decode [1 0] /BitsPerComponent 1 /Width %d /Height %d"
)


def collect_slot_letters(facts: Certificate, field: str) -> frozenset[str]:
    """Return the letters that a slot may be filled with: whole alphabets, and single letters outside them."""
    used = replace_twins(get_slot_text(facts, field))
    if field != "recipient":
        return NUMBER_CHARACTERS.union(used)
    return NAME_PUNCTUATION.union(used, *(alphabet for alphabet in ALPHABETS if not alphabet.isdisjoint(used)))


class BatchTemplate:
    """Template of certificates that differ from `facts` only in recipient, serial and code and use the same letters."""

    def __init__(self, facts: Certificate, design: Design, issuer: Issuer) -> None:
        self.facts, self.design, self.issuer = facts, design, issuer
        self.layout: Layout = lay_out_certificate(facts, design, issuer)
        self.covered_by_square: dict[Bounds, list[str]] = {}  # shared texts under a QR code
        language = facts.languages[0]
        self.description = DocumentMetadata(select_translation(issuer.name, language), language, facts.issued_on)
        self.heading = words.format_heading_as_word(get_heading(facts, language))
        boxes = zip(issuer.logos, design.logos, strict=False)
        background = design.colours["paper"]
        self.logos = [flatten_logo(picture, box.width, box.height, background) for picture, box in boxes]

    def list_template_problems(self, facts: Certificate) -> list[PrintProblem]:
        """Return what cannot be printed."""
        filled = self.fill_slots(facts)
        lines = [
            line for slot_lines in filled.values() if not isinstance(slot_lines, PrintProblem) for line in slot_lines
        ]
        logo_problems = [PrintProblem("logo", str(number)) for number, logo in enumerate(self.logos, 1) if logo is None]
        host = self.issuer.host
        size = compute_symbol_size(qr_text(f"https://{host}", facts.code, build_unsigned_seal(facts, host)))
        return [
            *self.layout.problems,
            *(problem for problem in filled.values() if isinstance(problem, PrintProblem)),
            *logo_problems,
            *self.place_code(size, lines)[1],
        ]

    def fill_slots(self, facts: Certificate) -> dict[str, list[TextLine] | PrintProblem]:
        """Set the text of each slot, or return the problem that prevents it."""
        return {slot.field: fill_slot(slot, get_slot_text(facts, slot.field)) for _number, slot in self.numbered_slots}

    def place_code(self, size: int, slot_lines: Sequence[TextLine]) -> tuple[Bounds, list[PrintProblem]]:
        """Return the square of a QR code of this size, as large as there is room, and the problems if there is no room at all."""
        for module_points in MODULE_POINTS:
            square = compute_code_square(size, self.design.qr, module_points)
            problems = self.list_covered_texts(square, slot_lines)
            if not problems:
                break
        return square, problems

    def list_covered_texts(self, code_square: Bounds, slot_lines: Iterable[TextLine]) -> list[PrintProblem]:
        """Return a problem for every text that a QR code in this square would cover."""
        if code_square not in self.covered_by_square:  # the same for all certificates with a code of this size
            self.covered_by_square[code_square] = [
                text for text, corners in self.shared_texts if has_overlap(corners, code_square)
            ]
        low_lines = (line for line in slot_lines if line.bottom < code_square[3])  # higher lines cannot overlap
        covered_texts = [
            *self.covered_by_square[code_square],
            *(line.text for line in low_lines if has_overlap(line.bounds, code_square)),
        ]
        return [PrintProblem("code", text) for text in covered_texts]

    @cached_property
    def shared_texts(self) -> list[tuple[str, Bounds]]:
        """Return the texts that all certificates share, with their rectangles; a signature line is named by the signatory below it."""
        signatures = zip(self.issuer.signatories, self.layout.signature_lines, strict=False)
        lines = [(line.text, line.bounds) for line in self.layout.items if isinstance(line, TextLine)]
        return [*lines, *((signatory.name, rule.bounds) for signatory, rule in signatures)]

    def fill_certificate(self, facts: Certificate, qr: str) -> bytes:
        """Return the certificate as a PDF. Raises UnprintableCertificate if `list_template_problems` finds something."""
        lines, code = self.set_slot_lines(facts), build_qr_symbol(qr)
        square, covered = self.place_code(code.size, [*chain(*lines.values())])
        if covered:
            raise UnprintableCertificate(join_print_problems(covered))
        template, fonts = self.template_and_fonts
        title = f"{self.heading} № {facts.serial}: {facts.recipient}"
        contents = {
            "info": render_document_information(self.description, title),
            "metadata": render_xmp_metadata(self.description, title, qr),
            "alt": encode_pdf_string(f"QR: {qr.partition('#')[0]}"),
        }
        for number, slot in self.numbered_slots:
            operators = "\n".join(render_line(line, fonts) for line in lines[slot.field])
            contents[slot.field] = build_stream(b"", tag_operators(number, slot.role, operators).encode("ascii"))
        return template.fill_holes(contents | self.build_code_objects(code, square))

    def set_slot_lines(self, facts: Certificate) -> dict[str, list[TextLine]]:
        """Set the text of each slot. Raises UnprintableCertificate."""
        filled = self.fill_slots(facts)
        lines = {field: slot_lines for field, slot_lines in filled.items() if not isinstance(slot_lines, PrintProblem)}
        if len(lines) < len(filled) or self.layout.problems or None in self.logos:
            raise UnprintableCertificate(join_print_problems(self.list_template_problems(facts)))
        return lines

    def build_code_objects(self, qr_symbol: QrSymbol, square: Bounds) -> dict[str, bytes]:
        """Return the objects of the QR code: its image, its operators and its bounding box."""
        operators = tag_operators(
            len(self.structure_parts) - 1, "Figure", render_code(square, qr_symbol.size, self.design.colours["paper"])
        )
        return {
            "image": build_stream(IMAGE_MASK_ENTRIES % (qr_symbol.size, qr_symbol.size), qr_symbol.columns),
            "figure": build_stream(b"", operators.encode("ascii")),
            "box": b"[%.2f %.2f %.2f %.2f]" % square,
        }

    @cached_property
    def numbered_slots(self) -> list[tuple[int, Slot]]:
        """Return the slots with their numbers among the parts."""
        return [(number, item) for number, item in enumerate(self.layout.items) if isinstance(item, Slot)]

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


def join_print_problems(problems: Iterable[PrintProblem]) -> str:
    """Join problems into one message."""
    return "; ".join(f"{problem.field}: {problem.text} {problem.missing_characters}".strip() for problem in problems)


def format_specimen_text(facts: Certificate) -> str:
    """Return the specimen label in the certificate's languages."""
    return " · ".join(dict.fromkeys(words.SPECIMEN_LABELS[language] for language in facts.languages))
