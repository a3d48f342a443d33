"""Pictures of QR codes, and pictures that are hard to decode."""

import io
import struct
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from threading import Event, Thread
from typing import Any

import zxingcpp
from PIL import Image

from trainer.web.pictures.decoding import VISITOR_PLACES, DecodersBusy, wait_as_visitor


def draw_qr(text: str) -> Image.Image:
    """Return an image of a QR code with something around it."""
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode).to_image(scale=4)
    picture = Image.new("RGB", (900, 700), "white")
    picture.paste(Image.fromarray(code), (30, 20))
    return picture


def encode_picture(picture: Image.Image, kind: str = "PNG", **more: Any) -> bytes:
    """Return an image as a file."""
    file = io.BytesIO()
    picture.save(file, kind, **more)
    return file.getvalue()


def build_empty_png(width: int, height: int) -> bytes:
    """Return a PNG with many black pixels in few bytes."""

    def build_chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    head = build_chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 6, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + build_chunk(b"IDAT", zlib.compress(bytes(1000))) + build_chunk(b"IEND", b"")


@contextmanager
def occupy_decoders() -> Iterator[None]:
    """Decode pictures for as many visitors at once as the server allows, until the block ends."""
    leave, entered = Event(), Event()

    def hold_place() -> None:
        with suppress(DecodersBusy), wait_as_visitor():
            entered.set()
            leave.wait(30)

    visitors = [Thread(target=hold_place) for _each in range(VISITOR_PLACES)]
    for visitor in visitors:
        visitor.start()
    try:
        assert entered.wait(30)
        yield
    finally:
        leave.set()
        for visitor in visitors:
            visitor.join()
