"""What the desk's pages of seminars share, and the switch that opens and closes registration."""

from flask import abort, flash, g, redirect, request, url_for
from flask.typing import ResponseReturnValue

from trainer.accounts.access import create_desk_blueprint
from trainer.clock import now
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.seminars import registration_window
from trainer.seminars.models import Seminar
from trainer.seminars.registration_window import SeminarCancelled, SeminarOver, SessionsMissing

desk = create_desk_blueprint("seminars", __name__)


def get_seminar_or_404(seminar_id: int) -> Seminar:
    """Return a seminar with its sessions and project, and set it as `g.desk_seminar` for the tabs. Raises NotFound."""
    load_options = registration_window.build_seminar_load_options()
    g.desk_seminar = db.session.get(Seminar, seminar_id, options=load_options) or abort(404)
    seminar: Seminar = g.desk_seminar
    return seminar


def redirect_to_open_change(seminar_id: int) -> ResponseReturnValue:
    """Redirect to the question whether people are told of a change, if there is one, else to the seminar."""
    if db.session.get_one(Seminar, seminar_id).has_open_change:
        return redirect(url_for("registration_changes.view_change", seminar_id=seminar_id, saved=1), 303)
    return redirect(url_for("desk.view_seminar_overview", seminar_id=seminar_id), 303)


@desk.post("/seminars/<int:seminar_id>/registration")
def submit_registration_switch(seminar_id: int) -> ResponseReturnValue:
    """Open or close registration."""
    seminar = get_seminar_or_404(seminar_id)
    state = request.form.get("state")
    if state == "open":
        try_to_open_registration(seminar)
    elif state != "closed":
        abort(400)
    else:
        registration_window.close_registration(seminar, now())
        flash(_("Registration is closed."), "success")
    db.session.commit()
    return redirect(url_for("desk.view_seminar_overview", seminar_id=seminar.id), 303)


def try_to_open_registration(seminar: Seminar) -> None:
    """Open registration and flash that it is open, or why it can't be opened."""
    try:
        registration_window.open_registration(seminar, now())
    except SeminarOver:
        flash(_("The seminar is over: registration can no longer be opened."), "error")
    except SeminarCancelled:
        flash(_("The seminar is cancelled: reinstate it first."), "error")
    except SessionsMissing:
        flash(_("Add a session first: people register for a seminar with a date."), "error")
    else:
        flash(_("Registration is open: share the link."), "success")
