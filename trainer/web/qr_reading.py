"""The QR codes on a photograph, for browsers that can't read one themselves."""

import io
from collections.abc import Iterator

import zxingcpp
from PIL import Image, UnidentifiedImageError

MAX_SIDE_PIXELS = 2400  # pixels; a larger picture is made smaller before it is looked at
QR_FORMAT = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
LOCAL_BINARIZER, GLOBAL_BINARIZER = zxingcpp.Binarizer.LocalAverage, zxingcpp.Binarizer.GlobalHistogram
MAX_PIXELS = 25_000_000  # that are unpacked; a larger JPEG is made smaller while it is read


class ImageUnreadable(Exception):
    """What was sent is no picture, or one that is broken or larger than any camera's."""


def read_qr_texts(content: bytes) -> list[str]:
    """Give the texts of the QR codes in a picture. Raises NoPicture."""
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
    """Look at a picture in several ways: now and then a clear code is found by one of them and not by another."""
    yield read_qr_once(image, LOCAL_BINARIZER)
    yield read_qr_once(image, GLOBAL_BINARIZER)
    yield read_qr_once(image.resize((max(1, image.width // 2), max(1, image.height // 2))), LOCAL_BINARIZER)


def read_qr_once(image: Image.Image, binarizer: zxingcpp.Binarizer) -> list[str]:
    """Give the texts of the QR codes that are found in one way."""
    return [each.text for each in zxingcpp.read_barcodes(image, formats=QR_FORMAT, binarizer=binarizer)]
