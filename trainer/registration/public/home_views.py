"""The home page with all seminars, and the preview image and poster of a seminar."""

import io

from flask import Blueprint, Response, abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from trainer.accounts.access import create_desk_blueprint
from trainer.clock import now
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.registration.public.invitation import Invitation, build_invitation
from trainer.registration.public.poster import render_poster
from trainer.registration.public.preview_image import render_preview_image
from trainer.registration.seats.availability import map_seminar_availability
from trainer.seminars import registration_window
from trainer.seminars.models import Seminar
from trainer.seminars.views import get_seminar_or_404
from trainer.settings import get_settings
from trainer.web.addresses import build_full_url
from trainer.web.paging import paginate_query, parse_page_number

blueprint = Blueprint("registration_home", __name__)
desk = create_desk_blueprint("registration_poster", __name__)
PREVIEW_MAX_AGE_SECONDS = 300
SEMINARS_PER_PAGE = 20


@blueprint.get("/")
def view_seminar_list() -> ResponseReturnValue:
    """Render the upcoming seminars with their availability, then the past ones that were held, the latest first, by pages."""
    announced = registration_window.select_announced_seminars(now())
    portion = paginate_query(db.session(), announced, parse_page_number(), SEMINARS_PER_PAGE)
    past = [seminar for seminar in portion.rows if seminar.is_over(now())]
    upcoming = [seminar for seminar in portion.rows if seminar not in past]
    return render_template(
        "registration/public/home.html",
        upcoming=upcoming,
        past=past,
        portion=portion,
        availability=map_seminar_availability(db.session(), upcoming, now()) if upcoming else {},
    )


def build_seminar_invitation(seminar: Seminar, language: str) -> Invitation:
    """Return the invitation to a seminar, with the full URL of its page."""
    return build_invitation(seminar, language, build_full_url("registration_public.view_seminar", slug=seminar.slug))


@blueprint.get("/s/<slug>/preview-<any(kk, ru, en):language>.png")
def download_preview_image(slug: str, language: str) -> ResponseReturnValue:
    """Send the image that messengers show with the seminar's link."""
    seminar = registration_window.find_announced_seminar(db.session(), slug) or abort(404)
    response = Response(render_preview_image(build_seminar_invitation(seminar, language)), mimetype="image/png")
    response.cache_control.public = True
    response.cache_control.max_age = PREVIEW_MAX_AGE_SECONDS
    response.add_etag()
    return response.make_conditional(request)


@desk.get("/seminars/<int:seminar_id>/poster-<any(kk, ru):language>.pdf")
def download_poster(seminar_id: int, language: str) -> ResponseReturnValue:
    """Send the poster as PDF.

    Refused for a cancelled seminar and, except in the example project, without a public address for its link.
    """
    seminar = get_seminar_or_404(seminar_id)
    if seminar.is_cancelled:
        flash(_("A cancelled seminar has no poster: no one can register for it."), "error")
        return redirect(url_for("desk.view_seminar_overview", seminar_id=seminar.id), 303)
    if not get_settings().has_public_address and not seminar.project.is_example:
        flash(
            _(
                "To print a poster, this site needs a public HTTPS address. Ask your administrator to set it (BASE_URL)."
            ),
            "error",
        )
        return redirect(url_for("desk.view_seminar_overview", seminar_id=seminar.id), 303)
    file = io.BytesIO(render_poster(build_seminar_invitation(seminar, language)))
    return send_file(file, mimetype="application/pdf", download_name=f"poster-{seminar.slug}-{language}.pdf", max_age=0)
