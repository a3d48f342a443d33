"""What proves a publication besides its address: the stored copy, the check of the address, its chart, people shown."""

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import joinedload
from werkzeug.wrappers import Response

from trainer.accounts.access import create_desk_blueprint
from trainer.clock import now
from trainer.documents.files import send_stored_file
from trainer.evidence import consents
from trainer.evidence.publications.copies import may_be_copied, name_copy, request_copy
from trainer.evidence.publications.link_checks import accept_dead_link
from trainer.evidence.publications.models import CopyState, Publication
from trainer.evidence.publications.views_chart import draw_views_chart
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.settings import get_settings
from trainer.storage import Storage
from trainer.surveys.results.chart_svg import render_svg
from trainer.surveys.results.views import build_svg_response

desk = create_desk_blueprint("evidence_publication_proofs", __name__)


def get_published(publication_id: int) -> Publication:
    """Return a publication with its project."""
    return db.session.get_one(Publication, publication_id, options=(joinedload(Publication.project),))


def redirect_to_publication(publication: Publication, anchor: str) -> Response:
    """Return the answer that leads to a part of the page of a publication."""
    address = url_for("evidence_publications.view_publication", publication_id=publication.id, _anchor=anchor)
    return redirect(address, 303)


@desk.post("/evidence/publications/<int:publication_id>/copy")
def submit_copy_request(publication_id: int) -> ResponseReturnValue:
    """Have the page of a publication fetched, again if that failed. A copy that is stored stays as it is."""
    publication = get_published(publication_id)
    if publication.copy_state in (CopyState.FAILED, CopyState.NOT_WANTED) and may_be_copied(publication):
        request_copy(publication)
        db.session.commit()
        flash(_("The page is being fetched. Reload this page in a minute."), "success")
    return redirect_to_publication(publication, "copy")


@desk.get("/evidence/publications/<int:publication_id>/copy")
def download_copy(publication_id: int) -> ResponseReturnValue:
    """Return the stored copy as a download. It is never shown: what others publish may hold scripts."""
    publication = get_published(publication_id)
    if publication.copy_state != CopyState.STORED:
        abort(404)
    storage = Storage.from_settings(get_settings())
    name = name_copy(storage, publication)
    response = send_stored_file(storage, publication.copy_sha256, name, "application/octet-stream")
    response.headers["Cache-Control"] = "no-store"
    response.headers["Content-Security-Policy"] = "sandbox; default-src 'none'"
    return response


@desk.post("/evidence/publications/<int:publication_id>/address")
def submit_dead_link(publication_id: int) -> ResponseReturnValue:
    """Leave a dead address as it is, so that it waits for nobody any more."""
    publication = get_published(publication_id)
    accept_dead_link(publication)
    db.session.commit()
    flash(_("Saved."), "success")
    return redirect_to_publication(publication, "copy")


@desk.get("/evidence/publications/<int:publication_id>/views.svg")
def view_views_chart(publication_id: int) -> ResponseReturnValue:
    """Send the picture of the views of a publication as SVG."""
    publication = get_published(publication_id)
    if not publication.views:
        abort(404)
    return build_svg_response(render_svg(draw_views_chart(publication.views), _("Views over time")))


@desk.post("/evidence/publications/<int:publication_id>/people")
def submit_published_person(publication_id: int) -> ResponseReturnValue:
    """Mark somebody who was present as shown in a publication, or remove the mark."""
    publication, session = get_published(publication_id), db.session()
    person_id = request.form.get("person", 0, type=int)
    if request.form.get("remove"):
        consents.unmark_shown_person(session, publication, person_id)
    else:
        activity_id = publication.activity_id
        present = consents.list_present_ids(session, activity_id, now()) if activity_id else set()
        if not consents.mark_shown_person(session, publication, person_id, present, now()):
            abort(404)
    session.commit()
    return redirect_to_publication(publication, "people")
