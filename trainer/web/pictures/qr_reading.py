"""Reads QR codes from uploaded photos, for browsers that can't do it themselves."""

from collections.abc import Iterator
from contextlib import AbstractContextManager

import zxingcpp
from PIL import Image

from trainer.web.pictures.decoding import decode_picture, wait_as_visitor

MAX_SIDE_PIXELS = 2400  # larger pictures are scaled down first
QR_FORMAT = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
LOCAL_BINARIZER, GLOBAL_BINARIZER = zxingcpp.Binarizer.LocalAverage, zxingcpp.Binarizer.GlobalHistogram


def read_qr_texts(content: bytes, turn: AbstractContextManager[None] | None = None) -> list[str]:
    """Return the texts of the QR codes in a JPEG, PNG or WebP picture; empty if there are none.

    `turn` is how to wait, by default as a visitor. Raises ImageUnreadable, and DecodersBusy while too many pictures come.
    """
    with turn or wait_as_visitor():
        picture = decode_picture(content, ("JPEG", "PNG", "WEBP"), "L", MAX_SIDE_PIXELS)
        return next(filter(None, read_qr_in_several_ways(picture)), [])


def read_qr_in_several_ways(image: Image.Image) -> Iterator[list[str]]:
    """Yield the QR texts found by each way of reading; a clear code is sometimes found by only one of them."""
    yield read_qr_once(image, LOCAL_BINARIZER)
    yield read_qr_once(image, GLOBAL_BINARIZER)
    yield read_qr_once(image.resize((max(1, image.width // 2), max(1, image.height // 2))), LOCAL_BINARIZER)


def read_qr_once(image: Image.Image, binarizer: zxingcpp.Binarizer) -> list[str]:
    """Return the texts of the QR codes found with one binarizer."""
    return [barcode.text for barcode in zxingcpp.read_barcodes(image, formats=QR_FORMAT, binarizer=binarizer)]
