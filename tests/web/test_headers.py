"""Security headers of every response; no caching and indexing of personal pages."""

import pytest
from sqlalchemy.orm import Session

from tests.factories import issue_to_eligible, register_eligible_person, register_person
from tests.visitor import Visitor
from trainer.seminars.models import Seminar

# What is said on a page does not depend on the database.
pytestmark = pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)

PUBLIC_ADDRESSES = [
    "/",
    "/s/care",
    "/s/care/register",
    "/privacy",
    "/verify",
    "/healthz",
    "/static/app.css",
    "/nowhere",
]


def parse_policy(value: str) -> dict[str, list[str]]:
    """Return the directives of a policy."""
    return {directive.split()[0]: directive.split()[1:] for directive in value.split("; ")}


def test_no_answer_loads_or_runs_anything_foreign(stranger: Visitor, seminar: Seminar) -> None:
    stranger.session.commit()
    for address in (*PUBLIC_ADDRESSES, "/desk/sign-in", "/r/forged", "/v/forged"):
        headers = stranger.client.get(address, buffered=True).headers
        directives = parse_policy(headers["Content-Security-Policy"])
        assert directives["default-src"] == directives["frame-ancestors"] == directives["base-uri"] == ["'none'"]
        assert directives["script-src"] == directives["style-src"] == directives["form-action"] == ["'self'"]
        assert not any(word in str(directives) for word in ("unsafe", "http", "*"))
        assert headers["X-Content-Type-Options"] == "nosniff"


def list_private_addresses(session: Session, seminar: Seminar) -> list[str]:
    """Return the paths of personal pages and of links that give access."""
    token = register_person(session, seminar).token
    return [f"/r/{token}", f"/r/{token}/survey/1", "/r/forged", "/desk/sign-in/forged", "/desk/", "/desk/seminars/1"]


def test_a_personal_page_is_not_cached_not_indexed_and_sends_no_referrer(
    stranger: Visitor, session: Session, seminar: Seminar
) -> None:
    for address in list_private_addresses(session, seminar):
        session.commit()
        headers = stranger.client.get(address, buffered=True).headers
        assert headers["Cache-Control"] == "no-store", address
        assert headers["X-Robots-Tag"] == "noindex, nofollow", address
        assert headers["Referrer-Policy"] == "no-referrer", address


def test_a_verdict_is_not_indexed(stranger: Visitor) -> None:
    headers = stranger.client.get("/v/0000000000000000").headers
    assert headers["X-Robots-Tag"] == "noindex, nofollow"
    assert headers["Referrer-Policy"] == "no-referrer"


def test_a_verdict_is_never_kept_its_picture_is(stranger: Visitor, session: Session, past_seminar: Seminar) -> None:
    register_eligible_person(session, past_seminar)
    [entry] = issue_to_eligible(session, past_seminar)
    for address in (
        f"/v/{entry.code}",
        f"/V/{entry.code}",
        f"/v/{entry.code}?lang=ru",
        "/v/0",
        f"/v/{entry.code[::-1]}",
    ):
        for accept in ("text/html", "application/json"):
            headers = stranger.client.get(address, headers={"Accept": accept}).headers
            assert headers["Cache-Control"] == "no-store", address
            assert "Accept" in headers["Vary"].split(", "), address
    picture = stranger.client.get(f"/v/{entry.code}/paper.webp").headers
    assert "max-age=3600" in picture["Cache-Control"]


def test_what_everybody_may_read_may_be_found(stranger: Visitor, seminar: Seminar) -> None:
    for address in ("/", "/s/care", "/privacy"):
        assert "X-Robots-Tag" not in stranger.get(address).response.headers


def test_a_file_may_be_kept_for_a_year_under_the_address_of_its_version(stranger: Visitor) -> None:
    for address, age in (("/static/app.css?v=1", "max-age=31536000"), ("/static/js/seal.js", "max-age=0")):
        assert age in stranger.client.get(address, buffered=True).headers["Cache-Control"]


def test_a_browser_that_came_by_https_stays_with_it(stranger: Visitor) -> None:
    assert "Strict-Transport-Security" in stranger.get("/", base_url="https://localhost").response.headers
    assert "Strict-Transport-Security" not in stranger.get("/").response.headers


def test_cookies_stay_on_this_site_and_travel_by_https_only(stranger: Visitor, seminar: Seminar) -> None:
    answer = stranger.get("/s/care/register?lang=ru", base_url="https://localhost").response
    cookies = {cookie.split("=")[0]: cookie for cookie in answer.headers.getlist("Set-Cookie")}
    assert set(cookies) == {"session", "language"}
    assert all("SameSite=Lax" in value and "Secure" in value for value in cookies.values())
    assert "HttpOnly" in cookies["session"]
