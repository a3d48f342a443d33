"""The organizer's decision on a name correction."""

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from trainer.accounts.access import create_desk_blueprint
from trainer.clock import now
from trainer.extensions import db
from trainer.issuing.desk.access import get_own_issuing_context
from trainer.issuing.desk.obstacles import ISSUING_ERRORS, SILENT_ISSUING_ERRORS, format_issuing_error
from trainer.issuing.models import NameCorrection
from trainer.issuing.names import corrections
from trainer.issuing.revocation.revocation import CertificateExpired, CertificateNotInForce
from trainer.language.translate import gettext as _
from trainer.web.actions import commit_or_explain

desk = create_desk_blueprint("issuing_corrections", __name__)


@desk.post("/corrections/<int:correction_id>")
def submit_correction_decision(correction_id: int) -> ResponseReturnValue:
    """Approve or refuse a name correction."""
    correction = db.session.get(NameCorrection, correction_id) or abort(404)
    seminar_id = correction.certificate.seminar_id
    decision = {"approve": approve_with_new_certificate, "refuse": refuse_unchanged}.get(
        request.form.get("decision", "")
    )
    if decision is None:
        abort(400)
    already_decided = _("This request has already been decided.")
    refusals = {
        **SILENT_ISSUING_ERRORS,
        corrections.CorrectionAlreadyDecided: already_decided,
        CertificateNotInForce: already_decided,
        CertificateExpired: _(
            "The certificate has expired: a corrected one would be issued after its last day. Renew it first; the "
            "request stays."
        ),
    }
    with commit_or_explain(refusals) as outcome:
        message = decision(correction)
    if isinstance(outcome.refusal, ISSUING_ERRORS):
        for sentence in format_issuing_error(outcome.refusal):
            flash(sentence, "error")
    if outcome.is_committed:
        flash(message, "success")
    if seminar_id is None:
        return redirect(url_for("desk.view_desk_home"), 303)
    return redirect(url_for("issuing_desk.view_certificates", seminar_id=seminar_id), 303)


def approve_with_new_certificate(correction: NameCorrection) -> str:
    """Replace the certificate with one with the requested name; return the sentence to flash."""
    issued = corrections.approve_correction(db.session(), correction, get_own_issuing_context(), now())
    return _("Corrected: %(serial)s replaces the certificate.", serial=issued.serial)


def refuse_unchanged(correction: NameCorrection) -> str:
    """Refuse the correction; return the sentence to flash."""
    corrections.refuse_correction(db.session(), correction, current_user.id, now())
    return _("The certificate was left unchanged.")
