"""The participant's pass with its QR code, and the calendar file."""

import io

from flask import Blueprint, abort, render_template, send_file
from flask.typing import ResponseReturnValue

from trainer.clock import now
from trainer.language import dates
from trainer.language.choice import get_page_language
from trainer.portal.page_helpers import redirect_to_personal_page
from trainer.registration.models import RegistrationStatus
from trainer.registration.notifications.texts import build_personal_calendar
from trainer.registration.self_service import pass_image
from trainer.registration.self_service.access import get_registration_by_token, get_seat_holder_by_token

blueprint = Blueprint("portal_pass", __name__)


@blueprint.get("/r/<token>/pass")
def view_pass(token: str) -> ResponseReturnValue:
    """Show the pass; the QR code is part of the page, so that the open page works offline."""
    registration = get_registration_by_token(token)
    if registration.status == RegistrationStatus.SUPERSEDED:
        return redirect_to_personal_page(token)  # which says why this pass is no longer the right one
    if registration.status != RegistrationStatus.REGISTERED:
        abort(404)
    size, path = pass_image.build_pass_outline(registration.pass_code)
    return render_template(
        "portal/pass.html", registration=registration, seminar=registration.seminar, size=size, path=path
    )


@blueprint.get("/r/<token>/pass.png")
def download_pass_image(token: str) -> ResponseReturnValue:
    """Return the pass as a PNG image."""
    registration = get_seat_holder_by_token(token)
    seminar = registration.seminar
    title, days = (
        seminar.title.get_text(get_page_language()),
        dates.format_event_days(seminar.days, get_page_language()),
    )
    content = io.BytesIO(
        pass_image.render_pass_image(registration.pass_code, [registration.person.full_name, title, days])
    )
    return send_file(content, "image/png", as_attachment=True, download_name=f"{seminar.slug}-pass.png", max_age=0)


@blueprint.get("/r/<token>/calendar.ics")
def download_calendar(token: str) -> ResponseReturnValue:
    """Return the sessions as a calendar file, which cancels them once the person has lost the seat."""
    registration = get_registration_by_token(token)
    content = build_personal_calendar(registration, now()) or abort(404)
    name = f"{registration.seminar.slug}.ics"
    return send_file(io.BytesIO(content.encode()), "text/calendar", as_attachment=True, download_name=name, max_age=0)
