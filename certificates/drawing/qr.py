"""QR codes as packed bits, usable as an image mask of one bit per module, whatever the encoder.

Two encoders: `qr_encoder` for seals, because it is fast, and zxing, which the product also needs to read codes, for every other
text. Measured for a seal of 69 modules: `qr_encoder` 0.17 ms, zxing 2.6 ms, the package `qrcode` 43 ms. A certificate of a
batch renders in 0.46 ms including its code; with zxing it would take six times as long.
"""

from dataclasses import dataclass
from typing import Literal

from certificates.drawing.qr_encoder import NotAlphanumeric, encode_qr

QUIET_ZONE_MODULES = 4  # white margin around the code
Level = Literal["L", "M", "Q", "H"]
"""How much of a code may be damaged: about 7, 15, 25 or 30 percent."""


@dataclass(frozen=True)
class QrSymbol:
    """Modules of a QR code without the quiet zone.

    Column by column from the left, each from the top; a set bit is a dark module; every column is padded to whole bytes.
    """

    size: int
    columns: bytes

    def list_module_rows(self) -> list[list[bool]]:
        """Return the modules row by row, True for a dark one."""
        column_bytes = len(self.columns) // self.size
        columns = [self.columns[start : start + column_bytes] for start in range(0, len(self.columns), column_bytes)]
        return [[bool(column[row >> 3] << (row & 7) & 0x80) for column in columns] for row in range(self.size)]


def build_qr_symbol(text: str, level: Level = "M") -> QrSymbol:
    """Return the QR code of a text at a level of error correction. Raises ValueError for a text too long for a QR code.

    Seals and other alphanumeric texts at level M are encoded by `qr_encoder`, all others by zxing.
    """
    try:
        return QrSymbol(*encode_qr(text)) if level == "M" else build_qr_symbol_by_zxing(text, level)
    except NotAlphanumeric:
        return build_qr_symbol_by_zxing(text, level)


def build_qr_symbol_by_zxing(text: str, level: Level = "M") -> QrSymbol:
    """Return the QR code of any text. Raises ValueError for a text too long for a QR code."""
    import zxingcpp  # imported late: seals do not need it

    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level=level)
    image = code.to_image(scale=1, add_quiet_zones=False)
    size = int(image.shape[0])
    light = bytes(memoryview(image))  # type: ignore[arg-type]  # the stubs miss that it is a buffer
    padding = "0" * (-size % 8)
    bits = "".join("".join("10"[value > 0] for value in light[column::size]) + padding for column in range(size))
    return QrSymbol(size, int(bits, 2).to_bytes(len(bits) // 8, "big"))
