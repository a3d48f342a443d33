"""The participant's pass with its QR code, and the calendar file."""

import io

from flask import Blueprint, render_template, send_file
from flask.typing import ResponseReturnValue

from trainer.clock import now
from trainer.language import dates
from trainer.language.choice import get_page_language
from trainer.registration.self_service import pass_image
from trainer.registration.self_service.access import get_seat_holder_by_token
from trainer.seminars.calendar import build_seminar_calendar
from trainer.settings import get_settings
from trainer.web.addresses import build_full_url

blueprint = Blueprint("portal_pass", __name__)


@blueprint.get("/r/<token>/pass")
def view_pass(token: str) -> ResponseReturnValue:
    """Show the pass; the QR code is part of the page, so that the open page works offline."""
    registration = get_seat_holder_by_token(token)
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
    """Return the sessions as a calendar file."""
    registration = get_seat_holder_by_token(token)
    seminar, host = registration.seminar, get_settings().host_name
    page = build_full_url("portal.view_personal_page", token=token)
    content = io.BytesIO(build_seminar_calendar(seminar, get_page_language(), host, page, now()))
    return send_file(content, "text/calendar", as_attachment=True, download_name=f"{seminar.slug}.ics", max_age=0)
