"""Logos: stored upright and without place, camera and author, whatever the file carries; earlier ones are cleaned."""

import io
from threading import Event
from typing import Any

import pytest
from flask import Flask
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image, PngImagePlugin
from sqlalchemy.orm import Session

from tests.evidence.factories import create_item
from tests.factories import issue_to_eligible, register_eligible_person
from tests.qr_pictures import build_empty_png, encode_picture
from tests.visitor import Visitor
from trainer.issuing.logos import clean_stored_logos
from trainer.projects.logos import MAX_LOGO_SIDE_PX, prepare_logo
from trainer.projects.models import Project
from trainer.seminars.models import Seminar
from trainer.storage import FileMissing, Storage
from trainer.web.pictures.decoding import ImageUnreadable

pytestmark = pytest.mark.one_database

SECRET = b"secret-place"
LOGO = Image.linear_gradient("L").resize((60, 40)).convert("RGB")
PROFILE = b"a colour profile" * 20


def build_exif(orientation: int = 1) -> Image.Exif:
    """Return Exif data with a place, a camera and a date."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x0132] = orientation, SECRET.decode(), "2025:05:15 10:00:00"
    exif.get_ifd(0x8825).update({1: "N", 2: (43.0, 39.0, 1.0), 3: "E", 4: (51.0, 10.0, 2.0)})
    return exif


def insert_jpeg_segment(content: bytes, marker: int, payload: bytes) -> bytes:
    """Return a JPEG with one more segment at its beginning."""
    return content[:2] + bytes((0xFF, marker)) + (len(payload) + 2).to_bytes(2, "big") + payload + content[2:]


def build_loaded_jpeg(orientation: int = 1, **more: Any) -> bytes:
    """Return a JPEG that says where it was taken in every way that JPEG has."""
    content = encode_picture(LOGO, "JPEG", exif=build_exif(orientation), icc_profile=PROFILE, comment=SECRET, **more)
    content = insert_jpeg_segment(content, 0xE1, b"http://ns.adobe.com/xap/1.0/\0<exif:GPSLatitude>" + SECRET)
    content = insert_jpeg_segment(content, 0xED, b"Photoshop 3.0\x008BIM\x04\x04\0\0\0\0\0\x0c" + SECRET)
    content = insert_jpeg_segment(content, 0xE2, b"FPXR\0" + SECRET)
    return insert_jpeg_segment(content, 0xE0, b"JFXX\0\x10" + SECRET) + b"a film" + SECRET


def build_loaded_png(orientation: int = 1, **more: Any) -> bytes:
    """Return a PNG that says where it was taken in every way that PNG has."""
    texts = PngImagePlugin.PngInfo()
    texts.add_text("Location", SECRET.decode())
    texts.add_text("Raw profile type iptc", SECRET.decode(), zip=True)
    texts.add_itxt("XML:com.adobe.xmp", f"<x><exif:GPSLatitude>{SECRET.decode()}</exif:GPSLatitude></x>")
    texts.add(b"prVt", SECRET)
    exif = build_exif(orientation)
    return encode_picture(LOGO, "PNG", exif=exif, pnginfo=texts, icc_profile=PROFILE, **more) + SECRET


BUILDERS = {"JPEG": build_loaded_jpeg, "PNG": build_loaded_png}


@pytest.mark.parametrize("kind", BUILDERS)
@given(orientation=st.integers(1, 8))
def test_a_stored_logo_is_upright_and_tells_nothing_but_its_colours(kind: str, orientation: int) -> None:
    content = BUILDERS[kind](orientation)
    assert SECRET in content
    prepared = prepare_logo(content)
    opened = Image.open(io.BytesIO(prepared))
    assert SECRET not in prepared
    assert b"2025:05" not in prepared
    assert not dict(opened.getexif())
    assert set(opened.info) <= {"icc_profile", "jfif", "jfif_version", "jfif_unit", "jfif_density", "dpi"}
    assert opened.info["icc_profile"] == PROFILE
    assert opened.size == ((60, 40) if orientation < 5 else (40, 60))
    if orientation == 1:
        original = Image.open(io.BytesIO(content))
        assert (opened.mode, opened.tobytes()) == (original.mode, original.tobytes())
    assert prepare_logo(prepared) == prepared


@pytest.mark.filterwarnings("ignore:")  # Pillow warns of entries that it skips
@pytest.mark.parametrize("kind", BUILDERS)
@given(data=st.data())
def test_of_a_damaged_logo_nothing_but_its_picture_is_stored(kind: str, data: st.DataObject) -> None:
    damaged = bytearray(BUILDERS[kind](6))
    for place in data.draw(st.lists(st.integers(0, 600), min_size=1, max_size=6)):
        damaged[place] = data.draw(st.integers(0, 255))
    try:
        prepared = prepare_logo(bytes(damaged))
    except ImageUnreadable:
        return
    assert SECRET not in prepared
    assert prepare_logo(prepared) == prepared


@pytest.mark.parametrize("more", [{"progressive": True}, {"quality": 30, "subsampling": 2}])
def test_a_logo_that_needs_no_change_keeps_its_coded_picture(more: dict[str, Any]) -> None:
    assert prepare_logo(build_loaded_jpeg(**more)).endswith(encode_picture(LOGO, "JPEG", **more)[-300:])


def test_a_large_logo_is_scaled_down_and_a_huge_one_is_refused() -> None:
    prepared = prepare_logo(encode_picture(LOGO.resize((4500, 3000)), "PNG"))
    assert Image.open(io.BytesIO(prepared)).size == (MAX_LOGO_SIDE_PX, MAX_LOGO_SIDE_PX * 2 // 3)
    with pytest.raises(ImageUnreadable):
        prepare_logo(build_empty_png(30_000, 30_000))


def upload_logo(organizer: Visitor, project: Project, content: bytes, status: int) -> Any:
    """Upload a logo on the page of the project."""
    page = organizer.get(f"/desk/project/{project.id}")
    fields = {**page.read_form()[1], "grantee-kk": "Ұйым", "logo": (io.BytesIO(content), "logo.png")}
    return organizer.post(
        f"/desk/project/{project.id}", fields, status=status, content_type="multipart/form-data", buffered=True
    )


def test_an_uploaded_logo_is_stored_and_shown_without_its_place(
    organizer: Visitor, session: Session, project: Project
) -> None:
    upload_logo(organizer, project, build_loaded_jpeg(6), 303)
    shown = organizer.client.get(f"/desk/project/{project.id}/logo").data
    assert Image.open(io.BytesIO(shown)).size == (40, 60)
    assert SECRET not in shown
    for content in (b"no picture", build_empty_png(30_000, 30_000), build_loaded_png()[:200]):
        assert upload_logo(organizer, project, content, 422).get_error("logo")


def test_logos_of_earlier_versions_are_cleaned_where_projects_and_certificates_name_them(
    app: Flask, session: Session, past_seminar: Seminar
) -> None:
    storage = Storage.from_settings(app.extensions["settings"])
    old = storage.store_content(build_loaded_jpeg())
    clean = storage.store_content(encode_picture(LOGO))
    past_seminar.project.logo_sha256 = old
    register_eligible_person(session, past_seminar)
    [issued] = issue_to_eligible(session, past_seminar)
    session.commit()
    files = set(storage.list_hashes())
    with app.app_context():
        clean_stored_logos(session, Event())
        clean_stored_logos(session, Event())
    session.expire_all()
    assert issued.facts["logos"] == [past_seminar.project.logo_sha256]
    assert SECRET not in storage.load_content(past_seminar.project.logo_sha256)
    assert not any(SECRET in storage.load_content(sha256) for sha256 in storage.list_hashes())
    assert {clean, issued.pdf_sha256} < set(storage.list_hashes())
    assert len(storage.list_hashes()) == len(files)
    with pytest.raises(FileMissing):
        storage.load_content(old)


def test_cleaning_logos_touches_no_other_picture(app: Flask, session: Session, project: Project) -> None:
    storage = Storage.from_settings(app.extensions["settings"])
    photo, both = (
        create_item(session, project, content).sha256 for content in (build_loaded_jpeg(), build_loaded_png())
    )
    under_way = storage.store_content(build_loaded_jpeg(6))
    project.logo_sha256 = both
    session.commit()
    with app.app_context():
        clean_stored_logos(session, Event())
    assert {photo, both, under_way} < set(storage.list_hashes())
    session.expire_all()
    assert SECRET not in storage.load_content(project.logo_sha256)
