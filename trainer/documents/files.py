"""Handing a document out as a file with a name."""

import io
import re

from flask import Response, send_file

MIME_TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}
FORBIDDEN_CHARACTERS = re.compile(r'[<>:"/\\|?*\x00-\x1f]')  # in the names of files on Windows
MAX_FILE_NAME_LENGTH = 110  # letters, so that a folder may be added


def build_file_name(title: str, extension: str) -> str:
    """Name a file by what it is, in letters that every system accepts."""
    return f"{FORBIDDEN_CHARACTERS.sub('_', title)[:MAX_FILE_NAME_LENGTH].rstrip('. ')}.{extension}"


def send_document(content: bytes, title: str, extension: str) -> Response:
    """Hand a document out under a name that says what it is."""
    name = build_file_name(title, extension)
    return send_file(io.BytesIO(content), MIME_TYPES[extension], as_attachment=True, download_name=name, max_age=0)
