"""The desk's checklist: a trainer marks what one participant after the other can do, on a tablet or a phone."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from trainer.accounts.access import desk_blueprint
from trainer.clock import now
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.surveys import responses
from trainer.surveys.answering.filled_form import blank, form_of
from trainer.surveys.answering.forms import AnswerForm
from trainer.surveys.checklists import marking
from trainer.surveys.checklists.marking import Marked
from trainer.surveys.deduplication import kept_of
from trainer.surveys.desk import survey_or_404
from trainer.surveys.models import Purpose, Survey
from trainer.surveys.questions.validation import fitting

desk = desk_blueprint("surveys_checklists", __name__)


def checklist_or_404(seminar_id: int, number: int) -> Survey:
    """Find a checklist; other surveys are answered by the participants themselves."""
    survey = survey_or_404(seminar_id, number)
    return survey if survey.purpose == Purpose.SKILLS and not survey.anonymous else abort(404)


@desk.get("/seminars/<int:seminar_id>/surveys/<int:number>/skills")
def people(seminar_id: int, number: int) -> ResponseReturnValue:
    """List the participants with what was marked."""
    survey = checklist_or_404(seminar_id, number)
    return render_template(
        "surveys/checklists/checklist.html",
        survey=survey,
        seminar=survey.seminar,
        people=marking.skills_of(db.session(), survey, now()),
        closed=responses.is_closed(survey, now()),
    )


@desk.route("/seminars/<int:seminar_id>/surveys/<int:number>/skills/<int:registration_id>", methods=["GET", "POST"])
def person(seminar_id: int, number: int, registration_id: int) -> ResponseReturnValue:
    """Show what was marked of one participant, keep what is marked now, and go on to the next.

    What is sent of somebody merged into another meanwhile is shown with that one, to be looked through and sent once more.
    """
    survey = checklist_or_404(seminar_id, number)
    found = marking.skills_of(db.session(), survey, now())
    kept = kept_of(db.session(), survey.seminar).get(registration_id, registration_id)
    place = next((place for place, each in enumerate(found) if each.registration.id == kept), None)
    if place is None:
        abort(404)
    marked, following = found[place], found[place + 1 : place + 2]
    form = form_of(survey)
    if kept != registration_id:
        return show(
            survey, marked, blank(survey, {**marked.answers, **fitting(form.questions, form.given)}), merged=True
        )
    if not form.is_submitted():
        return show(survey, marked, blank(survey, marked.answers))
    if form.version.data != survey.current.mark:
        return show(survey, marked, blank(survey, form.given), changed=True)
    if "switch" in request.form or not form.validate(complete=False):
        return show(survey, marked, form)
    try:
        marking.mark_skills(
            db.session(),
            survey,
            marked.registration,
            form.given,
            now(),
            version=survey.current.mark,
            seen=request.form.get("seen", ""),
            user_id=current_user.id,
        )
    except responses.OtherVersion:
        db.session.rollback()
        return show(survey, marked, blank(survey, form_of(survey).given), changed=True)
    except marking.MarkedMeanwhile:
        db.session.rollback()
        return marked_meanwhile(survey, registration_id)
    except responses.SurveyClosed:
        db.session.rollback()
        flash(_("The survey is closed."), "error")
        return redirect(url_for(".people", seminar_id=seminar_id, number=number), 303)
    db.session.commit()
    flash(_("Saved."), "success")
    if not following:
        return redirect(url_for(".people", seminar_id=seminar_id, number=number), 303)
    after = following[0].registration.id
    return redirect(url_for(".person", seminar_id=seminar_id, number=number, registration_id=after), 303)


def marked_meanwhile(survey: Survey, registration_id: int) -> ResponseReturnValue:
    """Show what somebody else has marked together with what was sent, to be looked through and sent once more."""
    found = marking.skills_of(db.session(), survey, now())
    marked = next((each for each in found if each.registration.id == registration_id), None) or abort(404)
    form = form_of(survey)
    return show(survey, marked, blank(survey, {**marked.answers, **fitting(form.questions, form.given)}), others=True)


def show(
    survey: Survey,
    marked: Marked,
    form: AnswerForm,
    *,
    changed: bool = False,
    merged: bool = False,
    others: bool = False,
) -> ResponseReturnValue:
    """Show the checklist of one participant."""
    page = render_template(
        "surveys/checklists/person.html",
        survey=survey,
        seminar=survey.seminar,
        registration=marked.registration,
        seen=seen_of(marked, form, others or merged),
        form=form,
        changed=changed,
        merged=merged,
        others=others,
        closed=responses.is_closed(survey, now()),
    )
    return page, 409 if changed or others or (merged and form.is_submitted()) else 422 if form.errors else 200


def seen_of(marked: Marked, form: AnswerForm, whole: bool) -> str:
    """Name the marks that the trainer has seen: those before them now, or, of a form that is shown again, those at its beginning."""
    return marked.mark if whole or not form.is_submitted() else request.form.get("seen", "")
