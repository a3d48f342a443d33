"""Pages of registration for trainees: the seminar behind the link and the form."""

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from trainer.clock import now
from trainer.extensions import db, limiter
from trainer.language.choice import language
from trainer.language.translate import gettext as _
from trainer.registration import consent
from trainer.registration.form import questions
from trainer.registration.form.forms import RegistrationForm
from trainer.registration.form.question_fields import form_for
from trainer.registration.models import HIDDEN, Registration
from trainer.registration.public import invitation
from trainer.registration.seats import availability, enrolment
from trainer.seminars import registration_window
from trainer.seminars.models import Seminar
from trainer.web import phones
from trainer.web.addresses import full_address

blueprint = Blueprint("registration_public", __name__)


def announced_or_404(slug: str) -> Seminar:
    """Find a seminar that was announced."""
    return registration_window.seminar_by_slug(db.session(), slug) or abort(404)


def typed_phone() -> str:
    """Name the phone that a form carries, for its rate limit."""
    try:
        return "phone " + phones.normalise(request.form.get("phone", ""))
    except phones.PhoneRefused:
        return "address " + str(request.remote_addr)


@blueprint.get("/s/<slug>")
def seminar(slug: str) -> ResponseReturnValue:
    """Show what the seminar is and whether there is a place."""
    found = announced_or_404(slug)
    link = full_address("registration_public.seminar", slug=slug)
    return render_template(
        "registration/public/seminar.html",
        seminar=found,
        look=availability.outlook(db.session(), found, now()),
        invitation=invitation.invitation_to(found, language(), link),
        chosen=language() if "lang" in request.args else "",
        next_open=availability.next_open(db.session(), found, now()),
        map_address=invitation.map_address(found),
        shown_phone=phones.shown,
        full_address=full_address,
    )


@blueprint.get("/s/<slug>/register")
def form(slug: str) -> ResponseReturnValue:
    """Show the empty form."""
    found = announced_or_404(slug)
    blank = form_of(found)(nonce=enrolment.new_token(), language=language())
    return show_form(found, blank)


def form_of(found: Seminar) -> type[RegistrationForm]:
    """Give the form with the seminar's own questions."""
    return form_for(RegistrationForm, questions.asked(db.session(), found), language())


@blueprint.post("/s/<slug>/register")
@limiter.limit("600 per minute")
@limiter.limit("20 per hour", key_func=typed_phone, exempt_when=lambda: "switch" in request.form)
def register(slug: str) -> ResponseReturnValue:
    """Register, or say next to each field what is wrong; a change of language keeps what was typed."""
    found = announced_or_404(slug)
    form = form_of(found)()
    if "switch" in request.form:
        form.language.data = language()
        return show_form(found, form)
    if not form.validate():
        if form.nonce.errors:
            form.nonce.data = enrolment.new_token()  # so that the form can be sent once more
        return show_form(found, form, 422)
    wording = consent.personal_data_wording(found.project, language())
    if form.consent_version.data != wording.version:
        form.consent.errors = [_("The text of the consent has changed meanwhile. Please read it again.")]
        return show_form(found, form, 422)
    try:
        applicant, nonce = form.applicant(), form.nonce.data
        registration = enrolment.take_place(db.session(), found, applicant, nonce, now(), form.answers)
    except enrolment.RegistrationClosed:
        db.session.rollback()
        return show_form(found, form, 409)
    if not registration.consents:
        keep_consents(registration, form, wording)
    db.session.commit()
    if registration.state in HIDDEN:
        return redirect(url_for("registration_public.received", slug=slug), 303)
    return redirect(url_for("portal.home", token=registration.token), 303)


def keep_consents(registration: Registration, form: RegistrationForm, wording: consent.Wording) -> None:
    """Record what the trainee agreed to."""
    address = request.remote_addr or ""
    consent.record_consent(db.session(), registration, wording, now(), address)
    if form.photo_consent.data:
        photo = consent.photo_wording(registration.seminar.project, wording.language)
        consent.record_consent(db.session(), registration, photo, now(), address)


def show_form(found: Seminar, form: RegistrationForm, status: int = 200) -> ResponseReturnValue:
    """Show the form as it was typed; what its sender may expect stands above it, and an empty form that leads nowhere is not shown."""
    wording = consent.personal_data_wording(found.project, language())
    form.consent_version.data = wording.version
    form.questions_version.data = questions.version_of(form.asked)
    prospect = enrolment.prospect(db.session(), found, now())
    in_vain = request.method == "GET" and prospect in (enrolment.Prospect.CLOSED, enrolment.Prospect.FULL)
    page = "registration/public/closed.html" if in_vain else "registration/public/form.html"
    photo = consent.photo_wording(found.project, language())
    return render_template(page, seminar=found, form=form, wording=wording, photo=photo, prospect=prospect), status


@blueprint.get("/s/<slug>/received")
def received(slug: str) -> ResponseReturnValue:
    """Thank without saying who is registered: the organizer looks at likely duplicates."""
    return render_template("registration/public/received.html", seminar=announced_or_404(slug))
