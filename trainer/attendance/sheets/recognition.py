"""Recognition of scanned sign-in sheets: the page code, and the lines with ink in the signature field."""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from trainer.attendance.sheets.geometry import PIXELS_PER_MM, PageNotFlat, Point, flatten_page
from trainer.attendance.sheets.pdf import (
    CODE_CORNERS_MM,
    FIRST_LINE_TOP_MM,
    LINE_HEIGHT_MM,
    LINES_PER_PAGE,
    SIGNATURE_FIELD_MM,
)
from trainer.documents.pdf_images import PDFIUM_LOCK
from trainer.web.pictures.decoding import ImageTooLarge, ImageUnreadable, decode_picture, wait_for_turn
from trainer.web.pictures.exif import JPEG_SIGNATURE, PDF_SIGNATURE, PNG_SIGNATURE, ImageDamaged, remove_location
from trainer.web.pictures.qr_reading import find_qr_codes

if TYPE_CHECKING:
    from PIL import Image


MAX_SCAN_FILE_BYTES = 15 * 1024 * 1024
MAX_PDF_PAGES = 30
MAX_PDF_IMAGE_PIXELS = 100_000_000  # A3 at 600 dots per inch has 70 million
MAX_PICTURE_SIDE_PX = 3000  # larger pictures are scaled down before the recognition
PAGE_CODE_PATTERN = re.compile(r"SHEET:([12]):([A-Z2-7]{26})")
FIELD_INSET_MM = 3.0  # margin that keeps the lines of the table out of the examined field
MIN_INK_CONTRAST = 34  # of 255; a point counts as ink if it is darker than its surroundings by this
MAX_STROKE_WIDTH_PX = 9  # anything wider is not a pen stroke
MIN_INK_SHARE = 0.015  # of a field; with this much ink the line counts as signed
HEIC_MARKERS = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc")


class UnreadableScanReason(StrEnum):
    """Why a file can't be used as a scan; the values are stored nowhere."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    HEIC = "heic"
    UNKNOWN_TYPE = "kind"
    DAMAGED = "damaged"
    TOO_MANY_PAGES = "pages"
    SEVERAL_SHEETS = "several"
    FOREIGN_CODE = "foreign"


class ScanFileRefused(ValueError):
    """A file can't be used as a scan, for a reason."""

    def __init__(self, reason: UnreadableScanReason) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class RecognizedPage:
    """A recognized page: its code, empty if none was found, and its signed lines from 0, None if they could not be recognized."""

    code: str = ""
    signed_lines: tuple[int, ...] | None = None


@dataclass(frozen=True)
class RecognizedFile:
    """A file without its location metadata, and its recognized pages."""

    content: bytes
    media_type: str
    pages: tuple[RecognizedPage, ...]


@dataclass(frozen=True)
class FoundCodes:
    """Codes on a picture: the page code, the corners of its two symbols by name, and whether there are other QR codes."""

    code: str
    corners: dict[str, Sequence[Point]]
    has_foreign_code: bool


def recognize_file(content: bytes) -> RecognizedFile:
    """Recognize the pages of a JPEG, PNG or PDF. Raises ScanFileRefused."""
    media_type = detect_media_type(content)
    try:
        content = remove_location(content)
    except ImageDamaged as error:
        raise ScanFileRefused(UnreadableScanReason.DAMAGED) from error
    pages, has_foreign_code = [], False
    for picture in open_page_pictures(content, media_type):  # one at a time, because each takes 20 to 40 MB
        codes = find_page_codes(picture)
        has_foreign_code = has_foreign_code or codes.has_foreign_code
        pages.append(RecognizedPage(codes.code, find_signed_lines(picture, codes)))
    if has_foreign_code and not any(page.code for page in pages):
        raise ScanFileRefused(UnreadableScanReason.FOREIGN_CODE)
    return RecognizedFile(content, media_type, tuple(pages))


def detect_media_type(content: bytes) -> str:
    """Return the media type of a file by its first bytes. Raises ScanFileRefused."""
    if not content:
        raise ScanFileRefused(UnreadableScanReason.EMPTY)
    if len(content) > MAX_SCAN_FILE_BYTES:
        raise ScanFileRefused(UnreadableScanReason.TOO_LARGE)
    media_types = {JPEG_SIGNATURE: "image/jpeg", PNG_SIGNATURE: "image/png", PDF_SIGNATURE: "application/pdf"}
    for signature, media_type in media_types.items():
        if content.startswith(signature):
            return media_type
    is_heic = content[4:12] in HEIC_MARKERS
    raise ScanFileRefused(UnreadableScanReason.HEIC if is_heic else UnreadableScanReason.UNKNOWN_TYPE)


def open_page_pictures(content: bytes, media_type: str) -> "Iterator[Image.Image]":
    """Return an iterator over the pages of a file as pictures. Raises ScanFileRefused."""
    if media_type == "application/pdf":
        return render_pdf_pages(content)
    return iter([open_photo(content)])


def open_photo(content: bytes) -> "Image.Image":
    """Open a photo, scale it down to MAX_PICTURE_SIDE_PX and rotate it by its metadata. Raises ScanFileRefused."""
    from PIL import ImageOps

    try:
        with wait_for_turn():
            picture = decode_picture(content, ("JPEG", "PNG"), "RGB", MAX_PICTURE_SIDE_PX)
    except ImageTooLarge as error:
        raise ScanFileRefused(UnreadableScanReason.TOO_LARGE) from error
    except ImageUnreadable as error:
        raise ScanFileRefused(UnreadableScanReason.DAMAGED) from error
    return ImageOps.exif_transpose(picture)


def render_pdf_pages(content: bytes) -> "Iterator[Image.Image]":
    """Yield the pages of a PDF as pictures. Raises ScanFileRefused."""
    import pypdfium2  # imported late: the first page does not need it

    try:
        with PDFIUM_LOCK, pypdfium2.PdfDocument(content) as document:
            page_count = len(document)
    except pypdfium2.PdfiumError as error:
        raise ScanFileRefused(UnreadableScanReason.DAMAGED) from error
    if not 0 < page_count <= MAX_PDF_PAGES:
        raise ScanFileRefused(UnreadableScanReason.TOO_MANY_PAGES)
    if has_huge_image(content):
        raise ScanFileRefused(UnreadableScanReason.TOO_LARGE)
    for page_index in range(page_count):
        yield render_pdf_page(content, page_index)


def has_huge_image(content: bytes) -> bool:
    """Return whether a PDF says of one of its images that it has more than MAX_PDF_IMAGE_PIXELS."""
    import pikepdf  # imported late: the first page does not need it

    with pikepdf.open(io.BytesIO(content)) as pdf:
        streams = (stream for stream in pdf.objects if isinstance(stream, pikepdf.Stream))
        sizes = [(stream.get("/Width", 0), stream.get("/Height", 0)) for stream in streams]
    return any(
        isinstance(width, int) and isinstance(height, int) and width * height > MAX_PDF_IMAGE_PIXELS
        for width, height in sizes
    )


def render_pdf_page(content: bytes, page_index: int) -> "Image.Image":
    """Render a page of a PDF, by its index from 0. Raises ScanFileRefused."""
    import pypdfium2  # imported late: the first page does not need it

    try:
        with wait_for_turn(), PDFIUM_LOCK, pypdfium2.PdfDocument(content) as document:
            page = document[page_index]
            scale = MAX_PICTURE_SIDE_PX / 1.5 / max(page.get_width(), page.get_height(), 1)
            picture: Image.Image = page.render(scale=scale).to_pil()
            return picture.convert("RGB")
    except pypdfium2.PdfiumError as error:
        raise ScanFileRefused(UnreadableScanReason.DAMAGED) from error


def find_page_codes(picture: "Image.Image") -> FoundCodes:
    """Find the codes on a picture. Raises ScanFileRefused for codes of several pages."""
    corners: dict[str, Sequence[Point]] = {}
    page_codes, has_foreign_code = set(), False
    for barcode in find_qr_codes(picture.convert("L")):
        match = PAGE_CODE_PATTERN.fullmatch(barcode.text)
        if match is None:
            has_foreign_code = True
            continue
        position = barcode.position
        points = (position.top_left, position.top_right, position.bottom_right, position.bottom_left)
        corners[match[1]] = [(point.x, point.y) for point in points]
        page_codes.add(match[2])
    if len(page_codes) > 1:
        raise ScanFileRefused(UnreadableScanReason.SEVERAL_SHEETS)
    return FoundCodes(next(iter(page_codes), ""), corners, has_foreign_code)


def find_signed_lines(picture: "Image.Image", codes: FoundCodes) -> tuple[int, ...] | None:
    """Return the signed lines from 0; None if a code is missing or the page was not flat."""
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
    """Return the box of a line's signature field on a flattened page, in pixels: left, upper, right, lower."""
    top = FIRST_LINE_TOP_MM + line * LINE_HEIGHT_MM
    box = (
        SIGNATURE_FIELD_MM[0] + FIELD_INSET_MM,
        top + FIELD_INSET_MM,
        SIGNATURE_FIELD_MM[1] - FIELD_INSET_MM,
        top + LINE_HEIGHT_MM - FIELD_INSET_MM,
    )
    left, upper, right, lower = (round(millimetres * PIXELS_PER_MM) for millimetres in box)
    return left, upper, right, lower


def measure_ink_share(field: "Image.Image") -> float:
    """Return the share of a field that is thin and darker than its surroundings: ink, but neither shadow nor noise."""
    from PIL import ImageChops, ImageFilter

    smoothed = field.filter(ImageFilter.MedianFilter(3))
    background = smoothed.filter(ImageFilter.MaxFilter(MAX_STROKE_WIDTH_PX)).filter(
        ImageFilter.MinFilter(MAX_STROKE_WIDTH_PX)
    )
    contrasts = ImageChops.subtract(background, smoothed).histogram()
    return sum(contrasts[MIN_INK_CONTRAST:]) / (field.width * field.height)


def render_scan_page(content: bytes, media_type: str, page_number: int) -> "Image.Image":
    """Return a page of a stored file (from 1) for display, flattened if its codes were found. Raises ScanFileRefused."""
    picture = render_pdf_page(content, page_number - 1) if media_type == "application/pdf" else open_photo(content)
    codes = find_page_codes(picture)
    if set(codes.corners) == set(CODE_CORNERS_MM):
        try:
            return flatten_page(picture, codes.corners)
        except PageNotFlat:
            return picture
    return picture
