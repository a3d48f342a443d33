"""Responses that send a document as a named file."""

import io
import re

from flask import Response, send_file

MIME_TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}
FORBIDDEN_CHARACTERS = re.compile(r'[<>:"/\\|?*\x00-\x1f]')  # in file names on Windows
MAX_FILE_NAME_LENGTH = 110  # leaves room for a folder


def build_file_name(title: str, extension: str) -> str:
    """Build a file name from a title, in characters that every system accepts."""
    return f"{FORBIDDEN_CHARACTERS.sub('_', title)[:MAX_FILE_NAME_LENGTH].rstrip('. ')}.{extension}"


def send_document(content: bytes, title: str, extension: str) -> Response:
    """Send a document as a download named by its title."""
    name = build_file_name(title, extension)
    return send_file(io.BytesIO(content), MIME_TYPES[extension], as_attachment=True, download_name=name, max_age=0)
