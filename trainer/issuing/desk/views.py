"""Certificates page of a seminar at the desk: who gets one and who does not, exceptions, reissue."""

from flask import flash, g, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from trainer.accounts.access import create_desk_blueprint, read_search_arguments
from trainer.clock import now
from trainer.extensions import db
from trainer.issuing import eligibility, register
from trainer.issuing.desk.access import get_own_issuing_context, get_registered_person, get_seminar_with_certificates
from trainer.issuing.desk.filters import ROW_STATUS_NAMES, CertificateFilter, count_row_statuses
from trainer.issuing.desk.forms import ExceptionForm
from trainer.issuing.desk.obstacles import (
    SILENT_ISSUING_ERRORS,
    format_issuing_error,
    get_issuing_obstacle,
    list_seminar_text_problems,
)
from trainer.issuing.desk.preview import RowStatus, build_batch_preview, load_eligibility_rows
from trainer.issuing.names.corrections import list_pending_corrections
from trainer.issuing.revocation.revocation import NotEntitled, reissue_certificate
from trainer.language.translate import gettext as _
from trainer.seminars.models import Seminar
from trainer.settings import get_settings
from trainer.web.actions import commit_or_explain
from trainer.web.paging import paginate_rows, parse_page_number

desk = create_desk_blueprint("issuing_desk", __name__)

CONTINUATION_KEY = "going_on"
"""Session key: id of the seminar for which a step was just issued, and the fingerprint of what remains."""


@desk.get("/seminars/<int:seminar_id>/certificates")
def view_certificates(seminar_id: int) -> ResponseReturnValue:
    """Show who would get a certificate, who would not and why."""
    return render_certificates_page(get_seminar_with_certificates(seminar_id))


def render_certificates_page(
    seminar: Seminar, problems: list[str] | None = None, invalid_exception: tuple[int, ExceptionForm] | None = None
) -> ResponseReturnValue:
    """Render the preview of a batch.

    `problems` are the sentences that explain why nothing was issued (status 409), `invalid_exception` is a registration id
    with its exception form that has errors (status 422).
    """
    settings, current_time = get_settings(), now()
    preview = build_batch_preview(db.session(), seminar, settings, current_time)
    g.batch_basis = preview.basis  # so that the frame of the page does not read it again
    filter_ = CertificateFilter() if invalid_exception else CertificateFilter.from_arguments(read_search_arguments())
    chosen = filter_.choose_ids(db.session(), seminar, preview)
    if invalid_exception:  # the form with its errors is shown, whatever the page it was sent from
        chosen = [registration_id for registration_id in chosen if registration_id == invalid_exception[0]]
    portion = paginate_rows(chosen, parse_page_number())
    ready_count = preview.count(RowStatus.READY)
    left_out_ids = [
        registration_id for registration_id in preview.registration_ids if registration_id in preview.problems
    ]
    page = render_template(
        "issuing/desk/certificates.html",
        seminar=seminar,
        filter=filter_,
        portion=portion,
        rows=load_eligibility_rows(db.session(), seminar, preview, portion.rows, current_time),
        counts=count_row_statuses(preview),
        row_status_names=ROW_STATUS_NAMES,
        total=len(preview.registration_ids),
        ready_count=ready_count,
        issued_count=preview.count(RowStatus.ISSUED, RowStatus.EXPIRED),
        expired_count=preview.count(RowStatus.EXPIRED),
        not_ready_count=preview.count(RowStatus.NOT_READY, RowStatus.UNPRINTABLE),
        unconfirmed_count=preview.unconfirmed_count,
        corrections=list_pending_corrections(db.session(), seminar),
        obstacle=get_issuing_obstacle(seminar, settings, current_time),
        problems=problems or list_seminar_text_problems(seminar, settings, current_time),
        left_out=load_eligibility_rows(db.session(), seminar, preview, left_out_ids, current_time)
        if left_out_ids
        else [],
        continuation=pop_continuation(seminar) if ready_count else "",
        form=ExceptionForm(formdata=None),
        invalid_exception=invalid_exception,
    )
    return page, 409 if problems else 422 if invalid_exception else 200


def redirect_to_certificates(seminar_id: int) -> ResponseReturnValue:
    """Redirect to the certificates page of a seminar, with the filter and page from which a button was pressed."""
    shown = {**CertificateFilter.from_arguments(request.args).to_arguments(), "page": request.args.get("page")}
    return redirect(url_for("issuing_desk.view_certificates", seminar_id=seminar_id, **shown), 303)


def pop_continuation(seminar: Seminar) -> str:
    """Return the fingerprint of what remains of a batch of which a step has just been issued here, else "".

    Once, so that no link issues anything.
    """
    seminar_id, fingerprint = session.pop(CONTINUATION_KEY, (0, ""))
    return str(fingerprint) if seminar_id == seminar.id else ""


@desk.post("/registrations/<int:registration_id>/exception")
def submit_exception(registration_id: int) -> ResponseReturnValue:
    """Record an exception for somebody."""
    registration, form = get_registered_person(registration_id), ExceptionForm()
    if not form.validate():
        return render_certificates_page(registration.seminar, invalid_exception=(registration.id, form))
    with commit_or_explain(
        {eligibility.NothingToExcuse: _("An exception would change nothing here.")},
        _("The exception has been saved with its reason."),
    ):
        eligibility.record_exception(db.session(), registration, form.reason.data, current_user.id, now())
    return redirect_to_certificates(registration.seminar_id)


@desk.post("/registrations/<int:registration_id>/exception/removal")
def submit_exception_removal(registration_id: int) -> ResponseReturnValue:
    """Remove an exception, unless the certificate has already been issued by it."""
    registration = get_registered_person(registration_id)
    issued = register.find_valid_certificate(db.session(), registration)
    if issued is None:
        with commit_or_explain({}, _("The exception has been removed.")):
            eligibility.remove_exception(db.session(), registration)
    else:
        message = _(
            "The certificate has already been issued: %(serial)s. It stays in force until it is revoked.",
            serial=issued.serial,
        )
        flash(message, "error")
    return redirect_to_certificates(registration.seminar_id)


@desk.post("/registrations/<int:registration_id>/certificate")
def submit_reissue(registration_id: int) -> ResponseReturnValue:
    """Issue a new certificate to somebody whose last one was revoked."""
    registration = get_registered_person(registration_id)
    with commit_or_explain({**SILENT_ISSUING_ERRORS, NotEntitled: ""}) as outcome:
        issued = reissue_certificate(db.session(), registration, get_own_issuing_context(), now())
    if isinstance(outcome.refusal, NotEntitled):
        problem = _("This person already has a certificate or does not qualify for one.")
        return render_certificates_page(registration.seminar, [problem])
    if outcome.refusal:
        return render_certificates_page(registration.seminar, format_issuing_error(outcome.refusal))
    flash(_("Issued: %(serial)s", serial=issued.serial), "success")
    return redirect_to_certificates(registration.seminar_id)
