"""The pass and the calendar file, read with a scanner and a calendar library."""

import io
from datetime import UTC

import pytest
import zxingcpp
from icalendar import Calendar
from PIL import Image
from sqlalchemy.orm import Session

from tests.factories import AIGUL, register_person
from tests.portal.page_actions import set_registration_status
from tests.visitor import Visitor
from trainer.registration.models import RegistrationStatus
from trainer.registration.self_service import pass_image
from trainer.seminars.models import Seminar

pytestmark = pytest.mark.one_database


def scan_qr(image: Image.Image) -> str:
    """Return the text of a QR code."""
    [barcode] = zxingcpp.read_barcodes(image.convert("L"))
    assert barcode.format == zxingcpp.BarcodeFormat.QRCode
    return barcode.text


def draw_svg_path(path: str, size: int, scale: int = 8) -> Image.Image:
    """Return the image of the page's SVG path."""
    image = Image.new("L", (size * scale, size * scale), 255)
    for part in path.split("z")[:-1]:
        start, length = part.removeprefix("M").split("v")[0].split("h")
        x, y = (scale * int(item) for item in start.split(" "))
        image.paste(0, (x, y, x + scale * int(length), y + scale))
    return image


def test_the_pass_says_the_pass_code_and_not_the_link(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    aigul = register_person(session, seminar)
    page = stranger.get(f"/r/{aigul.token}/pass")
    assert aigul.person.full_name in page.words
    svg = next(item for item in page.tree.iter() if item.tag == "svg" and item.get("role") == "img")
    size, path = int(svg.get("viewbox").split()[-1]), list(svg)[-1].get("d")
    assert scan_qr(draw_svg_path(path, size)) == f"PASS:{aigul.pass_code}"
    assert len(aigul.pass_code) == 26
    assert aigul.pass_code not in aigul.token


def test_the_pass_is_kept_as_a_picture(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    aigul = register_person(session, seminar)
    answer = stranger.get(f"/r/{aigul.token}/pass.png").response
    assert answer.mimetype == "image/png"
    assert "attachment" in answer.headers["Content-Disposition"]
    image = Image.open(io.BytesIO(answer.get_data()))
    assert scan_qr(image) == pass_image.build_pass_text(aigul.pass_code)
    assert (
        scan_qr(image.resize((200, 200 * image.height // image.width)).rotate(4, fillcolor=255))
        == f"PASS:{aigul.pass_code}"
    )


def test_the_qr_is_small_because_it_is_of_capitals_and_digits() -> None:
    assert len(pass_image.build_pass_modules("A" * 26)) == 25 + 8


def test_a_tablet_knows_the_pass_by_its_digest_only() -> None:
    assert pass_image.hash_pass_code("ABC") == "b5d4045c3f466fa91fe2cc6abe79232a1a57cdf104f7a26e716e0a1e2789df78"


def test_words_too_long_for_the_picture_go_to_the_next_line() -> None:
    assert pass_image.wrap_caption("aa bb cccccccc d", lambda text: len(text) <= 5) == ["aa bb", "cccccccc", "d"]
    assert pass_image.wrap_caption("", lambda text: True) == []


def test_the_calendar_file_holds_the_sessions_and_the_way_back(
    stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    aigul = register_person(session, seminar)
    answer = stranger.get(f"/r/{aigul.token}/calendar.ics").response
    assert answer.mimetype == "text/calendar"
    assert "care.ics" in answer.headers["Content-Disposition"]
    events = Calendar.from_ical(answer.get_data()).walk("VEVENT")
    assert [event.decoded("dtstart").astimezone(UTC) for event in events] == [
        seminar_session.starts_at for seminar_session in seminar.sessions
    ]
    assert {str(event["summary"]) for event in events} == {seminar.title.get_text("kk")}
    assert all(str(event["url"]).endswith(f"/r/{aigul.token}") for event in events)
    again = Calendar.from_ical(stranger.get(f"/r/{aigul.token}/calendar.ics").response.get_data()).walk("VEVENT")
    assert [event["uid"] for event in again] == [event["uid"] for event in events]


def test_only_who_has_a_place_has_a_pass(stranger: Visitor, session: Session, seminar: Seminar) -> None:
    aigul = register_person(session, seminar, AIGUL)
    for state in (
        RegistrationStatus.APPLIED,
        RegistrationStatus.WAITING,
        RegistrationStatus.OFFERED,
        RegistrationStatus.OFFER_EXPIRED,
        RegistrationStatus.REFUSED,
        RegistrationStatus.CANCELLED,
    ):
        set_registration_status(session, aigul, state)
        for item in ("pass", "pass.png"):
            stranger.get(f"/r/{aigul.token}/{item}", status=404)
