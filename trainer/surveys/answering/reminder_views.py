"""The organizer's button that reminds everybody who has not answered."""

from flask import flash, redirect, url_for
from flask.typing import ResponseReturnValue

from trainer.accounts.access import create_desk_blueprint
from trainer.clock import now
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.language.translate import ngettext
from trainer.seminars.views import get_seminar_or_404
from trainer.surveys.answering.unanswered import queue_requested_reminders

desk = create_desk_blueprint("surveys_reminders", __name__)


@desk.post("/seminars/<int:seminar_id>/surveys/remind")
def submit_survey_reminders(seminar_id: int) -> ResponseReturnValue:
    """Queue a reminder to everybody who attended and has not answered the satisfaction survey."""
    seminar = get_seminar_or_404(seminar_id)
    count = queue_requested_reminders(db.session(), seminar, now())
    db.session.commit()
    if count:
        sentence = ngettext("A reminder goes to %(num)d person.", "Reminders go to %(num)d people.", count)
        flash(f"{sentence} {_('Each person is reminded once a day at most.')}", "success")
    else:
        flash(_("Everyone has answered."), "info")
    return redirect(url_for("desk.view_seminar_overview", seminar_id=seminar.id), 303)
