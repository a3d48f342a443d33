"""Organizer pages for the surveys of a seminar: the list, creation, settings, release, closing, reopening and deletion."""

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from trainer.accounts.access import create_desk_blueprint
from trainer.accounts.change_authors import follow_author
from trainer.accounts.permissions import ORGANIZERS
from trainer.clock import now
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.seminars.models import Seminar
from trainer.seminars.scopes import build_seminar_condition
from trainer.seminars.views import get_seminar_or_404
from trainer.surveys import anonymity
from trainer.surveys.builder import settings, wording
from trainer.surveys.builder.missing_translations import build_translation_warnings
from trainer.surveys.builder.settings_forms import NewSurveyForm, SurveySettingsForm, build_settings_form_data
from trainer.surveys.builder.starting_points import StartingPoint, list_starting_points
from trainer.surveys.builder.versions import QuestionsMissing
from trainer.surveys.desk import get_survey_for_edit_or_404, get_survey_or_404
from trainer.surveys.models import Survey
from trainer.surveys.paper import ballot_box
from trainer.surveys.schedule import is_survey_closed
from trainer.web.actions import commit_or_explain
from trainer.web.editing.creation import create_once
from trainer.web.paging import paginate_search

desk = create_desk_blueprint("surveys_builder", __name__)


def redirect_to_surveys(seminar_id: int) -> ResponseReturnValue:
    """Redirect to the list of a seminar's surveys."""
    return redirect(url_for("surveys_builder.view_surveys", seminar_id=seminar_id), 303)


def redirect_to_survey_questions(survey: Survey) -> ResponseReturnValue:
    """Redirect to the questions of a survey."""
    return redirect(build_questions_address(survey), 303)


def build_questions_address(survey: Survey) -> str:
    """Return the address of the questions of a survey."""
    endpoint = "surveys_builder_questions.view_survey_builder"
    return url_for(endpoint, seminar_id=survey.seminar_id, number=survey.number)


@desk.get("/seminars/<int:seminar_id>/surveys")
def view_surveys(seminar_id: int) -> ResponseReturnValue:
    """Render the list of a seminar's surveys."""
    seminar = get_seminar_or_404(seminar_id)
    return render_template(
        "surveys/builder/surveys.html",
        seminar=seminar,
        portion=paginate_search(
            settings.list_survey_summaries(db.session(), seminar, now()),
            lambda summary: " ".join(summary.survey.title.to_mapping().values()),
        ),
        stage_labels=wording.SURVEY_STAGE_LABELS,
        stage_tones=wording.SURVEY_STAGE_TONES,
        purpose_labels=wording.SURVEY_PURPOSE_LABELS,
    )


@desk.get("/seminars/<int:seminar_id>/surveys/new")
def view_survey_starting_points(seminar_id: int) -> ResponseReturnValue:
    """Render the starting points for a new survey."""
    seminar = get_seminar_or_404(seminar_id)
    return render_template(
        "surveys/builder/starting_points.html",
        seminar=seminar,
        starting_points=list_starting_points(db.session(), seminar, build_seminar_condition(current_user, *ORGANIZERS)),
        purpose_labels=wording.SURVEY_PURPOSE_LABELS,
    )


@desk.route("/seminars/<int:seminar_id>/surveys/new/<start>", methods=["GET", "POST"])
def add_survey(seminar_id: int, start: str) -> ResponseReturnValue:
    """Render the settings of a new survey, or create it and go on to its questions."""
    seminar = get_seminar_or_404(seminar_id)
    starting_point = get_starting_point_or_404(seminar, start)
    form = NewSurveyForm(data=starting_point.build_form_data(seminar))
    if form.validate_on_submit():
        success = _("The survey has been created. Review its questions, then release it.")
        with commit_or_explain({settings.AnonymityNotAllowed: ""}, success) as outcome:
            address = create_once(db.session(), lambda: create_survey_from_form(seminar, form, starting_point), now())
        if outcome.is_committed:
            return redirect(address, 303)
        form.anonymous.errors = [format_anonymity_error()]
    return render_settings_page(seminar, None, form)


def get_starting_point_or_404(seminar: Seminar, name: str) -> StartingPoint:
    """Return the starting point with a name, or abort with 404."""
    starting_points = list_starting_points(db.session(), seminar, build_seminar_condition(current_user, *ORGANIZERS))
    return next((starting_point for starting_point in starting_points if starting_point.name == name), None) or abort(
        404
    )


def create_survey_from_form(seminar: Seminar, form: NewSurveyForm, starting_point: StartingPoint) -> str:
    """Create the survey that was entered, with the questions of its starting point, and return their address.

    Raises AnonymityNotAllowed.
    """
    survey = settings.create_survey(
        db.session(),
        seminar,
        form.build_settings(seminar.zone),
        anonymous=form.is_anonymous,
        questions=starting_point.build_questions(form.is_anonymous),
        organizer_note=starting_point.organizer_note,
    )
    return build_questions_address(survey)


def render_settings_page(
    seminar: Seminar, survey: Survey | None, form: SurveySettingsForm, *, is_purpose_fixed: bool = False
) -> ResponseReturnValue:
    """Render the settings of a survey, or of a new one where it is None."""
    page = render_template(
        "surveys/builder/settings.html", seminar=seminar, survey=survey, form=form, is_purpose_fixed=is_purpose_fixed
    )
    return page, form.status_code


def format_anonymity_error() -> str:
    """Return the error message for an anonymous checklist."""
    return _("Skills are marked for each participant by name, so this survey can’t be anonymous.")


@desk.route("/seminars/<int:seminar_id>/surveys/<int:number>/decisions", methods=["GET", "POST"])
def edit_survey_settings(seminar_id: int, number: int) -> ResponseReturnValue:
    """Render the settings of a survey, or save them."""
    survey = get_survey_for_edit_or_404(seminar_id, number)
    is_purpose_fixed = not settings.can_change_survey_purpose(db.session(), survey)
    asks_anonymity = survey.id is None or "anonymous" in request.form
    form = (NewSurveyForm if asks_anonymity else SurveySettingsForm)(data=build_settings_form_data(survey))
    if is_purpose_fixed:
        form.purpose.data = survey.purpose
    stored = {name: value for name, value in build_settings_form_data(survey).items() if name != "anonymous"}
    form.track_changes(stored, follow_author(db.session(), survey))
    if form.validate_on_submit():
        error = save_survey_settings(survey, form)
        if error is None:
            return redirect_to_surveys(seminar_id)
        add_settings_error(form, error)
    return render_settings_page(survey.seminar, survey, form, is_purpose_fixed=is_purpose_fixed)


def save_survey_settings(survey: Survey, form: SurveySettingsForm) -> Exception | None:
    """Save the settings that were entered and flash that; return the exception instead if they are not allowed."""
    refusals = (settings.PurposeIsFixed, settings.AnonymityNotAllowed, settings.AnonymityIsFixed)
    with commit_or_explain(dict.fromkeys(refusals, ""), _("Saved.")) as outcome:
        survey = settings.update_survey_settings(
            db.session(), survey, form.build_settings(survey.seminar.zone), anonymous=form.is_anonymous
        )
    if outcome.is_committed and is_survey_closed(survey, now()):  # another closing time does not reopen a survey
        flash(_("The survey is closed."), "info")
    return outcome.refusal


def add_settings_error(form: SurveySettingsForm, error: Exception) -> None:
    """Set the error message of the field that is to blame for an exception of `save_survey_settings`."""
    if isinstance(error, settings.AnonymityIsFixed):
        form.anonymous.errors = [_("The survey already has answers, so this can’t be changed.")]
    elif isinstance(error, settings.AnonymityNotAllowed):
        form.purpose.errors = [format_anonymity_error()]
    else:
        form.purpose.errors = [_("The survey already has answers, so its purpose can’t be changed.")]


@desk.route("/seminars/<int:seminar_id>/surveys/<int:number>/release", methods=["GET", "POST"])
def submit_survey_release(seminar_id: int, number: int) -> ResponseReturnValue:
    """Render what should be done before the release, or release a survey; without questions, go on to where they are added."""
    survey = get_survey_or_404(seminar_id, number)
    warnings = build_translation_warnings(survey)
    if request.method == "GET":
        return render_template("surveys/builder/release.html", seminar=survey.seminar, survey=survey, **warnings)
    if "checked" not in request.form and (survey.organizer_note or any(warnings.values())):
        return redirect(url_for(".submit_survey_release", seminar_id=seminar_id, number=number), 303)
    success = _("Released: people will be asked once the survey opens.")
    with commit_or_explain({QuestionsMissing: _("Add a question first.")}, success) as outcome:
        settings.release_survey(db.session(), survey, now())
    return redirect_to_surveys(seminar_id) if outcome.is_committed else redirect_to_survey_questions(survey)


@desk.route("/seminars/<int:seminar_id>/surveys/<int:number>/close", methods=["GET", "POST"])
def submit_survey_closing(seminar_id: int, number: int) -> ResponseReturnValue:
    """Render what closing a survey means, or close it."""
    survey = get_survey_or_404(seminar_id, number)
    if request.method == "GET":
        return render_template(
            "surveys/builder/close.html",
            seminar=survey.seminar,
            survey=survey,
            survey_summary=settings.summarize_surveys(db.session(), [survey], now())[0],
            papers_to_enter=count_papers_to_enter(survey),
        )
    closed_survey = anonymity.close_survey(db.session(), survey, now())
    db.session.commit()
    if closed_survey.anonymous and closed_survey.sealed_at is None:
        seal_closed_survey(closed_survey)
    flash(_("The survey is closed."), "success")
    return redirect_to_surveys(seminar_id)


def count_papers_to_enter(survey: Survey) -> int:
    """Return how many paper forms of an anonymous survey were handed in but not entered; 0 for a survey with names."""
    return ballot_box.count_ballot_box(db.session(), survey).papers_to_enter if survey.anonymous else 0


def seal_closed_survey(survey: Survey) -> None:
    """Overwrite at once the data that could link answers to people; if the database is busy, a background job does it."""
    with commit_or_explain({anonymity.DatabaseBusy: ""}) as outcome:
        anonymity.seal_survey(db.session(), survey, now())
    if not outcome.is_committed:
        current_app.logger.info("survey %s is sealed by the worker", survey.id)


@desk.post("/seminars/<int:seminar_id>/surveys/<int:number>/reopen")
def submit_survey_reopening(seminar_id: int, number: int) -> ResponseReturnValue:
    """Reopen a closed survey with names."""
    survey = get_survey_or_404(seminar_id, number)
    refusal = _("An anonymous survey can’t be reopened: its answers have been shuffled.")
    with commit_or_explain({settings.ReopeningNotAllowed: refusal}, _("The survey has been reopened.")):
        settings.reopen_survey(db.session(), survey, now())
    return redirect_to_surveys(seminar_id)


@desk.route("/seminars/<int:seminar_id>/surveys/<int:number>/delete", methods=["GET", "POST"])
def submit_survey_deletion(seminar_id: int, number: int) -> ResponseReturnValue:
    """Render the question whether to delete a survey, or delete it."""
    survey = get_survey_or_404(seminar_id, number)
    if request.method == "GET":
        can_delete = settings.can_delete_survey(db.session(), survey)
        return render_template(
            "surveys/builder/delete.html", seminar=survey.seminar, survey=survey, can_delete=can_delete
        )
    refusal = _("People may already have seen this survey, so it can’t be deleted. You can close it.")
    with commit_or_explain({settings.AlreadyReleased: refusal}, _("The survey has been deleted.")):
        settings.delete_survey(db.session(), survey)
    return redirect_to_surveys(seminar_id)
