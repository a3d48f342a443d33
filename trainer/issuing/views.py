"""Pages of certificates: the dry run and the decision at the desk, the files for organizer and trainee."""

import io
from dataclasses import dataclass

from flask import Blueprint, Response, abort, current_app, flash, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from trainer.accounts.access import desk_blueprint
from trainer.attendance.marks import Attended
from trainer.clock import now
from trainer.extensions import db
from trainer.issuing import eligibility, register, wording
from trainer.issuing.keys import NoSigningKey, keyring
from trainer.issuing.models import IssuedCertificate
from trainer.language.words import gettext as _
from trainer.language.words import ngettext
from trainer.registration.models import Registration
from trainer.registration.own import own_registration
from trainer.seminars.models import Seminar
from trainer.seminars.views import seminar_or_404
from trainer.settings import Settings
from trainer.storage import Storage

blueprint = Blueprint("issuing", __name__)
desk = desk_blueprint("issuing_desk", __name__)


@dataclass(frozen=True)
class Row:
    """A line of the dry run."""

    registration: Registration
    attended: Attended
    missing: list[str]
    certificate: IssuedCertificate | None


def press(settings: Settings, user_id: int | None = None) -> register.Press:
    """Put together what issuing needs on this copy; raises NoSigningKey."""
    storage = Storage(settings.instance / "files")
    return register.Press(settings.address, settings.host_name, settings.public, keyring(settings), storage, user_id)


def refusal(seminar: Seminar) -> str:
    """Give the reason why nothing can be issued on this copy, empty where there is none."""
    settings: Settings = current_app.extensions["settings"]
    if not settings.public and not seminar.project.is_example:
        return _(
            "Certificates can be issued once BASE_URL is the public https address of this site: it is printed on each of them for ever."
        )
    return ""


@desk.get("/seminars/<int:seminar_id>/certificates")
def certificates(seminar_id: int) -> ResponseReturnValue:
    """Show who would get a certificate, who would not and why."""
    return show(seminar_or_404(seminar_id))


def show(seminar: Seminar, problems: list[str] | None = None) -> ResponseReturnValue:
    """Show the dry run, above it what stopped the issue."""
    if not seminar.has_certificate:
        abort(404)
    issued = register.certificates_of(db.session(), seminar)
    found = eligibility.standings(db.session(), seminar, now())
    rows = [
        Row(
            each.registration,
            each.attended,
            [wording.reason(missing, each) for missing in each.missing],
            issued.get(each.registration.id),
        )
        for each in found
    ]
    ready = sum(not row.missing and row.certificate is None for row in rows)
    page = render_template(
        "issuing/certificates.html",
        seminar=seminar,
        rows=rows,
        ready=ready,
        issued=sum(row.certificate is not None for row in rows),
        refusal=refusal(seminar),
        problems=problems or [],
    )
    return page, 409 if problems else 200


@desk.post("/seminars/<int:seminar_id>/certificates")
def issue(seminar_id: int) -> ResponseReturnValue:
    """Issue to everybody who qualifies."""
    seminar = seminar_or_404(seminar_id)
    if not seminar.has_certificate:
        abort(404)
    if refusal(seminar):
        return show(seminar, [_("Nothing was issued.")])
    try:
        entries = register.issue_certificates(
            db.session(), seminar, press(current_app.extensions["settings"], current_user.id), now()
        )
    except register.CannotPrint as stopped:
        db.session.rollback()
        return show(seminar, [wording.problem_sentence(name, problem) for name, problem in stopped.problems])
    except NoSigningKey:
        db.session.rollback()
        return show(seminar, [_("There is no signing key. Whoever runs this copy makes one with: trainer keys rotate")])
    db.session.commit()
    flash(ngettext("%(num)d certificate issued.", "%(num)d certificates issued.", len(entries)), "success")
    return redirect(url_for("issuing_desk.certificates", seminar_id=seminar.id), 303)


@desk.get("/certificates/<serial>.pdf")
def pdf(serial: str) -> ResponseReturnValue:
    """Give the file of any certificate."""
    return file_of(register.find_by_serial(db.session(), serial) or abort(404))


@blueprint.get("/r/<token>/certificate.pdf")
def own_certificate(token: str) -> ResponseReturnValue:
    """Give trainees their own certificate."""
    return file_of(register.certificate_for(db.session(), own_registration(token)) or abort(404))


def file_of(issued: IssuedCertificate) -> Response:
    """Give the frozen file as it was issued."""
    settings: Settings = current_app.extensions["settings"]
    content = io.BytesIO(Storage(settings.instance / "files").get(issued.pdf_sha256))
    name = f"{issued.serial} {issued.recipient}.pdf"
    return send_file(content, mimetype="application/pdf", as_attachment=True, download_name=name, max_age=0)
