"""Photos as phones make them, and files as large as they are."""

import io
import random
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL import Image

PHOTO_SIZE = (4000, 3000)
GRAIN = 24.0
"""How much the points of a photo differ from their neighbours, so that it takes about 4 MB."""
PHOTO_BYTES = 4_000_000


def draw_photo(number: int) -> bytes:
    """Return a JPEG of 12 megapixels: soft shapes with the grain of a sensor."""
    from PIL import Image

    picture = Image.merge("RGB", [draw_layer(number * 3 + layer) for layer in range(3)])
    file = io.BytesIO()
    picture.save(file, "JPEG", quality=92, comment=f"photo {number}".encode())
    return file.getvalue()


def draw_layer(seed: int) -> "Image.Image":
    """Return one colour of a photo."""
    from PIL import Image

    shapes = Image.frombytes("L", (40, 30), random.Random(seed).randbytes(1200)).resize(
        PHOTO_SIZE, Image.Resampling.BICUBIC
    )
    return Image.blend(shapes, Image.effect_noise(PHOTO_SIZE, GRAIN), 0.5)


def write_files(folder: Path, count: int, first: int = 0, size: int = PHOTO_BYTES) -> list[Path]:
    """Write files of different bytes that begin like a JPEG, and return their paths."""
    chance, paths = random.Random(first), []
    for number in range(first, first + count):
        path = folder / f"photo-{number:04}.jpg"
        path.write_bytes(b"\xff\xd8\xff\xe0" + chance.randbytes(size - 4))
        paths.append(path)
    return paths
