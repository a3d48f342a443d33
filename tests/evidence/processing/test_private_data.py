"""The copy that others get holds neither place nor device; its picture and its frames are the same, byte for byte."""

import io
import struct
import tracemalloc
from contextlib import suppress
from pathlib import Path

import pillow_heif
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from tests.evidence.processing.samples import LATITUDE, MAKER, draw_upright, make_box, make_photo, make_video
from trainer.evidence.models import Cleaning
from trainer.evidence.processing.iso_media import BoxesDamaged, clean_heif, clean_movie, read_movie_facts
from trainer.evidence.processing.private_data import write_cleaned_copy
from trainer.evidence.processing.recordings import read_recording_facts
from trainer.web.pictures.exif import EXIF_IFD_TAG

GPS = 0x8825


def clean(folder: Path, content: bytes, media_type: str) -> tuple[Cleaning, bytes]:
    """Return what became of a file, and its copy."""
    source, target = folder / "source", folder / "cleaned"
    source.write_bytes(content)
    target.unlink(missing_ok=True)
    result = write_cleaned_copy(source, target, media_type)
    assert source.read_bytes() == content, "the original is never changed"
    assert target.exists() == (result == Cleaning.CLEANED)
    return result, target.read_bytes() if target.exists() else b""


@pytest.mark.parametrize("media_type", ["image/jpeg", "image/png", "image/webp"])
def test_a_photo_keeps_its_pixels_its_turn_and_its_date(tmp_path: Path, media_type: str) -> None:
    content = make_photo(media_type, 6)
    result, cleaned = clean(tmp_path, content, media_type)
    assert result == Cleaning.CLEANED
    assert MAKER.encode() not in cleaned
    before, after = Image.open(io.BytesIO(content)), Image.open(io.BytesIO(cleaned))
    assert after.convert("RGB").tobytes() == before.convert("RGB").tobytes()
    assert after.getexif()[0x0112] == 6
    assert after.getexif().get_ifd(EXIF_IFD_TAG)[0x9003] == "2025:06:02 10:11:12"
    assert not after.getexif().get_ifd(GPS)
    assert clean(tmp_path, cleaned, media_type)[0] == Cleaning.NOT_NEEDED


def test_a_heic_keeps_its_pixels_and_its_turn(tmp_path: Path) -> None:
    content = make_photo("image/heic", 6)
    result, cleaned = clean(tmp_path, content, "image/heic")
    assert result == Cleaning.CLEANED
    assert len(cleaned) == len(content)
    assert MAKER.encode() not in cleaned
    before, after = (pillow_heif.open_heif(io.BytesIO(each)) for each in (content, cleaned))
    assert bytes(after.data) == bytes(before.data)
    exif = Image.Exif()
    exif.load(after.info["exif"])
    assert not exif.get_ifd(GPS)


def test_a_video_keeps_its_frames_where_they_are(tmp_path: Path) -> None:
    content = make_video()
    assert content.count(LATITUDE) == 2
    result, cleaned = clean(tmp_path, content, "video/mp4")
    assert result == Cleaning.CLEANED
    assert LATITUDE not in cleaned
    assert len(cleaned) == len(content)
    assert cleaned.index(b"frames") == content.index(b"frames")
    assert cleaned.count(b"frames") == content.count(b"frames")
    facts = read_movie_facts(io.BytesIO(cleaned))
    assert facts == read_movie_facts(io.BytesIO(content))
    assert facts.seconds == 5
    assert facts.created_at is not None
    assert facts.created_at.isoformat() == "2025-06-02T08:51:12+00:00"


def test_what_has_nothing_private_needs_no_copy(tmp_path: Path) -> None:
    file = io.BytesIO()
    draw_upright().save(file, "WEBP")
    assert clean(tmp_path, file.getvalue(), "image/webp")[0] == Cleaning.NOT_NEEDED
    assert clean(tmp_path, b"%PDF-1.7\n", "application/pdf")[0] == Cleaning.NOT_NEEDED


@pytest.mark.parametrize("media_type", ["image/jpeg", "image/png", "image/webp", "image/heic", "video/mp4"])
def test_a_damaged_file_is_left_for_a_decision(tmp_path: Path, media_type: str) -> None:
    content = make_video() if media_type == "video/mp4" else make_photo(media_type)
    assert clean(tmp_path, content[: len(content) - 40], media_type)[0] == Cleaning.IMPOSSIBLE


def test_a_video_without_an_index_is_damaged() -> None:
    without = make_box(b"ftyp", b"isom\0\0\0\0isom") + make_box(b"mdat", b"frames")
    with pytest.raises(BoxesDamaged):
        read_movie_facts(io.BytesIO(without))


@pytest.mark.parametrize(("same_size", "samples"), [(1, 2**32 - 1), (2**32 - 1, 2**32 - 1), (0, 2**32 - 1)])
def test_a_table_that_names_billions_of_samples_takes_no_memory(same_size: int, samples: int) -> None:
    content = make_video()
    number = content.index(b"stsz") + 8
    damaged = content[:number] + struct.pack(">II", same_size, samples) + content[number + 8 :]
    tracemalloc.start()
    try:
        with suppress(BoxesDamaged):
            clean_movie(io.BytesIO(damaged))
        assert tracemalloc.get_traced_memory()[1] < 10 * 1024**2
    finally:
        tracemalloc.stop()


@given(st.binary(max_size=300), st.integers(0, 400), st.booleans())
def test_whatever_a_file_holds_it_is_read_or_called_damaged(noise: bytes, place: int, is_photo: bool) -> None:
    content = bytearray(make_photo("image/heic") if is_photo else make_video())
    content[place : place + len(noise)] = noise
    for read in (read_movie_facts, clean_heif, clean_movie):
        file = io.BytesIO(bytes(content))
        try:
            read(file)
        except BoxesDamaged:
            continue
        assert len(file.getvalue()) == len(content)


@given(st.sampled_from(["video/webm", "audio/wav", "audio/flac"]), st.binary(max_size=200))
def test_whatever_a_recording_holds_it_is_read_or_called_damaged(media_type: str, noise: bytes) -> None:
    heads = {"video/webm": b"\x1a\x45\xdf\xa3", "audio/wav": b"RIFF\0\0\0\0WAVE", "audio/flac": b"fLaC"}
    try:
        read_recording_facts(io.BytesIO(heads[media_type] + noise), media_type)
    except BoxesDamaged:
        return
