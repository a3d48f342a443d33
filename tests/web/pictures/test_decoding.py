"""Decoding uploaded pictures: within bounds of memory whatever the file says, one at a time, with a queue that ends."""

import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.qr_pictures import build_empty_png, draw_qr, encode_picture, occupy_decoders
from trainer.web.pictures.decoding import (
    MAX_JPEG_SCANS,
    MAX_PIXELS,
    VISITOR_PLACES,
    DecodersBusy,
    ImageTooLarge,
    ImageUnreadable,
    decode_picture,
    wait_for_turn,
)
from trainer.web.pictures.qr_reading import read_qr_texts

FORMATS = ("JPEG", "PNG", "WEBP")
CODE = draw_qr("a code")
SIXTEEN_BITS = Image.frombytes(
    "I;16", CODE.size, bytes(part for grey in CODE.convert("L").tobytes() for part in (0, grey))
)


def replace_jpeg_size(content: bytes, width: int, height: int) -> bytes:
    """Return a JPEG whose header claims another size."""
    place = max(content.find(b"\xff\xc0"), content.find(b"\xff\xc2"))
    size = height.to_bytes(2, "big") + width.to_bytes(2, "big")
    return content[: place + 5] + size + content[place + 9 :]


def split_first_scan(content: bytes) -> bytes:
    """Return a baseline JPEG whose first scan has the first component alone, so that a decoder must hold the picture."""
    place = content.find(b"\xff\xda")
    return content[:place] + b"\xff\xda\x00\x08\x01" + content[place + 5 : place + 7] + content[place + 11 :]


JPEG, PROGRESSIVE = encode_picture(CODE, "JPEG"), encode_picture(CODE, "JPEG", progressive=True)
TOO_LARGE = {
    "PNG bomb": build_empty_png(30_000, 30_000),
    "one row too many": build_empty_png(MAX_PIXELS + 1, 1),
    "JPEG larger than any camera's": replace_jpeg_size(JPEG, 65_000, 65_000),
    "progressive JPEG": replace_jpeg_size(PROGRESSIVE, 8000, 8000),
    "JPEG of several scans": replace_jpeg_size(split_first_scan(JPEG), 8000, 8000),
    "JPEG of very many scans": PROGRESSIVE[:-2] + PROGRESSIVE[PROGRESSIVE.find(b"\xff\xda") : -2] * MAX_JPEG_SCANS,
    "CMYK JPEG": replace_jpeg_size(encode_picture(CODE.convert("CMYK"), "JPEG"), 65_000, 65_000),
}


@pytest.mark.parametrize("name", TOO_LARGE)
def test_a_picture_that_would_fill_the_memory_is_refused_by_its_header(name: str) -> None:
    tracemalloc.start()
    with pytest.raises(ImageTooLarge):
        decode_picture(TOO_LARGE[name], FORMATS, "L", 2400)
    assert tracemalloc.get_traced_memory()[1] < 2**20
    tracemalloc.stop()


@pytest.mark.parametrize(
    ("content", "mode"),
    [
        (encode_picture(CODE.resize((9000, 7000)), "JPEG"), "L"),  # 63 megapixels, as phones take
        (encode_picture(CODE.convert("CMYK"), "JPEG"), "L"),
        (encode_picture(SIXTEEN_BITS), "L"),
        (encode_picture(CODE, "WEBP", save_all=True, append_images=[Image.new("RGB", CODE.size, "red")]), "L"),
        (encode_picture(CODE, "PNG", save_all=True, append_images=[Image.new("RGB", CODE.size, "red")]), "RGB"),
        (encode_picture(CODE.convert("P"), "PNG", interlace=1), "RGB"),
        (PROGRESSIVE, "L"),
    ],
)
def test_pictures_of_every_kind_are_decoded_scaled_down(content: bytes, mode: str) -> None:
    picture = decode_picture(content, FORMATS, mode, 700)
    assert picture.mode == mode
    assert max(picture.size) <= 700
    assert read_qr_texts(content) == ["a code"]


@given(st.sampled_from([JPEG, PROGRESSIVE, encode_picture(CODE), encode_picture(CODE, "WEBP")]), st.data())
def test_a_damaged_picture_is_refused_or_decoded_and_nothing_else(content: bytes, data: st.DataObject) -> None:
    cut = data.draw(st.integers(0, len(content)))
    damaged = bytearray(content[:cut])
    for place in data.draw(st.lists(st.integers(0, 700), max_size=4)):
        if place < cut:
            damaged[place] ^= data.draw(st.integers(1, 255))
    try:
        picture = decode_picture(bytes(damaged), FORMATS, "L", 400)
    except ImageUnreadable:
        return
    assert max(picture.size) <= 400


def test_one_picture_is_decoded_at_a_time_and_the_queue_of_strangers_is_short() -> None:
    with occupy_decoders():
        with pytest.raises(DecodersBusy) as busy:
            read_qr_texts(JPEG)
        assert busy.value.code == 503
        with pytest.raises(DecodersBusy), wait_for_turn(patience_seconds=0.01):
            pass
    assert read_qr_texts(JPEG) == ["a code"]


def test_a_refused_picture_gives_its_turn_back() -> None:
    for _each in range(VISITOR_PLACES + 1):
        with pytest.raises(ImageUnreadable):
            read_qr_texts(b"no picture")
    assert read_qr_texts(JPEG) == ["a code"]
