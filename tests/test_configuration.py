"""What the configuration and the guides name is there: nothing is left of files that moved."""

import re

import pytest

from trainer.paths import PACKAGE_FOLDER

ROOT = PACKAGE_FOLDER.parent
NAMED = re.compile(r"(?<![\w/.])(?:trainer|certificates|templates|tests|docs|instance)/[\w./*-]*[\w*]")
MADE = ("trainer/static/vendor", "tests/pictures", "instance/trainer.cfg")  # by `make` or by whoever runs a copy


@pytest.mark.parametrize("name", ["pyproject.toml", "setup.cfg", "Makefile", "README.md"])
def test_every_file_that_is_named_is_there(name: str) -> None:
    named = set(NAMED.findall((ROOT / name).read_text(encoding="utf-8")))
    stale = [each for each in sorted(named) if not each.startswith(MADE) and not any(ROOT.glob(each))]
    assert named and not stale
