"""Reading a file of a signed sheet: the code of each page, and on which lines something is written in the field to sign."""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import pypdfium2
import zxingcpp
from PIL import Image, ImageChops, ImageFilter, ImageOps, UnidentifiedImageError

from trainer.attendance.sheets.geometry import PIXELS_PER_MM, PageNotFlat, Point, flatten_page
from trainer.attendance.sheets.pdf import (
    CODE_CORNERS_MM,
    FIRST_LINE_TOP_MM,
    LINE_HEIGHT_MM,
    LINES_PER_PAGE,
    SIGNATURE_FIELD_MM,
)
from trainer.documents.pdf_images import PDFIUM_LOCK
from trainer.web.exif import JPEG_SIGNATURE, PDF_SIGNATURE, PNG_SIGNATURE, ImageDamaged, remove_location
from trainer.web.qr_reading import MAX_PIXELS, QR_FORMAT

MAX_SCAN_FILE_BYTES = 15 * 1024 * 1024  # bytes
MAX_PDF_PAGES = 30  # of a PDF
MAX_PICTURE_SIDE_PX = 3000  # pixels; a larger picture is made smaller before it is looked at
PAGE_CODE_PATTERN = re.compile(r"SHEET:([12]):([A-Z2-7]{26})")
FIELD_INSET_MM = 3.0  # millimetres between the lines of the table and what is looked at
MIN_INK_CONTRAST = 34  # than the paper beside it, of 255: then a point is ink
MAX_STROKE_WIDTH_PX = 9  # pixels: what is wider is no line of a pen
MIN_INK_SHARE = 0.015  # of a field: with so much ink somebody has signed
HEIC_MARKERS = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc")


class UnreadableScanReason(StrEnum):
    """Why a file is none of a sheet."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    HEIC = "heic"
    UNKNOWN_TYPE = "kind"
    DAMAGED = "damaged"
    TOO_MANY_PAGES = "pages"
    SEVERAL_SHEETS = "several"
    FOREIGN_CODE = "foreign"


class ScanFileRefused(ValueError):
    """The file can't be taken, for a reason."""

    def __init__(self, reason: UnreadableScanReason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class RecognizedPage:
    """A page of a file: its code, empty where none was found; the lines that are signed, from 0, None where that can't be seen."""

    code: str = ""
    signed_lines: tuple[int, ...] | None = None


@dataclass(frozen=True)
class RecognizedFile:
    """A file as it is kept, and what was read off its pages."""

    content: bytes
    media_type: str
    pages: tuple[RecognizedPage, ...]


@dataclass(frozen=True)
class FoundCodes:
    """The codes on a picture: the sheet's own with their corners by the name of the code, and whether there are others."""

    code: str
    corners: dict[str, Sequence[Point]]
    has_foreign_code: bool


def recognize_file(content: bytes) -> RecognizedFile:
    """Read a JPEG, PNG or PDF. Raises FileRefused."""
    media_type = detect_media_type(content)
    try:
        kept = remove_location(content)
    except ImageDamaged as error:
        raise ScanFileRefused(UnreadableScanReason.DAMAGED) from error
    seen = [(picture, find_page_codes(picture)) for picture in open_page_pictures(kept, media_type)]
    if any(each.has_foreign_code for _picture, each in seen) and not any(each.code for _picture, each in seen):
        raise ScanFileRefused(UnreadableScanReason.FOREIGN_CODE)
    return RecognizedFile(
        kept, media_type, tuple(RecognizedPage(each.code, find_signed_lines(picture, each)) for picture, each in seen)
    )


def detect_media_type(content: bytes) -> str:
    """Name the kind of a file by how it begins. Raises FileRefused."""
    if not content:
        raise ScanFileRefused(UnreadableScanReason.EMPTY)
    if len(content) > MAX_SCAN_FILE_BYTES:
        raise ScanFileRefused(UnreadableScanReason.TOO_LARGE)
    kinds = {JPEG_SIGNATURE: "image/jpeg", PNG_SIGNATURE: "image/png", PDF_SIGNATURE: "application/pdf"}
    found = next((name for start, name in kinds.items() if content.startswith(start)), "")
    if not found:
        raise ScanFileRefused(
            UnreadableScanReason.HEIC if content[4:12] in HEIC_MARKERS else UnreadableScanReason.UNKNOWN_TYPE
        )
    return found


def open_page_pictures(content: bytes, media_type: str) -> Iterator[Image.Image]:
    """Give the pages of a file as pictures. Raises FileRefused."""
    if media_type == "application/pdf":
        return render_pdf_pages(content)
    return iter([open_photo(content)])


def open_photo(content: bytes) -> Image.Image:
    """Open a photo, made smaller where it is large, turned as it was taken. Raises FileRefused."""
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as opened:
            opened.draft("RGB", (MAX_PICTURE_SIDE_PX, MAX_PICTURE_SIDE_PX))
            if opened.width * opened.height > MAX_PIXELS:
                raise ScanFileRefused(UnreadableScanReason.TOO_LARGE)
            opened.load()
            picture = ImageOps.exif_transpose(opened).convert("RGB")
    except ScanFileRefused:
        raise
    except Image.DecompressionBombError as error:
        raise ScanFileRefused(UnreadableScanReason.TOO_LARGE) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise ScanFileRefused(UnreadableScanReason.DAMAGED) from error
    picture.thumbnail((MAX_PICTURE_SIDE_PX, MAX_PICTURE_SIDE_PX))
    return picture


def render_pdf_pages(content: bytes) -> Iterator[Image.Image]:
    """Draw the pages of a PDF. Raises FileRefused."""
    try:
        with PDFIUM_LOCK, pypdfium2.PdfDocument(content) as document:
            count = len(document)
    except pypdfium2.PdfiumError as error:
        raise ScanFileRefused(UnreadableScanReason.DAMAGED) from error
    if not 0 < count <= MAX_PDF_PAGES:
        raise ScanFileRefused(UnreadableScanReason.TOO_MANY_PAGES)
    for number in range(count):
        yield render_pdf_page(content, number)


def render_pdf_page(content: bytes, page_index: int) -> Image.Image:
    """Draw a page of a PDF, by its place from 0. Raises FileRefused."""
    try:
        with PDFIUM_LOCK, pypdfium2.PdfDocument(content) as document:
            page = document[page_index]
            scale = MAX_PICTURE_SIDE_PX / 1.5 / max(page.get_width(), page.get_height(), 1)
            drawn: Image.Image = page.render(scale=scale).to_pil()
            return drawn.convert("RGB")
    except pypdfium2.PdfiumError as error:
        raise ScanFileRefused(UnreadableScanReason.DAMAGED) from error


def find_page_codes(picture: Image.Image) -> FoundCodes:
    """Find the codes on a picture. Raises FileRefused where they are of several sheets."""
    corners: dict[str, Sequence[Point]] = {}
    codes, foreign = set(), False
    for each in zxingcpp.read_barcodes(picture.convert("L"), formats=QR_FORMAT):
        match = PAGE_CODE_PATTERN.fullmatch(each.text)
        if match is None:
            foreign = True
            continue
        at = each.position
        corners[match[1]] = [(p.x, p.y) for p in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)]
        codes.add(match[2])
    if len(codes) > 1:
        raise ScanFileRefused(UnreadableScanReason.SEVERAL_SHEETS)
    return FoundCodes(next(iter(codes), ""), corners, foreign)


def find_signed_lines(picture: Image.Image, codes: FoundCodes) -> tuple[int, ...] | None:
    """Say on which lines somebody has signed; None where not both codes were found, or the page was not flat."""
    if set(codes.corners) != set(CODE_CORNERS_MM):
        return None
    try:
        page = flatten_page(picture.convert("L"), codes.corners)
    except PageNotFlat:
        return None
    return tuple(
        line
        for line in range(LINES_PER_PAGE)
        if measure_ink_share(page.crop(locate_signature_field(line))) >= MIN_INK_SHARE
    )


def locate_signature_field(line: int) -> tuple[int, int, int, int]:
    """Give the field to sign of a line on a flattened page, within its lines, in pixels."""
    top = FIRST_LINE_TOP_MM + line * LINE_HEIGHT_MM
    box = (
        SIGNATURE_FIELD_MM[0] + FIELD_INSET_MM,
        top + FIELD_INSET_MM,
        SIGNATURE_FIELD_MM[1] - FIELD_INSET_MM,
        top + LINE_HEIGHT_MM - FIELD_INSET_MM,
    )
    left, upper, right, lower = (round(each * PIXELS_PER_MM) for each in box)
    return left, upper, right, lower


def measure_ink_share(field: Image.Image) -> float:
    """Give which share of a field is thin and darker than what is on both its sides: ink, but neither shadow nor grain."""
    quiet = field.filter(ImageFilter.MedianFilter(3))
    without_lines = quiet.filter(ImageFilter.MaxFilter(MAX_STROKE_WIDTH_PX)).filter(
        ImageFilter.MinFilter(MAX_STROKE_WIDTH_PX)
    )
    darker = ImageChops.subtract(without_lines, quiet).histogram()
    return sum(darker[MIN_INK_CONTRAST:]) / (field.width * field.height)


def render_scan_page(content: bytes, media_type: str, page_number: int) -> Image.Image:
    """Give a page of a kept file (from 1) to look at: flat where its codes tell how, else as it was taken. Raises FileRefused."""
    picture = render_pdf_page(content, page_number - 1) if media_type == "application/pdf" else open_photo(content)
    seen = find_page_codes(picture)
    if set(seen.corners) == set(CODE_CORNERS_MM):
        try:
            return flatten_page(picture, seen.corners)
        except PageNotFlat:
            return picture
    return picture
