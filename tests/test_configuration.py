"""Every file that the configuration and the documentation name exists."""

import re

import pytest

from trainer.paths import PACKAGE_FOLDER

ROOT = PACKAGE_FOLDER.parent
NAMED = re.compile(r"(?<![\w/.])(?:trainer|certificates|templates|tests|docs|instance)/[\w./*-]*[\w*]")
CREATED = ("trainer/static/vendor", "tests/pictures", "instance/")  # by `make`, or by a deployment
NAMING = ("pyproject.toml", "setup.cfg", "Makefile", "README.md", "docs/operations.md", "docs/development.md")


@pytest.mark.parametrize("name", NAMING)
def test_every_file_that_is_named_is_there(name: str) -> None:
    named = set(NAMED.findall((ROOT / name).read_text(encoding="utf-8")))
    stale = [path for path in sorted(named) if not path.startswith(CREATED) and not any(ROOT.glob(path))]
    assert named and not stale
