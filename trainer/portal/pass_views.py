"""What a participant takes along: the pass with its QR, and the calendar entries."""

import io

from flask import Blueprint, current_app, render_template, send_file
from flask.typing import ResponseReturnValue

from trainer.clock import now
from trainer.language import dates
from trainer.language.choice import language
from trainer.registration.self_service import pass_image
from trainer.registration.self_service.access import own_place
from trainer.seminars.calendar import calendar_of
from trainer.web.addresses import full_address

blueprint = Blueprint("portal_pass", __name__)


@blueprint.get("/r/<token>/pass")
def show(token: str) -> ResponseReturnValue:
    """Show the pass, all of it in one page, so that it stays on the screen where there is no network."""
    registration = own_place(token)
    size, path = pass_image.outline(registration.pass_code)
    return render_template(
        "portal/pass.html", registration=registration, seminar=registration.seminar, size=size, path=path
    )


@blueprint.get("/r/<token>/pass.png")
def picture(token: str) -> ResponseReturnValue:
    """Give the pass as a picture to keep on the phone."""
    registration = own_place(token)
    seminar = registration.seminar
    title, days = seminar.title.to(language()), dates.days_held(seminar.days, language())
    content = io.BytesIO(pass_image.picture(registration.pass_code, [registration.person.full_name, title, days]))
    return send_file(content, "image/png", as_attachment=True, download_name=f"{seminar.slug}-pass.png", max_age=0)


@blueprint.get("/r/<token>/calendar.ics")
def calendar(token: str) -> ResponseReturnValue:
    """Give the sessions as calendar entries."""
    registration = own_place(token)
    seminar, host = registration.seminar, current_app.extensions["settings"].host_name
    page = full_address("portal.home", token=token)
    content = io.BytesIO(calendar_of(seminar, language(), host, page, now()))
    return send_file(content, "text/calendar", as_attachment=True, download_name=f"{seminar.slug}.ics", max_age=0)
