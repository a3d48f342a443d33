"""Organizer pages of a checklist: the list of participants, and the form in which a trainer marks one of them."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from trainer.accounts.access import create_desk_blueprint
from trainer.clock import now
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.registration.desk.listing import paginate_people
from trainer.surveys.answering.filled_form import build_prefilled_survey_form, build_submitted_survey_form
from trainer.surveys.answering.forms import AnswerForm
from trainer.surveys.checklists import marking
from trainer.surveys.checklists.marking import ChecklistEntry
from trainer.surveys.deduplication import map_surviving_registrations
from trainer.surveys.desk import get_survey_or_404
from trainer.surveys.models import Survey, SurveyPurpose
from trainer.surveys.questions.validation import filter_valid_answers
from trainer.surveys.responses import SurveyVersionChanged
from trainer.surveys.schedule import SurveyClosed, is_survey_closed
from trainer.web.actions import commit_or_explain

desk = create_desk_blueprint("surveys_checklists", __name__)


@dataclass(frozen=True)
class ChecklistWarning:
    """A reason to show a checklist again before it is saved; the template words it."""

    is_version_changed: bool = False
    is_merged: bool = False
    is_marked_by_others: bool = False


def get_checklist_or_404(seminar_id: int, number: int) -> Survey:
    """Return a survey of a seminar if it is a checklist, else abort with 404: participants answer other surveys themselves."""
    survey = get_survey_or_404(seminar_id, number)
    return survey if survey.purpose == SurveyPurpose.CHECKLIST and not survey.anonymous else abort(404)


@desk.get("/seminars/<int:seminar_id>/surveys/<int:number>/skills")
def view_checklist(seminar_id: int, number: int) -> ResponseReturnValue:
    """Render the participants with the number of steps marked."""
    survey = get_checklist_or_404(seminar_id, number)
    return render_template(
        "surveys/checklists/checklist.html",
        survey=survey,
        seminar=survey.seminar,
        portion=paginate_people(
            db.session(),
            survey.seminar,
            marking.list_checklist_ids(db.session(), survey, now()),
            lambda session, ids: marking.list_checklist_entries(session, survey, ids),
        ),
        is_closed=is_survey_closed(survey, now()),
    )


@desk.route("/seminars/<int:seminar_id>/surveys/<int:number>/skills/<int:registration_id>", methods=["GET", "POST"])
def edit_checklist_entry(seminar_id: int, number: int, registration_id: int) -> ResponseReturnValue:
    """Render the checklist of one participant, or save it and go on to the next participant.

    A checklist sent for a registration that has been merged since is shown with the surviving one, to be sent again.
    """
    survey = get_checklist_or_404(seminar_id, number)
    surviving_ids = map_surviving_registrations(db.session(), survey.seminar)
    surviving_id = surviving_ids.get(registration_id, registration_id)
    entry, following_id = get_entry_or_404(survey, surviving_id)
    form = build_submitted_survey_form(survey)
    if surviving_id != registration_id:
        return render_combined_checklist(survey, entry, form, ChecklistWarning(is_merged=True))
    if not form.is_submitted():
        return render_checklist_entry(survey, entry, build_prefilled_survey_form(survey, entry.answers))
    if form.version.data != survey.current_version.fingerprint:
        return render_changed_questions(survey, entry, form.submitted_answers)
    if "switch" in request.form or not form.validate(complete=False):
        return render_checklist_entry(survey, entry, form)
    return save_checklist_entry(survey, entry, form, following_id)


def get_entry_or_404(survey: Survey, registration_id: int) -> tuple[ChecklistEntry, int | None]:
    """Return the entry of a registration and the next registration in the list, None for the last; or abort with 404."""
    ids = marking.list_checklist_ids(db.session(), survey, now())
    if registration_id not in ids:
        abort(404)
    following = ids[ids.index(registration_id) + 1 :]
    [entry] = marking.list_checklist_entries(db.session(), survey, [registration_id])
    return entry, next(iter(following), None)


def save_checklist_entry(
    survey: Survey, entry: ChecklistEntry, form: AnswerForm, following_id: int | None
) -> ResponseReturnValue:
    """Record the checklist of a participant and redirect to the next one, or show it again if it has changed since."""
    seminar_id, number, submitted = survey.seminar_id, survey.number, form.submitted_answers
    refusals = {SurveyVersionChanged: "", marking.ChecklistChanged: "", SurveyClosed: _("The survey is closed.")}
    with commit_or_explain(refusals, _("Saved.")) as outcome:
        marking.record_checklist(
            db.session(),
            survey,
            entry.registration,
            submitted,
            now(),
            version_fingerprint=survey.current_version.fingerprint,
            seen_fingerprint=request.form.get("seen", ""),
            user_id=current_user.id,
        )
    if isinstance(outcome.refusal, SurveyVersionChanged):
        return render_changed_questions(survey, entry, build_submitted_survey_form(survey).submitted_answers)
    if isinstance(outcome.refusal, marking.ChecklistChanged):
        current_entry, _following_id = get_entry_or_404(survey, entry.registration.id)
        form = build_submitted_survey_form(survey)
        return render_combined_checklist(survey, current_entry, form, ChecklistWarning(is_marked_by_others=True))
    if not outcome.is_committed or following_id is None:
        return redirect(url_for(".view_checklist", seminar_id=seminar_id, number=number), 303)
    address = url_for(".edit_checklist_entry", seminar_id=seminar_id, number=number, registration_id=following_id)
    return redirect(address, 303)


def render_changed_questions(survey: Survey, entry: ChecklistEntry, answers: Mapping[str, Any]) -> ResponseReturnValue:
    """Render the current questions, which have changed since, with those of the submitted answers that still fit."""
    form = build_prefilled_survey_form(survey, answers)
    return render_checklist_entry(survey, entry, form, ChecklistWarning(is_version_changed=True))


def render_combined_checklist(
    survey: Survey, entry: ChecklistEntry, form: AnswerForm, warning: ChecklistWarning
) -> ResponseReturnValue:
    """Render the recorded marks of a participant, overwritten with the submitted ones, to be checked and sent again."""
    submitted = filter_valid_answers(form.questions, form.submitted_answers)
    form = build_prefilled_survey_form(survey, {**entry.answers, **submitted})
    return render_checklist_entry(survey, entry, form, warning)


def render_checklist_entry(
    survey: Survey, entry: ChecklistEntry, form: AnswerForm, warning: ChecklistWarning | None = None
) -> ResponseReturnValue:
    """Render the checklist of one participant; status 409 if it has to be checked again, 422 if the form has errors."""
    warning = warning or ChecklistWarning()
    shows_recorded_marks = warning.is_marked_by_others or warning.is_merged
    is_conflict = (
        warning.is_version_changed or warning.is_marked_by_others or (warning.is_merged and form.is_submitted())
    )
    page = render_template(
        "surveys/checklists/person.html",
        survey=survey,
        seminar=survey.seminar,
        registration=entry.registration,
        seen_fingerprint=get_seen_fingerprint(entry, form, shows_recorded_marks),
        form=form,
        warning=warning,
        is_closed=is_survey_closed(survey, now()),
    )
    return page, 409 if is_conflict else 422 if form.errors else 200


def get_seen_fingerprint(entry: ChecklistEntry, form: AnswerForm, shows_recorded_marks: bool) -> str:
    """Return the fingerprint of the marks that the trainer has seen.

    These are the recorded marks, unless the page only shows a submitted form again: then those of its first display.
    """
    return entry.fingerprint if shows_recorded_marks or not form.is_submitted() else request.form.get("seen", "")
