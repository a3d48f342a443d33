"""Pictures of PDF files, for pages and messengers that show them."""

import io
import threading

import pypdfium2
from PIL import Image

PDFIUM = threading.Lock()  # the library is not made for several threads


def first_page(pdf: bytes, width: int) -> Image.Image:
    """Draw the first page of a PDF, so many pixels wide."""
    with PDFIUM, pypdfium2.PdfDocument(pdf) as document:
        page = document[0]
        drawn: Image.Image = page.render(scale=width / page.get_width()).to_pil()
        return drawn.copy()  # its memory is the document's until then


def webp(pdf: bytes, width: int) -> bytes:
    """Draw the first page of a PDF as WebP, which browsers show."""
    return saved(first_page(pdf, width), "WEBP", quality=80)


def png(pdf: bytes, width: int, colours: int) -> bytes:
    """Draw the first page of a PDF as PNG of so many colours, which every messenger shows."""
    image = first_page(pdf, width).quantize(colours, dither=Image.Dither.NONE)
    return saved(image, "PNG", optimize=True)


def saved(image: Image.Image, kind: str, **more: int | bool) -> bytes:
    """Give a picture as the bytes of a file."""
    file = io.BytesIO()
    image.save(file, kind, **more)
    return file.getvalue()
