"""The QR code: ours is bit for bit what another encoder makes of the same segments, and readers read it."""

from typing import Literal

import qrcode
import zxingcpp
from hypothesis import example, given, reject, settings
from hypothesis import strategies as st
from PIL import Image
from qrcode.util import QRData

from certificates.drawing.qr import QUIET_ZONE_MODULES, QrSymbol, build_qr_symbol, build_qr_symbol_by_zxing
from certificates.drawing.qr_encoder import ALPHANUMERIC_CHARACTERS

said = st.text(ALPHANUMERIC_CHARACTERS, max_size=60)
sealed = st.builds(
    "{}#{}".format,
    st.text(ALPHANUMERIC_CHARACTERS, min_size=1, max_size=60),
    st.integers(1, 3200).flatmap(lambda length: st.text(ALPHANUMERIC_CHARACTERS, min_size=length, max_size=length)),
)


def read_symbol(code: QrSymbol) -> list[str]:
    """What a reader makes of a symbol."""
    edge, module = QUIET_ZONE_MODULES, 3
    picture = Image.new("L", (code.size + 2 * edge,) * 2, 255)
    for y, row in enumerate(code.list_module_rows()):
        for x, dark in enumerate(row):
            if dark:
                picture.putpixel((x + edge, y + edge), 0)
    picture = picture.resize((picture.width * module, picture.height * module), Image.Resampling.NEAREST)
    found = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)  # type: ignore[arg-type]
    return [each.text for each in found]


def encode_by_qrcode(text: str) -> list[list[bool]]:
    """The same segments and mask by the package `qrcode`."""
    head, mark, tail = text.partition("#")
    code = qrcode.QRCode(error_correction=qrcode.ERROR_CORRECT_M, mask_pattern=0, border=0)
    modes: tuple[Literal[2, 4], ...] = (2, 4, 2)  # letters and digits, a byte, letters and digits
    for part, mode in zip((head, mark, tail), modes, strict=True):
        if part:
            code.add_data(QRData(part.encode(), mode=mode), optimize=0)
    try:
        code.make()
    except ValueError:
        reject()  # it fails on a block of nothing but zeros
    return [[bool(each) for each in row] for row in code.get_matrix()]


@settings(max_examples=60)
@given(sealed)
@example("A#" + "Z" * 3200)
def test_it_is_read_whatever_the_length(text: str) -> None:
    assert read_symbol(build_qr_symbol(text)) == [text]


@settings(max_examples=25)
@given(st.one_of(sealed, said.filter(bool)))
@example("0#0")
@example("HTTPS://A.KZ/V/0#" + "A" * 550)
def test_another_encoder_makes_the_same_modules(text: str) -> None:
    assert build_qr_symbol(text).list_module_rows() == encode_by_qrcode(text)


@settings(max_examples=60)
@given(st.text(min_size=1, max_size=300).filter(lambda text: text.strip("\0")))
@example("small letters")
@example("Тексеру#1#2")
@example("https://a.kz/v/1#X")
def test_any_other_text_makes_a_code_too(text: str) -> None:
    assert build_qr_symbol(text).list_module_rows() == build_qr_symbol_by_zxing(text).list_module_rows() or read_symbol(
        build_qr_symbol(text)
    ) == [text]


def test_it_is_no_larger_than_what_zxing_makes_of_the_same() -> None:
    text = "HTTPS://SEMINAR.EXAMPLE.ORG/V/0123456789ABCDEFG#" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" * 17
    assert build_qr_symbol(text).size <= build_qr_symbol_by_zxing(text).size
