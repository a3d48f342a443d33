"""Previews are upright, whatever way the camera was held; what can't be shown is refused and never decoded."""

import io
from pathlib import Path

import pillow_heif
import pytest
from PIL import Image

from tests.evidence.processing.samples import build_exif, draw_upright, make_photo
from trainer.evidence.inbox.similar import NEAR_BITS, count_differing_bits
from trainer.evidence.processing.previews import (
    THUMBNAIL_SIDE,
    Pictures,
    compute_difference_hash,
    make_pdf_pictures,
    make_photo_pictures,
)
from trainer.web.pictures.decoding import ImageTooLarge, ImageUnreadable

TYPES = ("image/jpeg", "image/png", "image/webp", "image/heic")


def read_pictures(folder: Path, content: bytes, media_type: str) -> Pictures:
    """Return the pictures of a photo."""
    path = folder / "source"
    path.write_bytes(content)
    return make_photo_pictures(path, media_type)


def assert_upright(pictures: Pictures) -> None:
    """Assert that pictures are those of `draw_upright`."""
    assert (pictures.width, pictures.height) == (64, 48)
    for content in (pictures.thumbnail, pictures.preview):
        picture = Image.open(io.BytesIO(content)).convert("RGB")
        assert picture.size == (64, 48)
        red, other = picture.getpixel((8, 8)), [picture.getpixel(place) for place in ((56, 8), (8, 40), (56, 40))]
        assert isinstance(red, tuple) and red[1] < 60
        assert all(isinstance(colour, tuple) and min(colour) > 200 for colour in other)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("media_type", TYPES)
def test_a_photo_is_shown_upright(tmp_path: Path, media_type: str, orientation: int) -> None:
    pictures = read_pictures(tmp_path, make_photo(media_type, orientation), media_type)
    assert_upright(pictures)
    assert pictures.taken == "2025-06-02T10:11:12"


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_heic_that_is_turned_by_its_exif_data_alone_is_shown_upright(tmp_path: Path, orientation: int) -> None:
    content = make_photo("image/heic", orientation)
    for kind in (b"irot", b"imir"):
        content = content.replace(kind, b"free")
    assert_upright(read_pictures(tmp_path, content, "image/heic"))


def test_exif_data_that_contradict_the_turn_of_a_heic_are_not_applied_to_it(tmp_path: Path) -> None:
    file = io.BytesIO()
    heif = pillow_heif.from_pillow(draw_upright())
    heif.save(file, exif=build_exif(1), quality=95)
    assert_upright(read_pictures(tmp_path, file.getvalue(), "image/heic"))


def test_what_is_transparent_becomes_white(tmp_path: Path) -> None:
    file = io.BytesIO()
    Image.new("RGBA", (10, 10), (0, 0, 0, 0)).save(file, "PNG")
    picture = Image.open(io.BytesIO(read_pictures(tmp_path, file.getvalue(), "image/png").preview))
    assert picture.getpixel((5, 5)) == (255, 255, 255)


def test_a_preview_holds_neither_place_nor_device(tmp_path: Path) -> None:
    for media_type in TYPES:
        pictures = read_pictures(tmp_path, make_photo(media_type, 6), media_type)
        for content in (pictures.thumbnail, pictures.preview):
            assert not Image.open(io.BytesIO(content)).getexif()
            assert b"Telefon" not in content


def test_of_an_animation_the_first_frame_is_shown(tmp_path: Path) -> None:
    file = io.BytesIO()
    draw_upright().save(file, "WEBP", save_all=True, append_images=[Image.new("RGB", (64, 48), "blue")], quality=95)
    assert_upright(read_pictures(tmp_path, file.getvalue(), "image/webp"))


def test_a_picture_of_too_many_points_is_refused_before_it_is_decoded(tmp_path: Path) -> None:
    file = io.BytesIO()
    Image.new("1", (30_000, 30_000)).save(file, "PNG")
    with pytest.raises(ImageTooLarge):
        read_pictures(tmp_path, file.getvalue(), "image/png")


@pytest.mark.parametrize("media_type", TYPES)
def test_a_photo_that_is_cut_is_refused(tmp_path: Path, media_type: str) -> None:
    content = make_photo(media_type)
    for size in (20, len(content) // 3, len(content) * 2 // 3):
        with pytest.raises(ImageUnreadable):
            read_pictures(tmp_path, content[:size], media_type)


def test_the_first_page_of_a_pdf_is_shown(tmp_path: Path) -> None:
    Image.new("RGB", (2000, 1000), "red").save(tmp_path / "a.pdf", resolution=100)
    pictures = make_pdf_pictures(tmp_path / "a.pdf")
    thumbnail = Image.open(io.BytesIO(pictures.thumbnail))
    assert thumbnail.size == (THUMBNAIL_SIDE, THUMBNAIL_SIDE // 2)
    (tmp_path / "b.pdf").write_bytes(b"%PDF-1.7\n")
    with pytest.raises(ImageUnreadable):
        make_pdf_pictures(tmp_path / "b.pdf")


def test_the_hash_of_a_smaller_copy_is_near_and_that_of_another_picture_is_not() -> None:
    gradient = Image.radial_gradient("L").convert("RGB")
    first, smaller = compute_difference_hash(gradient), compute_difference_hash(gradient.resize((90, 90)))
    assert count_differing_bits(first, smaller) <= NEAR_BITS
    other = compute_difference_hash(Image.linear_gradient("L").rotate(90).convert("RGB"))
    assert count_differing_bits(first, other) > NEAR_BITS
