"""At which addresses there are passkeys, and why not at others."""

from dataclasses import replace

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.passkeys.steps import PASSKEYS, read_token
from tests.visitor import Visitor, sign_in
from trainer.accounts.models import User
from trainer.passkeys.relying_party import PasskeysUnavailable, RelyingParty, build_relying_party

pytestmark = pytest.mark.one_database


@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://seminar.example.org", "seminar.example.org"),
        ("https://seminar.example.org:8443", "seminar.example.org"),
        ("https://xn--80ak6aa92e.example", "xn--80ak6aa92e.example"),
        ("http://localhost:8000", "localhost"),
        ("http://trainer.localhost:8000", "trainer.localhost"),
    ],
)
def test_passkeys_belong_to_the_host_and_are_used_at_the_origin(address: str, host: str) -> None:
    assert build_relying_party(address) == RelyingParty(host, address)


@pytest.mark.parametrize(
    "address",
    [
        "http://seminar.example.org",
        "http://localhost.example.org",
        "http://127.0.0.1:8000",
        "https://192.0.2.7",
        "https://[2001:db8::1]:8000",
        "",
    ],
)
def test_browsers_offer_none_without_https_or_a_host_name(address: str) -> None:
    with pytest.raises(PasskeysUnavailable):
        build_relying_party(address)


def set_address(app: Flask, address: str) -> None:
    """Change BASE_URL of the deployment."""
    app.extensions["settings"] = replace(app.extensions["settings"], base_url=address)


def test_in_development_the_address_of_the_request_counts(
    app: Flask, session: Session, saule: User, stranger: Visitor
) -> None:
    set_address(app, "")
    token = read_token(stranger, "/desk/sign-in")  # at http://localhost
    options = stranger.post("/desk/passkey/sign-in/options", token, status=200).response.json
    assert options and options["rpId"] == "localhost"


@pytest.mark.parametrize(
    ("address", "page_address", "sentence"),
    [
        ("http://seminar.example.org", "http://seminar.example.org", "BASE_URL"),
        ("", "http://192.0.2.7:8000", "BASE_URL"),
        ("", "http://127.0.0.1:8000", "http://localhost:8000/desk/sign-in"),
    ],
)
def test_a_page_without_passkeys_says_why(
    app: Flask, session: Session, saule: User, stranger: Visitor, address: str, page_address: str, sentence: str
) -> None:
    set_address(app, address)
    page = stranger.get("/desk/sign-in", base_url=page_address)
    assert sentence in page.words and "data-passkey" not in page.text
    token = {"csrf_token": page.read_form()[1]["csrf_token"]}
    for step in ("/options", ""):
        refused = stranger.post(f"/desk/passkey/sign-in{step}", token, status=422, base_url=page_address)
        assert sentence in refused.response.json["error"]  # type: ignore[index]


def test_nothing_can_be_added_where_there_are_none(app: Flask, session: Session, saule: User) -> None:
    owner = sign_in(app, session, saule)
    form = read_token(owner, PASSKEYS) | {"name": "Телефон"}
    set_address(app, "http://seminar.example.org")
    assert "BASE_URL" in owner.get(PASSKEYS).words
    for address in (f"{PASSKEYS}/options", PASSKEYS):
        assert "BASE_URL" in owner.post(address, form, status=422).response.json["error"]  # type: ignore[index]
