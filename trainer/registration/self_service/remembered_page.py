"""The personal page that a device remembers, because its owner chose so there: a cookie with the token, for scripts unreadable.

Nothing is remembered without that choice, as people also register on devices of others. Public pages only learn that there is
a page and link to an address that leads to it, so no public page holds a token.
"""

from datetime import timedelta

from flask import Response, request

REMEMBERED_PAGE_COOKIE = "own_page"
REMEMBERED_FOR = timedelta(days=180)


def find_remembered_token() -> str | None:
    """Return the token of the page that this device remembers."""
    return request.cookies.get(REMEMBERED_PAGE_COOKIE)


def remember_page(response: Response, token: str) -> None:
    """Make the device remember a page instead of any other one."""
    response.set_cookie(
        REMEMBERED_PAGE_COOKIE,
        token,
        max_age=REMEMBERED_FOR,
        httponly=True,
        samesite="Lax",
        secure=request.is_secure,
    )


def forget_page(response: Response) -> None:
    """Make the device forget the page that it remembers."""
    response.delete_cookie(REMEMBERED_PAGE_COOKIE, httponly=True, samesite="Lax", secure=request.is_secure)
