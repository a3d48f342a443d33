"""Pages of certificates at the desk: the dry run, the issue, exceptions, a certificate's own page, corrections, files."""

from dataclasses import dataclass
from typing import IO

from flask import Response, abort, current_app, flash, redirect, render_template, request, send_file, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from certificates import Unprintable, designs
from trainer.accounts.access import desk_blueprint
from trainer.attendance.ledger import Attended
from trainer.clock import now
from trainer.extensions import db
from trainer.issuing import downloads, eligibility, register, wording
from trainer.issuing.files import pdf_answer, picture_answer
from trainer.issuing.forms import ExceptionForm, RevocationForm
from trainer.issuing.issuance import issue as issuance
from trainer.issuing.issuance.context import Press, press
from trainer.issuing.issuance.facts import has_expired, zone_of
from trainer.issuing.issuance.keys import NoSigningKey
from trainer.issuing.issuance.sample import sample_picture, sample_problems
from trainer.issuing.models import EligibilityException, IssuedCertificate, NameCorrection, Reason
from trainer.issuing.models import State as CertificateState
from trainer.issuing.names import corrections
from trainer.issuing.revocation import revocation
from trainer.language.translate import gettext as _
from trainer.language.translate import ngettext
from trainer.registration.models import Registration, State
from trainer.seminars.models import Seminar
from trainer.seminars.views import seminar_or_404
from trainer.settings import Settings
from trainer.storage import Storage

desk = desk_blueprint("issuing_desk", __name__)

GOING_ON = "going_on"  # in the session: the seminar of which a portion was just issued
MADE = "made"  # in the session: that seminar again, and how many its portions have made until now


@dataclass(frozen=True)
class Row:
    """A line of the dry run."""

    registration: Registration
    attended: Attended
    missing: list[str]
    eligible: bool
    excusable: bool
    exception: EligibilityException | None
    certificate: IssuedCertificate | None

    @property
    def settled(self) -> bool:
        """Whether nothing is left to decide: a certificate is there; one that was revoked leaves all open again."""
        return self.certificate is not None and self.certificate.state != CertificateState.REVOKED

    @property
    def expired(self) -> bool:
        """Whether the term of the certificate is over."""
        return self.certificate is not None and has_expired(self.certificate, now())

    @property
    def name_on_paper(self) -> str:
        """The name as it stands on the certificate, or will stand on the next one."""
        issued = self.certificate if self.settled else None
        return issued.recipient if issued is not None else self.registration.person.printed_name


def own_press() -> Press:
    """Give what the signed-in organizer issues with; raises NoSigningKey."""
    return press(current_app.extensions["settings"], current_user.id)


def refusal(seminar: Seminar) -> str:
    """Give the reason why nothing can be issued on this copy, empty where there is none."""
    settings: Settings = current_app.extensions["settings"]
    return "" if settings.public or seminar.project.is_example else address_not_public()


def address_not_public() -> str:
    """Say what must be done before anything can be issued."""
    return _(
        "Certificates can be issued once BASE_URL is the public https address of this site: it is printed on each of them for ever."
    )


def with_certificates(seminar_id: int) -> Seminar:
    """Find a seminar that has certificates."""
    seminar = seminar_or_404(seminar_id)
    if not seminar.has_certificate:
        abort(404)
    return seminar


@desk.get("/seminars/<int:seminar_id>/certificates")
def certificates(seminar_id: int) -> ResponseReturnValue:
    """Show who would get a certificate, who would not and why."""
    return show(with_certificates(seminar_id))


def show(
    seminar: Seminar, problems: list[str] | None = None, wrong: tuple[int, ExceptionForm] | None = None
) -> ResponseReturnValue:
    """Show the dry run, above it what stopped the issue; `wrong` is an exception that was not filled in well."""
    latest = register.latest_of(db.session(), seminar)
    rows = [row(each, latest.get(each.registration.id)) for each in eligibility.standings(db.session(), seminar, now())]
    ready = sum(each.eligible and each.certificate is None for each in rows)
    in_force = sum(each.certificate is not None and each.certificate.state == "valid" for each in rows)
    page = render_template(
        "issuing/desk/certificates.html",
        seminar=seminar,
        rows=rows,
        ready=ready,
        issued=in_force,
        waiting=sum(each.certificate is None for each in rows) - ready,
        unconfirmed=sum(unconfirmed(each) for each in rows),
        corrections=corrections.waiting_corrections(db.session(), seminar),
        refusal=refusal(seminar),
        problems=problems or own_problems(seminar),
        going_on=goes_on(seminar) and ready > 0,
        form=ExceptionForm(formdata=None),
        wrong=wrong,
        reasons=wording.REASONS,
    )
    return page, 409 if problems else 422 if wrong else 200


def goes_on(seminar: Seminar) -> bool:
    """Whether the organizer has just issued a portion here and others wait; says so once, so that no link issues anything."""
    return bool(session.pop(GOING_ON, None) == seminar.id)


def own_problems(seminar: Seminar) -> list[str]:
    """Say what of the seminar's own texts can't be printed."""
    found = sample_problems(seminar, current_app.extensions["settings"], now())
    return [wording.problem_sentence(seminar.title.to("kk"), each) for each in found]


def row(standing: eligibility.Standing, certificate: IssuedCertificate | None) -> Row:
    """Put a line of the dry run together."""
    missing = [wording.reason(each, standing) for each in standing.missing]
    return Row(
        standing.registration,
        standing.attended,
        missing,
        standing.eligible,
        standing.excusable,
        standing.exception,
        certificate,
    )


def unconfirmed(row: Row) -> bool:
    """Whether somebody is about to receive a certificate who has not confirmed the name on it."""
    return row.eligible and row.certificate is None and row.registration.person.name_confirmed_at is None


@desk.post("/seminars/<int:seminar_id>/certificates")
def issue(seminar_id: int) -> ResponseReturnValue:
    """Issue to those who qualify, a portion at a time; the page goes on by itself until nobody waits."""
    seminar = with_certificates(seminar_id)
    try:
        portion = issuance.issue_certificates(db.session(), seminar, own_press(), now(), issuance.PORTION)
    except Refusals as stopped:
        db.session.rollback()
        return show(seminar, sentences(stopped))
    db.session.commit()
    say_how_far(seminar, portion)
    return redirect(url_for(".certificates", seminar_id=seminar.id), 303)


def say_how_far(seminar: Seminar, portion: issuance.Portion) -> None:
    """Go on with those who wait, or say how many all the portions have made; a second press of the button finds nobody."""
    seminar_id, before = session.pop(MADE, (seminar.id, 0))
    made = len(portion.issued) + (before if seminar_id == seminar.id else 0)
    if portion.waiting:
        session[GOING_ON], session[MADE] = seminar.id, (seminar.id, made)
    elif made:
        flash(ngettext("%(num)d certificate issued.", "%(num)d certificates issued.", made), "success")
    else:
        flash(_("Everybody who qualifies has a certificate by now."), "info")


Refusals = (issuance.CannotPrint, issuance.AddressNotPublic, NoSigningKey)


def sentences(stopped: Exception) -> list[str]:
    """Say why nothing was issued."""
    if isinstance(stopped, issuance.CannotPrint):
        return [wording.problem_sentence(name, problem) for name, problem in stopped.problems]
    if isinstance(stopped, NoSigningKey):
        return [_("There is no signing key. Whoever runs this copy makes one with: trainer keys rotate")]
    return [address_not_public()]


def registered_or_404(registration_id: int) -> Registration:
    """Find somebody with a place in a seminar that has certificates."""
    found = db.session.get(Registration, registration_id)
    if found is None or found.state != State.REGISTERED or not found.seminar.has_certificate:
        abort(404)
    return found


@desk.post("/registrations/<int:registration_id>/exception")
def excuse(registration_id: int) -> ResponseReturnValue:
    """Let somebody receive the certificate although something is missing."""
    registration, form = registered_or_404(registration_id), ExceptionForm()
    if not form.validate():
        return show(registration.seminar, wrong=(registration.id, form))
    try:
        eligibility.make_exception(db.session(), registration, form.reason.data, current_user.id, now())
    except eligibility.NothingToExcuse:
        db.session.rollback()
        flash(_("There is nothing that an exception could help."), "error")
    else:
        db.session.commit()
        flash(_("The exception is recorded with its reason."), "success")
    return redirect(url_for(".certificates", seminar_id=registration.seminar_id), 303)


@desk.post("/registrations/<int:registration_id>/exception/removal")
def excuse_no_more(registration_id: int) -> ResponseReturnValue:
    """Take an exception back."""
    registration = registered_or_404(registration_id)
    entry = register.certificate_for(db.session(), registration)
    if entry is None:
        eligibility.take_exception_back(db.session(), registration)
        db.session.commit()
        flash(_("The exception was taken back."), "success")
    else:
        said = _(
            "Somebody has issued the certificate meanwhile: %(serial)s. It stays until it is revoked.",
            serial=entry.serial,
        )
        flash(said, "error")
    return redirect(url_for(".certificates", seminar_id=registration.seminar_id), 303)


@desk.post("/registrations/<int:registration_id>/certificate")
def issue_again(registration_id: int) -> ResponseReturnValue:
    """Issue a new certificate to somebody whose last one was revoked."""
    registration = registered_or_404(registration_id)
    try:
        entry = revocation.issue_again(db.session(), registration, own_press(), now())
    except Refusals as stopped:
        db.session.rollback()
        return show(registration.seminar, sentences(stopped))
    except revocation.NotEntitled:
        db.session.rollback()
        return show(registration.seminar, [_("This person has a certificate, or does not qualify for one.")])
    db.session.commit()
    flash(_("Issued: %(serial)s", serial=entry.serial), "success")
    return redirect(url_for(".certificates", seminar_id=registration.seminar_id), 303)


@desk.post("/corrections/<int:correction_id>")
def decide(correction_id: int) -> ResponseReturnValue:
    """Correct a name by a new certificate, or leave it as it is."""
    correction = db.session.get(NameCorrection, correction_id) or abort(404)
    decision, seminar_id = request.form.get("decision"), correction.certificate.seminar_id
    if decision not in ("approve", "refuse"):
        abort(400)
    try:
        if decision == "approve":
            entry = corrections.approve(db.session(), correction, own_press(), now())
            message = _("Corrected: %(serial)s replaces the certificate.", serial=entry.serial)
        else:
            corrections.refuse(db.session(), correction, current_user.id, now())
            message = _("The certificate stays as it is.")
    except Refusals as stopped:
        db.session.rollback()
        for sentence in sentences(stopped):
            flash(sentence, "error")
    except (corrections.DecidedBefore, revocation.NotInForce):
        db.session.rollback()
        flash(_("Somebody has decided about this meanwhile."), "error")
    else:
        db.session.commit()
        flash(message, "success")
    return redirect(url_for(".certificates", seminar_id=seminar_id) if seminar_id else url_for("desk.home"), 303)


def entry_or_404(serial: str) -> IssuedCertificate:
    """Find a certificate by its number."""
    return register.find_by_serial(db.session(), serial) or abort(404)


@desk.get("/certificates/<serial>")
def certificate(serial: str) -> ResponseReturnValue:
    """Show a certificate with its history and what can be done with it."""
    return show_certificate(entry_or_404(serial), RevocationForm(formdata=None))


def show_certificate(
    entry: IssuedCertificate, form: RevocationForm, problems: list[str] | None = None
) -> ResponseReturnValue:
    """Show a certificate and the form that revokes it."""
    session = db.session()
    page = render_template(
        "issuing/desk/certificate.html",
        entry=entry,
        form=form,
        problems=problems or [],
        reasons=wording.REASONS,
        zone=zone_of(entry),
        expired=has_expired(entry, now()),
        replaces=session.get(IssuedCertificate, entry.replaces_id) if entry.replaces_id else None,
        successor=register.successor_of(session, entry),
        seminar=session.get(Seminar, entry.seminar_id) if entry.seminar_id else None,
    )
    return page, 409 if problems else 422 if form.errors else 200


@desk.post("/certificates/<serial>/revocation")
def revoke(serial: str) -> ResponseReturnValue:
    """Revoke a certificate."""
    entry, form = entry_or_404(serial), RevocationForm()
    if not form.validate():
        return show_certificate(entry, form)
    try:
        revocation.revoke(db.session(), entry, Reason(form.reason.data), form.note.data, current_user.id, now())
    except revocation.NotInForce:
        db.session.rollback()
        flash(_("Somebody has decided about this meanwhile."), "error")
    else:
        db.session.commit()
        flash(_("The certificate is revoked. Whoever checks it is told so from now on."), "success")
    return redirect(url_for(".certificate", serial=serial), 303)


@desk.post("/certificates/<serial>/renewal")
def renew(serial: str) -> ResponseReturnValue:
    """Issue the certificate for a further term."""
    entry = entry_or_404(serial)
    try:
        renewed = revocation.renew(db.session(), entry, own_press(), now())
    except Refusals as stopped:
        db.session.rollback()
        return show_certificate(entry, RevocationForm(formdata=None), sentences(stopped))
    except revocation.NotInForce:
        return no_renewal(serial, _("Somebody has decided about this meanwhile."))
    except revocation.DoesNotExpire:
        return no_renewal(serial, _("This certificate can't be renewed."))
    db.session.commit()
    flash(_("Issued: %(serial)s", serial=renewed.serial), "success")
    return redirect(url_for(".certificate", serial=renewed.serial), 303)


def no_renewal(serial: str, why: str) -> ResponseReturnValue:
    """Say why a certificate was not renewed, on its page."""
    db.session.rollback()
    flash(why, "error")
    return redirect(url_for(".certificate", serial=serial), 303)


@desk.get("/certificates/<serial>.pdf")
def pdf(serial: str) -> ResponseReturnValue:
    """Give the file of any certificate."""
    return pdf_answer(entry_or_404(serial))


@desk.get("/certificates/<serial>.webp")
def picture(serial: str) -> ResponseReturnValue:
    """Give a picture of any certificate."""
    return picture_answer(entry_or_404(serial))


@desk.get("/seminars/<int:seminar_id>/certificates.zip")
def archive(seminar_id: int) -> ResponseReturnValue:
    """Give all valid certificates of a seminar as files in one archive."""
    seminar, entries = in_force(seminar_id)
    return document(downloads.archive(entries, own_storage()), f"{seminar.slug}.zip", "application/zip")


@desk.get("/seminars/<int:seminar_id>/certificates.pdf")
def print_file(seminar_id: int) -> ResponseReturnValue:
    """Give all valid certificates of a seminar as one file to print."""
    seminar, entries = in_force(seminar_id)
    return document(downloads.print_file(entries, own_storage()), f"{seminar.slug}.pdf", "application/pdf")


def in_force(seminar_id: int) -> tuple[Seminar, list[IssuedCertificate]]:
    """Give a seminar and its valid certificates in the order of names; 404 where there is none."""
    seminar = with_certificates(seminar_id)
    found = register.certificates_of(db.session(), seminar)
    if not found:
        abort(404)
    return seminar, register.in_order_of_names(found.values())


def own_storage() -> Storage:
    """Give the files of this copy."""
    return Storage.of(current_app.extensions["settings"])


def document(content: IO[bytes], name: str, mimetype: str) -> Response:
    """Hand a document out."""
    return send_file(content, mimetype=mimetype, as_attachment=True, download_name=name, max_age=0)


@desk.get("/seminars/<int:seminar_id>/sample/<design>.webp")
def sample(seminar_id: int, design: str) -> ResponseReturnValue:
    """Show how the seminar's certificate looks in a design, with an invented name."""
    seminar = with_certificates(seminar_id)
    if design not in designs():
        abort(404)
    try:
        drawn = sample_picture(seminar, design, current_app.extensions["settings"], now())
    except Unprintable:
        abort(404)  # the page of certificates says what does not fit
    return Response(drawn, mimetype="image/webp")
