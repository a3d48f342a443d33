"""What the pages below a personal page share: their limits, the way back, and when the organizer has to be asked."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from trainer.extensions import limiter
from trainer.language.translate import gettext as _
from trainer.registration.models import Registration
from trainer.web import phones


def get_page_rate_limit_key() -> str:
    """Name the page that a request is for, for its limit."""
    return "page " + str((request.view_args or {}).get("token"))


limit_per_ip = limiter.shared_limit("600 per minute", scope="own page")
"""For one address: a hall shares it."""
limit_per_page = limiter.shared_limit("60 per hour", scope="own page", key_func=get_page_rate_limit_key)
"""For one personal page."""


def redirect_to_personal_page(token: str) -> ResponseReturnValue:
    """Lead to the personal page."""
    return redirect(url_for("portal.view_personal_page", token=token), 303)


def format_too_late_message(registration: Registration) -> str:
    """Say that only the organizer can change this now, and how to reach the organizer."""
    phone = registration.seminar.project.contact_phone
    if phone:
        return _("It is too late to do this here. Call the organiser: %(phone)s", phone=phones.format_phone(phone))
    return _("It is too late to do this here. Contact the organiser.")
