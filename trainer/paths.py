"""Where the product's own files stand, in a checkout and in an installed wheel, and where a running copy keeps its own."""

import os
from pathlib import Path

HERE = Path(__file__).resolve().parent
INSTALLED = (HERE / "templates").is_dir()  # a wheel carries the pages inside the package
TEMPLATES = HERE / "templates" if INSTALLED else HERE.parent / "templates"
TRANSLATIONS = HERE / "translations"
MIGRATIONS = HERE / "migrations"
EXAMPLE = HERE / "example"


def instance_folder() -> Path:
    """Give the folder of this running copy: INSTANCE, else the checkout's instance/, else instance/ where one stands.

    Never inside a virtual environment: the register and the keys must outlive it.
    """
    chosen = os.environ.get("INSTANCE")
    if chosen:
        return Path(chosen).resolve()
    return (Path.cwd() if INSTALLED else HERE.parent) / "instance"
