"""Logos as they are stored: upright, small enough to decode, and without anything about place, camera and author."""

import io
from typing import TYPE_CHECKING

from trainer.web.pictures.decoding import decode_picture, wait_for_turn
from trainer.web.pictures.exif import (
    JPEG_SIGNATURE,
    ORIENTATION_TAG,
    PNG_SIGNATURE,
    ImageDamaged,
    remove_metadata,
)

if TYPE_CHECKING:
    from PIL import Image


MAX_LOGO_SIDE_PX = 2000  # 28 cm in the resolution in which logos are printed


def is_logo_file(content: bytes) -> bool:
    """Return whether a file is a JPEG or PNG by its first bytes."""
    return content.startswith((JPEG_SIGNATURE, PNG_SIGNATURE))


def prepare_logo(content: bytes) -> bytes:
    """Return an uploaded JPEG or PNG as it is stored.

    Its coded picture stays as it is, unless it must be turned or scaled down. A prepared logo stays unchanged. Raises
    ImageUnreadable and DecodersBusy.
    """
    from PIL import Image

    mode = "RGB" if content.startswith(JPEG_SIGNATURE) else "RGBA"
    with wait_for_turn():
        picture = decode_picture(content, ("JPEG", "PNG"), mode, MAX_LOGO_SIDE_PX)
    with Image.open(io.BytesIO(content)) as opened:
        is_unchanged = opened.size == picture.size and picture.getexif().get(ORIENTATION_TAG, 1) == 1
    try:
        return remove_metadata(content) if is_unchanged else encode_logo(picture)
    except ImageDamaged:  # between the parts of the picture, where decoders overlook it
        return encode_logo(picture)


def encode_logo(picture: "Image.Image") -> bytes:
    """Return a decoded logo as a file: upright, with its colour profile."""
    from PIL import ImageOps

    file, upright = io.BytesIO(), ImageOps.exif_transpose(picture)
    upright.info = {}
    kind, options = ("PNG", {}) if picture.mode == "RGBA" else ("JPEG", {"quality": 92, "subsampling": 0})
    upright.save(file, kind, icc_profile=picture.info.get("icc_profile"), **options)
    return file.getvalue()
