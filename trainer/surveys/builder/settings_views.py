"""The desk's pages of a seminar's surveys: the list of them, making one, deciding about it, closing it and opening it again."""

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from trainer.accounts.access import create_desk_blueprint
from trainer.clock import now
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.seminars.models import Seminar
from trainer.seminars.views import get_seminar_or_404
from trainer.surveys import anonymity
from trainer.surveys.builder import settings, wording
from trainer.surveys.builder.settings_forms import NewSurveyForm, SurveySettingsForm, build_settings_form_data
from trainer.surveys.builder.starting_points import StartingPoint, list_starting_points
from trainer.surveys.builder.versions import QuestionsMissing
from trainer.surveys.desk import get_survey_or_404
from trainer.surveys.models import Survey
from trainer.surveys.paper import ballot_box
from trainer.surveys.schedule import is_survey_closed

desk = create_desk_blueprint("surveys_builder", __name__)


def redirect_to_surveys(seminar_id: int) -> ResponseReturnValue:
    """Go to the list of a seminar's surveys."""
    return redirect(url_for("surveys_builder.view_surveys", seminar_id=seminar_id), 303)


def redirect_to_survey_questions(survey: Survey) -> ResponseReturnValue:
    """Go to the questions of a survey."""
    there = url_for("surveys_builder_questions.view_survey_builder", seminar_id=survey.seminar_id, number=survey.number)
    return redirect(there, 303)


@desk.get("/seminars/<int:seminar_id>/surveys")
def view_surveys(seminar_id: int) -> ResponseReturnValue:
    """Show every survey of a seminar and where it stands."""
    seminar = get_seminar_or_404(seminar_id)
    return render_template(
        "surveys/builder/surveys.html",
        seminar=seminar,
        lines=settings.list_survey_summaries(db.session(), seminar, now()),
        stages=wording.SURVEY_STAGE_LABELS,
        tones=wording.SURVEY_STAGE_TONES,
        purposes=wording.SURVEY_PURPOSE_LABELS,
    )


@desk.get("/seminars/<int:seminar_id>/surveys/new")
def view_survey_starting_points(seminar_id: int) -> ResponseReturnValue:
    """Offer what a new survey may start from."""
    seminar = get_seminar_or_404(seminar_id)
    return render_template(
        "surveys/builder/starting_points.html",
        seminar=seminar,
        starts=list_starting_points(db.session(), seminar),
        purposes=wording.SURVEY_PURPOSE_LABELS,
    )


@desk.route("/seminars/<int:seminar_id>/surveys/new/<start>", methods=["GET", "POST"])
def add_survey(seminar_id: int, start: str) -> ResponseReturnValue:
    """Make a survey."""
    seminar = get_seminar_or_404(seminar_id)
    chosen = next((each for each in list_starting_points(db.session(), seminar) if each.name == start), None) or abort(
        404
    )
    form = NewSurveyForm(data=chosen.build_form_data(seminar))
    if form.validate_on_submit():
        try:
            made = create_survey_from_form(seminar, form, chosen)
            db.session.commit()
            flash(_("The survey has been created. Review its questions, then release it."), "success")
            return redirect_to_survey_questions(made)
        except settings.AnonymityNotAllowed:
            db.session.rollback()
            form.anonymous.errors = [format_anonymity_error()]
    page = render_template(
        "surveys/builder/settings.html", seminar=seminar, survey=None, form=form, purpose_stands=False
    )
    return page, 422 if form.errors else 200


def create_survey_from_form(seminar: Seminar, form: NewSurveyForm, start: StartingPoint) -> Survey:
    """Make the survey that was filled in."""
    anonymous = form.is_anonymous
    decisions, questions = form.build_settings(seminar.zone), start.build_questions(anonymous)
    return settings.create_survey(db.session(), seminar, decisions, anonymous=anonymous, questions=questions)


def format_anonymity_error() -> str:
    """Say why marks of skills have names."""
    return _("Skills are marked for each participant by name, so this survey can’t be anonymous.")


@desk.route("/seminars/<int:seminar_id>/surveys/<int:number>/decisions", methods=["GET", "POST"])
def edit_survey_settings(seminar_id: int, number: int) -> ResponseReturnValue:
    """Change what is decided about a survey."""
    survey = get_survey_or_404(seminar_id, number)
    stands = not settings.can_change_survey_purpose(db.session(), survey)
    chooses = survey.id is None or "anonymous" in request.form
    form = (NewSurveyForm if chooses else SurveySettingsForm)(data=build_settings_form_data(survey))
    if stands:
        form.purpose.data = survey.purpose
    if form.validate_on_submit():
        try:
            decided = settings.update_survey_settings(
                db.session(), survey, form.build_settings(survey.seminar.zone), anonymous=form.is_anonymous
            )
            db.session.commit()
            flash(_("Saved."), "success")
            if is_survey_closed(decided, now()):  # another time to close does not open it again
                flash(_("The survey is closed."), "info")
            return redirect_to_surveys(seminar_id)
        except settings.PurposeIsFixed:
            form.purpose.errors = [_("The survey already has answers, so its purpose can’t be changed.")]
        except settings.AnonymityNotAllowed:
            form.purpose.errors = [format_anonymity_error()]
        except settings.AnonymityIsFixed:
            form.anonymous.errors = [_("The survey already has answers, so this can’t be changed.")]
        db.session.rollback()
    page = render_template(
        "surveys/builder/settings.html", seminar=survey.seminar, survey=survey, form=form, purpose_stands=stands
    )
    return page, 422 if form.errors else 200


@desk.post("/seminars/<int:seminar_id>/surveys/<int:number>/release")
def submit_survey_release(seminar_id: int, number: int) -> ResponseReturnValue:
    """Ask people from now on."""
    survey = get_survey_or_404(seminar_id, number)
    try:
        settings.release_survey(db.session(), survey, now())
        db.session.commit()
        flash(_("Released: people will be asked once the survey opens."), "success")
    except QuestionsMissing:
        db.session.rollback()
        flash(_("Add a question first."), "error")
        return redirect(
            url_for("surveys_builder_questions.view_survey_builder", seminar_id=seminar_id, number=number), 303
        )
    return redirect_to_surveys(seminar_id)


@desk.route("/seminars/<int:seminar_id>/surveys/<int:number>/close", methods=["GET", "POST"])
def submit_survey_closing(seminar_id: int, number: int) -> ResponseReturnValue:
    """Say what closing does, and close."""
    survey = get_survey_or_404(seminar_id, number)
    if request.method == "GET":
        line = settings.build_survey_summary(db.session(), survey, now())
        papers = ballot_box.count_ballot_box(db.session(), survey).papers_to_enter if survey.anonymous else 0
        return render_template(
            "surveys/builder/close.html", seminar=survey.seminar, survey=survey, line=line, papers=papers
        )
    closed = anonymity.close_survey(db.session(), survey, now())
    db.session.commit()
    if closed.anonymous and closed.sealed_at is None:
        seal_closed_survey(closed)
    flash(_("The survey is closed."), "success")
    return redirect_to_surveys(seminar_id)


def seal_closed_survey(survey: Survey) -> None:
    """Overwrite at once what could pair answers with people; where somebody is reading just now, the worker does it soon."""
    try:
        anonymity.seal_survey(db.session(), survey, now())
        db.session.commit()
    except anonymity.DatabaseBusy:
        db.session.rollback()
        current_app.logger.info("survey %s is sealed by the worker", survey.id)


@desk.post("/seminars/<int:seminar_id>/surveys/<int:number>/reopen")
def submit_survey_reopening(seminar_id: int, number: int) -> ResponseReturnValue:
    """Open a closed survey of names again."""
    survey = get_survey_or_404(seminar_id, number)
    try:
        settings.reopen_survey(db.session(), survey, now())
        db.session.commit()
        flash(_("The survey has been reopened."), "success")
    except settings.ReopeningNotAllowed:
        db.session.rollback()
        flash(_("An anonymous survey can’t be reopened: its answers have been shuffled."), "error")
    return redirect_to_surveys(seminar_id)


@desk.route("/seminars/<int:seminar_id>/surveys/<int:number>/delete", methods=["GET", "POST"])
def submit_survey_deletion(seminar_id: int, number: int) -> ResponseReturnValue:
    """Ask whether a survey is to be deleted, and delete it."""
    survey = get_survey_or_404(seminar_id, number)
    if request.method == "GET":
        stays = not settings.can_delete_survey(db.session(), survey)
        return render_template("surveys/builder/delete.html", seminar=survey.seminar, survey=survey, stays=stays)
    try:
        settings.delete_survey(db.session(), survey)
        db.session.commit()
        flash(_("The survey has been deleted."), "success")
    except settings.AlreadyReleased:
        db.session.rollback()
        flash(_("People may already have seen this survey, so it can’t be deleted. You can close it."), "error")
    return redirect_to_surveys(seminar_id)
