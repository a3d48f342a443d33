"""Removal of location and device data from photographs without changing pixels or dates."""

import io
from typing import Any

import pikepdf
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from trainer.web.pictures.exif import ImageDamaged, remove_location

TAKEN_TAG, OFFSET_TAG, MAKER_NOTE_TAG = 0x9003, 0x9011, 0x927C
PICTURE = Image.effect_noise((120, 90), 60).convert("RGB")


def build_phone_exif() -> Image.Exif:
    """Return Exif data as a phone writes them."""
    exif = Image.Exif()
    exif[0x0112], exif[0x0132], exif[0x010F], exif[0x0110] = 6, "2025:05:15 10:00:00", "Maker", "Model 7"
    exif.get_ifd(0x8825).update({1: "N", 2: (43.0, 39.0, 1.0), 3: "E", 4: (51.0, 10.0, 2.0)})
    exif.get_ifd(0x8769).update(
        {TAKEN_TAG: "2025:05:15 09:58:00", OFFSET_TAG: "+05:00", MAKER_NOTE_TAG: b"secret of the maker"}
    )
    return exif


def build_photo(kind: str, **more: Any) -> bytes:
    """Return a photo with such Exif data."""
    file = io.BytesIO()
    PICTURE.save(file, kind, exif=build_phone_exif(), **more)
    return file.getvalue()


def read_pixels(content: bytes) -> bytes:
    """Return the pixels of a picture."""
    return Image.open(io.BytesIO(content)).convert("RGB").tobytes()


PHOTOS = [("JPEG", {}), ("JPEG", {"progressive": True}), ("JPEG", {"icc_profile": b"x" * 300}), ("PNG", {})]


@pytest.mark.parametrize(("kind", "more"), PHOTOS)
def test_the_place_goes_and_picture_turn_and_date_stay(kind: str, more: dict[str, Any]) -> None:
    content = build_photo(kind, **more)
    cleaned = remove_location(content)
    exif = Image.open(io.BytesIO(cleaned)).getexif()
    assert read_pixels(cleaned) == read_pixels(content)
    assert exif[0x0112] == 6
    assert dict(exif.get_ifd(0x8769)) == {TAKEN_TAG: "2025:05:15 09:58:00", OFFSET_TAG: "+05:00"}
    assert not exif.get_ifd(0x8825)
    for word in (b"secret", b"Maker", b"Model"):
        assert word in content
        assert word not in cleaned
    assert remove_location(cleaned) == cleaned


def test_metadata_and_data_after_the_image_are_removed() -> None:
    content = build_photo("JPEG", comment=b"taken at home")
    xmp = b"http://ns.adobe.com/xap/1.0/\0<exif:GPSLatitude>43,39N</exif:GPSLatitude>"
    content = (
        content[:2] + b"\xff\xe1" + (len(xmp) + 2).to_bytes(2, "big") + xmp + content[2:] + b"a film with its place"
    )
    cleaned = remove_location(content)
    assert read_pixels(cleaned) == read_pixels(content)
    for word in (b"at home", b"GPSLatitude", b"film"):
        assert word not in cleaned


def build_pdf_of_photos(*photos: bytes) -> bytes:
    """Return a PDF that contains the photos unchanged."""
    pdf, file = pikepdf.new(), io.BytesIO()
    for photo in photos:
        image = pikepdf.Stream(pdf, photo)
        image.update({"/Type": pikepdf.Name.XObject, "/Subtype": pikepdf.Name.Image, "/Filter": pikepdf.Name.DCTDecode})
        page = pdf.add_blank_page(page_size=(120, 90))
        page.Resources = pikepdf.Dictionary(XObject=pikepdf.Dictionary(Im=pdf.make_indirect(image)))
    pdf.save(file)
    return file.getvalue()


def test_photos_inside_a_pdf_tell_no_place_either() -> None:
    content = build_pdf_of_photos(build_photo("JPEG"), build_photo("JPEG", progressive=True))
    cleaned = remove_location(content)
    assert b"secret" in content
    assert b"secret" not in cleaned
    with pikepdf.open(io.BytesIO(cleaned)) as pdf:
        kept_photos = [page.Resources.XObject.Im.read_raw_bytes() for page in pdf.pages]
    assert [read_pixels(photo) for photo in kept_photos] == [
        read_pixels(build_photo("JPEG", progressive=progressive)) for progressive in (False, True)
    ]
    assert remove_location(content) == cleaned
    assert remove_location(cleaned) == cleaned


def test_a_pdf_without_photos_stays_as_it_is() -> None:
    content = build_pdf_of_photos()
    assert remove_location(content) == content


@given(st.binary(max_size=200), st.integers(0, 2000), st.sampled_from(["JPEG", "PNG"]))
def test_a_damaged_file_is_said_to_be_damaged(noise: bytes, at: int, kind: str) -> None:
    content = build_photo(kind)
    for broken in (content[: at + 3], content[:at] + noise, content[:3] + noise, noise):
        try:
            assert isinstance(remove_location(broken), bytes)
        except ImageDamaged:
            continue
