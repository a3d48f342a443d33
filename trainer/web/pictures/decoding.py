"""Decoding of uploaded pictures: bounded in pixels before anything is decoded, and one picture at a time.

A few kilobytes can hold a picture of a gigabyte, and every thread that decodes one needs its memory at the same moment.
So the size in the header decides first. JPEGs of phones are decoded at a fraction of their size, which takes little
memory unless they are progressive: then the decoder holds the whole picture, and the limit is that of other formats.
Pictures of strangers wait for their turn in a queue that is short, so that the other threads keep answering.
"""

import io
import struct
from collections.abc import Iterator
from contextlib import closing, contextmanager
from threading import BoundedSemaphore, Lock
from typing import TYPE_CHECKING

from werkzeug.exceptions import ServiceUnavailable

from trainer.web.pictures.exif import ImageDamaged, clean_exif, find_jpeg_scan

if TYPE_CHECKING:
    from PIL import Image
    from PIL.JpegImagePlugin import JpegImageFile


MAX_PIXELS = 25_000_000  # of a picture that is decoded as a whole: 100 MB as RGB
MAX_WEBP_PIXELS = MAX_PIXELS // 2  # the decoder holds several copies, in case it is an animation
MAX_REDUCED_PIXELS = 210_000_000  # of a JPEG that is decoded at a fraction of its size; phones take 200 million
MAX_JPEG_SCANS = 50  # an encoder makes about ten; each costs time for every pixel
START_OF_SCAN = 0xDA
VISITOR_PLACES = 4  # of strangers who decode or wait, of the 8 threads that answer by default
VISITOR_PATIENCE_SECONDS = 10.0
ORGANIZER_PATIENCE_SECONDS = 60.0
RETRY_AFTER_SECONDS = 10

turn_to_decode = Lock()
visitor_places = BoundedSemaphore(VISITOR_PLACES)


class ImageUnreadable(Exception):
    """The upload is not a picture of the expected formats, or is damaged."""


class ImageTooLarge(ImageUnreadable):
    """The picture has more pixels than any camera produces, or more than can be decoded in little memory."""


class DecodersBusy(ServiceUnavailable):
    """Too many pictures are being decoded; the same upload will succeed in a few seconds."""

    def __init__(self) -> None:
        super().__init__(retry_after=RETRY_AFTER_SECONDS)


@contextmanager
def wait_for_turn(patience_seconds: float = ORGANIZER_PATIENCE_SECONDS) -> Iterator[None]:
    """Context manager: decode alone. Raises DecodersBusy if the turn does not come in time."""
    if not turn_to_decode.acquire(timeout=patience_seconds):
        raise DecodersBusy
    try:
        yield
    finally:
        turn_to_decode.release()


@contextmanager
def wait_as_visitor() -> Iterator[None]:
    """Context manager: decode alone, for somebody unknown. Raises DecodersBusy at once when all places are taken."""
    if not visitor_places.acquire(blocking=False):
        raise DecodersBusy
    try:
        with wait_for_turn(VISITOR_PATIENCE_SECONDS):
            yield
    finally:
        visitor_places.release()


def decode_picture(content: bytes, formats: tuple[str, ...], mode: str, max_side: int) -> "Image.Image":
    """Decode a picture (of an animation the first frame) in a mode of Pillow, scaled down to `max_side` pixels.

    It keeps its orientation and colour profile as `info`. The caller has waited for its turn. Raises ImageUnreadable, and
    ImageTooLarge before anything is decoded.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with closing(Image.open(io.BytesIO(content), formats=formats)) as opened:  # frees its pixels at once
            require_decodable_size(opened, content, mode, max_side)
            if opened.mode == mode:  # then only what remains is copied
                opened.thumbnail((max_side, max_side))
            picture = convert_mode(opened, mode)
    except Image.DecompressionBombError as error:
        raise ImageTooLarge from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise ImageUnreadable from error
    kept = {"exif": clean_exif(picture.info.get("exif", b"")), "icc_profile": picture.info.get("icc_profile")}
    picture.info = {name: value for name, value in kept.items() if value}
    picture.thumbnail((max_side, max_side))
    return picture


def require_decodable_size(opened: "Image.Image", content: bytes, mode: str, max_side: int) -> None:
    """Choose the fraction at which a JPEG is decoded. Raises ImageTooLarge for a picture that would take too much memory."""
    from PIL.JpegImagePlugin import JpegImageFile

    pixels = opened.width * opened.height
    if isinstance(opened, JpegImageFile) and is_decoded_in_rows(opened, content):
        if pixels > MAX_REDUCED_PIXELS:
            raise ImageTooLarge
        opened.draft(mode, (max_side, max_side))
        pixels = opened.width * opened.height
    elif isinstance(opened, JpegImageFile) and content.count(bytes((0xFF, START_OF_SCAN))) > MAX_JPEG_SCANS:
        raise ImageTooLarge
    if pixels > (MAX_WEBP_PIXELS if opened.format == "WEBP" else MAX_PIXELS):
        raise ImageTooLarge


def is_decoded_in_rows(opened: "JpegImageFile", content: bytes) -> bool:
    """Return whether a JPEG has one scan with all components, so that the decoder holds a few rows of it at a time."""
    if opened.info.get("progressive"):
        return False
    try:
        return find_jpeg_scan(content)[4] == opened.layers
    except (ImageDamaged, IndexError, struct.error):
        return False  # Pillow says whether it can be read


def convert_mode(opened: "Image.Image", mode: str) -> "Image.Image":
    """Return a picture in another mode; of 16 bits per point the upper 8 are kept."""
    if opened.mode.startswith("I"):
        return opened.point(lambda value: value / 256).convert("L").convert(mode)
    return opened.convert(mode)
