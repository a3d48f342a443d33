"""Folders of the product's own files, in a checkout or an installed wheel, and the instance folder of a deployment."""

import os
from pathlib import Path

PACKAGE_FOLDER = Path(__file__).resolve().parent
IS_INSTALLED = (PACKAGE_FOLDER / "templates").is_dir()  # a wheel contains the templates inside the package
TEMPLATES_FOLDER = PACKAGE_FOLDER / "templates" if IS_INSTALLED else PACKAGE_FOLDER.parent / "templates"
TRANSLATIONS_FOLDER = PACKAGE_FOLDER / "translations"
MIGRATIONS_FOLDER = PACKAGE_FOLDER / "migrations"
EXAMPLE_FOLDER = PACKAGE_FOLDER / "example"


def get_instance_folder() -> Path:
    """Return the instance folder: $INSTANCE if set, else `instance/` in the checkout or, for a wheel, in the working folder.

    Never inside a virtual environment: the register and the keys must survive its removal.
    """
    chosen = os.environ.get("INSTANCE")
    if chosen:
        return Path(chosen).resolve()
    return (Path.cwd() if IS_INSTALLED else PACKAGE_FOLDER.parent) / "instance"
