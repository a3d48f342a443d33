"""Responses that send a document as a named file."""

import io
import re
import unicodedata
from typing import IO
from urllib.parse import quote

from flask import Response, send_file

from trainer.language.transliteration import CYRILLIC_TO_LATIN

MIME_TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
    "zip": "application/zip",
}
FORBIDDEN_CHARACTERS = re.compile(r'[<>:"/\\|?*\x00-\x1f]')  # in file names on Windows
MAX_FILE_NAME_LENGTH = 110  # leaves room for a folder


def build_file_name(title: str, extension: str) -> str:
    """Build a file name from a title, in characters that every system accepts."""
    return f"{FORBIDDEN_CHARACTERS.sub('_', title)[:MAX_FILE_NAME_LENGTH].rstrip('. ')}.{extension}"


def build_ascii_file_name(name: str) -> str:
    """Return a file name in Latin letters, for programs that read nothing else; what has no Latin letter becomes `_`."""
    latin = "".join(spell_in_latin(character) for character in unicodedata.normalize("NFC", name))
    decomposed = unicodedata.normalize("NFKD", latin)
    return re.sub(r"_+", "_", "".join(c if c.isascii() else "_" for c in decomposed if not unicodedata.combining(c)))


def spell_in_latin(character: str) -> str:
    """Return a Cyrillic letter in Latin ones; signs that have no sound are left out; other characters as they are."""
    latin = CYRILLIC_TO_LATIN.get(character.lower(), character).replace("_", "")
    return latin.capitalize() if character.isupper() and latin != character else latin


def send_named_file(content: IO[bytes], name: str, mime_type: str) -> Response:
    """Send a file as a download, under its name and, for old programs, under that name in Latin letters."""
    response = send_file(content, mime_type, as_attachment=True, download_name="file", max_age=0)
    names = {"filename": build_ascii_file_name(name), "filename*": f"UTF-8''{quote(name, safe='')}"}
    response.headers.set("Content-Disposition", "attachment", **names)
    return response


def send_document(content: bytes, title: str, extension: str) -> Response:
    """Send a document as a download named by its title."""
    return send_named_file(io.BytesIO(content), build_file_name(title, extension), MIME_TYPES[extension])
