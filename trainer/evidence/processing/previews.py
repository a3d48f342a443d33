"""Small pictures of photos and of the first page of PDFs, upright, and what a photo tells of itself."""

import io
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from trainer.evidence.processing.iso_media import BoxesDamaged, has_transform
from trainer.web.pictures.decoding import ImageTooLarge, ImageUnreadable, decode_picture

if TYPE_CHECKING:
    from PIL import Image

THUMBNAIL_SIDE = 400
PREVIEW_SIDE = 1600
QUALITY = 80
MAX_PICTURE_BYTES = 200 * 1024**2
MAX_HEIC_PIXELS = 60_000_000
FORMATS = {"image/jpeg": "JPEG", "image/png": "PNG", "image/webp": "WEBP"}
ORIENTATION, EXIF_DIRECTORY = 0x0112, 0x8769  # Exif 2.32, table 4
TAKEN, TAKEN_OFFSET = 0x9003, 0x9011  # Exif 2.32, table 7
EXIF_TIME = re.compile(r"(\d{4})[:-](\d\d)[:-](\d\d)[ T](\d\d):(\d\d):(\d\d)")
EXIF_OFFSET = re.compile(r"[+-]\d\d:\d\d")
HASH_SIDE = 8


@dataclass(frozen=True)
class Pictures:
    """The pictures made of a file, as JPEG, with what was read on the way."""

    thumbnail: bytes
    preview: bytes
    width: int | None = None
    height: int | None = None
    difference_hash: int | None = None
    taken: str = ""
    """Local date and time in ISO 8601, with an offset from UTC if the camera knew it."""


def make_photo_pictures(path: Path, media_type: str) -> Pictures:
    """Return the pictures of a photo, of an animation its first frame. Raises ImageUnreadable and ImageTooLarge."""
    if path.stat().st_size > MAX_PICTURE_BYTES:
        raise ImageTooLarge
    content = path.read_bytes()
    if media_type == "image/heic":
        picture, size, taken = decode_heic(path)
    else:
        size, taken = read_header(content, media_type)
        mode = "RGB" if media_type == "image/jpeg" else "RGBA"  # a JPEG is never transparent
        picture = turn_upright(decode_picture(content, (FORMATS[media_type],), mode, PREVIEW_SIDE))
    return build_pictures(picture, size, taken)


def read_header(content: bytes, media_type: str) -> tuple[tuple[int, int], str]:
    """Return the upright size of a photo and when it was taken. Raises ImageUnreadable and ImageTooLarge."""
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(io.BytesIO(content), formats=(FORMATS[media_type],)) as opened:
            exif = opened.getexif()
            width, height = opened.size
            return turn_size(width, height, exif.get(ORIENTATION)), read_taken(exif)
    except Image.DecompressionBombError as error:
        raise ImageTooLarge from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, TypeError) as error:
        raise ImageUnreadable from error


def turn_size(width: int, height: int, orientation: Any) -> tuple[int, int]:
    """Return the size of a picture as it is seen."""
    return (height, width) if orientation in (5, 6, 7, 8) else (width, height)


def read_taken(exif: "Image.Exif") -> str:
    """Return when a photo was taken, as its camera noted it; empty if it did not."""
    try:
        directory = exif.get_ifd(EXIF_DIRECTORY)
        match = EXIF_TIME.match(str(directory.get(TAKEN, "")))
        offset = EXIF_OFFSET.fullmatch(str(directory.get(TAKEN_OFFSET, "")).strip("\0 "))
    except (OSError, SyntaxError, ValueError, TypeError, KeyError):
        return ""
    if match is None:
        return ""
    return "{}-{}-{}T{}:{}:{}".format(*match.groups()) + (offset.group() if offset else "")


def turn_upright(picture: "Image.Image") -> "Image.Image":
    """Return a picture as its Exif data says that it was held."""
    from PIL import ImageOps

    ImageOps.exif_transpose(picture, in_place=True)
    return picture


def decode_heic(path: Path) -> tuple["Image.Image", tuple[int, int], str]:
    """Return a HEIC photo upright, its size, and when it was taken. Raises ImageUnreadable and ImageTooLarge.

    The decoder turns it as the file itself says. The orientation of its Exif data counts only where the file says nothing.
    """
    import pillow_heif
    from PIL import Image

    try:
        heif = pillow_heif.open_heif(path, convert_hdr_to_8bit=True)
        if heif.size[0] * heif.size[1] > MAX_HEIC_PIXELS:
            raise ImageTooLarge
        picture = heif.to_pillow()
        exif = Image.Exif()
        exif.load(heif.info.get("exif") or b"")
        orientation = heif.info.get("original_orientation") or exif.get(ORIENTATION)
        with path.open("rb") as file:
            is_turned = has_transform(file)
    except (ValueError, RuntimeError, EOFError, SyntaxError, OSError, MemoryError, BoxesDamaged) as error:
        raise ImageUnreadable from error
    if not is_turned and orientation in range(2, 9):
        exif[ORIENTATION] = orientation
        picture.info["exif"] = exif.tobytes()
        picture = turn_upright(picture)
    picture.thumbnail((PREVIEW_SIDE, PREVIEW_SIDE))
    return picture, turn_size(heif.size[0], heif.size[1], None if is_turned else orientation), read_taken(exif)


def make_pdf_pictures(path: Path) -> Pictures:
    """Return the pictures of the first page of a PDF. Raises ImageUnreadable for one that is damaged or locked."""
    import pypdfium2

    try:
        with pypdfium2.PdfDocument(path) as document:
            page = document[0]
            width, height = page.get_size()
            if min(width, height) <= 0:
                raise ImageUnreadable
            picture = page.render(scale=PREVIEW_SIDE / max(width, height)).to_pil()
            return build_pictures(picture, (None, None), "")
    except (pypdfium2.PdfiumError, IndexError, ValueError) as error:
        raise ImageUnreadable from error


def build_pictures(picture: "Image.Image", size: tuple[int | None, int | None], taken: str) -> Pictures:
    """Return the pictures of an upright one that is not larger than PREVIEW_SIDE; what is transparent becomes white."""
    from PIL import Image

    if picture.mode != "RGB":
        layers = picture.convert("RGBA")
        picture = Image.new("RGB", layers.size, "white")
        picture.paste(layers, mask=layers.getchannel("A"))
    preview = encode(picture)
    picture.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    return Pictures(
        thumbnail=encode(picture),
        preview=preview,
        width=size[0],
        height=size[1],
        difference_hash=compute_difference_hash(picture),
        taken=taken,
    )


def encode(picture: "Image.Image") -> bytes:
    """Return a picture as JPEG, without anything but its pixels."""
    file = io.BytesIO()
    picture.info = {}
    picture.save(file, "JPEG", quality=QUALITY, optimize=True)
    return file.getvalue()


def compute_difference_hash(picture: "Image.Image") -> int:
    """Return 64 bits of a picture as a signed number: whether each of 8 × 8 points is brighter than the one to its right."""
    from PIL import Image

    points = picture.convert("L").resize((HASH_SIDE + 1, HASH_SIDE), Image.Resampling.BOX).tobytes()
    bits = 0
    for row in range(HASH_SIDE):
        for column in range(HASH_SIDE):
            position = row * (HASH_SIDE + 1) + column
            bits = bits << 1 | (points[position] > points[position + 1])
    return bits - (1 << 64) if bits >> 63 else bits
