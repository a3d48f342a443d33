"""The participant's pass with its QR code, and the calendar file."""

import io

from flask import Blueprint, abort, render_template, send_file
from flask.typing import ResponseReturnValue

from trainer.clock import now
from trainer.extensions import db
from trainer.language import dates
from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.portal.page_helpers import redirect_to_personal_page
from trainer.registration.models import Registration, RegistrationStatus
from trainer.registration.notifications.calendars import build_page_calendar
from trainer.registration.notifications.knowledge import find_change_notice
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
        "portal/pass.html",
        registration=registration,
        seminar=registration.seminar,
        change=find_change_notice(db.session(), registration, get_page_language(), now()),
        size=size,
        path=path,
    )


@blueprint.get("/r/<token>/pass.png")
def download_pass_image(token: str) -> ResponseReturnValue:
    """Return the pass as a PNG image."""
    registration = get_seat_holder_by_token(token)
    content = io.BytesIO(pass_image.render_pass_image(registration.pass_code, list_pass_captions(registration)))
    name = f"{registration.seminar.slug}-pass.png"
    return send_file(content, "image/png", as_attachment=True, download_name=name, max_age=0)


def list_pass_captions(registration: Registration) -> list[str]:
    """Return what stands below the QR code: name, title, days, and what changed; or that the seminar is cancelled."""
    seminar, language = registration.seminar, get_page_language()
    head = [registration.person.full_name, seminar.title.get_text(language)]
    if seminar.is_cancelled:
        return [*head, _("The seminar will not take place.")]
    change = find_change_notice(db.session(), registration, language, now())
    news = [change.difference.headline, *change.difference.list_lines()] if change else []
    return [*head, dates.format_event_days(seminar.days, language), *news]


@blueprint.get("/r/<token>/calendar.ics")
def download_calendar(token: str) -> ResponseReturnValue:
    """Return the sessions as a calendar file, which cancels what is not to be held for the person any more."""
    registration = get_registration_by_token(token)
    content = build_page_calendar(db.session(), registration, now()) or abort(404)
    name = f"{registration.seminar.slug}.ics"
    return send_file(io.BytesIO(content.encode()), "text/calendar", as_attachment=True, download_name=name, max_age=0)
