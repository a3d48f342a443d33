"""Pictures of PDF files, for pages and messengers that show them."""

import io
import threading

import pypdfium2
from PIL import Image

PDFIUM_LOCK = threading.Lock()  # the library is not made for several threads


def render_first_page(pdf: bytes, width_pixels: int) -> Image.Image:
    """Draw the first page of a PDF, so many pixels wide."""
    with PDFIUM_LOCK, pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        drawn: Image.Image = page.render(scale=width_pixels / page.get_width()).to_pil()
        return drawn.copy()  # its memory is the document's until then


def render_webp(pdf: bytes, width_pixels: int) -> bytes:
    """Draw the first page of a PDF as WebP, which browsers show."""
    return encode_image(render_first_page(pdf, width_pixels), "WEBP", quality=80)


def render_png(pdf: bytes, width_pixels: int, colour_count: int) -> bytes:
    """Draw the first page of a PDF as PNG of so many colours, which every messenger shows."""
    image = render_first_page(pdf, width_pixels).quantize(colour_count, dither=Image.Dither.NONE)
    return encode_image(image, "PNG", optimize=True)


def encode_image(image: Image.Image, file_format: str, **options: int | bool) -> bytes:
    """Give a picture as the bytes of a file."""
    file = io.BytesIO()
    image.save(file, file_format, **options)
    return file.getvalue()
