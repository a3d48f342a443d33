"""What a photograph tells besides the picture: how it is turned and when it was taken stay, where and with what it was taken go.

The picture itself stays as it was, bit for bit: the parts of the file that make it are taken over one by one, the others are not.
"""

import io
import struct
import warnings
import zlib
from collections.abc import Iterator

import pikepdf
from PIL import Image

JPEG_SIGNATURE, PNG_SIGNATURE, PDF_SIGNATURE = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"%PDF-"
EXIF_HEADER, ICC_PROFILE_HEADER = b"Exif\0\0", b"ICC_PROFILE\0"
ORIENTATION_TAG, DATE_TIME_TAG, EXIF_IFD_TAG = (
    0x0112,
    0x0132,
    0x8769,
)  # Exif 2.32, table 4: orientation, date, where the other dates stand
CAPTURE_TIME_TAGS = (
    0x9003,
    0x9004,
    0x9010,
    0x9011,
    0x9012,
)  # table 7: when it was taken and digitised, and how far that is from UTC
START_OF_SCAN, END_OF_IMAGE, COMMENT_MARKER = 0xDA, 0xD9, 0xFE  # ITU-T T.81, table B.1
APP0, APP1, APP2, APP14, APP15 = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF
MARKERS_WITHIN_SCAN = (
    0x00,
    0x01,
    *range(0xD0, 0xD8),
    0xFF,
)  # what may follow a 0xFF and begins no part: a byte of the picture, filling
ESSENTIAL_PNG_CHUNKS = (
    b"IHDR",
    b"PLTE",
    b"IDAT",
    b"IEND",
    b"tRNS",
    b"pHYs",
    b"gAMA",
    b"cHRM",
    b"sRGB",
    b"iCCP",
    b"sBIT",
)


class ImageDamaged(Exception):
    """The parts of the file don't fit together."""


def remove_location(content: bytes) -> bytes:
    """Give a JPEG, PNG or PDF without what tells where, with what and by whom its photographs were taken. Raises Damaged."""
    try:
        if content.startswith(JPEG_SIGNATURE):
            return b"".join(clean_jpeg_segments(content))
        if content.startswith(PNG_SIGNATURE):
            return b"".join(clean_png_chunks(content))
        return clean_pdf_photographs(content)
    except (IndexError, struct.error, pikepdf.PdfError, pikepdf.PasswordError) as error:
        raise ImageDamaged from error


def clean_jpeg_segments(content: bytes) -> Iterator[bytes]:
    """Give the parts of a JPEG that stay; what stands behind its end goes too, which may be a film with a place of its own."""
    yield content[:2]
    place = 2
    while content[place + 1] != END_OF_IMAGE:
        marker = content[place + 1]
        if content[place] != 0xFF:
            raise ImageDamaged
        if marker == 0xFF:
            place += 1
            continue
        end = place + 2 + struct.unpack_from(">H", content, place + 2)[0]
        if marker == START_OF_SCAN:
            end = find_next_jpeg_segment(content, end)
        yield clean_jpeg_segment(marker, content[place:end])
        place = end
    yield content[place : place + 2]


def find_next_jpeg_segment(content: bytes, offset: int) -> int:
    """Find where the coded picture ends and the next part begins."""
    while True:
        offset = content.find(b"\xff", offset)
        if offset < 0:
            raise ImageDamaged
        if content[offset + 1] not in MARKERS_WITHIN_SCAN:
            return offset
        offset += 1


def clean_jpeg_segment(marker: int, segment: bytes) -> bytes:
    """Give what stays of a part of a JPEG: all that makes the picture, and of the Exif data its turn and dates."""
    if marker == APP1 and segment[4:].startswith(EXIF_HEADER):
        kept = clean_exif(segment[4:])
        return struct.pack(">BBH", 0xFF, APP1, len(kept) + 2) + kept if kept else b""
    about_it = marker == COMMENT_MARKER or APP0 <= marker <= APP15
    its_colours = marker in (APP0, APP14) or (marker == APP2 and segment[4:].startswith(ICC_PROFILE_HEADER))
    return segment if its_colours or not about_it else b""


def clean_png_chunks(content: bytes) -> Iterator[bytes]:
    """Give the parts of a PNG that stay."""
    yield content[:8]
    place, kind = 8, b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", content, place)
        end = place + 12 + length
        if kind in ESSENTIAL_PNG_CHUNKS:
            yield content[place:end]
        elif kind == b"eXIf":
            kept = clean_exif(EXIF_HEADER + content[place + 8 : end - 4]).removeprefix(EXIF_HEADER)
            if kept:
                yield struct.pack(">I4s", len(kept), kind) + kept + struct.pack(">I", zlib.crc32(kind + kept))
        place = end


def clean_exif(exif_bytes: bytes) -> bytes:
    """Give the Exif data with turn and dates alone; empty where there are none, or where it can't be read."""
    kept = Image.Exif()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of what it can't read, and goes on without it
            exif = Image.Exif()
            exif.load(exif_bytes)
            dates = exif.get_ifd(EXIF_IFD_TAG)
            taken = {tag: dates[tag] for tag in CAPTURE_TIME_TAGS if tag in dates}
            for tag in (ORIENTATION_TAG, DATE_TIME_TAG):
                if tag in exif:
                    kept[tag] = exif[tag]
        if taken:
            kept[EXIF_IFD_TAG] = taken
        return kept.tobytes() if len(kept) else b""
    except (
        ValueError,
        TypeError,
        SyntaxError,
        KeyError,
        OSError,
        struct.error,
    ):  # Pillow has no error of its own for it
        return b""


def clean_pdf_photographs(content: bytes) -> bytes:
    """Give a PDF in which no photograph tells its place; one without such photographs stays as it is."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        changed = False
        for each in pdf.objects:
            if isinstance(each, pikepdf.Stream) and each.get("/Filter") == pikepdf.Name.DCTDecode:
                told = each.read_raw_bytes()
                kept = remove_location(told) if told.startswith(JPEG_SIGNATURE) else told
                if kept != told:
                    each.write(kept, filter=pikepdf.Name.DCTDecode)
                    changed = True
        if not changed:
            return content
        made = io.BytesIO()
        pdf.save(made, deterministic_id=True)
        return made.getvalue()
