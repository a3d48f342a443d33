"""The holder's pages of the printed name: confirmation before issuing, correction afterwards."""

from flask import Blueprint, abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from trainer.clock import now
from trainer.extensions import db, limiter
from trainer.issuing.holder_views import get_own_certificate
from trainer.issuing.issuance.printability import list_name_problems
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
from trainer.web.actions import commit_or_explain

blueprint = Blueprint("issuing_names", __name__)


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
    success = _(
        "Your request has been sent to the organiser. Once it is approved, the corrected certificate will appear here."
    )
    refusals = {corrections.NameUnchanged: "", corrections.CorrectionPending: "", CertificateNotInForce: ""}
    with commit_or_explain(refusals, success) as outcome:
        corrections.request_correction(db.session(), issued, form.name.data, form.note.data or "", now())
    if isinstance(outcome.refusal, corrections.NameUnchanged):
        form.name.errors = [_("The name is already printed like this on the certificate.")]
        return render_correction_form(registration, issued, form)
    if outcome.refusal:  # the page shows the pending correction or the new status
        return redirect(url_for(".view_certificate_name", token=token), 303)
    return redirect(url_for("portal.view_personal_page", token=token), 303)


def validate_printable_name(registration: Registration, form: NameForm) -> bool:
    """Return whether the name can be printed; adds the reason to its field if not."""
    storage = Storage.from_settings(get_settings())
    problems = list_name_problems(registration, form.name.data, storage, now())
    if problems:
        form.name.errors = [format_name_problem(problems[0])]
    return not problems
