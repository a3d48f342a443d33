"""Using passkeys as the script in the browser does: asking for options, sending the answer of the authenticator."""

import json
from typing import Any

from flask import Flask
from flask_security.utils import hash_password
from sqlalchemy.orm import Session

from tests.passkeys.authenticator import Authenticator
from tests.visitor import Visitor, sign_in
from trainer.accounts.models import User
from trainer.accounts.sign_in import get_or_create_organizer

PASSWORD = "long enough password"
PASSKEYS = "/desk/account/passkeys"
PAGES = {
    "sign-in": "/desk/sign-in",
    "second-step": "/desk/second-step/code",
    "confirmation": "/desk/verify",
}


def create_user(app: Flask, session: Session, email: str, name: str = "") -> User:
    """Create an organizer with a password."""
    user = get_or_create_organizer(session, email, name=name)
    with app.app_context():
        user.password = hash_password(PASSWORD)
    session.commit()
    return user


def read_token(visitor: Visitor, address: str) -> dict[str, Any]:
    """Return the form token of a page."""
    form = visitor.get(address).read_form(-1)[1]
    return {"csrf_token": form["csrf_token"]}


def add_passkey(
    app: Flask, session: Session, user: User, authenticator: Authenticator, name: str = "Кеңсе телефоны"
) -> Visitor:
    """Add a passkey as its owner does, and return the owner's browser."""
    visitor = sign_in(app, session, user)
    form = read_token(visitor, PASSKEYS) | {"name": name}
    options = visitor.post(f"{PASSKEYS}/options", form, status=200).response.json
    assert options
    answer = json.dumps(authenticator.make_passkey(options))
    page = visitor.post(PASSKEYS, {**form, "answer": answer}, status=200)
    assert page.response.json == {"location": PASSKEYS}
    return visitor


def begin(visitor: Visitor, purpose: str = "sign-in", **more: Any) -> tuple[dict[str, Any], dict[str, Any]]:
    """Press the button: return the fields of the form and the options of the server."""
    form = read_token(visitor, PAGES[purpose]) | more
    options = visitor.post(f"/desk/passkey/{purpose}/options", form, status=200).response.json
    assert options
    return form, options


def send_answer(
    visitor: Visitor, form: dict[str, Any], answer: dict[str, Any], purpose: str = "sign-in", *, status: int = 200
) -> dict[str, Any]:
    """Send the answer of an authenticator, and return what the server says."""
    page = visitor.post(f"/desk/passkey/{purpose}", {**form, "answer": json.dumps(answer)}, status=status)
    content = page.response.json
    assert content
    return content  # type: ignore[no-any-return]


def use_passkey(
    visitor: Visitor, authenticator: Authenticator, purpose: str = "sign-in", *, status: int = 200
) -> dict[str, Any]:
    """Use a passkey from the button to the answer."""
    form, options = begin(visitor, purpose)
    return send_answer(visitor, form, authenticator.sign(options), purpose, status=status)


def open_another_browser(visitor: Visitor) -> Visitor:
    """Return a visitor with a browser in which nobody is signed in."""
    return Visitor(visitor.client.application.test_client(), visitor.session)


def give_password(visitor: Visitor, user: User) -> None:
    """Take the first step."""
    page = visitor.submit("/desk/sign-in", {"email": user.email, "password": PASSWORD}, status=302)
    assert "/desk/second-step/code" in page.location


def is_signed_in(visitor: Visitor) -> bool:
    """Return whether the visitor can open the account's page."""
    visitor.session.commit()
    return visitor.client.get("/desk/account").status_code == 200
