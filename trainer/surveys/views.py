"""Pages of surveys: answering from the personal page, and the results at the desk."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from trainer.accounts.access import desk_blueprint
from trainer.attendance import marks
from trainer.clock import now
from trainer.extensions import db, limiter
from trainer.language.choice import language
from trainer.language.words import gettext as _
from trainer.registration import places
from trainer.registration.models import Registration
from trainer.registration.own import own_registration
from trainer.seminars.views import seminar_or_404
from trainer.surveys import answers
from trainer.surveys.forms import SCALES, AnswerForm, answer_form
from trainer.surveys.models import Survey
from trainer.surveys.results import reaches, results, share

blueprint = Blueprint("surveys", __name__)
desk = desk_blueprint("surveys_desk", __name__)

TARGET = 70  # percent; the contract's least for the project


def own_survey(token: str, number: int) -> tuple[Registration, Survey]:
    """Find the survey of a personal page."""
    registration = own_registration(token)
    if not registration.seminar.has_survey or number != 1:
        abort(404)
    return registration, answers.survey_of(db.session(), registration.seminar)


@blueprint.get("/r/<token>/survey/<int:number>")
def survey(token: str, number: int) -> ResponseReturnValue:
    """Show the survey, or why it can't be answered now."""
    registration, found = own_survey(token, number)
    why = refusal(registration, found)
    return refused(registration, found, why) if why else show(registration, found)


@blueprint.post("/r/<token>/survey/<int:number>")
@limiter.limit("600 per minute")
def answer(token: str, number: int) -> ResponseReturnValue:
    """Keep the answers once, or say what is missing."""
    registration, found = own_survey(token, number)
    form = form_of(found)
    why = refusal(registration, found)
    if why:
        return refused(registration, found, why)
    if "switch" in request.form:
        return show(registration, found, form)
    if form.version.data != str(found.current.number):
        abort(400)
    if not form.validate():
        return show(registration, found, form)
    try:
        answers.keep_response(db.session(), registration, form.answers, language(), now())
    except answers.AnsweredBefore:
        db.session.rollback()
        return refused(registration, found, _("You have answered this survey. Thank you."))
    db.session.commit()
    flash(_("Thank you for your answers."), "success")
    return redirect(url_for("portal.home", token=token), 303)


def form_of(survey: Survey) -> AnswerForm:
    """Make the form of a survey's current version."""
    return answer_form(answers.questions_of(survey.current), language())(version=str(survey.current.number))


def show(registration: Registration, survey: Survey, form: AnswerForm | None = None) -> ResponseReturnValue:
    """Show the survey's form."""
    form = form or form_of(survey)
    page = render_template("surveys/form.html", registration=registration, survey=survey, form=form)
    return page, 422 if form.errors else 200


def refused(registration: Registration, survey: Survey, why: str) -> ResponseReturnValue:
    """Say why the survey can't be answered."""
    return render_template("surveys/refused.html", registration=registration, survey=survey, why=why), 409


def refusal(registration: Registration, survey: Survey) -> str:
    """Give the reason why this person can't answer now, empty where there is none."""
    if answers.response_of(db.session(), survey, registration) is not None:
        return _("You have answered this survey. Thank you.")
    attended = marks.attended(db.session(), registration.seminar, [registration], now())[registration.id]
    try:
        answers.check_open(survey, attended, now())
    except answers.NotYetOpen:
        return _("The survey opens when the last session begins.")
    except answers.WasAbsent:
        return _("The survey is for those who were at the seminar.")
    except answers.SurveyClosed:
        return _("The survey is closed.")
    return ""


@desk.get("/seminars/<int:seminar_id>/survey")
def survey_results(seminar_id: int) -> ResponseReturnValue:
    """Show what the trainees answered."""
    seminar = seminar_or_404(seminar_id)
    if not seminar.has_survey:
        abort(404)
    people = places.participants(db.session(), seminar)
    attended = marks.attended(db.session(), seminar, people, now())
    found = results(db.session(), answers.survey_of(db.session(), seminar))
    answered = answers.answered(db.session(), seminar)
    owing = [each for each in people if attended[each.id].present and each.id not in answered]
    return render_template(
        "surveys/results.html",
        seminar=seminar,
        results=found,
        owing=owing,
        scales=SCALES,
        share=share,
        target=TARGET,
        reaches=reaches,
        attended=sum(each.present > 0 for each in attended.values()),
    )
