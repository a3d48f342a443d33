"""The desk's page on which a whole seminar is cancelled, and the button that reinstates it."""

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from trainer.accounts.access import create_desk_blueprint
from trainer.clock import now
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.seminars.cancellation import CancellationChanged, cancel_seminar, reinstate_seminar
from trainer.seminars.description.forms import CancellationForm
from trainer.seminars.registration_window import SeminarOver
from trainer.seminars.views import get_seminar_or_404, redirect_to_open_change
from trainer.web.actions import commit_or_explain

desk = create_desk_blueprint("seminars_cancellation", __name__)


def explain_refusals() -> dict[type[Exception], str]:
    """Return the sentence for each reason why a seminar can't be cancelled or reinstated."""
    return {
        SeminarOver: _("The seminar is over: it can no longer be cancelled or reinstated."),
        CancellationChanged: _("Someone else has done this already."),
    }


@desk.route("/seminars/<int:seminar_id>/cancellation", methods=["GET", "POST"])
def edit_cancellation(seminar_id: int) -> ResponseReturnValue:
    """Ask for the reason and cancel the seminar. Nobody is told before the organizer has seen the preview."""
    seminar, form = get_seminar_or_404(seminar_id), CancellationForm()
    if seminar.is_cancelled:
        return redirect(url_for("desk.view_seminar_overview", seminar_id=seminar.id), 303)
    if not form.validate_on_submit():
        return render_template("seminars/cancellation.html", seminar=seminar, form=form), 422 if form.errors else 200
    with commit_or_explain(explain_refusals(), _("The seminar is cancelled.")):
        cancel_seminar(db.session(), seminar, form.reason.value, current_user.id, now())
    return redirect_to_open_change(seminar_id)


@desk.post("/seminars/<int:seminar_id>/reinstatement")
def submit_reinstatement(seminar_id: int) -> ResponseReturnValue:
    """Undo the cancellation of the seminar."""
    seminar = get_seminar_or_404(seminar_id)
    with commit_or_explain(explain_refusals(), _("The seminar takes place after all.")):
        reinstate_seminar(db.session(), seminar, current_user.id, now())
    return redirect_to_open_change(seminar_id)
