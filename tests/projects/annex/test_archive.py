"""Files that are no Word annex, are damaged or too large: refused with the reason."""

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.projects.word_files import write_document, write_paragraph, write_row, write_table
from trainer.projects.annex.archive import MAX_PART_BYTES, AnnexUnreadable, WordReadProblem
from trainer.projects.annex.reader import read_annex

ANNEX = (Path(__file__).parents[1] / "data" / "annex3.docx").read_bytes()


def write_archive(**parts: str | bytes) -> bytes:
    """Return an archive of parts; two underscores in a name stand for a slash and a last one for the extension."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml"), content)
    return file.getvalue()


def find_reason(content: bytes) -> WordReadProblem | None:
    """Return why a file can't be read; None if it can."""
    try:
        read_annex(content)
    except AnnexUnreadable as unreadable:
        return unreadable.reason
    return None


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(500), WordReadProblem.OLD_WORD),
        (b"%PDF-1.7\n", WordReadProblem.PDF),
        (b"{\\rtf1 text}", WordReadProblem.OTHER_TEXT),
        (b"<html><table></table></html>", WordReadProblem.OTHER_TEXT),
        (
            write_archive(mimetype="application/vnd.oasis.opendocument.text", content_xml="<x/>"),
            WordReadProblem.OTHER_TEXT,
        ),
        (write_archive(other_xml="<x/>"), WordReadProblem.DAMAGED),
        (write_archive(word__document_xml="<w:document"), WordReadProblem.DAMAGED),
        (write_archive(word__document_xml='<!DOCTYPE d [<!ENTITY a "b">]><d>&a;</d>'), WordReadProblem.DAMAGED),
        (write_archive(word__document_xml=b"<d>" + b" " * MAX_PART_BYTES + b"</d>"), WordReadProblem.TOO_LARGE),
        (write_archive(word__document_xml=b"<d>" + b"<p/>" * 500_000 + b"</d>"), WordReadProblem.TOO_LARGE),
        (b"", WordReadProblem.DAMAGED),
        (b"PK\x03\x04", WordReadProblem.DAMAGED),
        (write_document(), WordReadProblem.NO_PLAN),
        (write_document(write_paragraph("Хат"), write_table(write_row("Аты", "Саны"))), WordReadProblem.NO_PLAN),
    ],
    ids=lambda value: value if isinstance(value, str) else None,
)
def test_a_file_that_is_no_annex_is_refused_with_its_reason(content: bytes, reason: WordReadProblem) -> None:
    assert find_reason(content) == reason


def test_tables_inside_tables_without_end_are_refused() -> None:
    content = write_paragraph("x")
    for _level in range(300):
        content = write_table(write_row(f"<w:tc>{content}</w:tc>"))
    assert find_reason(write_document(content)) == WordReadProblem.DAMAGED


@given(st.binary(max_size=60), st.integers(0, len(ANNEX)))
@settings(max_examples=80)
def test_a_damaged_annex_is_read_or_refused(damage: bytes, place: int) -> None:
    damaged = ANNEX[:place] + damage + ANNEX[place + len(damage) :]
    find_reason(damaged)
    find_reason(ANNEX[:place])
