"""Verification by photo: a certificate's code leads to its verdict, anything else to an error next to the field."""

import io
from typing import Any

import pytest
from PIL import Image
from sqlalchemy.orm import Session

from tests.factories import issue_to_eligible, register_eligible_person
from tests.page import Page
from tests.qr_pictures import build_empty_png, draw_qr, encode_picture, occupy_decoders
from tests.visitor import Visitor
from trainer.issuing.models import IssuedCertificate
from trainer.seminars.models import Seminar
from trainer.verification.qr_photo import read_certificate_qr
from trainer.web.pictures.decoding import MAX_PIXELS, ImageUnreadable

# Reading a picture does not depend on the database.
pytestmark = pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)
TEXT = "HTTPS://SEMINAR.EXAMPLE.ORG/V/000G40R40M30E209J#2KCE3IQBE4"


def submit_photo_file(visitor: Visitor, content: bytes, status: int = 422) -> Page:
    """Submit a photograph and return the page."""
    head = b'--x\r\nContent-Disposition: form-data; name="photo"; filename="a.jpg"\r\n\r\n'
    body, kind = head + content + b"\r\n--x--\r\n", "multipart/form-data; boundary=x"
    visitor.session.commit()
    return Page(visitor.client.post("/verify/photo", data=body, content_type=kind), status=status)


@pytest.mark.parametrize(("kind", "more"), [("PNG", {}), ("WEBP", {}), ("JPEG", {}), ("JPEG", {"progressive": True})])
@pytest.mark.parametrize("turn", [0, 90, 200])
def test_a_photo_leads_to_the_verdict_with_its_seal(
    stranger: Visitor, kind: str, more: dict[str, Any], turn: int
) -> None:
    page = submit_photo_file(
        stranger, encode_picture(draw_qr(TEXT).rotate(turn, expand=True, fillcolor="white"), kind, **more), 303
    )
    assert page.location == "/v/000G40R40M30E209J#2KCE3IQBE4"


def test_a_photo_of_a_real_certificate_shows_it(stranger: Visitor, session: Session, past_seminar: Seminar) -> None:
    register_eligible_person(session, past_seminar)
    entry: IssuedCertificate = issue_to_eligible(session, past_seminar)[0]
    page = submit_photo_file(stranger, encode_picture(draw_qr(entry.qr_text), "JPEG"), 303)
    assert page.location == "/v/" + entry.qr_text.rpartition("/")[2]
    assert entry.recipient in stranger.follow(page).words


@pytest.mark.parametrize(
    "text",
    [
        "https://example.org/",
        "javascript:alert(1)//v/0",
        "HTTPS://X/V/0#2KCE?next=//evil.example",
        "tel:+77015550101",
        "V/000G40R40M30E209J",
        "HTTPS://X/V/",
    ],
)
def test_a_foreign_code_is_reported_as_such(stranger: Visitor, text: str) -> None:
    assert submit_photo_file(stranger, encode_picture(draw_qr(text))).get_error("photo")


def test_after_a_photo_without_a_code_the_page_can_be_read_in_another_language(stranger: Visitor) -> None:
    [russian] = [link for link in submit_photo_file(stranger, b"x").list_links() if "lang=ru" in link]
    assert stranger.get(russian).language == "ru"


def test_no_code_ever_leads_to_another_site(stranger: Visitor) -> None:
    for part in ("%2F%2Fevil.example", "..", "%2e%2e", "@evil.example", "\\evil.example", ":80"):
        assert str(
            submit_photo_file(stranger, encode_picture(draw_qr(f"HTTPS://SEMINAR.EXAMPLE.ORG/V/{part}")), 303).location
        ).startswith("/v/")


def test_a_certificate_of_another_site_is_not_called_invalid(stranger: Visitor) -> None:
    page = submit_photo_file(
        stranger, encode_picture(draw_qr(TEXT.replace("SEMINAR.EXAMPLE.ORG", "OTHER.EXAMPLE.COM")))
    )
    assert "other.example.com" in page.get_error("photo")


def test_a_certificate_from_before_a_move_is_known_by_its_seal(
    stranger: Visitor, session: Session, past_seminar: Seminar
) -> None:
    register_eligible_person(session, past_seminar)
    entry: IssuedCertificate = issue_to_eligible(session, past_seminar)[0]
    text = entry.qr_text.replace("SEMINAR.EXAMPLE.ORG", "OLD.EXAMPLE.ORG")
    assert submit_photo_file(stranger, encode_picture(draw_qr(text)), 303).location == "/v/" + text.rpartition("/")[2]


def test_another_code_in_the_photo_is_ignored(stranger: Visitor) -> None:
    both = Image.new("RGB", (1500, 700), "white")
    both.paste(draw_qr("https://example.org/"), (0, 0))
    both.paste(draw_qr(TEXT), (750, 0))
    assert submit_photo_file(stranger, encode_picture(both), 303).location == "/v/000G40R40M30E209J#2KCE3IQBE4"


def test_anything_else_gets_an_error_message(stranger: Visitor) -> None:
    photo = encode_picture(draw_qr(TEXT), "JPEG")
    broken = [
        b"",
        b"x",
        b"%PDF-1.7",
        b"GIF89a" + bytes(50),
        b"<svg/>",
        photo[:50],
        photo[: len(photo) // 2],
        bytes(10**6),
    ]
    for content in (
        *broken,
        encode_picture(draw_qr(TEXT))[:60],
        build_empty_png(9, 9),
        encode_picture(Image.new("L", (1, 1))),
    ):
        assert submit_photo_file(stranger, content).get_error("photo"), content[:20]
    assert stranger.post("/verify/photo", {}, status=422).get_error("photo")
    assert stranger.post("/verify/photo", {"photo": "no file"}, status=422).get_error("photo")


def test_a_small_file_with_a_huge_picture_is_not_decoded(stranger: Visitor) -> None:
    for width, height in ((30_000, 30_000), (2**31 - 1, 1), (2**30, 2**30), (MAX_PIXELS + 1, 1)):
        assert submit_photo_file(stranger, build_empty_png(width, height)).get_error("photo")
        with pytest.raises(ImageUnreadable):
            read_certificate_qr(build_empty_png(width, height))


def test_a_large_photo_of_a_phone_is_read(stranger: Visitor) -> None:
    assert submit_photo_file(stranger, encode_picture(draw_qr(TEXT).resize((9000, 7000)), "JPEG"), 303).location


def test_a_photo_may_have_12_mb_and_no_more(stranger: Visitor) -> None:
    photo = encode_picture(draw_qr(TEXT), "JPEG")
    assert submit_photo_file(stranger, photo + bytes(11 * 2**20), 303).location
    assert submit_photo_file(stranger, photo + bytes(12 * 2**20), status=413).heading
    assert submit_photo_file(stranger, bytes(100 * 2**20), status=413).heading


def test_while_many_photos_are_checked_a_sentence_asks_to_send_it_again(stranger: Visitor) -> None:
    photo = encode_picture(draw_qr(TEXT))
    with occupy_decoders():
        page = submit_photo_file(stranger, photo, 503)
        assert page.get_error("photo")
        assert page.response.headers["Retry-After"] == "10"
        files = {"photo": (io.BytesIO(photo), "a.png")}
        answer = stranger.client.post("/verify/photo", data=files, headers={"Accept": "application/json"})
        assert (answer.status_code, answer.get_json()["text"]) == (503, "")
    assert submit_photo_file(stranger, photo, 303).location


def test_a_program_gets_the_text(stranger: Visitor) -> None:
    headers = {"Accept": "application/json"}
    files = {"photo": (io.BytesIO(encode_picture(draw_qr(TEXT))), "a.png")}
    assert stranger.client.post("/verify/photo", data=files, headers=headers).get_json() == {"text": TEXT}
    answer = stranger.client.post("/verify/photo", data={"photo": (io.BytesIO(b"x"), "a.png")}, headers=headers)
    assert (answer.status_code, answer.get_json()["text"]) == (422, "")


def test_photos_are_limited(stranger: Visitor, rate_limits: None) -> None:
    statuses = [stranger.client.post("/verify/photo").status_code for _each in range(125)]
    assert statuses[:120] == [422] * 120
    assert statuses[120:] == [429] * 5
