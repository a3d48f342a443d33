"""Reading the catalogues of the user texts."""

from babel.messages.catalog import Catalog, Message
from babel.messages.pofile import read_po

from trainer.paths import TRANSLATIONS_FOLDER


def read_catalogue(language: str) -> Catalog:
    """Read the catalogue of a language."""
    with (TRANSLATIONS_FOLDER / language / "LC_MESSAGES" / "messages.po").open("rb") as file:
        return read_po(file, locale=language)


def list_entries(catalogue: Catalog) -> list[Message]:
    """Return every entry of a catalogue except its header."""
    return [message for message in catalogue if message.id]


def list_entry_texts(value: object) -> list[str]:
    """Return the texts of an entry: one, or one for each plural form."""
    return [str(text) for text in value] if isinstance(value, list | tuple) else [str(value or "")]
