"""QR codes as a matrix and as a drawing: one path of dark runs, whatever the encoder."""

from functools import lru_cache

import zxingcpp

QUIET = 4  # modules of white around the code


@lru_cache(maxsize=1)
def matrix(text: str) -> tuple[tuple[bool, ...], ...]:
    """Give the modules of the QR code of a text, level M, without the quiet zone; True is dark."""
    image = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.QRCode, ec_level="M").to_image(
        scale=1, add_quiet_zones=False
    )
    rows, columns = image.shape[0], image.shape[1]
    flat = bytes(memoryview(image))  # type: ignore[arg-type]  # the stubs do not know that it is a buffer
    return tuple(tuple(flat[row * columns + column] == 0 for column in range(columns)) for row in range(rows))


def runs(modules: tuple[tuple[bool, ...], ...]) -> list[tuple[int, int, int]]:
    """Give the dark runs of the rows, from the top: column, row, length."""
    found = []
    for row, line in enumerate(modules):
        start = None
        for column, dark in enumerate((*line, False)):
            if dark and start is None:
                start = column
            elif not dark and start is not None:
                found.append((start, row, column - start))
                start = None
    return found
