"""The desk's pages of a seminar's surveys: the list of them, making one, deciding about it, closing it and opening it again."""

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from trainer.accounts.access import desk_blueprint
from trainer.clock import now
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.seminars.models import Seminar
from trainer.seminars.views import seminar_or_404
from trainer.surveys import anonymity
from trainer.surveys.builder import settings, wording
from trainer.surveys.builder.settings_forms import NewSurveyForm, SurveyForm, survey_data
from trainer.surveys.builder.starting_points import Start, starts
from trainer.surveys.builder.versions import NoQuestions
from trainer.surveys.desk import survey_or_404
from trainer.surveys.models import Survey
from trainer.surveys.paper import ballot_box
from trainer.surveys.responses import is_closed

desk = desk_blueprint("surveys_builder", __name__)


def to_surveys(seminar_id: int) -> ResponseReturnValue:
    """Go to the list of a seminar's surveys."""
    return redirect(url_for("surveys_builder.surveys", seminar_id=seminar_id), 303)


def to_questions(survey: Survey) -> ResponseReturnValue:
    """Go to the questions of a survey."""
    there = url_for("surveys_builder_questions.edit", seminar_id=survey.seminar_id, number=survey.number)
    return redirect(there, 303)


@desk.get("/seminars/<int:seminar_id>/surveys")
def surveys(seminar_id: int) -> ResponseReturnValue:
    """Show every survey of a seminar and where it stands."""
    seminar = seminar_or_404(seminar_id)
    return render_template(
        "surveys/builder/surveys.html",
        seminar=seminar,
        lines=settings.lines(db.session(), seminar, now()),
        stages=wording.STAGES,
        tones=wording.TONES,
        purposes=wording.PURPOSES,
    )


@desk.get("/seminars/<int:seminar_id>/surveys/new")
def choose(seminar_id: int) -> ResponseReturnValue:
    """Offer what a new survey may start from."""
    seminar = seminar_or_404(seminar_id)
    return render_template(
        "surveys/builder/starting_points.html",
        seminar=seminar,
        starts=starts(db.session(), seminar),
        purposes=wording.PURPOSES,
    )


@desk.route("/seminars/<int:seminar_id>/surveys/new/<start>", methods=["GET", "POST"])
def new(seminar_id: int, start: str) -> ResponseReturnValue:
    """Make a survey."""
    seminar = seminar_or_404(seminar_id)
    chosen = next((each for each in starts(db.session(), seminar) if each.name == start), None) or abort(404)
    form = NewSurveyForm(data=chosen.data_for(seminar))
    if form.validate_on_submit():
        try:
            made = make(seminar, form, chosen)
            db.session.commit()
            flash(_("The survey is made. Look at its questions, then release it."), "success")
            return to_questions(made)
        except settings.NotAnonymous:
            db.session.rollback()
            form.anonymous.errors = [not_anonymous()]
    page = render_template(
        "surveys/builder/settings.html", seminar=seminar, survey=None, form=form, purpose_stands=False
    )
    return page, 422 if form.errors else 200


def make(seminar: Seminar, form: NewSurveyForm, start: Start) -> Survey:
    """Make the survey that was filled in."""
    anonymous = form.kind
    decisions, questions = form.decisions(seminar.zone), start.questions(anonymous)
    return settings.make(db.session(), seminar, decisions, anonymous=anonymous, questions=questions)


def not_anonymous() -> str:
    """Say why marks of skills have names."""
    return _("Skills are marked for each participant by name, so this can't be anonymous.")


@desk.route("/seminars/<int:seminar_id>/surveys/<int:number>/decisions", methods=["GET", "POST"])
def decisions(seminar_id: int, number: int) -> ResponseReturnValue:
    """Change what is decided about a survey."""
    survey = survey_or_404(seminar_id, number)
    stands = not settings.may_change_purpose(db.session(), survey)
    chooses = survey.id is None or "anonymous" in request.form
    form = (NewSurveyForm if chooses else SurveyForm)(data=survey_data(survey))
    if stands:
        form.purpose.data = survey.purpose
    if form.validate_on_submit():
        try:
            decided = settings.decide(db.session(), survey, form.decisions(survey.seminar.zone), anonymous=form.kind)
            db.session.commit()
            flash(_("Saved."), "success")
            if is_closed(decided, now()):  # another time to close does not open it again
                flash(_("The survey is closed."), "info")
            return to_surveys(seminar_id)
        except settings.PurposeStands:
            form.purpose.errors = [_("Somebody has answered meanwhile: the survey stays for what it is for.")]
        except settings.NotAnonymous:
            form.purpose.errors = [not_anonymous()]
        except settings.KindStands:
            form.anonymous.errors = [_("Somebody has answered meanwhile, so this stays as it is.")]
        db.session.rollback()
    page = render_template(
        "surveys/builder/settings.html", seminar=survey.seminar, survey=survey, form=form, purpose_stands=stands
    )
    return page, 422 if form.errors else 200


@desk.post("/seminars/<int:seminar_id>/surveys/<int:number>/release")
def release(seminar_id: int, number: int) -> ResponseReturnValue:
    """Ask people from now on."""
    survey = survey_or_404(seminar_id, number)
    try:
        settings.release(db.session(), survey, now())
        db.session.commit()
        flash(_("Released: people are asked as soon as it opens."), "success")
    except NoQuestions:
        db.session.rollback()
        flash(_("Add a question first."), "error")
        return redirect(url_for("surveys_builder_questions.edit", seminar_id=seminar_id, number=number), 303)
    return to_surveys(seminar_id)


@desk.route("/seminars/<int:seminar_id>/surveys/<int:number>/close", methods=["GET", "POST"])
def close(seminar_id: int, number: int) -> ResponseReturnValue:
    """Say what closing does, and close."""
    survey = survey_or_404(seminar_id, number)
    if request.method == "GET":
        line = settings.line_of(db.session(), survey, now())
        papers = ballot_box.box_of(db.session(), survey).to_key_in if survey.anonymous else 0
        return render_template(
            "surveys/builder/close.html", seminar=survey.seminar, survey=survey, line=line, papers=papers
        )
    closed = anonymity.close(db.session(), survey, now())
    db.session.commit()
    if closed.anonymous and closed.sealed_at is None:
        seal(closed)
    flash(_("The survey is closed."), "success")
    return to_surveys(seminar_id)


def seal(survey: Survey) -> None:
    """Overwrite at once what could pair answers with people; where somebody is reading just now, the worker does it soon."""
    try:
        anonymity.seal(db.session(), survey, now())
        db.session.commit()
    except anonymity.StillRead:
        db.session.rollback()
        current_app.logger.info("survey %s is sealed by the worker", survey.id)


@desk.post("/seminars/<int:seminar_id>/surveys/<int:number>/reopen")
def reopen(seminar_id: int, number: int) -> ResponseReturnValue:
    """Open a closed survey of names again."""
    survey = survey_or_404(seminar_id, number)
    try:
        settings.reopen(db.session(), survey, now())
        db.session.commit()
        flash(_("The survey is open again."), "success")
    except settings.CantReopen:
        db.session.rollback()
        flash(_("An anonymous survey can't be opened again: its answers have been shuffled."), "error")
    return to_surveys(seminar_id)


@desk.route("/seminars/<int:seminar_id>/surveys/<int:number>/delete", methods=["GET", "POST"])
def delete(seminar_id: int, number: int) -> ResponseReturnValue:
    """Ask whether a survey is to be deleted, and delete it."""
    survey = survey_or_404(seminar_id, number)
    if request.method == "GET":
        stays = not settings.may_be_deleted(db.session(), survey)
        return render_template("surveys/builder/delete.html", seminar=survey.seminar, survey=survey, stays=stays)
    try:
        settings.delete(db.session(), survey)
        db.session.commit()
        flash(_("The survey is deleted."), "success")
    except settings.IsKnown:
        db.session.rollback()
        flash(_("People may know this survey already, so it stays. It can be closed."), "error")
    return to_surveys(seminar_id)
