"""A design is data: the size of the paper, its colours and its ornament, read from a JSON file beside the code."""

import json
from dataclasses import dataclass, fields
from importlib.resources import files
from typing import Literal

from certificates.errors import MalformedDesign

FOLDER = files("certificates") / "designs"


@dataclass(frozen=True)
class Design:
    """How the paper looks. Lengths are in points (1/72 inch), colours as #rrggbb."""

    name: str
    width: float
    height: float
    paper: str
    ink: str
    soft: str
    brand: str
    gold: str
    guilloche: tuple[str, ...]
    specimen: str
    ornament: Literal["horn", "none"]
    margin: float
    qr_module: float

    @classmethod
    def load(cls, name: str) -> "Design":
        """Read one of the library's designs. Raises MalformedDesign for an unknown or broken one."""
        try:
            return cls.read((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
        except (FileNotFoundError, OSError) as error:
            raise MalformedDesign(f"there is no design {name!r}") from error

    @classmethod
    def read(cls, text: str) -> "Design":
        """Read a design from JSON; unknown and missing keys are refused."""
        try:
            facts = json.loads(text)
        except json.JSONDecodeError as error:
            raise MalformedDesign(f"not JSON: {error}") from error
        known = {each.name for each in fields(cls)}
        if not isinstance(facts, dict) or set(facts) != known:
            raise MalformedDesign(f"a design has exactly {', '.join(sorted(known))}")
        return cls(**{**facts, "guilloche": tuple(facts["guilloche"])})


def designs() -> list[str]:
    """Name the library's designs."""
    return sorted(each.name.removesuffix(".json") for each in FOLDER.iterdir() if each.name.endswith(".json"))
