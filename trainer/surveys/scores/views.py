"""The page of the desk on which the organizer enters test scores."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from trainer.accounts.access import create_desk_blueprint
from trainer.accounts.change_authors import describe_last_change
from trainer.clock import now
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.registration.desk.listing import paginate_people
from trainer.registration.seats.participants import list_participant_ids, list_people_in_order
from trainer.seminars.views import get_seminar_or_404
from trainer.surveys.scores.forms import TestScoresForm, build_test_scores_data, build_test_scores_form
from trainer.surveys.scores.scores import list_test_scores, map_percents_of_people, record_test_scores
from trainer.web.editing.conflicts import lock_for_edit

desk = create_desk_blueprint("surveys_scores", __name__)


def describe_last_score(form: TestScoresForm) -> str:
    """Return who changed one of the edited scores last, and when."""
    return describe_last_change(db.session(), *list_test_scores(db.session(), form.edited_percents))


@desk.route("/seminars/<int:seminar_id>/test", methods=["GET", "POST"])
def edit_test_scores(seminar_id: int) -> ResponseReturnValue:
    """Show a page of the participants with their scores, or record the edited ones. 404 without a pass mark."""
    seminar = get_seminar_or_404(seminar_id)
    if not seminar.pass_mark:
        abort(404)
    lock_for_edit(db.session(), seminar)
    participant_ids = list_participant_ids(db.session(), seminar)
    portion = paginate_people(db.session(), seminar, participant_ids, list_people_in_order)
    stored = build_test_scores_data(portion.rows, map_percents_of_people(db.session(), portion.rows))
    form: TestScoresForm = build_test_scores_form(portion.rows)(data=stored)
    form.track_changes(stored, lambda: describe_last_score(form))
    if form.validate_on_submit():
        record_test_scores(db.session(), seminar, form.edited_percents, current_user.id, now())
        db.session.commit()
        flash(_("Saved."), "success")
        query = portion.query or None
        return redirect(url_for(".edit_test_scores", seminar_id=seminar.id, page=portion.page, query=query), 303)
    page = render_template("surveys/scores/test.html", seminar=seminar, portion=portion, form=form)
    return page, form.status_code
