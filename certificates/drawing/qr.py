"""QR codes as packed bits, ready to be an image mask of one bit a module, whatever the encoder."""

from dataclasses import dataclass

from certificates.drawing.qr_encoder import NotAlphanumeric, encode_qr

QUIET_ZONE_MODULES = 4  # modules of white around the code


@dataclass(frozen=True)
class QrSymbol:
    """The modules of a QR code without the quiet zone: column after column from the left, each from the top, a dark module
    being a bit that is set; every column is filled up to whole bytes."""

    size: int
    columns: bytes

    def list_module_rows(self) -> list[list[bool]]:
        """Give the modules row by row, True for a dark one."""
        stride = len(self.columns) // self.size
        lines = [self.columns[start : start + stride] for start in range(0, len(self.columns), stride)]
        return [[bool(line[row >> 3] << (row & 7) & 0x80) for line in lines] for row in range(self.size)]


def build_qr_symbol(text: str) -> QrSymbol:
    """Give the QR code of a text, level M: by our own encoder what a seal is made of, any other text by zxing."""
    try:
        return QrSymbol(*encode_qr(text))
    except NotAlphanumeric:
        return build_qr_symbol_by_zxing(text)


def build_qr_symbol_by_zxing(text: str) -> QrSymbol:
    """Give the QR code of any text. Raises ValueError for a text that no QR code holds."""
    import zxingcpp  # only what is not sealed needs it

    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M")
    image = code.to_image(scale=1, add_quiet_zones=False)
    size = int(image.shape[0])
    light = bytes(memoryview(image))  # type: ignore[arg-type]  # the stubs do not know that it is a buffer
    padding = "0" * (-size % 8)
    bits = "".join("".join("10"[value > 0] for value in light[column::size]) + padding for column in range(size))
    return QrSymbol(size, int(bits, 2).to_bytes(len(bits) // 8, "big"))
