"""The QR codes on a photograph, for browsers that can't read one themselves."""

import io
from collections.abc import Iterator

import zxingcpp
from PIL import Image, UnidentifiedImageError

LARGEST_SIDE = 2400  # pixels; a larger picture is made smaller before it is looked at
QR = zxingcpp.BarcodeFormats(zxingcpp.BarcodeFormat.QRCode)
LOCAL, GLOBAL = zxingcpp.Binarizer.LocalAverage, zxingcpp.Binarizer.GlobalHistogram
MOST_PIXELS = 25_000_000  # that are unpacked; a larger JPEG is made smaller while it is read


class NoPicture(Exception):
    """What was sent is no picture, or one that is broken or larger than any camera's."""


def texts_of(content: bytes) -> list[str]:
    """Give the texts of the QR codes in a picture. Raises NoPicture."""
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG", "PNG", "WEBP")) as opened:
            opened.draft("L", (LARGEST_SIDE, LARGEST_SIDE))
            if opened.width * opened.height > MOST_PIXELS:
                raise NoPicture
            picture = opened.convert("L")
    except (UnidentifiedImageError, Image.DecompressionBombError, OSError, SyntaxError, ValueError) as error:
        raise NoPicture from error
    picture.thumbnail((LARGEST_SIDE, LARGEST_SIDE))
    return next(filter(None, looks_at(picture)), [])


def looks_at(picture: Image.Image) -> Iterator[list[str]]:
    """Look at a picture in several ways: now and then a clear code is found by one of them and not by another."""
    yield seen_in(picture, LOCAL)
    yield seen_in(picture, GLOBAL)
    yield seen_in(picture.resize((max(1, picture.width // 2), max(1, picture.height // 2))), LOCAL)


def seen_in(picture: Image.Image, binarizer: zxingcpp.Binarizer) -> list[str]:
    """Give the texts of the QR codes that are found in one way."""
    return [each.text for each in zxingcpp.read_barcodes(picture, formats=QR, binarizer=binarizer)]
