"""The type of a file is read from its content; its name decides nothing."""

import io
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from trainer.evidence.media_types import OTHER, recognise_file, recognise_head
from trainer.evidence.models import MediaKind


def draw(picture_format: str) -> bytes:
    """Return a small picture."""
    file = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(file, picture_format)
    return file.getvalue()


def pack(*names: str) -> bytes:
    """Return a ZIP file with entries of these names."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        for name in names:
            package.writestr(name, "<x/>")
    return file.getvalue()


def box(brand: bytes, *compatible: bytes) -> bytes:
    """Return an `ftyp` box."""
    content = brand + bytes(4) + b"".join(compatible)
    return (8 + len(content)).to_bytes(4) + b"ftyp" + content


CONTENTS = {
    "image/jpeg": draw("JPEG"),
    "image/png": draw("PNG"),
    "image/webp": draw("WEBP"),
    "image/heic": box(b"heic", b"mif1", b"heic"),
    "video/mp4": box(b"isom", b"iso2", b"mp41"),
    "video/quicktime": box(b"qt  ", b"qt  "),
    "video/webm": b"\x1a\x45\xdf\xa3\x9f\x42\x86\x81\x01\x42\x82\x84webm",
    "application/pdf": b"%PDF-1.7\n",
    "audio/mpeg": b"ID3\x04\x00",
    "audio/mp4": box(b"M4A ", b"isom"),
    "audio/wav": b"RIFF\x24\x00\x00\x00WAVEfmt ",
    "audio/ogg": b"OggS\x00\x02",
    "audio/flac": b"fLaC\x00",
    "audio/amr": b"#!AMR\n",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": pack(
        "[Content_Types].xml", "word/document.xml"
    ),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": pack("[Content_Types].xml", "xl/workbook.xml"),
    "application/vnd.openxmlformats-officedocument.presentationml.presentation": pack(
        "[Content_Types].xml", "ppt/presentation.xml"
    ),
}
OTHERS = {
    "svg": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    "html": b"<!DOCTYPE html><title>x</title><script>alert(1)</script>",
    "text": "Қатысушылар тізімі".encode(),
    "zip": pack("photo.jpg"),
    "package of nothing": pack("[Content_Types].xml"),
    "gif": b"GIF89a",
    "avif": box(b"avif", b"mif1"),
    "matroska": b"\x1a\x45\xdf\xa3\x9f\x42\x82\x88matroska",
    "avi": b"RIFF\x24\x00\x00\x00AVI LIST",
    "program": b"MZ\x90\x00",
    "empty": b"",
}


@pytest.mark.parametrize("name", CONTENTS)
def test_every_type_that_is_taken_is_recognised_under_any_name(name: str, tmp_path: Path) -> None:
    (tmp_path / "page.html").write_bytes(CONTENTS[name])
    assert recognise_file(tmp_path / "page.html").name == name


@pytest.mark.parametrize("name", OTHERS)
def test_everything_else_is_a_plain_file_whatever_it_is_called(name: str, tmp_path: Path) -> None:
    (tmp_path / "photo.jpg").write_bytes(OTHERS[name])
    assert recognise_file(tmp_path / "photo.jpg") == OTHER


@pytest.mark.parametrize("name", [name for name in CONTENTS if "officedocument" in name])
def test_a_truncated_office_document_is_a_plain_file(name: str, tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(CONTENTS[name][:-30])
    assert recognise_file(tmp_path / "a.docx") == OTHER


def test_a_truncated_photo_is_still_a_photo(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(CONTENTS["image/jpeg"][:40])
    assert recognise_file(tmp_path / "a").kind == MediaKind.PHOTO


def test_a_zip_bomb_is_recognised_without_being_unpacked(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "bomb.docx", "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<x/>")
        with package.open("word/document.xml", "w", force_zip64=True) as entry:
            for _block in range(64):
                entry.write(bytes(1024 * 1024))
    assert (tmp_path / "bomb.docx").stat().st_size < 200_000
    assert recognise_file(tmp_path / "bomb.docx").kind == MediaKind.WORD


@given(st.binary(max_size=200))
def test_no_beginning_of_a_file_is_an_error(head: bytes) -> None:
    for start in (b"", b"RIFF", b"\x00\x00\x00\x18ftyp", b"\xff", b"\x1a\x45\xdf\xa3"):
        assert recognise_head(start + head).name


@given(st.binary(max_size=300))
def test_no_damaged_package_is_an_error(tmp_path: Path, tail: bytes) -> None:
    (tmp_path / "a.docx").write_bytes(b"PK\x03\x04" + tail)
    assert recognise_file(tmp_path / "a.docx") == OTHER
