"""Reads QR codes from uploaded photos, for browsers that can't do it themselves."""

from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from trainer.web.pictures.decoding import decode_picture, wait_as_visitor

if TYPE_CHECKING:
    import zxingcpp
    from PIL import Image

MAX_SIDE_PIXELS = 2400  # larger pictures are scaled down first


def read_qr_texts(content: bytes, turn: AbstractContextManager[None] | None = None) -> list[str]:
    """Return the texts of the QR codes in a JPEG, PNG or WebP picture; empty if there are none.

    `turn` is how to wait, by default as a visitor. Raises ImageUnreadable, and DecodersBusy while too many pictures come.
    """
    with turn or wait_as_visitor():
        picture = decode_picture(content, ("JPEG", "PNG", "WEBP"), "L", MAX_SIDE_PIXELS)
        return next(filter(None, read_qr_in_several_ways(picture)), [])


def read_qr_in_several_ways(image: "Image.Image") -> Iterator[list[str]]:
    """Yield the QR texts found by each way of reading; a clear code is sometimes found by only one of them."""
    smaller = image.resize((max(1, image.width // 2), max(1, image.height // 2)))
    for picture, binarizer in ((image, "LocalAverage"), (image, "GlobalHistogram"), (smaller, "LocalAverage")):
        yield [barcode.text for barcode in find_qr_codes(picture, binarizer)]


def find_qr_codes(image: "Image.Image", binarizer: str = "LocalAverage") -> "list[zxingcpp.Barcode]":
    """Return the QR codes in a picture; `binarizer` is how zxing tells dark from light."""
    import zxingcpp  # imported late: the first page does not need it

    formats = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
    return list(zxingcpp.read_barcodes(image, formats=formats, binarizer=getattr(zxingcpp.Binarizer, binarizer)))
