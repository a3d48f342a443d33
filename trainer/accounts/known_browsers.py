"""Browsers in which somebody has signed in to an account before: their attempts at its password are counted apart.

A signed cookie says so; it signs nobody in, and stays after signing out. Without it, everybody who knows an organizer's
e-mail address could keep the owner out by failing often enough. Only who has been signed in to the account has its
cookie, and a browser that fails too often is delayed like any other.
"""

import hmac
import secrets

from flask import Flask, Request, Response, after_this_request, current_app, request
from flask_login import user_logged_in

from trainer.accounts.models import User
from trainer.accounts.password_attempts import hash_key, normalise_account
from trainer.settings import get_settings

COOKIE_LIFETIME_SECONDS = 365 * 24 * 3600


def configure_known_browsers(_app: Flask) -> None:
    """Set the cookie of the account in every browser in which somebody signs in."""
    user_logged_in.connect(remember_browser)


def remember_browser(_app: Flask, user: User, **_more: object) -> None:
    """Set the cookie of the account with the response, unless this browser has it."""
    secret, account = get_settings().secret_key, normalise_account(user.email)
    token = find_known_browser(request, secret, account) or secrets.token_urlsafe(16)

    @after_this_request
    def set_cookie(response: Response) -> Response:
        response.set_cookie(
            name_cookie(secret, account),
            f"{token}.{sign_token(secret, account, token)}",
            max_age=COOKIE_LIFETIME_SECONDS,
            path="/desk",
            secure=current_app.config["SESSION_COOKIE_SECURE"],
            httponly=True,
            samesite="Lax",
        )
        return response


def find_known_browser(from_request: Request, secret: str, account: str) -> str:
    """Return the token of a browser in which somebody has signed in to this account before, or an empty string."""
    token, _dot, signature = from_request.cookies.get(name_cookie(secret, account), "").partition(".")
    is_genuine = hmac.compare_digest(signature.encode(errors="replace"), sign_token(secret, account, token).encode())
    return token if is_genuine else ""


def name_cookie(secret: str, account: str) -> str:
    """Return the name of the cookie of an account; it does not tell which account it is."""
    return f"known_{hash_key(secret, f'cookie {account}')[:16]}"


def sign_token(secret: str, account: str, token: str) -> str:
    """Return the signature that binds the token of a browser to an account."""
    return hash_key(secret, f"known browser {token} {account}")
