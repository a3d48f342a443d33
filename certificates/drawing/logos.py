"""Logos: pictures that people upload, made fit for the paper."""

import io
import warnings

from PIL import Image, UnidentifiedImageError

LOGO_DOTS_PER_INCH = 180  # per inch; finer than that no office printer shows
MAX_LOGO_PIXELS = 40_000_000


def flatten_logo(picture: bytes, width: float, height: float, background: str) -> Image.Image | None:
    """Give a PNG or JPEG as it looks on the paper (#rrggbb), without transparency, no finer than can be printed in so many
    points, with few colours so that it stays small; None if it is no such picture or far too large."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            found = Image.open(io.BytesIO(picture), formats=("PNG", "JPEG"))
            if found.width * found.height > MAX_LOGO_PIXELS:
                return None
            image = found.convert("RGBA")
    except (
        UnidentifiedImageError,
        OSError,
        SyntaxError,
        ValueError,
        Image.DecompressionBombWarning,
        Image.DecompressionBombError,
    ):
        return None  # SyntaxError is how Pillow says that a PNG is broken
    ground = Image.new("RGBA", image.size, background)
    flat = Image.alpha_composite(ground, image).convert("RGB")
    flat.thumbnail((width / 72 * LOGO_DOTS_PER_INCH, height / 72 * LOGO_DOTS_PER_INCH), Image.Resampling.LANCZOS)
    return flat.quantize(64, dither=Image.Dither.NONE).convert("RGB")


def is_printable_logo(picture: bytes) -> bool:
    """Whether a picture can be printed as a logo."""
    return flatten_logo(picture, 72, 72, "#ffffff") is not None
