"""The wheel contains every file of the product and no other: pages, styles, catalogues, migrations, fonts."""

import configparser
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from trainer.paths import PACKAGE_FOLDER

ROOT = PACKAGE_FOLDER.parent
PRODUCT = ("trainer", "certificates", "templates")


def list_committed_files(*folders: str) -> set[str]:
    """Return the committed files of some folders, under their names in the wheel."""
    listed = subprocess.run(
        ["git", "ls-tree", "-r", "-z", "--name-only", "HEAD", *folders], cwd=ROOT, capture_output=True, check=True
    )
    names = listed.stdout.decode().strip("\0").split("\0")
    return {f"trainer/{name}" if name.startswith("templates/") else name for name in names}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> zipfile.ZipFile:
    """Return the wheel built from the committed files."""
    folder = tmp_path_factory.mktemp("wheel")
    tree = folder / "tree"
    tree.mkdir()
    archive = subprocess.run(["git", "archive", "HEAD"], cwd=ROOT, capture_output=True, check=True).stdout
    subprocess.run(["tar", "-x", "-C", tree], input=archive, check=True)
    build = [
        sys.executable,
        "-m",
        "pip",
        "wheel",
        "-q",
        "--no-deps",
        "--no-build-isolation",
        "--disable-pip-version-check",
    ]
    subprocess.run([*build, "-w", folder, tree], check=True, capture_output=True)
    [wheel] = folder.glob("*.whl")
    return zipfile.ZipFile(wheel)


@pytest.mark.slow
def test_the_wheel_holds_every_file_of_the_product_and_no_other(wheel: zipfile.ZipFile) -> None:
    shipped = {name for name in wheel.namelist() if ".dist-info/" not in name and "/static/vendor/" not in name}
    assert shipped == list_committed_files(*PRODUCT)


@pytest.mark.slow
def test_what_people_see_is_really_in_it(wheel: zipfile.ZipFile) -> None:
    names = wheel.namelist()
    for ending in (".html", ".css", ".po", ".yaml", ".ttf", "alembic.ini", ".mako", "designs/standard.json"):
        assert any(name.endswith(ending) for name in names), ending


@pytest.mark.slow
def test_the_wheel_brings_the_command_and_the_licences(wheel: zipfile.ZipFile) -> None:
    [entries] = [name for name in wheel.namelist() if name.endswith("entry_points.txt")]
    assert "trainer = trainer.cli:main" in wheel.read(entries).decode()
    licences = {Path(name).name for name in wheel.namelist() if "/licenses/" in name}
    assert licences >= {"LICENSE", "EB-Garamond-OFL.txt", "Source-Sans-3-OFL.txt"}


def test_every_package_of_the_checkout_is_named_in_setup_cfg() -> None:
    setup = configparser.ConfigParser()
    setup.read(ROOT / "setup.cfg", encoding="utf-8")
    named = set(setup["options"]["packages"].split()) - {"trainer.templates"}
    packages = {
        path.parent.relative_to(ROOT).as_posix().replace("/", ".")
        for top in ("trainer", "certificates")
        for path in (ROOT / top).rglob("__init__.py")
    }
    assert packages - named <= {"certificates.fonts"}, "a new room is not packaged"
    assert named - packages <= {"trainer.migrations"}
