"""The front page with its seminars; the picture of a seminar's link for messengers, and its poster for the wall."""

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
from trainer.registration.seats.availability import RegistrationPhase, map_seminar_availability
from trainer.seminars import registration_window
from trainer.seminars.models import Seminar
from trainer.seminars.views import get_seminar_or_404
from trainer.settings import get_settings
from trainer.web.addresses import build_full_url

blueprint = Blueprint("registration_home", __name__)
desk = create_desk_blueprint("registration_poster", __name__)
PREVIEW_MAX_AGE_SECONDS = 300  # seconds that a preview may be shown without asking again


@blueprint.get("/")
def view_seminar_list() -> ResponseReturnValue:
    """List the seminars to come, with what one may expect of each, and those that were held."""
    announced = registration_window.list_announced_seminars(db.session())
    looks = map_seminar_availability(db.session(), announced, now())
    coming = [each for each in announced if looks[each.id].status != RegistrationPhase.OVER]
    past = [each for each in reversed(announced) if looks[each.id].status == RegistrationPhase.OVER]
    return render_template("registration/public/home.html", coming=coming, past=past, looks=looks)


def build_seminar_invitation(seminar: Seminar, language: str) -> Invitation:
    """Put together what the preview and the poster of a seminar say."""
    return build_invitation(seminar, language, build_full_url("registration_public.view_seminar", slug=seminar.slug))


@blueprint.get("/s/<slug>/preview-<any(kk, ru, en):language>.png")
def download_preview_image(slug: str, language: str) -> ResponseReturnValue:
    """Show the picture that messengers put beside the link."""
    found = registration_window.find_announced_seminar(db.session(), slug) or abort(404)
    answer = Response(render_preview_image(build_seminar_invitation(found, language)), mimetype="image/png")
    answer.cache_control.public = True
    answer.cache_control.max_age = PREVIEW_MAX_AGE_SECONDS
    answer.add_etag()
    return answer.make_conditional(request)


@desk.get("/seminars/<int:seminar_id>/poster-<any(kk, ru):language>.pdf")
def download_poster(seminar_id: int, language: str) -> ResponseReturnValue:
    """Give the poster; one with an address that nobody can open is refused, except in the example, to be looked at."""
    found = get_seminar_or_404(seminar_id)
    if not get_settings().has_public_address and not found.project.is_example:
        flash(
            _(
                "To print a poster, this site needs a public HTTPS address. Ask your administrator to set it (BASE_URL)."
            ),
            "error",
        )
        return redirect(url_for("desk.view_seminar_overview", seminar_id=found.id), 303)
    file = io.BytesIO(render_poster(build_seminar_invitation(found, language)))
    return send_file(file, mimetype="application/pdf", download_name=f"poster-{found.slug}-{language}.pdf", max_age=0)
