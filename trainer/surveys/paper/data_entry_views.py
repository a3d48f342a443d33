"""Pages of the desk for paper responses: printing the blank form and entering completed forms."""

import uuid

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from trainer.accounts.access import create_desk_blueprint
from trainer.clock import now
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.language.translate import ngettext
from trainer.registration.desk.listing import paginate_people
from trainer.registration.models import Registration
from trainer.registration.seats.participants import list_people_in_order
from trainer.surveys.answering.filled_form import build_prefilled_survey_form, build_submitted_survey_form
from trainer.surveys.answering.forms import AnswerForm
from trainer.surveys.desk import SURVEY_URL, get_survey_or_404, open_survey_in_requested_language, send_survey_document
from trainer.surveys.models import Survey, SurveyPurpose
from trainer.surveys.paper import ballot_box
from trainer.surveys.paper.blank_form import render_blank_form_pdf
from trainer.surveys.responses import SurveyVersionChanged, list_nonrespondent_ids, record_response
from trainer.surveys.schedule import SurveyClosed, is_survey_closed
from trainer.web.actions import commit_or_explain

desk = create_desk_blueprint("surveys_paper", __name__)


def get_paper_survey_or_404(seminar_id: int, number: int) -> Survey:
    """Return a survey that can be answered on paper; abort with 404 for a checklist."""
    survey = get_survey_or_404(seminar_id, number)
    return survey if survey.purpose != SurveyPurpose.CHECKLIST else abort(404)


def redirect_to_paper_entry(survey: Survey) -> ResponseReturnValue:
    """Redirect to the page of paper responses."""
    return redirect(url_for(".view_paper_entry", seminar_id=survey.seminar.id, number=survey.number), 303)


@desk.get(SURVEY_URL + "/paper.pdf")
def download_blank_form(seminar_id: int, number: int) -> ResponseReturnValue:
    """Send the blank form as PDF in the requested language."""
    with open_survey_in_requested_language(seminar_id, number) as survey:
        if survey.purpose == SurveyPurpose.CHECKLIST:
            abort(404)
        return send_survey_document(render_blank_form_pdf(survey), _("Form to fill in"), survey, "pdf")


@desk.get(SURVEY_URL + "/keying")
def view_paper_entry(seminar_id: int, number: int) -> ResponseReturnValue:
    """Show links to the blank form, and who has not answered or, if the survey is anonymous, the ballot box counts."""
    survey = get_paper_survey_or_404(seminar_id, number)
    return render_template(
        "surveys/paper/data_entry.html",
        survey=survey,
        seminar=survey.seminar,
        portion=paginate_people(
            db.session(), survey.seminar, list_nonrespondent_ids(db.session(), survey), list_people_in_order
        ),
        ballot_box=ballot_box.count_ballot_box(db.session(), survey) if survey.anonymous else None,
        is_closed=is_survey_closed(survey, now()),
    )


@desk.route(SURVEY_URL + "/keying/<int:registration_id>", methods=["GET", "POST"])
def add_paper_response(seminar_id: int, number: int, registration_id: int) -> ResponseReturnValue:
    """Show or submit the form in which the answers of one participant are entered under the name."""
    survey = get_paper_survey_or_404(seminar_id, number)
    if survey.anonymous:
        abort(404)
    if registration_id not in list_nonrespondent_ids(db.session(), survey):
        flash(_("This participant has already answered."), "info")
        return redirect_to_paper_entry(survey)
    [registration] = list_people_in_order(db.session(), [registration_id])
    form = build_submitted_survey_form(survey)
    page = render_form_unless_valid(survey, form, registration)
    if page is not None:
        return page
    with commit_or_explain({SurveyVersionChanged: "", SurveyClosed: ""}, _("Saved.")) as outcome:
        record_response(
            db.session(),
            survey,
            registration,
            form.validated_answers,
            registration.person.language,
            now(),
            fingerprint=survey.current_version.fingerprint,
            on_paper=True,
            entered_by_id=current_user.id,
        )
    if isinstance(outcome.refusal, SurveyVersionChanged):
        return render_changed_paper_form(survey, registration)
    if not outcome.is_committed:
        flash(_("This participant has already answered."), "info")
    return redirect_to_paper_entry(survey)


@desk.post(SURVEY_URL + "/keying/handed-in")
def submit_paper_participants(seminar_id: int, number: int) -> ResponseReturnValue:
    """Record who has handed in a paper form of an anonymous survey."""
    survey = get_paper_survey_or_404(seminar_id, number)
    ticked_ids = set(request.form.getlist("person"))
    ids = [each for each in list_nonrespondent_ids(db.session(), survey) if str(each) in ticked_ids]
    registrations = list_people_in_order(db.session(), ids)
    if not survey.anonymous:
        abort(404)
    with commit_or_explain({SurveyClosed: _("The survey is closed.")}) as outcome:
        count = ballot_box.record_paper_participation(db.session(), survey, registrations, now())
    if outcome.is_committed:
        sentence = ngettext("%(num)d person is ticked.", "%(num)d people are ticked.", count)
        flash(sentence, "success" if count else "info")
    return redirect_to_paper_entry(survey)


@desk.route(SURVEY_URL + "/keying/slip", methods=["GET", "POST"])
def add_paper_ballot(seminar_id: int, number: int) -> ResponseReturnValue:
    """Show or submit the form in which an anonymous paper form is entered."""
    survey = get_paper_survey_or_404(seminar_id, number)
    if not survey.anonymous:
        abort(404)
    form = build_submitted_survey_form(survey)
    page = render_form_unless_valid(survey, form, None)
    if page is not None:
        return page
    refusals = {
        ballot_box.PaperAlreadyEntered: "",
        SurveyVersionChanged: "",
        ballot_box.AllPapersEntered: _("All paper forms have been entered. First tick who handed in another one."),
        SurveyClosed: _("The survey is closed."),
    }
    with commit_or_explain(refusals, _("The answers have been saved.")) as outcome:
        ballot_box.record_paper_ballot(
            db.session(),
            survey,
            form.validated_answers,
            now(),
            fingerprint=survey.current_version.fingerprint,
            ballot_id=get_ballot_id(),
        )
    if isinstance(outcome.refusal, SurveyVersionChanged):
        return render_changed_paper_form(survey, None)
    if isinstance(outcome.refusal, ballot_box.PaperAlreadyEntered):
        flash(_("This paper form has already been entered."), "info")
    return redirect_to_paper_entry(survey)


def get_ballot_id() -> uuid.UUID:
    """Return the random key of a paper form page: a new one, or the submitted one; abort with 400 if it is invalid."""
    try:
        return uuid.UUID(request.form["slip"]) if request.method == "POST" else uuid.uuid4()
    except ValueError:
        abort(400)


def render_form_unless_valid(
    survey: Survey, form: AnswerForm, registration: Registration | None
) -> ResponseReturnValue | None:
    """Return the page to show, or None if the submitted form is valid and can be recorded."""
    if not form.is_submitted():
        return render_paper_entry_form(survey, registration, build_prefilled_survey_form(survey, {}))
    if form.version.data != survey.current_version.fingerprint:
        return render_changed_paper_form(survey, registration)
    return None if form.validate_on_submit() else render_paper_entry_form(survey, registration, form)


def render_changed_paper_form(survey: Survey, registration: Registration | None) -> ResponseReturnValue:
    """Render the current questions with those of the entered answers that still fit, and a notice."""
    form = build_prefilled_survey_form(survey, build_submitted_survey_form(survey).submitted_answers)
    return render_paper_entry_form(survey, registration, form, questions_changed=True)


def render_paper_entry_form(
    survey: Survey, registration: Registration | None, form: AnswerForm, *, questions_changed: bool = False
) -> ResponseReturnValue:
    """Render the data entry form: status 409 after the questions were changed, 422 with errors, else 200."""
    page = render_template(
        "surveys/paper/data_entry_form.html",
        survey=survey,
        seminar=survey.seminar,
        registration=registration,
        ballot_key=None if registration else get_ballot_id(),
        form=form,
        questions_changed=questions_changed,
    )
    return page, 409 if questions_changed else 422 if form.errors else 200
