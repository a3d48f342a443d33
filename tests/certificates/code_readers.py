"""Pages with a QR code as cameras and scanners see them, and two independent readers: zxing and zbar."""

import io
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pypdfium2
import zxingcpp
from PIL import Image, ImageFilter


def render_by_pdfium(paper: bytes, dots_per_inch: int) -> Image.Image:
    """Return the first page as a grey picture, rendered by pdfium."""
    with pypdfium2.PdfDocument(paper) as document:
        picture: Image.Image = document[0].render(scale=dots_per_inch / 72).to_pil().convert("L")
    return picture


def render_by_poppler(paper: bytes, dots_per_inch: int) -> Image.Image:
    """Return the first page as a grey picture, rendered by poppler."""
    command = ["pdftoppm", "-r", str(dots_per_inch), "-gray", "-singlefile", "-"]
    rendered = subprocess.run(command, input=paper, capture_output=True, check=True).stdout
    return Image.open(io.BytesIO(rendered))


def compress_as_jpeg(picture: Image.Image, quality: int) -> Image.Image:
    """Return a picture after JPEG compression."""
    content = io.BytesIO()
    picture.save(content, "JPEG", quality=quality)
    return Image.open(content)


RENDERERS: Mapping[str, Callable[[bytes, int], Image.Image]] = {
    "pdfium": render_by_pdfium,
    "poppler": render_by_poppler,
}
SCANS: Mapping[str, tuple[int, Callable[[Image.Image], Image.Image]]] = {
    "clean": (150, lambda page: page),
    "tilted": (
        150,
        lambda page: compress_as_jpeg(page.rotate(7, Image.Resampling.BICUBIC, expand=True, fillcolor=255), 30),
    ),
    "blurred": (200, lambda page: page.filter(ImageFilter.GaussianBlur(1.5))),
}
"""Whole pages: at 150 dots per inch, clean or tilted by 7 degrees and compressed; at 200 dots per inch, out of focus."""


def read_by_zxing(picture: Image.Image) -> list[str]:
    """Return the texts of the QR codes in a picture."""
    formats = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    return [code.text for code in zxingcpp.read_barcodes(picture, formats=formats)]


def read_by_zbar(picture: Image.Image) -> list[str]:
    """Return the texts of the QR codes in a picture."""
    with tempfile.NamedTemporaryFile(suffix=".pgm") as file:
        picture.save(Path(file.name), "PPM")
        command = ["zbarimg", "-q", "--raw", "-Sdisable", "-Sqrcode.enable", file.name]
        read = subprocess.run(command, capture_output=True, check=False)
    assert read.returncode in (0, 4), read.stderr  # 4: no code found
    return read.stdout.decode().splitlines()


READERS = {"zxing": read_by_zxing, "zbar": read_by_zbar}
