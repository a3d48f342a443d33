"""Where the product's own files stand, in a checkout and in an installed wheel, and where a running copy keeps its own."""

import os
from pathlib import Path

PACKAGE_FOLDER = Path(__file__).resolve().parent
IS_INSTALLED = (PACKAGE_FOLDER / "templates").is_dir()  # a wheel carries the pages inside the package
TEMPLATES_FOLDER = PACKAGE_FOLDER / "templates" if IS_INSTALLED else PACKAGE_FOLDER.parent / "templates"
TRANSLATIONS_FOLDER = PACKAGE_FOLDER / "translations"
MIGRATIONS_FOLDER = PACKAGE_FOLDER / "migrations"
EXAMPLE_FOLDER = PACKAGE_FOLDER / "example"


def get_instance_folder() -> Path:
    """Give the folder of this running copy: INSTANCE, else the checkout's instance/, else instance/ where one stands.

    Never inside a virtual environment: the register and the keys must outlive it.
    """
    chosen = os.environ.get("INSTANCE")
    if chosen:
        return Path(chosen).resolve()
    return (Path.cwd() if IS_INSTALLED else PACKAGE_FOLDER.parent) / "instance"
