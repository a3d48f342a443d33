"""Logos: uploaded images, prepared for printing."""

import io
import warnings
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image


LOGO_DOTS_PER_INCH = 180  # office printers do not resolve more
MAX_LOGO_PIXELS = 40_000_000


def flatten_logo(picture: bytes, width: float, height: float, background: str) -> "Image.Image | None":
    """Return a PNG or JPEG as printed on a background (#rrggbb): opaque, at print resolution, with few colours to stay small.

    `width` and `height` are in points. None if it is not such an image or far too large.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            opened = Image.open(io.BytesIO(picture), formats=("PNG", "JPEG"))
            if opened.width * opened.height > MAX_LOGO_PIXELS:
                return None
            image = opened.convert("RGBA")
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        Image.DecompressionBombWarning,
        Image.DecompressionBombError,
    ):
        return None  # Pillow raises SyntaxError for a broken PNG
    background_image = Image.new("RGBA", image.size, background)
    opaque = Image.alpha_composite(background_image, image).convert("RGB")
    opaque.thumbnail((width / 72 * LOGO_DOTS_PER_INCH, height / 72 * LOGO_DOTS_PER_INCH), Image.Resampling.LANCZOS)
    return opaque.quantize(64, dither=Image.Dither.NONE).convert("RGB")


def is_printable_logo(picture: bytes) -> bool:
    """Return whether an image can be printed as a logo."""
    return flatten_logo(picture, 72, 72, "#ffffff") is not None
