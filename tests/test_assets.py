"""The browser modules from npm come from `make assets`, with their licences; no committed file names a registry."""

import json
import os
import re

import pytest

from trainer.paths import PACKAGE_FOLDER

SCANNER = PACKAGE_FOLDER / "static" / "vendor" / "qr"
UPLOADER = PACKAGE_FOLDER / "static" / "vendor" / "tus"


def test_the_scanner_is_made_with_its_licences() -> None:
    if not (SCANNER / "decode.js").exists():
        if os.environ.get("TRAINER_NOTHING_SKIPPED"):
            pytest.fail("The scanner is missing, and nothing may be skipped here: make assets")
        pytest.skip("THE SCANNER FOR OLDER BROWSERS IS MISSING: make assets")
    assert {file.name for file in SCANNER.iterdir()} == {"decode.js", "index.js", "LICENSE", "LICENSE-MIT"}


def test_the_uploader_is_made_with_its_licence() -> None:
    if not (UPLOADER / "tus.min.js").exists():
        if os.environ.get("TRAINER_NOTHING_SKIPPED"):
            pytest.fail("The uploader is missing, and nothing may be skipped here: make assets")
        pytest.skip("THE UPLOADER IS MISSING: make assets")
    assert {file.name for file in UPLOADER.iterdir()} == {"tus.min.js", "LICENSE"}


def test_everything_that_the_scanner_imports_is_there() -> None:
    for module in SCANNER.glob("*.js"):
        for imported in re.findall(
            r'^import .*?from ["\']\./([^"\']+)', module.read_text(encoding="utf-8"), re.MULTILINE
        ):
            assert (SCANNER / imported).exists(), imported


def test_the_lock_has_a_hash_for_every_module_and_names_no_registry() -> None:
    text = (PACKAGE_FOLDER.parent / "package-lock.json").read_text(encoding="utf-8")
    assert "://" not in text
    packages = json.loads(text)["packages"]
    assert all(package["integrity"].startswith("sha512-") for name, package in packages.items() if name)
