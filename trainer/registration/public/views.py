"""Public pages of a seminar: its page and the registration form."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from trainer.clock import now
from trainer.extensions import db, limiter
from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.registration import consent
from trainer.registration.form import questions
from trainer.registration.form.forms import RegistrationForm
from trainer.registration.form.question_fields import build_answers_form_class
from trainer.registration.public import invitation
from trainer.registration.seats import availability, enrolment
from trainer.registration.seats.allocation import RegistrationClosed
from trainer.registration.seats.availability import RegistrationOutcome, predict_outcome
from trainer.registration.seats.submission import Submission, SubmissionResult
from trainer.registration.seats.tokens import generate_token
from trainer.seminars import registration_window
from trainer.seminars.models import Seminar
from trainer.web import phones
from trainer.web.addresses import build_full_url
from trainer.web.text import clean_text

blueprint = Blueprint("registration_public", __name__)


def get_announced_seminar_or_404(slug: str) -> Seminar:
    """Return the announced seminar with a slug; abort with 404."""
    return registration_window.find_announced_seminar(db.session(), slug) or abort(404)


def get_phone_limit_key() -> str:
    """Return the rate limit key of a submitted form: its phone number."""
    return "phone " + phones.normalise_phone(clean_text(request.form.get("phone", "")))


def can_register_nobody() -> bool:
    """Return whether a submitted form only changes the language, or has no valid phone and can't register anybody."""
    try:
        get_phone_limit_key()
    except phones.PhoneInvalid:
        return True
    return "switch" in request.form


@blueprint.get("/s/<slug>")
def view_seminar(slug: str) -> ResponseReturnValue:
    """Render the page of a seminar with its availability."""
    seminar = get_announced_seminar_or_404(slug)
    link = build_full_url("registration_public.view_seminar", slug=slug)
    own = availability.get_seminar_availability(db.session(), seminar, now())
    return render_template(
        "registration/public/seminar.html",
        seminar=seminar,
        availability=own,
        invitation=invitation.build_invitation(seminar, get_page_language(), link),
        chosen_language=get_page_language() if "lang" in request.args else "",
        next_open_seminar=None if own.is_open else availability.find_next_open_seminar(db.session(), seminar, now()),
        map_address=invitation.find_map_address(seminar),
        format_phone=phones.format_phone,
        build_full_url=build_full_url,
    )


@blueprint.get("/s/<slug>/register")
def view_registration_form(slug: str) -> ResponseReturnValue:
    """Render the empty registration form."""
    seminar = get_announced_seminar_or_404(slug)
    form = get_registration_form_class(seminar)(nonce=generate_token(), language=get_page_language())
    return render_registration_form(seminar, form)


def get_registration_form_class(seminar: Seminar) -> type[RegistrationForm]:
    """Return the form with the seminar's own questions in the page's language."""
    return build_answers_form_class(
        RegistrationForm, questions.list_current_questions(db.session(), seminar), get_page_language()
    )


@blueprint.post("/s/<slug>/register")
@limiter.limit("600 per minute")
@limiter.limit("20 per hour", key_func=get_phone_limit_key, exempt_when=can_register_nobody)
def submit_registration(slug: str) -> ResponseReturnValue:
    """Register, or render the form with its errors; "switch" only renders it in another language.

    Every registration leads to a page of its own, whether or not the typed details are known (see `seats.submission`).
    """
    seminar = get_announced_seminar_or_404(slug)
    form = get_registration_form_class(seminar)()
    if "switch" in request.form:
        form.language.data = get_page_language()
        return render_registration_form(seminar, form)
    if not form.validate():
        if form.nonce.errors:
            form.nonce.data = generate_token()  # so that the form can be submitted again
        return render_registration_form(seminar, form, 422)
    wording = consent.build_personal_data_wording(seminar.project, get_page_language())
    if form.consent_version.data != wording.version:
        form.consent.errors = [_("The consent text has changed since you opened it. Read it again.")]
        return render_registration_form(seminar, form, 422)
    try:
        submitted = Submission(form.build_applicant(), form.answers, form.photo_consent.data)
        result = enrolment.accept_submission(db.session(), seminar, form.nonce.data, submitted, now())
    except RegistrationClosed:
        db.session.rollback()
        return render_registration_form(seminar, form, 409)
    if result.is_changed:
        record_form_consents(result, form, wording)
    db.session.commit()
    if result.is_known and result.is_changed:
        flash(_("Your details have been saved."), "success")
    return redirect(url_for("portal.view_personal_page", token=result.registration.token), 303)


def record_form_consents(result: SubmissionResult, form: RegistrationForm, wording: consent.ConsentWording) -> None:
    """Record the consents that were ticked on the form, each once; a form sent again without the one to photos withdraws it."""
    registration = result.registration
    photo = consent.build_photo_wording(registration.seminar.project, wording.language)
    for ticked_wording in (wording, photo) if form.photo_consent.data else (wording,):
        if not consent.find_given_consent(registration, ticked_wording.purpose):
            consent.record_consent(db.session(), registration, ticked_wording, now(), request.remote_addr or "")
    if not form.photo_consent.data:
        consent.withdraw_consent(db.session(), registration, photo.purpose, now())


def render_registration_form(seminar: Seminar, form: RegistrationForm, status: int = 200) -> ResponseReturnValue:
    """Render the form with the expected outcome; a closed or full seminar gets a page without an empty form."""
    wording = consent.build_personal_data_wording(seminar.project, get_page_language())
    form.consent_version.data = wording.version
    form.questions_version.data = questions.compute_questions_version(form.questions)
    outcome = predict_outcome(db.session(), seminar, now())
    is_useless = request.method == "GET" and outcome in (RegistrationOutcome.CLOSED, RegistrationOutcome.FULL)
    template = "registration/public/closed.html" if is_useless else "registration/public/form.html"
    photo_wording = consent.build_photo_wording(seminar.project, get_page_language())
    return render_template(
        template, seminar=seminar, form=form, wording=wording, photo_wording=photo_wording, outcome=outcome
    ), status


@blueprint.get("/s/<slug>/received")
def redirect_earlier_address(slug: str) -> ResponseReturnValue:
    """Redirect an address of earlier versions, which confirmed some registrations, to the seminar."""
    return redirect(url_for(".view_seminar", slug=get_announced_seminar_or_404(slug).slug), 301)
