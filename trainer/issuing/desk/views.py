"""Certificate pages at the desk: preview of a batch, issuing, exceptions, one certificate, corrections, files."""

from dataclasses import dataclass
from typing import IO

from flask import Response, abort, flash, redirect, render_template, request, send_file, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from certificates import UnprintableCertificate, list_designs
from trainer.accounts.access import create_desk_blueprint
from trainer.attendance.ledger import AttendanceSummary
from trainer.clock import now
from trainer.extensions import db
from trainer.issuing import downloads, eligibility, register, wording
from trainer.issuing.desk.forms import ExceptionForm, RevocationForm
from trainer.issuing.files import send_certificate_pdf, send_certificate_picture
from trainer.issuing.issuance import issue as issuance
from trainer.issuing.issuance.context import IssuingContext, build_issuing_context
from trainer.issuing.issuance.facts import get_certificate_zone, has_expired
from trainer.issuing.issuance.keys import NoSigningKey
from trainer.issuing.issuance.sample import list_sample_problems, render_sample_picture
from trainer.issuing.models import CertificateStatus as CertificateState
from trainer.issuing.models import EligibilityException, InvalidationReason, IssuedCertificate, NameCorrection
from trainer.issuing.names import corrections
from trainer.issuing.revocation import revocation
from trainer.language.translate import gettext as _
from trainer.language.translate import ngettext
from trainer.registration.models import Registration, RegistrationStatus
from trainer.seminars.models import Seminar
from trainer.seminars.views import get_seminar_or_404
from trainer.settings import get_settings
from trainer.storage import Storage

desk = create_desk_blueprint("issuing_desk", __name__)

CONTINUED_SEMINAR_KEY = "going_on"  # session key: id of the seminar for which a step was just issued
ISSUED_COUNT_KEY = "made"  # session key: seminar id, and certificates issued so far by its steps


@dataclass(frozen=True)
class EligibilityRow:
    """A row of the preview."""

    registration: Registration
    attendance: AttendanceSummary
    missing: list[str]
    is_eligible: bool
    is_excusable: bool
    exception: EligibilityException | None
    certificate: IssuedCertificate | None

    @property
    def is_settled(self) -> bool:
        """Return whether nothing is left to decide: there is a certificate and it is not revoked."""
        return self.certificate is not None and self.certificate.status != CertificateState.REVOKED

    @property
    def is_expired(self) -> bool:
        """Return whether the certificate has expired."""
        return self.certificate is not None and has_expired(self.certificate, now())

    @property
    def name_on_certificate(self) -> str:
        """Return the name on the certificate, or the name to print on the next one."""
        issued = self.certificate if self.is_settled else None
        return issued.recipient if issued is not None else self.registration.person.printed_name


def get_own_issuing_context() -> IssuingContext:
    """Return the issuing context of the signed-in organizer. Raises NoSigningKey."""
    return build_issuing_context(get_settings(), current_user.id)


def get_issuing_obstacle(seminar: Seminar) -> str:
    """Return why this deployment cannot issue certificates, empty if it can."""
    settings = get_settings()
    return "" if settings.has_public_address or seminar.project.is_example else format_address_not_public()


def format_address_not_public() -> str:
    """Return the instruction to configure a public address."""
    return _(
        "To issue certificates, this site needs a public HTTPS address: it is printed on every certificate "
        "permanently. Ask your administrator to set it (BASE_URL)."
    )


def get_seminar_with_certificates(seminar_id: int) -> Seminar:
    """Return a seminar; 404 if it has no certificates."""
    seminar = get_seminar_or_404(seminar_id)
    if not seminar.has_certificate:
        abort(404)
    return seminar


@desk.get("/seminars/<int:seminar_id>/certificates")
def view_certificates(seminar_id: int) -> ResponseReturnValue:
    """Show who would get a certificate, who would not and why."""
    return render_certificates_page(get_seminar_with_certificates(seminar_id))


def render_certificates_page(
    seminar: Seminar, problems: list[str] | None = None, invalid_exception: tuple[int, ExceptionForm] | None = None
) -> ResponseReturnValue:
    """Render the preview, above it what prevented issuing; `invalid_exception` is an exception form with errors."""
    latest_certificates = register.map_latest_certificates(db.session(), seminar)
    rows = [
        build_eligibility_row(person_eligibility, latest_certificates.get(person_eligibility.registration.id))
        for person_eligibility in eligibility.list_eligibility(db.session(), seminar, now())
    ]
    ready = sum(row.is_eligible and row.certificate is None for row in rows)
    in_force = sum(row.certificate is not None and row.certificate.status == "valid" for row in rows)
    page = render_template(
        "issuing/desk/certificates.html",
        seminar=seminar,
        rows=rows,
        ready=ready,
        issued=in_force,
        waiting=sum(row.certificate is None for row in rows) - ready,
        unconfirmed=sum(is_name_unconfirmed(row) for row in rows),
        corrections=corrections.list_pending_corrections(db.session(), seminar),
        refusal=get_issuing_obstacle(seminar),
        problems=problems or list_seminar_text_problems(seminar),
        going_on=pop_continuation(seminar) and ready > 0,
        form=ExceptionForm(formdata=None),
        wrong=invalid_exception,
        reasons=wording.INVALIDATION_REASONS,
    )
    return page, 409 if problems else 422 if invalid_exception else 200


def pop_continuation(seminar: Seminar) -> bool:
    """Return whether a step of a batch has just been issued here and others remain; true once, so that no link issues anything."""
    return bool(session.pop(CONTINUED_SEMINAR_KEY, None) == seminar.id)


def list_seminar_text_problems(seminar: Seminar) -> list[str]:
    """Return what of the seminar's texts cannot be printed."""
    problems = list_sample_problems(seminar, get_settings(), now())
    return [wording.format_print_problem(seminar.title.get_text("kk"), problem) for problem in problems]


def build_eligibility_row(
    person_eligibility: eligibility.Eligibility, certificate: IssuedCertificate | None
) -> EligibilityRow:
    """Build a row of the preview."""
    missing = [
        wording.format_missing_requirement(requirement, person_eligibility)
        for requirement in person_eligibility.missing
    ]
    return EligibilityRow(
        person_eligibility.registration,
        person_eligibility.attendance,
        missing,
        person_eligibility.is_eligible,
        person_eligibility.is_excusable,
        person_eligibility.exception,
        certificate,
    )


def is_name_unconfirmed(row: EligibilityRow) -> bool:
    """Return whether somebody is about to receive a certificate without having confirmed the name."""
    return row.is_eligible and row.certificate is None and row.registration.person.name_confirmed_at is None


@desk.post("/seminars/<int:seminar_id>/certificates")
def submit_certificate_batch(seminar_id: int) -> ResponseReturnValue:
    """Issue a step of the batch; the page continues by itself until nobody remains."""
    seminar = get_seminar_with_certificates(seminar_id)
    try:
        step = issuance.issue_certificates(
            db.session(), seminar, get_own_issuing_context(), now(), issuance.BATCH_STEP_SIZE
        )
    except ISSUING_ERRORS as stopped:
        db.session.rollback()
        return render_certificates_page(seminar, format_issuing_error(stopped))
    db.session.commit()
    report_batch_progress(seminar, step)
    return redirect(url_for(".view_certificates", seminar_id=seminar.id), 303)


def report_batch_progress(seminar: Seminar, step: issuance.BatchStep) -> None:
    """Continue with those who remain, or report the total of all steps."""
    seminar_id, earlier_count = session.pop(ISSUED_COUNT_KEY, (seminar.id, 0))
    issued_count = len(step.issued) + (earlier_count if seminar_id == seminar.id else 0)
    if step.remaining:
        session[CONTINUED_SEMINAR_KEY], session[ISSUED_COUNT_KEY] = seminar.id, (seminar.id, issued_count)
    elif issued_count:
        flash(ngettext("%(num)d certificate issued.", "%(num)d certificates issued.", issued_count), "success")
    else:
        flash(_("Everyone who qualifies already has a certificate."), "info")


ISSUING_ERRORS = (issuance.BatchUnprintable, issuance.AddressNotPublic, NoSigningKey)


def format_issuing_error(error: Exception) -> list[str]:
    """Return the sentences that explain why nothing was issued."""
    if isinstance(error, issuance.BatchUnprintable):
        return [wording.format_print_problem(name, problem) for name, problem in error.problems]
    if isinstance(error, NoSigningKey):
        return [_("There is no signing key. Ask your administrator to create one: trainer keys rotate")]
    return [format_address_not_public()]


def get_registered_person(registration_id: int) -> Registration:
    """Return somebody who is registered in a seminar with certificates; 404 otherwise."""
    registration = db.session.get(Registration, registration_id)
    if (
        registration is None
        or registration.status != RegistrationStatus.REGISTERED
        or not registration.seminar.has_certificate
    ):
        abort(404)
    return registration


@desk.post("/registrations/<int:registration_id>/exception")
def submit_exception(registration_id: int) -> ResponseReturnValue:
    """Record an exception for somebody."""
    registration, form = get_registered_person(registration_id), ExceptionForm()
    if not form.validate():
        return render_certificates_page(registration.seminar, invalid_exception=(registration.id, form))
    try:
        eligibility.record_exception(db.session(), registration, form.reason.data, current_user.id, now())
    except eligibility.NothingToExcuse:
        db.session.rollback()
        flash(_("An exception would change nothing here."), "error")
    else:
        db.session.commit()
        flash(_("The exception has been saved with its reason."), "success")
    return redirect(url_for(".view_certificates", seminar_id=registration.seminar_id), 303)


@desk.post("/registrations/<int:registration_id>/exception/removal")
def submit_exception_removal(registration_id: int) -> ResponseReturnValue:
    """Remove an exception."""
    registration = get_registered_person(registration_id)
    issued = register.find_valid_certificate(db.session(), registration)
    if issued is None:
        eligibility.remove_exception(db.session(), registration)
        db.session.commit()
        flash(_("The exception has been removed."), "success")
    else:
        message = _(
            "The certificate has already been issued: %(serial)s. It stays in force until it is revoked.",
            serial=issued.serial,
        )
        flash(message, "error")
    return redirect(url_for(".view_certificates", seminar_id=registration.seminar_id), 303)


@desk.post("/registrations/<int:registration_id>/certificate")
def submit_reissue(registration_id: int) -> ResponseReturnValue:
    """Issue a new certificate to somebody whose last one was revoked."""
    registration = get_registered_person(registration_id)
    try:
        issued = revocation.reissue_certificate(db.session(), registration, get_own_issuing_context(), now())
    except ISSUING_ERRORS as stopped:
        db.session.rollback()
        return render_certificates_page(registration.seminar, format_issuing_error(stopped))
    except revocation.NotEntitled:
        db.session.rollback()
        return render_certificates_page(
            registration.seminar, [_("This person already has a certificate or does not qualify for one.")]
        )
    db.session.commit()
    flash(_("Issued: %(serial)s", serial=issued.serial), "success")
    return redirect(url_for(".view_certificates", seminar_id=registration.seminar_id), 303)


@desk.post("/corrections/<int:correction_id>")
def submit_correction_decision(correction_id: int) -> ResponseReturnValue:
    """Approve or refuse a name correction."""
    correction = db.session.get(NameCorrection, correction_id) or abort(404)
    decision, seminar_id = request.form.get("decision"), correction.certificate.seminar_id
    if decision not in ("approve", "refuse"):
        abort(400)
    try:
        if decision == "approve":
            issued = corrections.approve_correction(db.session(), correction, get_own_issuing_context(), now())
            message = _("Corrected: %(serial)s replaces the certificate.", serial=issued.serial)
        else:
            corrections.refuse_correction(db.session(), correction, current_user.id, now())
            message = _("The certificate was left unchanged.")
    except ISSUING_ERRORS as stopped:
        db.session.rollback()
        for sentence in format_issuing_error(stopped):
            flash(sentence, "error")
    except (corrections.CorrectionAlreadyDecided, revocation.CertificateNotInForce):
        db.session.rollback()
        flash(_("This request has already been decided."), "error")
    else:
        db.session.commit()
        flash(message, "success")
    return redirect(
        url_for(".view_certificates", seminar_id=seminar_id) if seminar_id else url_for("desk.view_desk_home"), 303
    )


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
    """Render a certificate and the form that revokes it."""
    session = db.session()
    page = render_template(
        "issuing/desk/certificate.html",
        entry=issued,
        form=form,
        problems=problems or [],
        reasons=wording.INVALIDATION_REASONS,
        zone=get_certificate_zone(issued),
        expired=has_expired(issued, now()),
        replaces=session.get(IssuedCertificate, issued.replaces_id) if issued.replaces_id else None,
        successor=register.find_successor(session, issued),
        seminar=session.get(Seminar, issued.seminar_id) if issued.seminar_id else None,
    )
    return page, 409 if problems else 422 if form.errors else 200


@desk.post("/certificates/<serial>/revocation")
def submit_revocation(serial: str) -> ResponseReturnValue:
    """Revoke a certificate."""
    issued, form = get_certificate(serial), RevocationForm()
    if not form.validate():
        return render_certificate_page(issued, form)
    try:
        revocation.revoke_certificate(
            db.session(), issued, InvalidationReason(form.reason.data), form.note.data, current_user.id, now()
        )
    except revocation.CertificateNotInForce:
        db.session.rollback()
        flash(_("This request has already been decided."), "error")
    else:
        db.session.commit()
        flash(_("The certificate has been revoked. Anyone who checks it will now see this."), "success")
    return redirect(url_for(".view_certificate", serial=serial), 303)


@desk.post("/certificates/<serial>/renewal")
def submit_renewal(serial: str) -> ResponseReturnValue:
    """Renew a certificate for a further term."""
    issued = get_certificate(serial)
    try:
        renewed = revocation.renew_certificate(db.session(), issued, get_own_issuing_context(), now())
    except ISSUING_ERRORS as stopped:
        db.session.rollback()
        return render_certificate_page(issued, RevocationForm(formdata=None), format_issuing_error(stopped))
    except revocation.CertificateNotInForce:
        return redirect_without_renewal(serial, _("This request has already been decided."))
    except revocation.CertificateWithoutTerm:
        return redirect_without_renewal(serial, _("This certificate can’t be renewed."))
    db.session.commit()
    flash(_("Issued: %(serial)s", serial=renewed.serial), "success")
    return redirect(url_for(".view_certificate", serial=renewed.serial), 303)


def redirect_without_renewal(serial: str, message: str) -> ResponseReturnValue:
    """Redirect to the certificate with the reason why it was not renewed."""
    db.session.rollback()
    flash(message, "error")
    return redirect(url_for(".view_certificate", serial=serial), 303)


@desk.get("/certificates/<serial>.pdf")
def download_certificate(serial: str) -> ResponseReturnValue:
    """Download the file of a certificate."""
    return send_certificate_pdf(get_certificate(serial))


@desk.get("/certificates/<serial>.webp")
def view_certificate_picture(serial: str) -> ResponseReturnValue:
    """Show a picture of a certificate."""
    return send_certificate_picture(get_certificate(serial))


@desk.get("/seminars/<int:seminar_id>/certificates.zip")
def download_certificate_archive(seminar_id: int) -> ResponseReturnValue:
    """Download all valid certificates of a seminar as files in a ZIP."""
    seminar, certificates = get_seminar_certificates(seminar_id)
    return send_temporary_file(
        downloads.build_certificate_archive(certificates, get_certificate_storage()),
        f"{seminar.slug}.zip",
        "application/zip",
    )


@desk.get("/seminars/<int:seminar_id>/certificates.pdf")
def download_print_file(seminar_id: int) -> ResponseReturnValue:
    """Download all valid certificates of a seminar as one file to print."""
    seminar, certificates = get_seminar_certificates(seminar_id)
    return send_temporary_file(
        downloads.build_print_file(certificates, get_certificate_storage()), f"{seminar.slug}.pdf", "application/pdf"
    )


def get_seminar_certificates(seminar_id: int) -> tuple[Seminar, list[IssuedCertificate]]:
    """Return a seminar and its valid certificates in order of names; 404 if there is none."""
    seminar = get_seminar_with_certificates(seminar_id)
    certificates = register.map_valid_certificates(db.session(), seminar)
    if not certificates:
        abort(404)
    return seminar, register.sort_by_recipient(certificates.values())


def get_certificate_storage() -> Storage:
    """Return the file storage of this deployment."""
    return Storage.from_settings(get_settings())


def send_temporary_file(content: IO[bytes], name: str, mimetype: str) -> Response:
    """Send a temporary file as a download."""
    return send_file(content, mimetype=mimetype, as_attachment=True, download_name=name, max_age=0)


@desk.get("/seminars/<int:seminar_id>/sample/<design>.webp")
def view_certificate_sample(seminar_id: int, design: str) -> ResponseReturnValue:
    """Show a sample of the seminar's certificate in a design, with an invented name."""
    seminar = get_seminar_with_certificates(seminar_id)
    if design not in list_designs():
        abort(404)
    try:
        picture = render_sample_picture(seminar, design, get_settings(), now())
    except UnprintableCertificate:
        abort(404)  # the certificates page lists what does not fit
    return Response(picture, mimetype="image/webp")
