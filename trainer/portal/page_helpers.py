"""What the pages below a personal page share: their limits, the way back, and when the organizer has to be asked."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from trainer.extensions import limiter
from trainer.language.translate import gettext as _
from trainer.registration.models import Registration
from trainer.web import phones


def token_asked() -> str:
    """Name the page that a request is for, for its limit."""
    return "page " + str((request.view_args or {}).get("token"))


hall = limiter.shared_limit("600 per minute", scope="own page")
"""For one address: a hall shares it."""
one_page = limiter.shared_limit("60 per hour", scope="own page", key_func=token_asked)
"""For one personal page."""


def back(token: str) -> ResponseReturnValue:
    """Lead to the personal page."""
    return redirect(url_for("portal.home", token=token), 303)


def too_late(registration: Registration) -> str:
    """Say that only the organizer can change this now, and how to reach the organizer."""
    phone = registration.seminar.project.contact_phone
    if phone:
        return _("It is too late to do this here. Please call the organizer: %(phone)s", phone=phones.shown(phone))
    return _("It is too late to do this here. Please tell the organizer.")
