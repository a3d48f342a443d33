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

JPEG, PNG, PDF = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"%PDF-"
EXIF, PROFILE = b"Exif\0\0", b"ICC_PROFILE\0"
TURNED, CHANGED, DATES = 0x0112, 0x0132, 0x8769  # Exif 2.32, table 4: orientation, date, where the other dates stand
TAKEN = (
    0x9003,
    0x9004,
    0x9010,
    0x9011,
    0x9012,
)  # table 7: when it was taken and digitised, and how far that is from UTC
SOS, EOI, COMMENT = 0xDA, 0xD9, 0xFE  # ITU-T T.81, table B.1
APP0, APP1, APP2, APP14, APP15 = 0xE0, 0xE1, 0xE2, 0xEE, 0xEF
ALONE = (
    0x00,
    0x01,
    *range(0xD0, 0xD8),
    0xFF,
)  # what may follow a 0xFF and begins no part: a byte of the picture, filling
MAKE_THE_PNG = (b"IHDR", b"PLTE", b"IDAT", b"IEND", b"tRNS", b"pHYs", b"gAMA", b"cHRM", b"sRGB", b"iCCP", b"sBIT")


class Damaged(Exception):
    """The parts of the file don't fit together."""


def without_place(content: bytes) -> bytes:
    """Give a JPEG, PNG or PDF without what tells where, with what and by whom its photographs were taken. Raises Damaged."""
    try:
        if content.startswith(JPEG):
            return b"".join(jpeg_parts(content))
        if content.startswith(PNG):
            return b"".join(png_parts(content))
        return pdf_without_places(content)
    except (IndexError, struct.error, pikepdf.PdfError, pikepdf.PasswordError) as error:
        raise Damaged from error


def jpeg_parts(content: bytes) -> Iterator[bytes]:
    """Give the parts of a JPEG that stay; what stands behind its end goes too, which may be a film with a place of its own."""
    yield content[:2]
    place = 2
    while content[place + 1] != EOI:
        marker = content[place + 1]
        if content[place] != 0xFF:
            raise Damaged
        if marker == 0xFF:
            place += 1
            continue
        end = place + 2 + struct.unpack_from(">H", content, place + 2)[0]
        if marker == SOS:
            end = next_part(content, end)
        yield kept_part(marker, content[place:end])
        place = end
    yield content[place : place + 2]


def next_part(content: bytes, place: int) -> int:
    """Find where the coded picture ends and the next part begins."""
    while True:
        place = content.find(b"\xff", place)
        if place < 0:
            raise Damaged
        if content[place + 1] not in ALONE:
            return place
        place += 1


def kept_part(marker: int, part: bytes) -> bytes:
    """Give what stays of a part of a JPEG: all that makes the picture, and of the Exif data its turn and dates."""
    if marker == APP1 and part[4:].startswith(EXIF):
        kept = exif_kept(part[4:])
        return struct.pack(">BBH", 0xFF, APP1, len(kept) + 2) + kept if kept else b""
    about_it = marker == COMMENT or APP0 <= marker <= APP15
    its_colours = marker in (APP0, APP14) or (marker == APP2 and part[4:].startswith(PROFILE))
    return part if its_colours or not about_it else b""


def png_parts(content: bytes) -> Iterator[bytes]:
    """Give the parts of a PNG that stay."""
    yield content[:8]
    place, kind = 8, b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", content, place)
        end = place + 12 + length
        if kind in MAKE_THE_PNG:
            yield content[place:end]
        elif kind == b"eXIf":
            kept = exif_kept(EXIF + content[place + 8 : end - 4]).removeprefix(EXIF)
            if kept:
                yield struct.pack(">I4s", len(kept), kind) + kept + struct.pack(">I", zlib.crc32(kind + kept))
        place = end


def exif_kept(raw: bytes) -> bytes:
    """Give the Exif data with turn and dates alone; empty where there are none, or where it can't be read."""
    kept = Image.Exif()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns of what it can't read, and goes on without it
            exif = Image.Exif()
            exif.load(raw)
            dates = exif.get_ifd(DATES)
            taken = {tag: dates[tag] for tag in TAKEN if tag in dates}
            for tag in (TURNED, CHANGED):
                if tag in exif:
                    kept[tag] = exif[tag]
        if taken:
            kept[DATES] = taken
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


def pdf_without_places(content: bytes) -> bytes:
    """Give a PDF in which no photograph tells its place; one without such photographs stays as it is."""
    with pikepdf.open(io.BytesIO(content)) as pdf:
        changed = False
        for each in pdf.objects:
            if isinstance(each, pikepdf.Stream) and each.get("/Filter") == pikepdf.Name.DCTDecode:
                told = each.read_raw_bytes()
                kept = without_place(told) if told.startswith(JPEG) else told
                if kept != told:
                    each.write(kept, filter=pikepdf.Name.DCTDecode)
                    changed = True
        if not changed:
            return content
        made = io.BytesIO()
        pdf.save(made, deterministic_id=True)
        return made.getvalue()
