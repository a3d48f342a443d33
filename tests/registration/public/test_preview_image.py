"""The preview image for messengers: its size in pixels and bytes, for any title."""

import io

import pytest
from hypothesis import example, given, settings
from PIL import Image
from sqlalchemy.orm import Session

from tests.factories import NOON
from tests.registration.factories import EXAMPLE_INVITATION, INVITATION_TITLES, build_other_invitation
from tests.visitor import Visitor
from trainer.language.translated import Translated
from trainer.registration.public.preview_image import render_preview_image
from trainer.seminars.models import Seminar

pytestmark = pytest.mark.one_database

MAX_IMAGE_BYTES = 300_000  # messengers ignore a larger image


def open_preview(visitor: Visitor, address: str) -> Image.Image:
    """Return the image at an address."""
    answer = visitor.get(address).response
    assert answer.mimetype == "image/png"
    assert len(answer.get_data()) < MAX_IMAGE_BYTES
    return Image.open(io.BytesIO(answer.get_data()))


@pytest.mark.parametrize("language", ["kk", "ru", "en"])
def test_it_is_of_the_size_that_messengers_ask_for(stranger: Visitor, seminar: Seminar, language: str) -> None:
    image = open_preview(stranger, f"/s/care/preview-{language}.png")
    assert (image.format, image.size) == ("PNG", (1200, 630))


def test_each_language_shows_its_own_title(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    pictures = {
        language: open_preview(stranger, f"/s/care/preview-{language}.png").tobytes() for language in ("kk", "ru", "en")
    }
    assert len(set(pictures.values())) == 3
    seminar.title = Translated("Басқа атауы", "Другое название")
    assert open_preview(stranger, "/s/care/preview-kk.png").tobytes() != pictures["kk"]


def test_it_is_kept_for_some_minutes_and_not_sent_twice(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    first = stranger.get("/s/care/preview-kk.png").response
    assert first.cache_control.public
    assert first.cache_control.max_age == 300
    assert "Set-Cookie" not in first.headers
    known = {"If-None-Match": first.headers["ETag"]}
    assert stranger.get("/s/care/preview-kk.png", status=304, headers=known).response.get_data() == b""
    seminar.title = Translated("Басқа атауы")
    stranger.get("/s/care/preview-kk.png", headers=known)


def test_a_seminar_that_nobody_may_see_has_no_picture(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    for address in ("/s/care/preview-de.png", "/s/care/preview-kk.jpg", "/s/other/preview-kk.png"):
        stranger.get(address, status=404)
    seminar.opened_at = None
    stranger.get("/s/care/preview-kk.png", status=404)


@settings(max_examples=8)
@given(INVITATION_TITLES)
@example("Ұ" * 240)
@example("ФЖШ " * 60)
def test_any_title_makes_a_picture(title: str) -> None:
    content = render_preview_image(build_other_invitation(EXAMPLE_INVITATION, title=title))
    assert len(content) < MAX_IMAGE_BYTES
    assert Image.open(io.BytesIO(content)).size == (1200, 630)


def test_that_of_a_cancelled_seminar_offers_no_date(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    held = open_preview(stranger, "/s/care/preview-kk.png").tobytes()
    seminar.cancelled_at = NOON
    session.commit()
    assert open_preview(stranger, "/s/care/preview-kk.png").tobytes() != held
    description = stranger.get("/s/care").tree.find(".//meta[@name='description']")
    assert description is not None and description.get("content") == "Семинар өткізілмейді."
