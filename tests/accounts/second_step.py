"""Turning the second step of signing in on, and the code that an authenticator app shows."""

import re

from flask import Flask
from passlib.totp import TOTP  # type: ignore[import-untyped]
from sqlalchemy.orm import Session

from tests.factories import NOON
from tests.visitor import Visitor, sign_in
from trainer.accounts.models import User


def compute_code(key: str, moment: float) -> str:
    """Return what an authenticator app shows (RFC 6238)."""
    return str(TOTP(key=key.replace("-", ""), format="base32").generate(int(moment)).token)


def turn_on(app: Flask, session: Session, user: User) -> tuple[Visitor, str]:
    """Turn the second step on as the user does, and return the visitor and the key in the app."""
    visitor = sign_in(app, session, user)
    form = visitor.get("/desk/second-step").read_form()[1]
    page = visitor.post("/desk/second-step", {**form, "setup": "authenticator"}, status=200)
    match = re.search(r'<code class="token">([A-Z2-7-]+)</code>', page.response.get_data(as_text=True))
    assert match
    address, fields = page.read_form()
    visitor.post(address, {**fields, "code": compute_code(match[1], NOON.timestamp())}, status=302)
    return visitor, match[1]
