"""Files that nobody should send: each is kept as it is and called what it is, and none stops the others."""

import io
import struct
import zipfile
import zlib
from threading import Event

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.evidence.factories import create_item, get_settings
from tests.evidence.processing.samples import make_box, make_photo
from tests.evidence.uploads.protocol import fetch_token
from tests.visitor import Visitor
from trainer.evidence.items import MAX_NAME_BYTES
from trainer.evidence.models import Cleaning, EvidenceItem, MediaKind, Processing
from trainer.evidence.processing.job import process_files
from trainer.projects.models import Project
from trainer.storage import Storage

HUGE = 30_000


def make_chunk(kind: bytes, content: bytes) -> bytes:
    """Return a chunk of a PNG (ISO/IEC 15948, 5.3)."""
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def make_huge_png() -> bytes:
    """Return a PNG of HUGE × HUGE white points in a hundred kilobytes."""
    packer, rows = zlib.compressobj(9), (b"\0" + b"\xff" * (HUGE // 8)) * 100
    body = b"".join([*(packer.compress(rows) for _block in range(HUGE // 100)), packer.flush()])
    head = make_chunk(b"IHDR", struct.pack(">IIBBBBB", HUGE, HUGE, 1, 0, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + make_chunk(b"IDAT", body) + make_chunk(b"IEND", b"")


def make_huge_jpeg() -> bytes:
    """Return a JPEG whose header announces HUGE × HUGE points."""
    content = bytearray(make_photo("image/jpeg"))
    frame = content.index(b"\xff\xc0")
    content[frame + 5 : frame + 9] = struct.pack(">HH", HUGE, HUGE)
    return bytes(content)


def make_bomb() -> bytes:
    """Return a Word document of which a part unpacks to a thousand times its size."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", "<x/>")
        with package.open("word/document.xml", "w", force_zip64=True) as entry:
            for _block in range(32):
                entry.write(bytes(1024 * 1024))
    return file.getvalue()


SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'
HTML = b"<!DOCTYPE html><script>alert(1)</script>"
SENT = {
    "vector.jpg": (SVG, MediaKind.OTHER, ""),
    "page.jpg": (HTML, MediaKind.OTHER, ""),
    "huge.png": (make_huge_png(), MediaKind.PHOTO, "too_large"),
    "huge.jpg": (make_huge_jpeg(), MediaKind.PHOTO, "too_large"),
    "cut.heic": (make_photo("image/heic")[:-200], MediaKind.PHOTO, "damaged"),
    "no index.mp4": (make_box(b"ftyp", b"isom\0\0\0\0mp42") + make_box(b"mdat", bytes(99)), MediaKind.VIDEO, "damaged"),
    "bomb.docx": (make_bomb(), MediaKind.WORD, ""),
    "locked.pdf": (b"%PDF-1.7\nnonsense", MediaKind.PDF, "damaged"),
}
"""Content, what it is by its content, and why there is no preview, by name."""


def upload(organizer: Visitor, project: Project, *files: tuple[bytes, str]) -> None:
    """Upload files by the form without JavaScript."""
    address = f"/desk/evidence/projects/{project.id}/uploads/form"
    token = fetch_token(organizer)
    organizer.post(address, {"csrf_token": token, "files": [(io.BytesIO(content), name) for content, name in files]})


@pytest.mark.slow
@pytest.mark.one_database
def test_every_bad_file_is_kept_unchanged_and_said_to_be_what_it_is(
    app: Flask, organizer: Visitor, project: Project, session: Session
) -> None:
    upload(organizer, project, *((content, name) for name, (content, _kind, _error) in SENT.items()))
    with app.app_context():
        process_files(session, Event())
    session.expire_all()
    items = {item.file_name: item for item in session.scalars(select(EvidenceItem))}
    assert items.keys() == SENT.keys()
    storage = Storage.from_settings(get_settings(session))
    for name, (content, kind, error) in SENT.items():
        item = items[name]
        assert (name, item.media_kind, item.processing_error) == (name, kind, error)
        assert item.processing == (Processing.FAILED if error else Processing.DONE)
        assert storage.load_content(item.sha256) == content
        assert item.thumbnail_sha256 == ""
        page = organizer.get(f"/desk/evidence/items/{item.id}?lang=en").text
        assert f"/desk/evidence/items/{item.id}/picture" not in page
        assert organizer.get(f"/desk/evidence/items/{item.id}/file").response.mimetype == "application/octet-stream"


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("name", "stored"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\сурет.jpg", "сурет.jpg"),
        ("а\x07б\u202e.jpg", "аб.jpg"),
        ("қ" * 127 + "\u0301", "қ" * 127),
        ("Ә" * 300 + ".jpg", "Ә" * 125 + ".jpg"),
    ],
)
def test_no_name_leaves_the_folder_or_the_page(
    organizer: Visitor, project: Project, session: Session, name: str, stored: str
) -> None:
    upload(organizer, project, (b"content", name))
    item = session.scalars(select(EvidenceItem)).one()
    assert item.file_name == stored
    assert len(item.file_name.encode()) <= MAX_NAME_BYTES
    assert stored in organizer.get("/desk/evidence").text
    folders = {path.parent.name for path in get_settings(session).instance.rglob(item.sha256)}
    assert ".." not in folders


@pytest.mark.one_database
def test_an_empty_file_is_refused_by_name_and_the_others_are_taken(
    organizer: Visitor, project: Project, session: Session
) -> None:
    organizer.get("/desk/?lang=en")
    upload(organizer, project, (b"", "бос.jpg"), (b"content", "толық.txt"))
    page = organizer.get("/desk/evidence/upload").words
    assert "бос.jpg: The file is empty" in page
    assert session.scalars(select(EvidenceItem.file_name)).all() == ["толық.txt"]


@pytest.mark.slow
@pytest.mark.one_database
@pytest.mark.parametrize("year", ["1970", "2035"])
def test_a_camera_with_a_wrong_clock_gives_no_date(app: Flask, project: Project, session: Session, year: str) -> None:
    item = create_item(session, project, make_photo("image/jpeg", 1, f"{year}:06:02 10:11:12"))
    session.commit()
    with app.app_context():
        process_files(session, Event())
    session.expire_all()
    assert (item.processing, item.taken_at, item.cleaning) == (Processing.DONE, None, Cleaning.CLEANED)


@pytest.mark.one_database
@pytest.mark.parametrize(
    ("typed", "sentence"), [("2035-06-02T10:00", "still to come"), ("1970-01-01T00:00", "too long ago")]
)
def test_a_mistyped_year_is_refused_beside_the_field(
    organizer: Visitor, project: Project, session: Session, typed: str, sentence: str
) -> None:
    item = create_item(session, project)
    page = organizer.submit(f"/desk/evidence/items/{item.id}?lang=en", {"taken_at": typed}, "evidence", status=422)
    assert sentence in page.get_error("taken_at")
    assert typed in page.text
    session.expire_all()
    assert item.taken_at is None
