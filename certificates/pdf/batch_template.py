"""Batch template: the shared parts of a seminar's certificates are rendered once; each certificate fills in what differs."""

from collections.abc import Iterable, Sequence
from functools import cached_property
from itertools import chain

from certificates import words
from certificates.design import Design
from certificates.drawing.logos import flatten_logo
from certificates.drawing.qr import QrSymbol, build_qr_symbol
from certificates.drawing.qr_encoder import compute_symbol_size
from certificates.errors import UnprintableCertificate
from certificates.facts import Certificate, Issuer, select_translation
from certificates.layout import fill_slot, lay_out_certificate
from certificates.layout_items import Bounds, Layout, PrintProblem, Slot, TextLine, has_overlap
from certificates.pdf.content_stream import (
    MODULE_POINTS,
    compute_code_square,
    render_code,
    render_line,
    tag_operators,
)
from certificates.pdf.objects import build_stream, encode_pdf_string
from certificates.pdf.pdfa import (
    DocumentMetadata,
    render_document_information,
    render_xmp_metadata,
)
from certificates.pdf.shared_page import SharedPage
from certificates.sealing.seal import build_unsigned_seal, qr_text
from certificates.texts import get_heading, get_slot_text

IMAGE_MASK_ENTRIES = (
    b"/Type /XObject /Subtype /Image /ImageMask true /Decode [1 0] /BitsPerComponent 1 /Width %d /Height %d"
)


class BatchTemplate:
    """Template of certificates that differ from `facts` only in recipient, serial and code and use the same letters."""

    def __init__(self, facts: Certificate, design: Design, issuer: Issuer) -> None:
        self.facts, self.design, self.issuer = facts, design, issuer
        self.layout: Layout = lay_out_certificate(facts, design, issuer)
        self.code_sizes: dict[tuple[int, int, int], int] = {}
        self.last_filled: dict[str, tuple[str, list[TextLine] | PrintProblem]] = {}
        """The last text of each slot, and its lines: a batch is checked with the same number and code for everybody."""
        self.covered_by_square: dict[Bounds, list[str]] = {}  # shared texts under a QR code
        language = facts.languages[0]
        self.description = DocumentMetadata(select_translation(issuer.name, language), language, facts.issued_on)
        self.heading = words.format_heading_as_word(get_heading(facts, language))
        boxes = zip(issuer.logos, design.logos, strict=False)
        background = design.colours["paper"]
        self.logos = [flatten_logo(picture, box.width, box.height, background) for picture, box in boxes]
        self.page = SharedPage(facts, design, self.layout, self.logos, self.description)

    def list_template_problems(self, facts: Certificate) -> list[PrintProblem]:
        """Return what cannot be printed."""
        filled = self.fill_slots(facts)
        lines = [
            line for slot_lines in filled.values() if not isinstance(slot_lines, PrintProblem) for line in slot_lines
        ]
        return [
            *self.layout.problems,
            *(problem for problem in filled.values() if isinstance(problem, PrintProblem)),
            *self.logo_problems,
            *self.place_code(self.predict_code_size(facts), lines)[1],
        ]

    @cached_property
    def logo_problems(self) -> list[PrintProblem]:
        """Return a problem for each logo that is broken."""
        return [PrintProblem("logo", str(number)) for number, logo in enumerate(self.logos, 1) if logo is None]

    def predict_code_size(self, facts: Certificate) -> int:
        """Return the size of the QR code; it depends on how long the texts are that certificates do not share."""
        lengths = (len(facts.recipient.encode()), len(facts.serial), len(facts.code))
        if lengths not in self.code_sizes:
            host = self.issuer.host
            seal = build_unsigned_seal(facts, host)
            self.code_sizes[lengths] = compute_symbol_size(qr_text(f"https://{host}", facts.code, seal))
        return self.code_sizes[lengths]

    def fill_slots(self, facts: Certificate) -> dict[str, list[TextLine] | PrintProblem]:
        """Set the text of each slot, or return the problem that prevents it."""
        return {
            slot.field: self.fill_slot(slot, get_slot_text(facts, slot.field)) for _number, slot in self.numbered_slots
        }

    def fill_slot(self, slot: Slot, text: str) -> list[TextLine] | PrintProblem:
        """Set the text of a slot, or return the problem that prevents it."""
        known_text, filled = self.last_filled.get(slot.field, ("", None))
        if filled is None or known_text != text:
            filled = fill_slot(slot, text)
            self.last_filled[slot.field] = text, filled
        return filled

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
        template, fonts = self.page.template_and_fonts
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
            len(self.page.structure_parts) - 1,
            "Figure",
            render_code(square, qr_symbol.size, self.design.colours["paper"]),
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


def join_print_problems(problems: Iterable[PrintProblem]) -> str:
    """Join problems into one message."""
    return "; ".join(f"{problem.field}: {problem.text} {problem.missing_characters}".strip() for problem in problems)
