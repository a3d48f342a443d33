"""Rate limits, redirect and messages shared by the views below a personal page."""

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue

from trainer.extensions import limiter
from trainer.language.translate import gettext as _
from trainer.registration.models import Registration
from trainer.web import phones


def get_page_rate_limit_key() -> str:
    """Return the rate limit key of the requested personal page."""
    return "page " + str((request.view_args or {}).get("token"))


limit_per_ip = limiter.shared_limit("600 per minute", scope="own page")
"""Limit per IP address; generous, because a whole room may share one address."""
limit_per_page = limiter.shared_limit("60 per hour", scope="own page", key_func=get_page_rate_limit_key)
"""Limit per personal page."""


def redirect_to_personal_page(token: str) -> ResponseReturnValue:
    """Return a redirect to the personal page."""
    return redirect(url_for("portal.view_personal_page", token=token), 303)


def format_too_late_message(registration: Registration) -> str:
    """Return a sentence that only the organizer can change this now, with the phone number if there is one."""
    phone = registration.seminar.project.contact_phone
    if phone:
        return _("It is too late to do this here. Call the organiser: %(phone)s", phone=phones.format_phone(phone))
    return _("It is too late to do this here. Contact the organiser.")
