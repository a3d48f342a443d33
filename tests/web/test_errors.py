"""Error pages: right status, reader's language, advice what to do; JSON for programs."""

import pytest
from flask import Flask
from flask.testing import FlaskClient

from tests.page import Page
from tests.registration.factories import REGISTRATION_INPUT, REGISTRATION_PATH
from tests.visitor import Visitor
from trainer.language import LANGUAGES
from trainer.seminars.models import Seminar
from trainer.web.errors import describe_error_status

# What is said on a page does not depend on the database.
pytestmark = pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)

TOO_MANY_BYTES = 4 * 1024 * 1024 + 1
EXPLAINED_STATUSES = (400, 403, 404, 405, 413, 429, 503)


def open_in_each_language(client: FlaskClient, address: str, status: int, method: str = "GET") -> dict[str, Page]:
    """Return the response to one request in each language."""
    opened = {
        language: client.open(
            address, method=method, headers={"Accept-Language": language}, data={} if method != "GET" else None
        )
        for language in LANGUAGES
    }
    return {language: Page(answer, status=status) for language, answer in opened.items()}


def is_in_each_language(pages: dict[str, Page]) -> bool:
    """Return whether every page is in its own language with texts of its own."""
    return [page.language for page in pages.values()] == list(pages) and len({p.words for p in pages.values()}) == 3


def test_an_address_that_does_not_exist(stranger: Visitor) -> None:
    pages = open_in_each_language(stranger.client, "/nowhere", 404)
    assert is_in_each_language(pages)
    assert pages["ru"].heading == "Такой страницы нет"
    assert "/" in pages["kk"].list_links()


def test_an_address_opened_the_wrong_way_says_which_are_right(stranger: Visitor) -> None:
    pages = open_in_each_language(stranger.client, "/privacy", 405, "DELETE")
    assert is_in_each_language(pages)
    assert set(pages["kk"].response.headers["Allow"].split(", ")) == {"GET", "HEAD", "OPTIONS"}


def test_a_form_without_its_token_is_out_of_date(stranger: Visitor, seminar: Seminar) -> None:
    pages = open_in_each_language(stranger.client, REGISTRATION_PATH, 400, "POST")
    assert is_in_each_language(pages)


def test_a_token_of_somebody_else_is_out_of_date_too(app: Flask, stranger: Visitor, seminar: Seminar) -> None:
    _target, fields = Visitor(app.test_client(), stranger.session).get(REGISTRATION_PATH).read_form()
    stranger.get(REGISTRATION_PATH)
    stranger.post(REGISTRATION_PATH, {**fields, **REGISTRATION_INPUT}, status=400)


def test_a_form_without_its_cookie_keeps_what_was_typed_and_is_sent_by_one_tap(
    app: Flask, stranger: Visitor, seminar: Seminar
) -> None:
    _target, fields = Visitor(app.test_client(), stranger.session).get(REGISTRATION_PATH).read_form()
    typed = {**fields, **REGISTRATION_INPUT, "workplace": "Облыстық «аурухана» & <Ко>\r\nекінші жол"}
    page = stranger.post(REGISTRATION_PATH, typed, status=400)
    kept = page.read_form()[1]
    assert kept.pop("csrf_token") != fields["csrf_token"]
    assert kept == {name: value.replace("\r\n", "\n") for name, value in typed.items() if name != "csrf_token"}
    stranger.post(REGISTRATION_PATH, {**page.read_form()[1], "workplace": "Аурухана"}, status=303)


@pytest.mark.parametrize(
    "headers",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
    ],
)
def test_what_another_site_has_sent_can_not_be_sent_again_by_one_tap(
    stranger: Visitor, seminar: Seminar, headers: dict[str, str]
) -> None:
    page = stranger.post(REGISTRATION_PATH, REGISTRATION_INPUT, status=400, headers=headers)
    assert page.list_forms() == []
    assert REGISTRATION_INPUT["surname"] not in page.text


def test_passwords_and_tokens_are_not_kept_on_a_page(stranger: Visitor) -> None:
    page = stranger.post(
        "/desk/password", {"password": "geheim", "new_password": "geheim2", "csrf_token": "alt"}, status=400
    )
    assert "geheim" not in page.text
    assert "alt" not in str(page.read_form()[1]) if page.list_forms() else True


def test_a_request_that_is_too_large_is_refused(stranger: Visitor, seminar: Seminar) -> None:
    large = {"surname": "a" * TOO_MANY_BYTES}
    page = stranger.post(REGISTRATION_PATH, large, status=413, headers={"Accept-Language": "kk"})
    assert page.language == "kk"


def test_a_file_that_is_too_large_is_refused(organizer: Visitor) -> None:
    organizer.session.commit()
    body = (
        b'--x\r\nContent-Disposition: form-data; name="plan"; filename="p"\r\n\r\n'
        + b"a" * TOO_MANY_BYTES
        + b"\r\n--x--"
    )
    Page(organizer.client.post("/desk/plan/new", data=body, content_type="multipart/form-data; boundary=x"), status=413)


def test_too_many_attempts_are_asked_to_wait(stranger: Visitor, rate_limits: None) -> None:
    for _attempt in range(60):
        stranger.client.get("/desk/sign-in/nothing")
    pages = open_in_each_language(stranger.client, "/desk/sign-in/nothing", 429)
    assert is_in_each_language(pages)
    assert 0 < int(pages["kk"].response.headers["Retry-After"]) <= 61


def test_a_fault_of_ours_is_admitted_and_shows_nothing_of_itself(app: Flask, stranger: Visitor) -> None:
    def fail() -> str:
        raise RuntimeError("the inner workings")

    app.view_functions["portal.view_privacy_notice"] = fail
    app.config["PROPAGATE_EXCEPTIONS"] = False
    page = stranger.get("/privacy", status=500)
    assert "inner workings" not in page.text
    assert page.heading


def test_a_program_gets_json(stranger: Visitor) -> None:
    for address in ("/nowhere", "/s/nothing", "/r/forged"):
        answer = stranger.client.get(address, headers={"Accept": "application/json"})
        assert answer.status_code == 404
        assert list(answer.get_json()) == ["error"]


def test_every_status_has_words_of_its_own(app: Flask) -> None:
    for language in LANGUAGES:
        with app.test_request_context(headers={"Accept-Language": language}):
            texts = [describe_error_status(code) for code in (*EXPLAINED_STATUSES, 500)]
            assert len(set(texts)) == len(texts)
            assert describe_error_status(502) == describe_error_status(500)
