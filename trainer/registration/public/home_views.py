"""The front page with its seminars; the picture of a seminar's link for messengers, and its poster for the wall."""

import io

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue

from trainer.accounts.access import desk_blueprint
from trainer.clock import now
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.registration.public.invitation import Invitation, invitation_to
from trainer.registration.public.poster import poster
from trainer.registration.public.preview_image import preview
from trainer.registration.seats.availability import Stage, outlooks
from trainer.seminars import registration_window
from trainer.seminars.models import Seminar
from trainer.seminars.views import seminar_or_404
from trainer.web.addresses import full_address

blueprint = Blueprint("registration_home", __name__)
desk = desk_blueprint("registration_poster", __name__)
KEPT = 300  # seconds that a preview may be shown without asking again


@blueprint.get("/")
def home() -> ResponseReturnValue:
    """List the seminars to come, with what one may expect of each, and those that were held."""
    announced = registration_window.announced_seminars(db.session())
    looks = outlooks(db.session(), announced, now())
    coming = [each for each in announced if looks[each.id].state != Stage.OVER]
    past = [each for each in reversed(announced) if looks[each.id].state == Stage.OVER]
    return render_template("registration/public/home.html", coming=coming, past=past, looks=looks)


def invitation_in(seminar: Seminar, language: str) -> Invitation:
    """Put together what the preview and the poster of a seminar say."""
    return invitation_to(seminar, language, full_address("registration_public.seminar", slug=seminar.slug))


@blueprint.get("/s/<slug>/preview-<any(kk, ru, en):language>.png")
def preview_picture(slug: str, language: str) -> ResponseReturnValue:
    """Show the picture that messengers put beside the link."""
    found = registration_window.seminar_by_slug(db.session(), slug) or abort(404)
    answer = Response(preview(invitation_in(found, language)), mimetype="image/png")
    answer.cache_control.public = True
    answer.cache_control.max_age = KEPT
    answer.add_etag()
    return answer.make_conditional(request)


@desk.get("/seminars/<int:seminar_id>/poster-<any(kk, ru):language>.pdf")
def poster_file(seminar_id: int, language: str) -> ResponseReturnValue:
    """Give the poster; one with an address that nobody can open is refused, except in the example, to be looked at."""
    found = seminar_or_404(seminar_id)
    if not current_app.extensions["settings"].public and not found.project.is_example:
        flash(_("A poster can be printed once BASE_URL is the public https address of this site."), "error")
        return redirect(url_for("desk.seminar", seminar_id=found.id), 303)
    file = io.BytesIO(poster(invitation_in(found, language)))
    return send_file(file, mimetype="application/pdf", download_name=f"poster-{found.slug}-{language}.pdf", max_age=0)
