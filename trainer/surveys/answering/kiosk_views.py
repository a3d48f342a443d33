"""A shared tablet in the hall: opened at the desk; one taps one's name, answers, and the next person starts clean."""

from flask import Blueprint, abort, current_app, flash, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import refresh

from trainer.accounts.access import desk_blueprint
from trainer.clock import now
from trainer.extensions import db, limiter
from trainer.language.choice import COOKIE, language
from trainer.language.translate import gettext as _
from trainer.registration.models import Registration
from trainer.registration.self_service.pass_image import outline_of
from trainer.surveys import responses
from trainer.surveys.answering import kiosk
from trainer.surveys.answering.filled_form import blank, form_of
from trainer.surveys.answering.forms import AnswerForm
from trainer.surveys.answering.status import State
from trainer.surveys.answering.wording import standing_in_words
from trainer.surveys.desk import survey_or_404
from trainer.surveys.models import Survey
from trainer.web.addresses import full_address

blueprint = Blueprint("surveys_kiosk", __name__)
desk = desk_blueprint("surveys_kiosk_desk", __name__)


@desk.get("/seminars/<int:seminar_id>/surveys/<int:number>/hall")
def tablet(seminar_id: int, number: int) -> ResponseReturnValue:
    """Show whether the survey is open in the hall, and under which address."""
    survey = survey_or_404(seminar_id, number)
    address = full_address("surveys_kiosk.people", token=survey.hall_token) if survey.hall_token else ""
    size, path = outline_of(address) if address else (0, "")
    return render_template(
        "surveys/answering/kiosk_desk.html",
        survey=survey,
        seminar=survey.seminar,
        address=address,
        size=size,
        path=path,
        closed=responses.is_closed(survey, now()),
        waiting=kiosk.waiting(db.session(), survey, now()),
    )


@desk.post("/seminars/<int:seminar_id>/surveys/<int:number>/hall")
def switch(seminar_id: int, number: int) -> ResponseReturnValue:
    """Open the survey for the hall, or close it there."""
    survey = survey_or_404(seminar_id, number)
    if "close" in request.form:
        kiosk.close_hall(db.session(), survey)
        db.session.commit()
        flash(_("The survey is closed in the hall: the address opens nothing any more."), "success")
    else:
        try:
            kiosk.open_hall(db.session(), survey, now())
            db.session.commit()
        except responses.SurveyClosed:
            db.session.rollback()
            flash(_("The survey is closed."), "error")
    return redirect(url_for(".tablet", seminar_id=seminar_id, number=number), 303)


def hall_or_404(token: str) -> Survey:
    """Find the survey that is open in the hall under an address."""
    return kiosk.survey_of_hall(db.session(), token) or abort(404)


def hall_asked() -> str:
    """Name the hall that a request comes from, for its limit."""
    return "hall " + str((request.view_args or {}).get("token"))


def to_list(token: str) -> ResponseReturnValue:
    """Lead back to the names."""
    return redirect(url_for(".people", token=token), 303)


@blueprint.get("/hall/<token>")
@limiter.limit("600 per minute")
def people(token: str) -> ResponseReturnValue:
    """Show the names of those who have not answered; the language that the person before chose is forgotten."""
    survey = hall_or_404(token)
    if COOKIE in request.cookies and "lang" not in request.args:
        answer = current_app.make_response(to_list(token))
        answer.delete_cookie(COOKIE)
        return answer
    state = kiosk.state_of_hall(survey, now())
    if state != State.OPEN:
        why = standing_in_words(survey, state)
        return render_template("surveys/answering/kiosk_closed.html", survey=survey, why=why), 409
    return render_template(
        "surveys/answering/kiosk.html", survey=survey, token=token, people=kiosk.waiting(db.session(), survey, now())
    )


def person_in_hall(survey: Survey, registration_id: int) -> Registration | None:
    """Find somebody who may answer now and speak their language; None where the list has to be shown again."""
    if kiosk.state_of_hall(survey, now()) != State.OPEN:
        return None
    found = next((each for each in kiosk.waiting(db.session(), survey, now()) if each.id == registration_id), None)
    if found is not None:
        g.own_language = found.person.language
        refresh()
    return found


@blueprint.get("/hall/<token>/<int:registration_id>")
@limiter.limit("600 per minute")
def survey(token: str, registration_id: int) -> ResponseReturnValue:
    """Show somebody an empty form."""
    found = hall_or_404(token)
    registration = person_in_hall(found, registration_id)
    return show(token, found, registration, blank(found, {})) if registration else to_list(token)


@blueprint.post("/hall/<token>/<int:registration_id>")
@limiter.limit("600 per minute")
@limiter.limit("120 per minute", key_func=hall_asked)
def answer(token: str, registration_id: int) -> ResponseReturnValue:
    """Keep the answers once, or say what is missing."""
    found = hall_or_404(token)
    registration = person_in_hall(found, registration_id)
    if registration is None:
        return to_list(token)
    form = form_of(found)
    if form.version.data != found.current.mark:
        return show(token, found, registration, blank(found, form.given), changed=True)
    if not form.validate_on_submit():
        return show(token, found, registration, form)
    try:
        responses.keep_response(
            db.session(), found, registration, form.answers, language(), now(), version=found.current.mark
        )
    except responses.OtherVersion:
        db.session.rollback()
        return show(token, found, registration, blank(found, form_of(found).given), changed=True)
    except responses.SurveyClosed:
        db.session.rollback()
        return to_list(token)
    db.session.commit()
    return redirect(url_for(".thanks", token=token, lang=language()), 303)


def show(
    token: str, survey: Survey, registration: Registration, form: AnswerForm, *, changed: bool = False
) -> ResponseReturnValue:
    """Show the form on the tablet."""
    page = render_template(
        "surveys/answering/kiosk_form.html",
        token=token,
        survey=survey,
        registration=registration,
        form=form,
        changed=changed,
    )
    return page, 409 if changed else 422 if form.errors else 200


@blueprint.get("/hall/<token>/thanks")
def thanks(token: str) -> ResponseReturnValue:
    """Thank, and lead to the names for the next person."""
    return render_template("surveys/answering/kiosk_thanks.html", survey=hall_or_404(token), token=token)
