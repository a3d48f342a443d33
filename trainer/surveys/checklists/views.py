"""The desk's checklist: a trainer marks what one participant after the other can do, on a tablet or a phone."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from trainer.accounts.access import create_desk_blueprint
from trainer.clock import now
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.surveys import responses
from trainer.surveys.answering.filled_form import build_prefilled_survey_form, build_submitted_survey_form
from trainer.surveys.answering.forms import AnswerForm
from trainer.surveys.checklists import marking
from trainer.surveys.checklists.marking import ChecklistEntry
from trainer.surveys.deduplication import map_surviving_registrations
from trainer.surveys.desk import get_survey_or_404
from trainer.surveys.models import Survey, SurveyPurpose
from trainer.surveys.questions.validation import filter_valid_answers
from trainer.surveys.schedule import SurveyClosed, is_survey_closed

desk = create_desk_blueprint("surveys_checklists", __name__)


def get_checklist_or_404(seminar_id: int, number: int) -> Survey:
    """Find a checklist; other surveys are answered by the participants themselves."""
    survey = get_survey_or_404(seminar_id, number)
    return survey if survey.purpose == SurveyPurpose.CHECKLIST and not survey.anonymous else abort(404)


@desk.get("/seminars/<int:seminar_id>/surveys/<int:number>/skills")
def view_checklist(seminar_id: int, number: int) -> ResponseReturnValue:
    """List the participants with what was marked."""
    survey = get_checklist_or_404(seminar_id, number)
    return render_template(
        "surveys/checklists/checklist.html",
        survey=survey,
        seminar=survey.seminar,
        people=marking.list_checklist_entries(db.session(), survey, now()),
        closed=is_survey_closed(survey, now()),
    )


@desk.route("/seminars/<int:seminar_id>/surveys/<int:number>/skills/<int:registration_id>", methods=["GET", "POST"])
def edit_checklist_entry(seminar_id: int, number: int, registration_id: int) -> ResponseReturnValue:
    """Show what was marked of one participant, keep what is marked now, and go on to the next.

    What is sent of somebody merged into another meanwhile is shown with that one, to be looked through and sent once more.
    """
    survey = get_checklist_or_404(seminar_id, number)
    found = marking.list_checklist_entries(db.session(), survey, now())
    kept = map_surviving_registrations(db.session(), survey.seminar).get(registration_id, registration_id)
    place = next((place for place, each in enumerate(found) if each.registration.id == kept), None)
    if place is None:
        abort(404)
    marked, following = found[place], found[place + 1 : place + 2]
    form = build_submitted_survey_form(survey)
    if kept != registration_id:
        return render_checklist_entry(
            survey,
            marked,
            build_prefilled_survey_form(
                survey, {**marked.answers, **filter_valid_answers(form.questions, form.submitted_answers)}
            ),
            is_merged=True,
        )
    if not form.is_submitted():
        return render_checklist_entry(survey, marked, build_prefilled_survey_form(survey, marked.answers))
    if form.version.data != survey.current_version.fingerprint:
        return render_checklist_entry(
            survey, marked, build_prefilled_survey_form(survey, form.submitted_answers), is_version_changed=True
        )
    if "switch" in request.form or not form.validate(complete=False):
        return render_checklist_entry(survey, marked, form)
    try:
        marking.record_checklist(
            db.session(),
            survey,
            marked.registration,
            form.submitted_answers,
            now(),
            version_fingerprint=survey.current_version.fingerprint,
            seen_fingerprint=request.form.get("seen", ""),
            user_id=current_user.id,
        )
    except responses.SurveyVersionChanged:
        db.session.rollback()
        return render_checklist_entry(
            survey,
            marked,
            build_prefilled_survey_form(survey, build_submitted_survey_form(survey).submitted_answers),
            is_version_changed=True,
        )
    except marking.ChecklistChanged:
        db.session.rollback()
        return render_changed_checklist(survey, registration_id)
    except SurveyClosed:
        db.session.rollback()
        flash(_("The survey is closed."), "error")
        return redirect(url_for(".view_checklist", seminar_id=seminar_id, number=number), 303)
    db.session.commit()
    flash(_("Saved."), "success")
    if not following:
        return redirect(url_for(".view_checklist", seminar_id=seminar_id, number=number), 303)
    after = following[0].registration.id
    return redirect(url_for(".edit_checklist_entry", seminar_id=seminar_id, number=number, registration_id=after), 303)


def render_changed_checklist(survey: Survey, registration_id: int) -> ResponseReturnValue:
    """Show what somebody else has marked together with what was sent, to be looked through and sent once more."""
    found = marking.list_checklist_entries(db.session(), survey, now())
    marked = next((each for each in found if each.registration.id == registration_id), None) or abort(404)
    form = build_submitted_survey_form(survey)
    return render_checklist_entry(
        survey,
        marked,
        build_prefilled_survey_form(
            survey, {**marked.answers, **filter_valid_answers(form.questions, form.submitted_answers)}
        ),
        is_marked_by_others=True,
    )


def render_checklist_entry(
    survey: Survey,
    entry: ChecklistEntry,
    form: AnswerForm,
    *,
    is_version_changed: bool = False,
    is_merged: bool = False,
    is_marked_by_others: bool = False,
) -> ResponseReturnValue:
    """Show the checklist of one participant."""
    page = render_template(
        "surveys/checklists/person.html",
        survey=survey,
        seminar=survey.seminar,
        registration=entry.registration,
        seen=get_seen_fingerprint(entry, form, is_marked_by_others or is_merged),
        form=form,
        changed=is_version_changed,
        merged=is_merged,
        others=is_marked_by_others,
        closed=is_survey_closed(survey, now()),
    )
    return page, 409 if is_version_changed or is_marked_by_others or (
        is_merged and form.is_submitted()
    ) else 422 if form.errors else 200


def get_seen_fingerprint(entry: ChecklistEntry, form: AnswerForm, shows_all_marks: bool) -> str:
    """Name the marks that the trainer has seen: those before them now, or, of a form that is shown again, those at its beginning."""
    return entry.fingerprint if shows_all_marks or not form.is_submitted() else request.form.get("seen", "")
