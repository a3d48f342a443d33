"""Answering a survey on the personal page: the form, submitting it, and drafts."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from trainer.attendance.summary import summarize_attendance
from trainer.clock import now
from trainer.extensions import db, limiter
from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.registration.models import Registration
from trainer.registration.self_service.access import get_seat_holder_by_token
from trainer.surveys.answering import drafts
from trainer.surveys.answering.filled_form import (
    build_prefilled_survey_form,
    build_submitted_survey_form,
    find_entering_user_id,
)
from trainer.surveys.answering.forms import AnswerForm
from trainer.surveys.answering.status import SurveyStatus, get_survey_status
from trainer.surveys.answering.wording import format_anonymity_promise, format_survey_status
from trainer.surveys.catalogue import find_registration_survey
from trainer.surveys.models import Survey
from trainer.surveys.responses import SurveyVersionChanged, has_answered_survey, record_response
from trainer.surveys.schedule import SurveyClosed, is_answering_over
from trainer.web.actions import commit_or_explain

blueprint = Blueprint("surveys_answering", __name__)


def get_own_survey(token: str, number: int) -> tuple[Registration, Survey]:
    """Return the registration of a token and its survey with a number; abort with 404 if there is none."""
    registration = get_seat_holder_by_token(token)
    return registration, find_registration_survey(db.session(), registration, number) or abort(404)


def build_survey_limit_key() -> str:
    """Return the rate limit key of the current request: one limit per person and survey."""
    return "survey " + request.path


@blueprint.get("/r/<token>/survey/<int:number>")
def view_survey(token: str, number: int) -> ResponseReturnValue:
    """Show the form with the draft filled in, or the reason why the survey can't be answered now."""
    registration, survey = get_own_survey(token, number)
    reason = find_answering_refusal(registration, survey)
    if reason:
        return render_survey_refusal(registration, survey, reason)
    draft = drafts.find_survey_draft(db.session(), survey, registration)
    return render_survey_form(registration, survey, build_prefilled_survey_form(survey, draft.answers if draft else {}))


@blueprint.post("/r/<token>/survey/<int:number>")
@limiter.limit("600 per minute")
@limiter.limit("60 per minute", key_func=build_survey_limit_key)
def submit_survey_answers(token: str, number: int) -> ResponseReturnValue:
    """Record the answers, or show the form again with errors.

    The values stay in the form when the language is switched, the questions were changed or errors are found.
    """
    registration, survey = get_own_survey(token, number)
    reason = find_answering_refusal(registration, survey)
    if reason:
        return render_survey_refusal(registration, survey, reason)
    form = build_submitted_survey_form(survey)
    if form.version.data != survey.current_version.fingerprint:
        return render_changed_survey(registration, survey)
    if "switch" in request.form:
        return render_survey_form(registration, survey, form)
    if "later" in request.form:
        return save_draft_and_redirect(registration, survey, form)
    if not form.validate():
        return render_survey_form(registration, survey, form)
    refusals = {SurveyVersionChanged: "", SurveyClosed: ""}
    with commit_or_explain(refusals, _("Thank you for your answers.")) as outcome:
        record_response(
            db.session(),
            survey,
            registration,
            form.validated_answers,
            get_page_language(),
            now(),
            fingerprint=survey.current_version.fingerprint,
            entered_by_id=find_entering_user_id(survey),
        )
    if isinstance(outcome.refusal, SurveyVersionChanged):
        return render_changed_survey(registration, survey)
    if not outcome.is_committed:
        return render_survey_refusal(registration, survey)
    return redirect(url_for("portal.view_personal_page", token=token), 303)


@blueprint.post("/r/<token>/survey/<int:number>/draft")
def submit_survey_draft(token: str, number: int) -> ResponseReturnValue:
    """Save a draft; called by the script of the page. Returns JSON, with status 409 if it was not saved."""
    registration, survey = get_own_survey(token, number)
    if survey.anonymous:
        abort(404)
    is_saved = not find_answering_refusal(registration, survey) and try_save_draft(
        registration, survey, build_submitted_survey_form(survey)
    )
    return {"kept": is_saved}, 200 if is_saved else 409


def save_draft_and_redirect(registration: Registration, survey: Survey, form: AnswerForm) -> ResponseReturnValue:
    """Save a draft for the "later" button and redirect to the personal page; show the form again with errors."""
    if survey.anonymous or not form.validate(complete=False):
        return render_survey_form(registration, survey, form)
    if not try_save_draft(registration, survey, form):
        return render_survey_refusal(registration, survey)
    flash(_("Your answers so far have been saved. You can continue from this page."), "success")
    return redirect(url_for("portal.view_personal_page", token=registration.token), 303)


def try_save_draft(registration: Registration, survey: Survey, form: AnswerForm) -> bool:
    """Save a draft and return whether that was possible."""
    with commit_or_explain({SurveyClosed: ""}) as outcome:
        drafts.save_survey_draft(db.session(), survey, registration, form.submitted_answers, now())
    return outcome.is_committed


def render_changed_survey(registration: Registration, survey: Survey) -> ResponseReturnValue:
    """Render the current questions with those of the submitted answers that still fit, and a notice."""
    form = build_prefilled_survey_form(survey, build_submitted_survey_form(survey).submitted_answers)
    return render_survey_form(registration, survey, form, questions_changed=True)


def render_survey_form(
    registration: Registration, survey: Survey, form: AnswerForm, *, questions_changed: bool = False
) -> ResponseReturnValue:
    """Render the form: status 409 after the questions were changed, 422 with errors, else 200."""
    page = render_template(
        "surveys/answering/form.html",
        registration=registration,
        survey=survey,
        form=form,
        promise_text=format_anonymity_promise(survey),
        questions_changed=questions_changed,
    )
    return page, 409 if questions_changed else 422 if form.errors else 200


def render_survey_refusal(registration: Registration, survey: Survey, reason: str = "") -> ResponseReturnValue:
    """Render the reason why the survey can't be answered, with status 409; without a `reason`, the current one.

    If it is answered or closed, the page makes the browser delete its unsent answers.
    """
    reason = reason or find_answering_refusal(registration, survey) or _("The survey is closed.")
    is_finished = has_answered_survey(db.session(), survey, registration) or is_answering_over(survey, now())
    page = render_template(
        "surveys/answering/refused.html",
        registration=registration,
        survey=survey,
        reason=reason,
        is_finished=is_finished,
    )
    return page, 409


def find_answering_refusal(registration: Registration, survey: Survey) -> str:
    """Return the reason why a person can't answer a survey now; empty if they can."""
    if has_answered_survey(db.session(), survey, registration):
        return format_survey_status(survey, SurveyStatus.ANSWERED)
    attendance = summarize_attendance(db.session(), registration.seminar, [registration], now())[registration.id]
    return format_survey_status(survey, get_survey_status(survey, attendance, now()))
