"""A certificate design is data: paper size, colours, ornaments and text positions, read from JSON files in `designs/`."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, fields
from importlib.resources import files
from typing import Any

from certificates.drawing.ornaments import ORNAMENT_KINDS
from certificates.drawing.shapes import Ornament
from certificates.drawing.text_fitting import Block
from certificates.errors import MalformedDesign

DESIGNS_FOLDER = files("certificates") / "designs"
BLOCK_NAMES = (
    "issuer",
    "co_issuer",
    "second_issuer",
    "heading",
    "number",
    "awarded",
    "recipient",
    "long_recipient",
    "reason",
    "details",
    "long_details",
    "second",
    "signatory",
    "position",
    "check",
    "code",
)
"""Texts of a certificate in reading order. A name that does not fit into `recipient` is set in `long_recipient`; `details`
likewise."""


@dataclass(frozen=True)
class SignatoryRow:
    """Position of the signatories: side by side between two edges, each at most `widest` wide, below a line to sign on."""

    left: float
    right: float
    widest: float
    gap: float
    y: float
    colour: str


@dataclass(frozen=True)
class Rectangle:
    """A rectangle given by its lower left corner."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True)
class SpecimenStamp:
    """Position of the specimen stamp: its centre, rotation in degrees, and colour."""

    x: float
    y: float
    turned: float
    colour: str


@dataclass(frozen=True)
class Design:
    """Layout and colours of a certificate.

    Lengths are in points (1/72 inch); colours are keys of `colours`, whose values are #rrggbb. The lower right corner of `qr` is
    fixed: a code with more modules than fit grows from there. The issuer's names end above `head_bottom`.
    """

    name: str
    width: float
    height: float
    colours: Mapping[str, str]
    ornaments: tuple[Ornament, ...]
    blocks: Mapping[str, Block]
    head_bottom: float
    signatories: SignatoryRow
    logos: tuple[Rectangle, ...]
    stamp: SpecimenStamp
    qr: Rectangle

    @classmethod
    def load(cls, name: str) -> "Design":
        """Load one of the library's designs. Raises MalformedDesign for an unknown or broken one."""
        try:
            return cls.parse_json((DESIGNS_FOLDER / f"{name}.json").read_text(encoding="utf-8"))
        except (FileNotFoundError, OSError) as error:
            raise MalformedDesign(f"there is no design {name!r}") from error

    @classmethod
    def parse_json(cls, text: str) -> "Design":
        """Parse a design from JSON. Raises MalformedDesign for unknown or missing keys and for blocks placed after an unknown one."""
        try:
            values = json.loads(text)
        except json.JSONDecodeError as error:
            raise MalformedDesign(f"not JSON: {error}") from error
        known = {field.name for field in fields(cls)}
        if not isinstance(values, dict) or set(values) != known:
            raise MalformedDesign(f"a design has exactly {', '.join(sorted(known))}")
        try:
            design = cls(**{name: FIELD_READERS.get(name, return_unchanged)(value) for name, value in values.items()})
        except (TypeError, KeyError, AttributeError) as error:
            raise MalformedDesign(f"invalid value in a design: {error}") from error
        if set(design.blocks) != set(BLOCK_NAMES):
            raise MalformedDesign(f"a design has exactly the blocks {', '.join(BLOCK_NAMES)}")
        for position, name in enumerate(BLOCK_NAMES):
            if design.blocks[name].after not in ("", *BLOCK_NAMES[:position]):
                raise MalformedDesign(f"block {name} can only hang on one that is read before it")
        undefined_colours = design.list_used_colours() - set(design.colours)
        if undefined_colours:
            raise MalformedDesign(f"the design does not define the colours {', '.join(sorted(undefined_colours))}")
        return design

    def list_used_colours(self) -> set[str]:
        """Return the names of all colours in use."""
        colours = {ornament.colour for ornament in self.ornaments} | {block.colour for block in self.blocks.values()}
        return colours | {"paper", self.signatories.colour, self.stamp.colour}


def return_unchanged(value: Any) -> Any:
    """Return a value unchanged."""
    return value


def build_ornament(attributes: dict[str, Any]) -> Ornament:
    """Build an ornament: `draw` names its class, the other keys are its fields."""
    return ORNAMENT_KINDS[attributes["draw"]](**{name: value for name, value in attributes.items() if name != "draw"})


FIELD_READERS: Mapping[str, Any] = {
    "ornaments": lambda values: tuple(build_ornament(value) for value in values),
    "blocks": lambda values: {name: Block(**value) for name, value in values.items()},
    "signatories": lambda value: SignatoryRow(**value),
    "logos": lambda values: tuple(Rectangle(**value) for value in values),
    "stamp": lambda value: SpecimenStamp(**value),
    "qr": lambda value: Rectangle(**value),
}


def list_designs() -> list[str]:
    """Return the names of the library's designs."""
    return sorted(path.name.removesuffix(".json") for path in DESIGNS_FOLDER.iterdir() if path.name.endswith(".json"))
