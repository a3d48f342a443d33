"""Opening an uploaded Word file within limits: its text and its numbering, and a reason why a file can't be read.

Of the archive only the parts that are needed are unpacked, each up to a limit, so a file that unpacks without end costs nothing.
"""

import io
import zipfile
import zlib
from enum import StrEnum
from typing import Any

WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
STRICT_WORD = b"http://purl.oclc.org/ooxml/wordprocessingml/main"
MAX_PART_BYTES = 20 * 1024 * 1024
MAX_TAGS = 400_000
MAX_ARCHIVE_ENTRIES = 5_000
OLE_SIGNATURE = b"\xd0\xcf\x11\xe0"  # of .doc, and of .docx with a password
DAMAGES = (
    zipfile.BadZipFile,
    zlib.error,
    SyntaxError,  # of lxml
    EOFError,
    KeyError,
    OSError,
    RuntimeError,  # of zipfile, for a password and for what it does not support
)


class WordReadProblem(StrEnum):
    """Reason why a file can't be read as a Word annex."""

    OLD_WORD = "old_word"
    PDF = "pdf"
    OTHER_TEXT = "other_text"
    DAMAGED = "damaged"
    TOO_LARGE = "too_large"
    NO_PLAN = "no_plan"


class AnnexUnreadable(ValueError):
    """The file can't be read as a Word annex; `reason` says why."""

    def __init__(self, reason: WordReadProblem) -> None:
        super().__init__(reason)
        self.reason = reason


def open_word_file(content: bytes) -> tuple[Any, Any]:
    """Return the root elements of text and numbering of a .docx; the second is None without numbered lists.

    Raises AnnexUnreadable.
    """
    check_signature(content)
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = set(archive.namelist())
            if len(names) > MAX_ARCHIVE_ENTRIES:
                raise AnnexUnreadable(WordReadProblem.TOO_LARGE)
            if "word/document.xml" not in names:
                is_text = "mimetype" in names or "content.xml" in names  # OpenDocument
                raise AnnexUnreadable(WordReadProblem.OTHER_TEXT if is_text else WordReadProblem.DAMAGED)
            document = parse_part(archive, "word/document.xml")
            numbering = parse_part(archive, "word/numbering.xml") if "word/numbering.xml" in names else None
    except AnnexUnreadable:
        raise
    except DAMAGES as error:
        raise AnnexUnreadable(WordReadProblem.DAMAGED) from error
    return document, numbering


def check_signature(content: bytes) -> None:
    """Raise AnnexUnreadable for a file that is no archive, with the reason that its first bytes show."""
    start = content[:1024].lstrip()
    if content.startswith(OLE_SIGNATURE):
        raise AnnexUnreadable(WordReadProblem.OLD_WORD)
    if b"%PDF-" in start:
        raise AnnexUnreadable(WordReadProblem.PDF)
    if start.startswith((b"{\\rtf", b"<", b"MIME-Version")):
        raise AnnexUnreadable(WordReadProblem.OTHER_TEXT)
    if not content.startswith(b"PK"):
        raise AnnexUnreadable(WordReadProblem.DAMAGED)


def parse_part(archive: zipfile.ZipFile, name: str) -> Any:
    """Return the root element of a part. Raises AnnexUnreadable beyond the limits or with declared entities."""
    with archive.open(name) as file:
        content = file.read(MAX_PART_BYTES + 1)
    if len(content) > MAX_PART_BYTES or content.count(b"<") > MAX_TAGS:
        raise AnnexUnreadable(WordReadProblem.TOO_LARGE)
    if b"<!DOCTYPE" in content.replace(b"\0", b""):
        raise AnnexUnreadable(WordReadProblem.DAMAGED)
    from lxml import etree  # imported late: the first page does not need it

    content = content.replace(
        STRICT_WORD, WORD.strip("{}").encode()
    )  # “Strict Open XML” names the same elements otherwise
    return etree.fromstring(content, etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False))
