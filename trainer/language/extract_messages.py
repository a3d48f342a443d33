"""Updates the message catalogues: `python -m trainer.language.extract_messages`.

Extracts the sentences from code and templates, keeps the existing translations, and fills the English catalogue with
the sentences themselves.
"""

import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from babel.messages.pofile import read_po, write_po

from trainer.language import LANGUAGES
from trainer.paths import PACKAGE_FOLDER, TEMPLATES_FOLDER, TRANSLATIONS_FOLDER


def update_catalogues() -> None:
    """Update the three catalogues to the sentences in code and templates."""
    template = TRANSLATIONS_FOLDER / "messages.pot"
    babel = [sys.executable, "-m", "babel.messages.frontend"]
    extract = [
        "extract",
        "--omit-header",
        "--sort-by-file",
        "--no-wrap",
        "--add-location=file",
        "-F",
        str(TRANSLATIONS_FOLDER / "babel.cfg"),
    ]
    folders = [PACKAGE_FOLDER.name, str(TEMPLATES_FOLDER.relative_to(PACKAGE_FOLDER.parent))]
    keywords = ["-k", "_", "-k", "_l", "-k", "lazy_gettext", "-k", "ngettext:1,2", "-k", "N_"]
    subprocess.run([*babel, *extract, *keywords, "-o", str(template), *folders], check=True, cwd=PACKAGE_FOLDER.parent)
    for language in LANGUAGES:
        catalogue_path = TRANSLATIONS_FOLDER / language / "LC_MESSAGES" / "messages.po"
        verb = (
            ["update", "--no-fuzzy-matching", "--ignore-obsolete", "--ignore-pot-creation-date"]
            if catalogue_path.exists()
            else ["init"]
        )
        subprocess.run(
            [*babel, *verb, "--no-wrap", "-i", str(template), "-d", str(TRANSLATIONS_FOLDER), "-l", language],
            check=True,
        )
        tidy_catalogue(catalogue_path, language)


def tidy_catalogue(path: Path, language: str) -> None:
    """Rewrite a catalogue with a short header and without dates; in English every sentence translates to itself."""
    with path.open("rb") as file:
        catalogue = read_po(file, locale=language)
    catalogue.msgid_bugs_address = catalogue.last_translator = catalogue.language_team = "trainer"
    catalogue.project, catalogue.version, catalogue.header_comment = "trainer", "", "#"
    catalogue.creation_date = catalogue.revision_date = datetime(2026, 11, 23, tzinfo=UTC)
    for message in catalogue:
        if language == "en" and message.id:
            message.string = message.id
    with path.open("wb") as file:
        write_po(file, catalogue, width=0, ignore_obsolete=True)


if __name__ == "__main__":
    update_catalogues()
