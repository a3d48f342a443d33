"""Malformed addresses: impossible row numbers and control characters give 404 on every page."""

import pytest

from tests.visitor import Visitor
from trainer.seminars.models import Seminar

pytestmark = pytest.mark.one_database

NAMES = [
    "%00",
    "a%00b",
    "care%00",
    "%FF%FE",
    "😀",
    "%F0%9F%98%80",
    "..%2F..",
    "'--",
    "а" * 500,
    "%3Fa=b",
    "%22%3E%3Cb%3E",
]
INVALID_NUMBERS = ["2147483648", "99999999999999999999", "0", "-1", "1e3", "x"]
NUMBERED_ADDRESSES = [
    "/desk/seminars/{}",
    "/desk/seminars/{}/edit",
    "/desk/seminars/{}/registrations",
    "/desk/project/{}",
]


@pytest.mark.parametrize(
    "place", ["/s/{}", "/s/{}/register", "/r/{}", "/r/{}/certificate.pdf", "/desk/sign-in/{}", "/{}"]
)
def test_an_address_made_up_opens_nothing(stranger: Visitor, seminar: Seminar, place: str) -> None:
    for name in NAMES:
        stranger.get(place.format(name), status=404)


def test_a_number_that_no_row_has_opens_nothing(organizer: Visitor) -> None:
    for number in INVALID_NUMBERS:
        for place in NUMBERED_ADDRESSES:
            organizer.get(place.format(number), status=404)


def test_a_number_that_no_row_has_takes_no_form(organizer: Visitor, seminar: Seminar) -> None:
    token = organizer.get("/desk/account").read_form()[1]["csrf_token"]
    for number in INVALID_NUMBERS:
        organizer.post(f"/desk/registrations/{number}/duplicate", {"csrf_token": token}, status=404)
        organizer.post(f"/desk/seminars/{number}/registration", {"csrf_token": token}, status=404)


def test_a_language_that_we_do_not_speak_is_passed_over(stranger: Visitor) -> None:
    for language in ("de", "", "kk\x00", "'", "kk_KZ"):
        assert stranger.get("/", query_string={"lang": language}).language == "kk"


def test_no_page_links_to_another_site_whatever_is_asked_for(stranger: Visitor) -> None:
    for address in ("//evil.example/x", "///evil.example", "/%2Fevil.example", "/a%3Flang=ru%23", "/%5Cevil.example"):
        for status in (404, 308):
            answer = stranger.client.get(address)
            if answer.status_code == status:
                assert "//evil.example" not in answer.text.replace("http://localhost/evil", "")


def test_a_change_of_language_keeps_the_rest_of_the_address(stranger: Visitor) -> None:
    page = stranger.get("/privacy?from=%D3%98&lang=kk")
    assert "/privacy?from=%D3%98&lang=ru" in page.list_links()
    assert "/a%3Fb%23c?lang=ru" in stranger.get("/a%3Fb%23c", status=404).list_links()
