"""Holder's pages: the certificate's file and badge, and the printed name before and after issuing."""

import io

from flask import Blueprint, abort, flash, jsonify, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from trainer.clock import now
from trainer.extensions import db, limiter
from trainer.issuing.badges import open_badges
from trainer.issuing.files import send_certificate_pdf, send_certificate_picture
from trainer.issuing.issuance.issue import list_name_problems
from trainer.issuing.issuance.keys import load_keyring
from trainer.issuing.models import IssuedCertificate
from trainer.issuing.names import corrections
from trainer.issuing.names.forms import CorrectionForm, NameForm
from trainer.issuing.register import find_valid_certificate
from trainer.issuing.revocation.revocation import CertificateNotInForce
from trainer.issuing.wording import format_name_problem
from trainer.language.translate import gettext as _
from trainer.registration.models import Registration
from trainer.registration.self_service.access import get_seat_holder_by_token
from trainer.settings import get_settings
from trainer.storage import Storage

blueprint = Blueprint("issuing_names", __name__)


@blueprint.get("/r/<token>/certificate.pdf")
def download_own_certificate(token: str) -> ResponseReturnValue:
    """Download the trainee's own certificate."""
    return send_certificate_pdf(get_own_certificate(token)[1])


@blueprint.get("/r/<token>/certificate.webp")
def view_own_certificate_picture(token: str) -> ResponseReturnValue:
    """Show a picture of the trainee's own certificate."""
    return send_certificate_picture(get_own_certificate(token)[1])


def get_own_certificate(token: str) -> tuple[Registration, IssuedCertificate]:
    """Return the registration of a personal page and its certificate; 404 if there is none."""
    registration = get_seat_holder_by_token(token)
    return registration, find_valid_certificate(db.session(), registration) or abort(404)


@blueprint.get("/r/<token>/badge.json")
def download_badge(token: str) -> ResponseReturnValue:
    """Download the certificate as an Open Badge."""
    issued = get_own_badge_certificate(token)
    return jsonify(open_badges.wrap_credential(sign_badge(issued)))


@blueprint.get("/r/<token>/badge.svg")
def download_badge_picture(token: str) -> ResponseReturnValue:
    """Download the Open Badge as a picture that carries the credential."""
    issued = get_own_badge_certificate(token)
    content = io.BytesIO(open_badges.render_badge_svg(issued, sign_badge(issued)))
    name = f"{issued.serial}.svg"
    return send_file(content, mimetype="image/svg+xml", as_attachment=True, download_name=name, max_age=0)


def get_own_badge_certificate(token: str) -> IssuedCertificate:
    """Return the certificate of a personal page; 404 if this deployment cannot create badges."""
    settings = get_settings()
    if not (open_badges.are_badges_available() and settings.has_public_address):
        abort(404)
    return get_own_certificate(token)[1]


def sign_badge(issued: IssuedCertificate) -> str:
    """Sign a certificate as an Open Badge."""
    settings = get_settings()
    return open_badges.create_badge(issued, load_keyring(settings), settings.address, settings.host_name)


@blueprint.get("/r/<token>/name")
def view_certificate_name(token: str) -> ResponseReturnValue:
    """Show how the name will be printed, or the correction form once the certificate is issued."""
    registration = get_own_registration_with_certificate(token)
    issued = find_valid_certificate(db.session(), registration)
    if issued is None:
        return render_name_form(registration, NameForm(formdata=None, name=registration.person.printed_name))
    return render_correction_form(registration, issued, CorrectionForm(formdata=None, name=issued.recipient))


def get_own_registration_with_certificate(token: str) -> Registration:
    """Return the registration of a personal page; 404 if its seminar has no certificates."""
    registration = get_seat_holder_by_token(token)
    if not registration.seminar.has_certificate:
        abort(404)
    return registration


def render_name_form(registration: Registration, form: NameForm) -> ResponseReturnValue:
    """Render the form that confirms the name."""
    page = render_template("issuing/names/name.html", registration=registration, form=form)
    return page, 422 if form.errors else 200


def render_correction_form(
    registration: Registration, issued: IssuedCertificate, form: CorrectionForm
) -> ResponseReturnValue:
    """Render the form that requests a correction, or the pending request."""
    page = render_template(
        "issuing/names/correction.html",
        registration=registration,
        issued=issued,
        form=form,
        pending_correction=corrections.find_pending_correction(db.session(), issued),
        refused_correction=corrections.find_refused_correction(db.session(), issued),
    )
    return page, 422 if form.errors else 200


@blueprint.post("/r/<token>/name")
@limiter.limit("600 per minute")
def submit_name_confirmation(token: str) -> ResponseReturnValue:
    """Save the confirmed name."""
    registration, form = get_own_registration_with_certificate(token), NameForm()
    issued = find_valid_certificate(db.session(), registration)
    if issued is not None:
        flash(_("The certificate has already been issued. You can request a correction here."), "info")
        return render_correction_form(registration, issued, CorrectionForm(formdata=None, name=form.name.data))
    if not form.validate() or not validate_printable_name(registration, form):
        return render_name_form(registration, form)
    corrections.confirm_name(registration.person, form.name.data, now())
    db.session.commit()
    flash(_("Thank you. This is how the name will be printed on the certificate."), "success")
    return redirect(url_for("portal.view_personal_page", token=token), 303)


@blueprint.post("/r/<token>/correction")
@limiter.limit("600 per minute")
def submit_correction_request(token: str) -> ResponseReturnValue:
    """Request another spelling of the name on the issued certificate."""
    registration, issued = get_own_certificate(token)
    form = CorrectionForm()
    if not form.validate() or not validate_printable_name(registration, form):
        return render_correction_form(registration, issued, form)
    try:
        corrections.request_correction(db.session(), issued, form.name.data, form.note.data or "", now())
    except corrections.NameUnchanged:
        db.session.rollback()
        form.name.errors = [_("The name is already printed like this on the certificate.")]
        return render_correction_form(registration, issued, form)
    except (corrections.CorrectionPending, CertificateNotInForce):
        db.session.rollback()
        return redirect(url_for(".view_certificate_name", token=token), 303)
    db.session.commit()
    flash(
        _(
            "Your request has been sent to the organiser. Once it is approved, the corrected certificate will appear "
            "here."
        ),
        "success",
    )
    return redirect(url_for("portal.view_personal_page", token=token), 303)


def validate_printable_name(registration: Registration, form: NameForm) -> bool:
    """Return whether the name can be printed; adds the reason to its field if not."""
    storage = Storage.from_settings(get_settings())
    problems = list_name_problems(registration, form.name.data, storage, now())
    if problems:
        form.name.errors = [format_name_problem(problems[0])]
    return not problems
