"""Removes location and device data from photographs in JPEG, PNG and PDF files; orientation and dates can be kept.

The coded picture is never changed: the parts of the file that make up the picture are copied byte for byte, and the
other parts are left out.
"""

import io
import struct
import warnings
import zlib
from collections.abc import Iterator

JPEG_SIGNATURE, PNG_SIGNATURE, PDF_SIGNATURE = b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n", b"%PDF-"
EXIF_HEADER, ICC_PROFILE_HEADER, JFIF_HEADER = b"Exif\0\0", b"ICC_PROFILE\0", b"JFIF\0"
JFIF_BYTES = 18  # of the segment up to the size of the thumbnail (JFIF 1.02)
ORIENTATION_TAG, DATE_TIME_TAG, EXIF_IFD_TAG = (
    0x0112,
    0x0132,
    0x8769,
)  # Exif 2.32, table 4: orientation, date of change, pointer to the other dates
CAPTURE_TIME_TAGS = (
    0x9003,
    0x9004,
    0x9010,
    0x9011,
    0x9012,
)  # Exif 2.32, table 7: when it was taken and digitised, with the offset from UTC
START_OF_SCAN, END_OF_IMAGE = 0xDA, 0xD9  # ITU-T T.81, table B.1
APP0, APP1, APP2, APP14 = 0xE0, 0xE1, 0xE2, 0xEE
PICTURE_MARKERS = (
    *range(0xC0, 0xD0),
    START_OF_SCAN,
    END_OF_IMAGE,
    0xDB,
    0xDD,
)  # frame, tables and scans; others are data about the picture, or ignored by decoders
MARKERS_WITHIN_SCAN = (
    0x00,
    0x01,
    *range(0xD0, 0xD8),
    0xFF,
)  # bytes after 0xFF that begin no segment: stuffed bytes, restart markers, padding
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
    """The structure of the file is inconsistent."""


def remove_location(content: bytes) -> bytes:
    """Return a JPEG, PNG or PDF without the place, device and author of its photographs. Raises ImageDamaged."""
    try:
        if content.startswith(JPEG_SIGNATURE):
            return b"".join(clean_jpeg_segments(content))
        if content.startswith(PNG_SIGNATURE):
            return b"".join(clean_png_chunks(content))
        return clean_pdf_photographs(content)
    except (IndexError, struct.error) as error:
        raise ImageDamaged from error


def remove_metadata(content: bytes) -> bytes:
    """Return a JPEG or PNG with its picture, colours and resolution alone: no Exif at all. Raises ImageDamaged."""
    clean = clean_jpeg_segments if content.startswith(JPEG_SIGNATURE) else clean_png_chunks
    try:
        return b"".join(clean(content, keeps_exif=False))
    except (IndexError, struct.error) as error:
        raise ImageDamaged from error


def clean_jpeg_segments(content: bytes, keeps_exif: bool = True) -> Iterator[bytes]:
    """Yield the segments of a JPEG to keep. Anything after the end of the image is dropped: it may be a video with a location."""
    yield content[:2]
    for marker, segment in list_jpeg_segments(content):
        if keeps_exif or marker != APP1:
            yield clean_jpeg_segment(marker, segment)


def list_jpeg_segments(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Yield marker and bytes of every segment of a JPEG up to the end of the image; a scan includes its coded data.

    Raises ImageDamaged, IndexError or struct.error where the file is cut.
    """
    offset = 2
    while content[offset + 1] != END_OF_IMAGE:
        marker, offset, end = read_jpeg_segment(content, offset)
        if marker == START_OF_SCAN:
            end = find_next_jpeg_segment(content, end)
        yield marker, content[offset:end]
        offset = end
    yield END_OF_IMAGE, content[offset : offset + 2]


def find_jpeg_scan(content: bytes) -> bytes:
    """Return the header of the first scan of a JPEG. Raises ImageDamaged, IndexError or struct.error where there is none."""
    marker, end = 0, 2
    while marker != START_OF_SCAN:
        marker, start, end = read_jpeg_segment(content, end)
        if marker == END_OF_IMAGE:
            raise ImageDamaged
    return content[start:end]


def read_jpeg_segment(content: bytes, offset: int) -> tuple[int, int, int]:
    """Return the marker at an offset, after padding, and where its segment begins and ends; of a scan, its header."""
    while content[offset : offset + 2] == b"\xff\xff":
        offset += 1
    if content[offset] != 0xFF:
        raise ImageDamaged
    return content[offset + 1], offset, offset + 2 + struct.unpack_from(">H", content, offset + 2)[0]


def find_next_jpeg_segment(content: bytes, offset: int) -> int:
    """Return the offset of the first segment after the coded picture data. Raises ImageDamaged if there is none."""
    while True:
        offset = content.find(b"\xff", offset)
        if offset < 0:
            raise ImageDamaged
        if content[offset + 1] not in MARKERS_WITHIN_SCAN:
            return offset
        offset += 1


def clean_jpeg_segment(marker: int, segment: bytes) -> bytes:
    """Return a JPEG segment without private data: unchanged if it is part of the picture, Exif reduced, other metadata empty."""
    if marker == APP1 and segment[4:].startswith(EXIF_HEADER):
        exif = clean_exif(segment[4:])
        return struct.pack(">BBH", 0xFF, APP1, len(exif) + 2) + exif if exif else b""
    if marker == APP0:
        return clean_jfif_segment(segment)
    is_colour_data = marker == APP14 or (marker == APP2 and segment[4:].startswith(ICC_PROFILE_HEADER))
    return segment if is_colour_data or marker in PICTURE_MARKERS else b""


def clean_jfif_segment(segment: bytes) -> bytes:
    """Return a JFIF header without its thumbnail, which may show what was cut off; nothing for other data in its place."""
    if not segment[4:].startswith(JFIF_HEADER) or len(segment) < JFIF_BYTES:
        return b""
    return segment[:2] + struct.pack(">H", JFIF_BYTES - 2) + segment[4 : JFIF_BYTES - 2] + bytes(2)


def clean_png_chunks(content: bytes, keeps_exif: bool = True) -> Iterator[bytes]:
    """Yield the chunks of a PNG to keep, with the Exif chunk reduced."""
    yield content[:8]
    offset, kind = 8, b""
    while kind != b"IEND":
        length, kind = struct.unpack_from(">I4s", content, offset)
        end = offset + 12 + length
        if kind in ESSENTIAL_PNG_CHUNKS:
            yield content[offset:end]
        elif kind == b"eXIf" and keeps_exif:
            exif = clean_exif(EXIF_HEADER + content[offset + 8 : end - 4]).removeprefix(EXIF_HEADER)
            if exif:
                yield struct.pack(">I4s", len(exif), kind) + exif + struct.pack(">I", zlib.crc32(kind + exif))
        offset = end


def clean_exif(exif_bytes: bytes) -> bytes:
    """Return Exif data with only orientation and dates; empty if there are none or the data can't be read."""
    from PIL import Image

    cleaned = Image.Exif()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # Pillow warns about entries that it skips
            exif = Image.Exif()
            exif.load(exif_bytes)
            dates = exif.get_ifd(EXIF_IFD_TAG)
            capture_times = {tag: dates[tag] for tag in CAPTURE_TIME_TAGS if tag in dates}
            for tag in (ORIENTATION_TAG, DATE_TIME_TAG):
                if tag in exif:
                    cleaned[tag] = exif[tag]
        if capture_times:
            cleaned[EXIF_IFD_TAG] = capture_times
        return cleaned.tobytes() if len(cleaned) else b""
    except (
        ValueError,
        TypeError,
        SyntaxError,
        KeyError,
        OSError,
        struct.error,
    ):  # Pillow raises no exception of its own here
        return b""


def clean_pdf_photographs(content: bytes) -> bytes:
    """Return a PDF whose JPEG images carry no location; unchanged if none of them did. Raises ImageDamaged."""
    import pikepdf  # imported late: the first page does not need it

    try:
        return clean_open_pdf(content)
    except (pikepdf.PdfError, pikepdf.PasswordError) as error:
        raise ImageDamaged from error


def clean_open_pdf(content: bytes) -> bytes:
    """Do the work of `clean_pdf_photographs`. Raises PdfError and PasswordError."""
    import pikepdf

    with pikepdf.open(io.BytesIO(content)) as pdf:
        changed = False
        for stream in pdf.objects:
            if isinstance(stream, pikepdf.Stream) and stream.get("/Filter") == pikepdf.Name.DCTDecode:
                original = stream.read_raw_bytes()
                cleaned = remove_location(original) if original.startswith(JPEG_SIGNATURE) else original
                if cleaned != original:
                    stream.write(cleaned, filter=pikepdf.Name.DCTDecode)
                    changed = True
        if not changed:
            return content
        output = io.BytesIO()
        pdf.save(output, deterministic_id=True)
        return output.getvalue()
