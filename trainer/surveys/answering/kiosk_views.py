"""Pages of a kiosk: its settings at the desk, the list of names, the form and the thanks page on the tablet."""

from flask import Blueprint, abort, current_app, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import refresh

from trainer.accounts.access import create_desk_blueprint
from trainer.clock import now
from trainer.documents.qr_svg import build_qr_outline
from trainer.extensions import db, limiter
from trainer.language.choice import LANGUAGE_COOKIE, get_page_language
from trainer.language.translate import gettext as _
from trainer.registration.desk.listing import paginate_people
from trainer.registration.models import Registration
from trainer.registration.seats.participants import list_people_in_order
from trainer.surveys.answering import kiosk
from trainer.surveys.answering.filled_form import (
    build_prefilled_survey_form,
    build_submitted_survey_form,
    find_entering_user_id,
)
from trainer.surveys.answering.forms import AnswerForm
from trainer.surveys.answering.status import SurveyStatus
from trainer.surveys.answering.wording import format_anonymity_promise, format_answering_end, format_survey_status
from trainer.surveys.desk import SURVEY_URL, get_survey_or_404
from trainer.surveys.models import Survey
from trainer.surveys.responses import SurveyVersionChanged, record_response
from trainer.surveys.schedule import SurveyClosed, is_answering_over
from trainer.web.actions import commit_or_explain
from trainer.web.addresses import build_full_url

blueprint = Blueprint("surveys_kiosk", __name__)
desk = create_desk_blueprint("surveys_kiosk_desk", __name__)


@desk.get(SURVEY_URL + "/hall")
def view_kiosk_settings(seminar_id: int, number: int) -> ResponseReturnValue:
    """Show at the desk whether the kiosk is open, its address with a QR code, and who has not answered."""
    survey = get_survey_or_404(seminar_id, number)
    address = build_full_url("surveys_kiosk.view_kiosk_names", token=survey.kiosk_token) if survey.kiosk_token else ""
    qr_size, qr_path = build_qr_outline(address) if address else (0, "")
    return render_template(
        "surveys/answering/kiosk_desk.html",
        survey=survey,
        seminar=survey.seminar,
        address=address,
        qr_size=qr_size,
        qr_path=qr_path,
        refusal=format_answering_end(survey) if is_answering_over(survey, now()) else "",
        portion=paginate_people(
            db.session(), survey.seminar, kiosk.list_kiosk_ids(db.session(), survey, now()), list_people_in_order
        ),
    )


@desk.post(SURVEY_URL + "/hall")
def submit_kiosk_switch(seminar_id: int, number: int) -> ResponseReturnValue:
    """Open or close the kiosk of a survey."""
    survey = get_survey_or_404(seminar_id, number)
    if "close" in request.form:
        with commit_or_explain({}, _("The survey on the tablet is closed: its address no longer works.")):
            kiosk.close_kiosk(db.session(), survey)
    else:
        with commit_or_explain({SurveyClosed: format_answering_end(survey)}):
            kiosk.open_kiosk(db.session(), survey, now())
    return redirect(url_for(".view_kiosk_settings", seminar_id=seminar_id, number=number), 303)


def get_kiosk_survey_or_404(token: str) -> Survey:
    """Return the survey with a kiosk token; abort with 404 if there is none."""
    return kiosk.find_kiosk_survey(db.session(), token) or abort(404)


def build_kiosk_limit_key() -> str:
    """Return the rate limit key of the current request: one limit per kiosk, not per IP address."""
    return "hall " + str((request.view_args or {}).get("token"))


def redirect_to_kiosk_names(token: str) -> ResponseReturnValue:
    """Redirect to the list of names."""
    return redirect(url_for(".view_kiosk_names", token=token), 303)


@blueprint.get("/hall/<token>")
@limiter.limit("600 per minute")
def view_kiosk_names(token: str) -> ResponseReturnValue:
    """Show the names of those who have not answered.

    If the previous person chose a language, delete its cookie and reload in the default language. 409 if the survey is not open.
    """
    survey = get_kiosk_survey_or_404(token)
    if LANGUAGE_COOKIE in request.cookies and "lang" not in request.args:
        response = current_app.make_response(redirect_to_kiosk_names(token))
        response.delete_cookie(LANGUAGE_COOKIE)
        return response
    status = kiosk.get_kiosk_status(survey, now())
    if status != SurveyStatus.OPEN:
        reason = format_survey_status(survey, status)
        return render_template("surveys/answering/kiosk_closed.html", survey=survey, reason=reason), 409
    return render_template(
        "surveys/answering/kiosk.html",
        survey=survey,
        token=token,
        registrations=list_people_in_order(db.session(), kiosk.list_kiosk_ids(db.session(), survey, now())),
    )


def find_kiosk_person(survey: Survey, registration_id: int) -> Registration | None:
    """Return a registration that can answer on the kiosk now, and switch to the person's language.

    None: the survey is not open, or the person is not on the list; the list of names has to be shown again.
    """
    if kiosk.get_kiosk_status(survey, now()) != SurveyStatus.OPEN:
        return None
    if registration_id not in kiosk.list_kiosk_ids(db.session(), survey, now()):
        return None
    [registration] = list_people_in_order(db.session(), [registration_id])
    g.own_language = registration.person.language
    refresh()
    return registration


@blueprint.get("/hall/<token>/<int:registration_id>")
@limiter.limit("600 per minute")
def view_kiosk_survey(token: str, registration_id: int) -> ResponseReturnValue:
    """Show an empty survey form to the selected person."""
    survey = get_kiosk_survey_or_404(token)
    registration = find_kiosk_person(survey, registration_id)
    if registration is None:
        return redirect_to_kiosk_names(token)
    return render_kiosk_form(token, survey, registration, build_prefilled_survey_form(survey, {}))


@blueprint.post("/hall/<token>/<int:registration_id>")
@limiter.limit("600 per minute")
@limiter.limit("120 per minute", key_func=build_kiosk_limit_key)
def submit_kiosk_answers(token: str, registration_id: int) -> ResponseReturnValue:
    """Record the answers of the selected person, or show the form again with errors."""
    survey = get_kiosk_survey_or_404(token)
    registration = find_kiosk_person(survey, registration_id)
    if registration is None:
        return redirect_to_kiosk_names(token)
    form = build_submitted_survey_form(survey)
    if form.version.data != survey.current_version.fingerprint:
        return render_changed_kiosk_form(token, survey, registration)
    if not form.validate_on_submit():
        return render_kiosk_form(token, survey, registration, form)
    with commit_or_explain({SurveyVersionChanged: "", SurveyClosed: ""}) as outcome:
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
        return render_changed_kiosk_form(token, survey, registration)
    if not outcome.is_committed:
        return redirect_to_kiosk_names(token)
    return redirect(url_for(".view_kiosk_thanks", token=token, lang=get_page_language()), 303)


def render_changed_kiosk_form(token: str, survey: Survey, registration: Registration) -> ResponseReturnValue:
    """Render the current questions with those of the submitted answers that still fit, and a notice."""
    form = build_prefilled_survey_form(survey, build_submitted_survey_form(survey).submitted_answers)
    return render_kiosk_form(token, survey, registration, form, questions_changed=True)


def render_kiosk_form(
    token: str, survey: Survey, registration: Registration, form: AnswerForm, *, questions_changed: bool = False
) -> ResponseReturnValue:
    """Render the kiosk form: status 409 after the questions were changed, 422 with errors, else 200."""
    page = render_template(
        "surveys/answering/kiosk_form.html",
        token=token,
        survey=survey,
        registration=registration,
        form=form,
        promise_text=format_anonymity_promise(survey),
        questions_changed=questions_changed,
    )
    return page, 409 if questions_changed else 422 if form.errors else 200


@blueprint.get("/hall/<token>/thanks")
def view_kiosk_thanks(token: str) -> ResponseReturnValue:
    """Show the thanks page, which leads to the list of names for the next person."""
    return render_template("surveys/answering/kiosk_thanks.html", survey=get_kiosk_survey_or_404(token), token=token)
