"""Pages of registration: the seminar behind the link, the form, and the organizer's list."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from trainer.accounts.access import desk_blueprint
from trainer.clock import now
from trainer.extensions import db, limiter
from trainer.language.choice import language
from trainer.language.words import gettext as _
from trainer.registration import consent, places
from trainer.registration.forms import RegistrationForm
from trainer.registration.models import Registration, State
from trainer.seminars import opening
from trainer.seminars.models import Seminar
from trainer.seminars.views import seminar_or_404
from trainer.web import phones

blueprint = Blueprint("registration", __name__)
desk = desk_blueprint("registration_desk", __name__)


def announced_or_404(slug: str) -> Seminar:
    """Find a seminar that was announced."""
    return opening.seminar_by_slug(db.session(), slug) or abort(404)


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
    left = places.places_left(db.session(), found)
    return render_template(
        "registration/seminar.html", seminar=found, places_left=left, is_open=opening.is_open(found, now())
    )


@blueprint.get("/s/<slug>/register")
def form(slug: str) -> ResponseReturnValue:
    """Show the empty form."""
    found = announced_or_404(slug)
    blank = RegistrationForm(nonce=places.new_token(), language=language())
    return show_form(found, blank)


@blueprint.post("/s/<slug>/register")
@limiter.limit("600 per minute")
@limiter.limit("20 per hour", key_func=typed_phone, exempt_when=lambda: "switch" in request.form)
def register(slug: str) -> ResponseReturnValue:
    """Register, or say next to each field what is wrong; a change of language keeps what was typed."""
    found = announced_or_404(slug)
    form = RegistrationForm()
    if "switch" in request.form:
        form.language.data = language()
        return show_form(found, form)
    if not form.validate():
        if form.nonce.errors:
            form.nonce.data = places.new_token()  # so that the form can be sent once more
        return show_form(found, form, 422)
    wording = consent.personal_data_wording(found.project, language())
    if form.consent_version.data != wording.version:
        form.consent.errors = [_("The text of the consent has changed meanwhile. Please read it again.")]
        return show_form(found, form, 422)
    try:
        registration = places.take_place(db.session(), found, form.applicant(), form.nonce.data, now())
    except places.RegistrationClosed as closed:
        db.session.rollback()
        return show_form(found, form, 409, full=isinstance(closed, places.SeminarFull))
    if not registration.consents:
        keep_consents(registration, form, wording)
    db.session.commit()
    if registration.state != State.REGISTERED:
        return redirect(url_for("registration.received", slug=slug), 303)
    return redirect(url_for("portal.home", token=registration.token), 303)


def keep_consents(registration: Registration, form: RegistrationForm, wording: consent.Wording) -> None:
    """Record what the trainee agreed to."""
    address = request.remote_addr or ""
    consent.record_consent(db.session(), registration, wording, now(), address)
    if form.photo_consent.data:
        photo = consent.photo_wording(registration.seminar.project, wording.language)
        consent.record_consent(db.session(), registration, photo, now(), address)


def show_form(found: Seminar, form: RegistrationForm, status: int = 200, full: bool = False) -> ResponseReturnValue:
    """Show the form as it was typed; a closed or full seminar says so above it."""
    wording = consent.personal_data_wording(found.project, language())
    form.consent_version.data = wording.version
    closed = not opening.is_open(found, now())
    full = full or (not closed and places.places_left(db.session(), found) == 0)
    page = "registration/closed.html" if request.method == "GET" and (closed or full) else "registration/form.html"
    photo = consent.photo_wording(found.project, language())
    return render_template(
        page, seminar=found, form=form, wording=wording, photo=photo, closed=closed, full=full
    ), status


@blueprint.get("/s/<slug>/received")
def received(slug: str) -> ResponseReturnValue:
    """Thank without saying who is registered: the organizer looks at likely duplicates."""
    return render_template("registration/received.html", seminar=announced_or_404(slug))


@desk.get("/seminars/<int:seminar_id>/registrations")
def registrations(seminar_id: int) -> ResponseReturnValue:
    """List who is registered, and likely duplicates to decide on."""
    found = seminar_or_404(seminar_id)
    people = places.participants(db.session(), found)
    duplicates = places.likely_duplicates(db.session(), found)
    left = places.places_left(db.session(), found)
    return render_template(
        "registration/list.html",
        seminar=found,
        registrations=people,
        duplicates=duplicates,
        places_left=left,
        gave_photo_consent=consent.gave_photo_consent,
        shown_phone=phones.shown,
    )


@desk.post("/registrations/<int:registration_id>/duplicate")
def settle(registration_id: int) -> ResponseReturnValue:
    """Decide whether a likely duplicate is somebody else."""
    registration = db.session.get(Registration, registration_id) or abort(404)
    decision = request.form.get("decision")
    if decision not in ("same", "other"):
        abort(400)
    try:
        places.settle_duplicate(db.session(), registration, is_other=decision == "other")
        db.session.commit()
        flash(_("Decided."), "success")
    except places.SeminarFull:
        db.session.rollback()
        flash(_("All places are taken: raise the number of places first."), "error")
    return redirect(url_for("registration_desk.registrations", seminar_id=registration.seminar_id), 303)
