"""Handing a document out as a file with a name."""

import io
import re

from flask import Response, send_file

KINDS = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "csv": "text/csv",
}
FORBIDDEN = re.compile(r'[<>:"/\\|?*\x00-\x1f]')  # in the names of files on Windows
LONGEST = 110  # letters, so that a folder may be added


def file_name(words: str, ending: str) -> str:
    """Name a file by what it is, in letters that every system accepts."""
    return f"{FORBIDDEN.sub('_', words)[:LONGEST].rstrip('. ')}.{ending}"


def handed_out(content: bytes, words: str, ending: str) -> Response:
    """Hand a document out under a name that says what it is."""
    name = file_name(words, ending)
    return send_file(io.BytesIO(content), KINDS[ending], as_attachment=True, download_name=name, max_age=0)
