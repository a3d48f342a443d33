"""Reads QR codes from uploaded photos, for browsers that can't do it themselves."""

import io
from collections.abc import Iterator

import zxingcpp
from PIL import Image, UnidentifiedImageError

MAX_SIDE_PIXELS = 2400  # larger pictures are scaled down first
QR_FORMAT = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
LOCAL_BINARIZER, GLOBAL_BINARIZER = zxingcpp.Binarizer.LocalAverage, zxingcpp.Binarizer.GlobalHistogram
MAX_PIXELS = 25_000_000  # after decoding; larger JPEGs are scaled down while decoding


class ImageUnreadable(Exception):
    """The upload is not a picture, or is damaged or larger than any camera produces."""


def read_qr_texts(content: bytes) -> list[str]:
    """Return the texts of the QR codes in a JPEG, PNG or WebP picture; empty if there are none. Raises ImageUnreadable."""
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as opened:
            opened.draft("L", (MAX_SIDE_PIXELS, MAX_SIDE_PIXELS))
            if opened.width * opened.height > MAX_PIXELS:
                raise ImageUnreadable
            picture = opened.convert("L")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise ImageUnreadable from error
    picture.thumbnail((MAX_SIDE_PIXELS, MAX_SIDE_PIXELS))
    return next(filter(None, read_qr_in_several_ways(picture)), [])


def read_qr_in_several_ways(image: Image.Image) -> Iterator[list[str]]:
    """Yield the QR texts found by each way of reading; a clear code is sometimes found by only one of them."""
    yield read_qr_once(image, LOCAL_BINARIZER)
    yield read_qr_once(image, GLOBAL_BINARIZER)
    yield read_qr_once(image.resize((max(1, image.width // 2), max(1, image.height // 2))), LOCAL_BINARIZER)


def read_qr_once(image: Image.Image, binarizer: zxingcpp.Binarizer) -> list[str]:
    """Return the texts of the QR codes found with one binarizer."""
    return [barcode.text for barcode in zxingcpp.read_barcodes(image, formats=QR_FORMAT, binarizer=binarizer)]
