"""QR codes as packed bits, usable as an image mask of one bit per module, whatever the encoder."""

from dataclasses import dataclass

from certificates.drawing.qr_encoder import NotAlphanumeric, encode_qr

QUIET_ZONE_MODULES = 4  # white margin around the code


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


def build_qr_symbol(text: str) -> QrSymbol:
    """Return the QR code of a text at level M: seals by our own encoder, other texts by zxing."""
    try:
        return QrSymbol(*encode_qr(text))
    except NotAlphanumeric:
        return build_qr_symbol_by_zxing(text)


def build_qr_symbol_by_zxing(text: str) -> QrSymbol:
    """Return the QR code of any text. Raises ValueError for a text too long for a QR code."""
    import zxingcpp  # imported late: seals do not need it

    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    image = code.to_image(scale=1, add_quiet_zones=False)
    size = int(image.shape[0])
    light = bytes(memoryview(image))  # type: ignore[arg-type]  # the stubs miss that it is a buffer
    padding = "0" * (-size % 8)
    bits = "".join("".join("10"[value > 0] for value in light[column::size]) + padding for column in range(size))
    return QrSymbol(size, int(bits, 2).to_bytes(len(bits) // 8, "big"))
