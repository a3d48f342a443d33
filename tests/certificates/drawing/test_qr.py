"""QR codes: ours equal another encoder's bit for bit, and readers read them."""

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
    """Return the texts that a reader finds in a symbol."""
    edge, module = QUIET_ZONE_MODULES, 3
    picture = Image.new("L", (code.size + 2 * edge,) * 2, 255)
    for y, row in enumerate(code.list_module_rows()):
        for x, dark in enumerate(row):
            if dark:
                picture.putpixel((x + edge, y + edge), 0)
    picture = picture.resize((picture.width * module, picture.height * module), Image.Resampling.NEAREST)
    codes = zxingcpp.read_barcodes(picture, formats=zxingcpp.BarcodeFormat.QRCode)  # type: ignore[arg-type]
    return [code.text for code in codes]


def encode_by_qrcode(text: str) -> list[list[bool]]:
    """Return the modules of the same segments and mask by the package `qrcode`."""
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
    return [[bool(dark) for dark in row] for row in code.get_matrix()]


@settings(max_examples=60)
@given(sealed)
@example("A#" + "Z" * 3200)
def test_a_code_of_any_length_is_read(text: str) -> None:
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
def test_any_other_text_is_encoded_too(text: str) -> None:
    assert build_qr_symbol(text).list_module_rows() == build_qr_symbol_by_zxing(text).list_module_rows() or read_symbol(
        build_qr_symbol(text)
    ) == [text]


def test_a_code_is_no_larger_than_zxing_makes_it() -> None:
    text = "HTTPS://SEMINAR.EXAMPLE.ORG/V/0123456789ABCDEFG#" + "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567" * 17
    assert build_qr_symbol(text).size <= build_qr_symbol_by_zxing(text).size
