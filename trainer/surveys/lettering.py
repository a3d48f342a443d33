"""Lines of text in the typefaces of the certificates: letters that a face lacks are shown as question marks, lines never too long."""

from functools import lru_cache

from certificates.design import Block
from certificates.typeface import FACES
from trainer.registration.typesetting import Paragraph, lines_of
from trainer.web.text import showable

NAMES = {name: short for short, name in FACES.items()}


@lru_cache(maxsize=4096)
def broken(text: str, name: str, size: float, width: float) -> tuple[str, ...]:
    """Break a text into lines of so many points at most, at its own line ends too; an empty text has no line."""
    block = Block(0, 0, width, NAMES[name], size, size, "")  # type: ignore[arg-type]
    return tuple(line for line in lines_of(Paragraph(showable(text), NAMES[name], size, ""), block) if line)
