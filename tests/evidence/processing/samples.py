"""Photos and videos as phones make them: turned, with the place and the device in their data."""

import io
import struct
from functools import lru_cache

import pillow_heif
from PIL import Image, ImageDraw

LATITUDE = b"+43.6500+051.1600/"
MAKER = "Telefon"
UPRIGHT = (64, 48)
OPPOSITE = {2: Image.Transpose.FLIP_LEFT_RIGHT, 3: Image.Transpose.ROTATE_180, 4: Image.Transpose.FLIP_TOP_BOTTOM}
INVERSE = {
    **OPPOSITE,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}
"""How an upright picture is stored by a camera that notes each orientation (Exif 2.32, 4.6.4)."""


def draw_upright(size: tuple[int, int] = UPRIGHT) -> Image.Image:
    """Return a white picture whose upper left quarter is red."""
    picture = Image.new("RGB", size, "white")
    ImageDraw.Draw(picture).rectangle((0, 0, size[0] // 2, size[1] // 2), fill="red")
    return picture


def build_exif(orientation: int = 1, taken: str = "2025:06:02 10:11:12") -> bytes:
    """Return Exif data with orientation, date, place and device."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = orientation, MAKER
    exif[0x8769] = {0x9003: taken}
    exif[0x8825] = {1: "N", 2: (43.0, 39.0, 0.0)}
    return exif.tobytes()


@lru_cache
def make_photo(media_type: str, orientation: int = 1, taken: str = "2025:06:02 10:11:12") -> bytes:
    """Return a photo of `draw_upright` as a camera stores it that is held in some way."""
    picture = draw_upright()
    if orientation in INVERSE:
        picture = picture.transpose(INVERSE[orientation])
    file, exif = io.BytesIO(), build_exif(orientation, taken)
    if media_type == "image/heic":
        pillow_heif.from_pillow(picture).save(file, exif=exif, quality=95)
    else:
        picture.save(file, media_type.rpartition("/")[2], exif=exif, quality=95)
    return file.getvalue()


def make_box(kind: bytes, *parts: bytes) -> bytes:
    """Return a box of ISO/IEC 14496-12."""
    content = b"".join(parts)
    return struct.pack(">I4s", len(content) + 8, kind) + content


def make_video(
    seconds: int = 5, created: int = 3_831_699_072, frames: bytes = b"frames" * 50, place: bytes = LATITUDE
) -> bytes:
    """Return an MP4 with a header of some length, with the place in its user data and in a track of its own."""
    start = make_box(b"ftyp", b"isom\0\0\0\0isommp42")
    header = make_box(b"mvhd", struct.pack(">4xIIII", created, created, 1000, seconds * 1000), bytes(80))
    user_data = make_box(b"udta", make_box(b"\xa9xyz", place))

    def build_movie(offset: int) -> bytes:
        table = make_box(
            b"stbl",
            make_box(b"stsc", struct.pack(">4xIIII", 1, 1, 1, 1)),
            make_box(b"stsz", struct.pack(">4xII", len(place), 1)),
            make_box(b"stco", struct.pack(">4xII", 1, offset)),
        )
        handler = make_box(b"hdlr", bytes(8), b"meta", bytes(13))
        track = make_box(b"trak", make_box(b"mdia", handler, make_box(b"minf", table)))
        return make_box(b"moov", header, user_data, track)

    offset = len(start) + len(build_movie(0)) + 8
    return start + build_movie(offset) + make_box(b"mdat", place, frames)
