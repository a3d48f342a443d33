"""Reading a file of a signed sheet: the code of each page, and on which lines something is written in the field to sign."""

import io
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

import pypdfium2
import zxingcpp
from PIL import Image, ImageChops, ImageFilter, ImageOps, UnidentifiedImageError

from trainer.attendance.sheets.geometry import SCALE, NotFlat, Point, flattened
from trainer.attendance.sheets.pdf import CODES, FIELD, FIRST_LINE, LINE, LINES
from trainer.documents.pdf_images import PDFIUM
from trainer.web.exif import JPEG, PDF, PNG, Damaged, without_place
from trainer.web.qr_reading import MOST_PIXELS, QR

LARGEST_FILE = 15 * 1024 * 1024  # bytes
MOST_PAGES = 30  # of a PDF
LARGEST_SIDE = 3000  # pixels; a larger picture is made smaller before it is looked at
OURS = re.compile(r"SHEET:([12]):([A-Z2-7]{26})")
INSET = 3.0  # millimetres between the lines of the table and what is looked at
DARKER = 34  # than the paper beside it, of 255: then a point is ink
THIN = 9  # pixels: what is wider is no line of a pen
INKED = 0.015  # of a field: with so much ink somebody has signed
HEIC = (b"ftypheic", b"ftypheix", b"ftypmif1", b"ftyphevc")


class Unreadable(StrEnum):
    """Why a file is none of a sheet."""

    EMPTY = "empty"
    TOO_LARGE = "too_large"
    HEIC = "heic"
    KIND = "kind"
    DAMAGED = "damaged"
    PAGES = "pages"
    SEVERAL = "several"
    FOREIGN = "foreign"


class FileRefused(ValueError):
    """The file can't be taken, for a reason."""

    def __init__(self, reason: Unreadable) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True)
class ReadPage:
    """A page of a file: its code, empty where none was found; the lines that are signed, from 0, None where that can't be seen."""

    code: str = ""
    inked: tuple[int, ...] | None = None


@dataclass(frozen=True)
class ReadFile:
    """A file as it is kept, and what was read off its pages."""

    content: bytes
    media_type: str
    pages: tuple[ReadPage, ...]


@dataclass(frozen=True)
class Seen:
    """The codes on a picture: the sheet's own with their corners by the name of the code, and whether there are others."""

    code: str
    corners: dict[str, Sequence[Point]]
    foreign: bool


def read_file(content: bytes) -> ReadFile:
    """Read a JPEG, PNG or PDF. Raises FileRefused."""
    media_type = kind_of(content)
    try:
        kept = without_place(content)
    except Damaged as error:
        raise FileRefused(Unreadable.DAMAGED) from error
    seen = [(picture, codes_on(picture)) for picture in pictures_of(kept, media_type)]
    if any(each.foreign for _picture, each in seen) and not any(each.code for _picture, each in seen):
        raise FileRefused(Unreadable.FOREIGN)
    return ReadFile(kept, media_type, tuple(ReadPage(each.code, inked(picture, each)) for picture, each in seen))


def kind_of(content: bytes) -> str:
    """Name the kind of a file by how it begins. Raises FileRefused."""
    if not content:
        raise FileRefused(Unreadable.EMPTY)
    if len(content) > LARGEST_FILE:
        raise FileRefused(Unreadable.TOO_LARGE)
    kinds = {JPEG: "image/jpeg", PNG: "image/png", PDF: "application/pdf"}
    found = next((name for start, name in kinds.items() if content.startswith(start)), "")
    if not found:
        raise FileRefused(Unreadable.HEIC if content[4:12] in HEIC else Unreadable.KIND)
    return found


def pictures_of(content: bytes, media_type: str) -> Iterator[Image.Image]:
    """Give the pages of a file as pictures. Raises FileRefused."""
    if media_type == "application/pdf":
        return pages_of(content)
    return iter([photograph(content)])


def photograph(content: bytes) -> Image.Image:
    """Open a photo, made smaller where it is large, turned as it was taken. Raises FileRefused."""
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG")) as opened:
            opened.draft("RGB", (LARGEST_SIDE, LARGEST_SIDE))
            if opened.width * opened.height > MOST_PIXELS:
                raise FileRefused(Unreadable.TOO_LARGE)
            opened.load()
            picture = ImageOps.exif_transpose(opened).convert("RGB")
    except FileRefused:
        raise
    except Image.DecompressionBombError as error:
        raise FileRefused(Unreadable.TOO_LARGE) from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise FileRefused(Unreadable.DAMAGED) from error
    picture.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    return picture


def pages_of(content: bytes) -> Iterator[Image.Image]:
    """Draw the pages of a PDF. Raises FileRefused."""
    try:
        with PDFIUM, pypdfium2.PdfDocument(content) as document:
            count = len(document)
    except pypdfium2.PdfiumError as error:
        raise FileRefused(Unreadable.DAMAGED) from error
    if not 0 < count <= MOST_PAGES:
        raise FileRefused(Unreadable.PAGES)
    for number in range(count):
        yield page_of(content, number)


def page_of(content: bytes, number: int) -> Image.Image:
    """Draw a page of a PDF, by its place from 0. Raises FileRefused."""
    try:
        with PDFIUM, pypdfium2.PdfDocument(content) as document:
            page = document[number]
            scale = LARGEST_SIDE / 1.5 / max(page.get_width(), page.get_height(), 1)
            drawn: Image.Image = page.render(scale=scale).to_pil()
            return drawn.convert("RGB")
    except pypdfium2.PdfiumError as error:
        raise FileRefused(Unreadable.DAMAGED) from error


def codes_on(picture: Image.Image) -> Seen:
    """Find the codes on a picture. Raises FileRefused where they are of several sheets."""
    corners: dict[str, Sequence[Point]] = {}
    codes, foreign = set(), False
    for each in zxingcpp.read_barcodes(picture.convert("L"), formats=QR):
        match = OURS.fullmatch(each.text)
        if match is None:
            foreign = True
            continue
        at = each.position
        corners[match[1]] = [(p.x, p.y) for p in (at.top_left, at.top_right, at.bottom_right, at.bottom_left)]
        codes.add(match[2])
    if len(codes) > 1:
        raise FileRefused(Unreadable.SEVERAL)
    return Seen(next(iter(codes), ""), corners, foreign)


def inked(picture: Image.Image, seen: Seen) -> tuple[int, ...] | None:
    """Say on which lines somebody has signed; None where not both codes were found, or the page was not flat."""
    if set(seen.corners) != set(CODES):
        return None
    try:
        page = flattened(picture.convert("L"), seen.corners)
    except NotFlat:
        return None
    return tuple(line for line in range(LINES) if ink_in(page.crop(field_of(line))) >= INKED)


def field_of(line: int) -> tuple[int, int, int, int]:
    """Give the field to sign of a line on a flattened page, within its lines, in pixels."""
    top = FIRST_LINE + line * LINE
    box = (FIELD[0] + INSET, top + INSET, FIELD[1] - INSET, top + LINE - INSET)
    left, upper, right, lower = (round(each * SCALE) for each in box)
    return left, upper, right, lower


def ink_in(field: Image.Image) -> float:
    """Give which share of a field is thin and darker than what is on both its sides: ink, but neither shadow nor grain."""
    quiet = field.filter(ImageFilter.MedianFilter(3))
    without_lines = quiet.filter(ImageFilter.MaxFilter(THIN)).filter(ImageFilter.MinFilter(THIN))
    darker = ImageChops.subtract(without_lines, quiet).histogram()
    return sum(darker[DARKER:]) / (field.width * field.height)


def shown_page(content: bytes, media_type: str, place: int) -> Image.Image:
    """Give a page of a kept file (from 1) to look at: flat where its codes tell how, else as it was taken. Raises FileRefused."""
    picture = page_of(content, place - 1) if media_type == "application/pdf" else photograph(content)
    seen = codes_on(picture)
    if set(seen.corners) == set(CODES):
        try:
            return flattened(picture, seen.corners)
        except NotFlat:
            return picture
    return picture
