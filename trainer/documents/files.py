"""Responses that send a document as a named file."""

import io
import re
import unicodedata
from collections.abc import Iterable
from typing import IO
from urllib.parse import quote

from flask import Response, request, send_file

from trainer.language.transliteration import CYRILLIC_TO_LATIN
from trainer.storage import Storage

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
    return name_download(send_file(content, mime_type, as_attachment=True, download_name="file", max_age=0), name)


def name_download(response: Response, name: str) -> Response:
    """Make a response a download of this name, and return it."""
    names = {"filename": build_ascii_file_name(name), "filename*": f"UTF-8''{quote(name, safe='')}"}
    response.headers.set("Content-Disposition", "attachment", **names)
    return response


def send_stored_file(storage: Storage, sha256: str, name: str, mime_type: str) -> Response:
    """Send a stored file as a download, chunk by chunk, or the range of it that the browser asks for.

    A file that proves to be damaged on the way ends the connection, so that the browser reports a failed download. Raises
    FileMissing and StorageUnavailable.
    """
    response = name_download(Response(mimetype=mime_type, direct_passthrough=True), name)
    size = response.content_length = storage.get_size(sha256)
    response.cache_control.no_cache = True  # asked for again each time, and sent only if it is another
    response.set_etag(sha256)
    response.make_conditional(request, accept_ranges=True, complete_length=size)
    if response.status_code in (200, 206):
        part = response.content_range
        start, stop = (part.start or 0, part.stop) if response.status_code == 206 else (0, None)
        response.response = storage.iterate_content(sha256, start, stop)
    return response


def send_document(content: bytes | Iterable[bytes], title: str, extension: str) -> Response:
    """Send a document as a download named by its title; it may come in pieces, so that only what is sent is in memory.

    It is written before the answer begins: an error on the way is answered as an error, and nobody who downloads slowly keeps a
    transaction open.
    """
    file = io.BytesIO()
    file.writelines([content] if isinstance(content, bytes) else content)
    file.seek(0)
    return send_named_file(file, build_file_name(title, extension), MIME_TYPES[extension])
