"""Images of PDF files for pages and messengers."""

import io
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image


PDFIUM_LOCK = threading.Lock()  # pdfium is not thread-safe


def render_first_page(pdf: bytes, width_pixels: int) -> "Image.Image":
    """Return an image of the first page of a PDF; the width is in pixels."""
    import pypdfium2  # imported late: the first page does not need it

    with PDFIUM_LOCK, pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        image: Image.Image = page.render(scale=width_pixels / page.get_width()).to_pil()
        return image.copy()  # the bitmap's memory belongs to the document


def render_webp(pdf: bytes, width_pixels: int) -> bytes:
    """Return the first page of a PDF as WebP, for browsers."""
    return encode_image(render_first_page(pdf, width_pixels), "WEBP", quality=80)


def render_png(pdf: bytes, width_pixels: int, colour_count: int) -> bytes:
    """Return the first page of a PDF as PNG with a limited palette, for messengers."""
    from PIL import Image

    image = render_first_page(pdf, width_pixels).quantize(colour_count, dither=Image.Dither.NONE)
    return encode_image(image, "PNG", optimize=True)


def encode_image(image: "Image.Image", file_format: str, **options: int | bool) -> bytes:
    """Return an image as the bytes of a file."""
    file = io.BytesIO()
    image.save(file, file_format, **options)
    return file.getvalue()
