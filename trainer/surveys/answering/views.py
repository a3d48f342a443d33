"""Pages of surveys: answering from the personal page, and entering results of a test."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from trainer.accounts.access import desk_blueprint
from trainer.attendance import ledger
from trainer.clock import now
from trainer.extensions import db, limiter
from trainer.language.choice import language
from trainer.language.translate import gettext as _
from trainer.registration.desk import listing
from trainer.registration.models import Registration
from trainer.registration.self_service.access import own_place
from trainer.seminars.views import seminar_or_404
from trainer.surveys import responses
from trainer.surveys.answering import drafts
from trainer.surveys.answering.filled_form import blank, form_of
from trainer.surveys.answering.forms import AnswerForm, TestResultsForm, percents_data, percents_form
from trainer.surveys.answering.status import State, state_of
from trainer.surveys.answering.wording import standing_in_words
from trainer.surveys.models import Survey
from trainer.surveys.scores.scores import keep_test_results, percents_of

blueprint = Blueprint("surveys_answering", __name__)
desk = desk_blueprint("surveys_scores", __name__)


def own_survey(token: str, number: int) -> tuple[Registration, Survey]:
    """Find the survey of a personal page."""
    registration = own_place(token)
    return registration, responses.survey_numbered(db.session(), registration, number) or abort(404)


def page_asked() -> str:
    """Name the page that answers are sent from, for its limit."""
    return "survey " + request.path


@blueprint.get("/r/<token>/survey/<int:number>")
def survey(token: str, number: int) -> ResponseReturnValue:
    """Show the survey with what was answered so far, or why it can't be answered now."""
    registration, found = own_survey(token, number)
    why = refusal(registration, found)
    if why:
        return refused(registration, found, why)
    draft = drafts.draft_of(db.session(), found, registration)
    return show(registration, found, blank(found, draft.answers if draft else {}))


@blueprint.post("/r/<token>/survey/<int:number>")
@limiter.limit("600 per minute")
@limiter.limit("60 per minute", key_func=page_asked)
def answer(token: str, number: int) -> ResponseReturnValue:
    """Keep the answers once, or say what is missing; what was typed stays, in another language and under changed questions too."""
    registration, found = own_survey(token, number)
    why = refusal(registration, found)
    if why:
        return refused(registration, found, why)
    form = form_of(found)
    if form.version.data != found.current.mark:
        return changed(registration, found)
    if "switch" in request.form:
        return show(registration, found, form)
    if "later" in request.form:
        return go_on_later(registration, found, form)
    if not form.validate():
        return show(registration, found, form)
    try:
        responses.keep_response(
            db.session(), found, registration, form.answers, language(), now(), version=found.current.mark
        )
    except responses.OtherVersion:
        db.session.rollback()
        return changed(registration, found)
    except responses.SurveyClosed:
        db.session.rollback()
        return refused(registration, found, refusal(registration, found) or _("The survey is closed."))
    db.session.commit()
    flash(_("Thank you for your answers."), "success")
    return redirect(url_for("portal.home", token=token), 303)


@blueprint.post("/r/<token>/survey/<int:number>/draft")
def draft(token: str, number: int) -> ResponseReturnValue:
    """Keep what was answered so far, asked by the page itself."""
    registration, found = own_survey(token, number)
    if found.anonymous:
        abort(404)
    kept = not refusal(registration, found) and kept_for_later(registration, found, form_of(found))
    return {"kept": kept}, 200 if kept else 409


def go_on_later(registration: Registration, survey: Survey, form: AnswerForm) -> ResponseReturnValue:
    """Keep what was answered so far, asked by the button."""
    if survey.anonymous or not form.validate(complete=False):
        return show(registration, survey, form)
    if not kept_for_later(registration, survey, form):
        return refused(registration, survey, refusal(registration, survey) or _("The survey is closed."))
    flash(_("Your answers so far are kept. You can go on from this page."), "success")
    return redirect(url_for("portal.home", token=registration.token), 303)


def kept_for_later(registration: Registration, survey: Survey, form: AnswerForm) -> bool:
    """Keep what was answered so far; whether it could be."""
    try:
        drafts.keep_draft(db.session(), survey, registration, form.given, now())
    except responses.SurveyClosed:
        db.session.rollback()
        return False
    db.session.commit()
    return True


def changed(registration: Registration, survey: Survey) -> ResponseReturnValue:
    """Show the questions as they are now with the answers that still fit, and say so."""
    form = blank(survey, form_of(survey).given)
    return show(registration, survey, form, changed=True)


def show(registration: Registration, survey: Survey, form: AnswerForm, *, changed: bool = False) -> ResponseReturnValue:
    """Show the survey's form."""
    page = render_template(
        "surveys/answering/form.html", registration=registration, survey=survey, form=form, changed=changed
    )
    return page, 409 if changed else 422 if form.errors else 200


def refused(registration: Registration, survey: Survey, why: str) -> ResponseReturnValue:
    """Say why the survey can't be answered; once it is answered or closed, the browser forgets what was not sent."""
    over = responses.has_answered(db.session(), survey, registration) or responses.is_closed(survey, now())
    page = render_template(
        "surveys/answering/refused.html", registration=registration, survey=survey, why=why, over=over
    )
    return page, 409


def refusal(registration: Registration, survey: Survey) -> str:
    """Give the reason why this person can't answer now, empty where there is none."""
    if responses.has_answered(db.session(), survey, registration):
        return standing_in_words(survey, State.ANSWERED)
    attended = ledger.attended(db.session(), registration.seminar, [registration], now())[registration.id]
    return standing_in_words(survey, state_of(survey, attended, now()))


@desk.route("/seminars/<int:seminar_id>/test", methods=["GET", "POST"])
def test(seminar_id: int) -> ResponseReturnValue:
    """Show the test results of everybody, and keep what was entered."""
    seminar = seminar_or_404(seminar_id)
    if not seminar.pass_mark:
        abort(404)
    people = listing.participants(db.session(), seminar)
    known = percents_of(db.session(), seminar)
    form: TestResultsForm = percents_form(people)(data=percents_data(people, known))
    if form.validate_on_submit():
        keep_test_results(db.session(), seminar, form.percents, current_user.id, now())
        db.session.commit()
        flash(_("Saved."), "success")
        return redirect(url_for(".test", seminar_id=seminar.id), 303)
    page = render_template("surveys/scores/test.html", seminar=seminar, people=people, form=form)
    return page, 422 if form.errors else 200
