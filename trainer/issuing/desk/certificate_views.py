"""One certificate at the desk: its page, its file, revocation and renewal."""

from flask import abort, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from trainer.accounts.access import create_desk_blueprint
from trainer.clock import now
from trainer.extensions import db
from trainer.issuing import register, wording
from trainer.issuing.desk.access import get_own_issuing_context
from trainer.issuing.desk.forms import RevocationForm
from trainer.issuing.desk.obstacles import ISSUING_ERRORS, SILENT_ISSUING_ERRORS, format_issuing_error
from trainer.issuing.files import send_certificate_pdf, send_certificate_picture
from trainer.issuing.models import InvalidationReason, IssuedCertificate
from trainer.issuing.register import get_certificate_zone, has_expired
from trainer.issuing.revocation.revocation import (
    CertificateNotInForce,
    CertificateWithoutTerm,
    renew_certificate,
    revoke_certificate,
)
from trainer.language.translate import gettext as _
from trainer.seminars.models import Seminar
from trainer.web.actions import commit_or_explain

desk = create_desk_blueprint("issuing_certificates", __name__)


def get_certificate(serial: str) -> IssuedCertificate:
    """Return a certificate by its serial; 404 if there is none."""
    return register.find_certificate_by_serial(db.session(), serial) or abort(404)


@desk.get("/certificates/<serial>")
def view_certificate(serial: str) -> ResponseReturnValue:
    """Show a certificate with its history and actions."""
    return render_certificate_page(get_certificate(serial), RevocationForm(formdata=None))


def render_certificate_page(
    issued: IssuedCertificate, form: RevocationForm, problems: list[str] | None = None
) -> ResponseReturnValue:
    """Render a certificate and the form that revokes it.

    `problems` are the sentences that explain why it was not renewed (status 409).
    """
    session, moment = db.session(), now()
    successor = register.find_last_successor(session, issued)
    page = render_template(
        "issuing/desk/certificate.html",
        issued=issued,
        form=form,
        problems=problems or [],
        reasons=wording.INVALIDATION_REASONS,
        zone=get_certificate_zone(issued),
        is_expired=has_expired(issued, moment),
        predecessor=session.get(IssuedCertificate, issued.replaces_id) if issued.replaces_id else None,
        successor=successor,
        is_successor_expired=successor is not None and has_expired(successor, moment),
        seminar=session.get(Seminar, issued.seminar_id) if issued.seminar_id else None,
    )
    return page, 409 if problems else 422 if form.errors else 200


@desk.post("/certificates/<serial>/revocation")
def submit_revocation(serial: str) -> ResponseReturnValue:
    """Revoke a certificate."""
    issued, form = get_certificate(serial), RevocationForm()
    if not form.validate():
        return render_certificate_page(issued, form)
    with commit_or_explain(
        {CertificateNotInForce: _("This request has already been decided.")},
        _("The certificate has been revoked. Anyone who checks it will now see this."),
    ):
        reason = InvalidationReason(form.reason.data)
        revoke_certificate(db.session(), issued, reason, form.note.data, current_user.id, now())
    return redirect(url_for(".view_certificate", serial=serial), 303)


@desk.post("/certificates/<serial>/renewal")
def submit_renewal(serial: str) -> ResponseReturnValue:
    """Renew a certificate for a further term."""
    issued = get_certificate(serial)
    refusals = {
        **SILENT_ISSUING_ERRORS,
        CertificateNotInForce: _("This request has already been decided."),
        CertificateWithoutTerm: _("This certificate can’t be renewed."),
    }
    with commit_or_explain(refusals) as outcome:
        serial = renew_certificate(db.session(), issued, get_own_issuing_context(), now()).serial
    if isinstance(outcome.refusal, ISSUING_ERRORS):
        return render_certificate_page(issued, RevocationForm(formdata=None), format_issuing_error(outcome.refusal))
    if outcome.is_committed:
        flash(_("Issued: %(serial)s", serial=serial), "success")
    return redirect(url_for(".view_certificate", serial=serial), 303)


@desk.get("/certificates/<serial>.pdf")
def download_certificate(serial: str) -> ResponseReturnValue:
    """Download the file of a certificate."""
    return send_certificate_pdf(get_certificate(serial))


@desk.get("/certificates/<serial>.webp")
def view_certificate_picture(serial: str) -> ResponseReturnValue:
    """Show a picture of a certificate."""
    return send_certificate_picture(get_certificate(serial))
