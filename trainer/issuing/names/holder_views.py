"""Pages of the holder: the certificate's file, and how the name prints on it, before the issue and after."""

import io

from flask import Blueprint, abort, current_app, flash, jsonify, redirect, render_template, send_file, url_for
from flask.typing import ResponseReturnValue

from trainer.clock import now
from trainer.extensions import db, limiter
from trainer.issuing.badges import open_badges
from trainer.issuing.files import pdf_answer, picture_answer
from trainer.issuing.forms import CorrectionForm, NameForm
from trainer.issuing.issuance.issue import name_problems
from trainer.issuing.issuance.keys import keyring
from trainer.issuing.models import IssuedCertificate
from trainer.issuing.names import corrections
from trainer.issuing.register import certificate_for
from trainer.issuing.revocation.revocation import NotInForce
from trainer.issuing.wording import name_problem
from trainer.language.translate import gettext as _
from trainer.registration.models import Registration
from trainer.registration.self_service.access import own_place
from trainer.settings import Settings
from trainer.storage import Storage

blueprint = Blueprint("issuing_names", __name__)


@blueprint.get("/r/<token>/certificate.pdf")
def own_certificate(token: str) -> ResponseReturnValue:
    """Give trainees their own certificate."""
    return pdf_answer(own_or_404(token)[1])


@blueprint.get("/r/<token>/certificate.webp")
def own_picture(token: str) -> ResponseReturnValue:
    """Show trainees a picture of their own certificate."""
    return picture_answer(own_or_404(token)[1])


def own_or_404(token: str) -> tuple[Registration, IssuedCertificate]:
    """Find the certificate of a personal page."""
    registration = own_place(token)
    return registration, certificate_for(db.session(), registration) or abort(404)


@blueprint.get("/r/<token>/badge.json")
def badge_document(token: str) -> ResponseReturnValue:
    """Give trainees their certificate as an Open Badge."""
    issued = own_badge_or_404(token)
    return jsonify(open_badges.enveloped(token_of(issued)))


@blueprint.get("/r/<token>/badge.svg")
def badge_picture(token: str) -> ResponseReturnValue:
    """Give trainees their Open Badge as a picture that carries it."""
    issued = own_badge_or_404(token)
    content = io.BytesIO(open_badges.baked(issued, token_of(issued)))
    name = f"{issued.serial}.svg"
    return send_file(content, mimetype="image/svg+xml", as_attachment=True, download_name=name, max_age=0)


def own_badge_or_404(token: str) -> IssuedCertificate:
    """Find the certificate of a personal page where this copy can make a badge of it."""
    settings: Settings = current_app.extensions["settings"]
    if not (open_badges.available() and settings.public):
        abort(404)
    return own_or_404(token)[1]


def token_of(issued: IssuedCertificate) -> str:
    """Sign a certificate as an Open Badge."""
    settings: Settings = current_app.extensions["settings"]
    return open_badges.badge(issued, keyring(settings), settings.address, settings.host_name)


@blueprint.get("/r/<token>/name")
def name(token: str) -> ResponseReturnValue:
    """Show how the name prints."""
    registration = own_with_certificate(token)
    issued = certificate_for(db.session(), registration)
    if issued is None:
        return show_name(registration, NameForm(formdata=None, name=registration.person.printed_name))
    return show_correction(registration, issued, CorrectionForm(formdata=None, name=issued.recipient))


def own_with_certificate(token: str) -> Registration:
    """Find the registration of a personal page whose seminar has certificates."""
    registration = own_place(token)
    if not registration.seminar.has_certificate:
        abort(404)
    return registration


def show_name(registration: Registration, form: NameForm) -> ResponseReturnValue:
    """Show the form in which the name is confirmed."""
    page = render_template("issuing/names/name.html", registration=registration, form=form)
    return page, 422 if form.errors else 200


def show_correction(registration: Registration, issued: IssuedCertificate, form: CorrectionForm) -> ResponseReturnValue:
    """Show the form in which a correction is asked for, or that one was."""
    page = render_template(
        "issuing/names/correction.html",
        registration=registration,
        issued=issued,
        form=form,
        asked=corrections.waiting_for(db.session(), issued),
        refused=corrections.refused_for(db.session(), issued),
    )
    return page, 422 if form.errors else 200


@blueprint.post("/r/<token>/name")
@limiter.limit("600 per minute")
def confirm_name(token: str) -> ResponseReturnValue:
    """Keep how the name prints."""
    registration, form = own_with_certificate(token), NameForm()
    issued = certificate_for(db.session(), registration)
    if issued is not None:
        flash(_("The certificate has been issued meanwhile. You can ask for a correction here."), "info")
        return show_correction(registration, issued, CorrectionForm(formdata=None, name=form.name.data))
    if not form.validate() or not fits(registration, form):
        return show_name(registration, form)
    corrections.confirm_name(registration.person, form.name.data, now())
    db.session.commit()
    flash(_("Thank you. The certificate will carry the name like this."), "success")
    return redirect(url_for("portal.home", token=token), 303)


@blueprint.post("/r/<token>/correction")
@limiter.limit("600 per minute")
def ask_correction(token: str) -> ResponseReturnValue:
    """Ask the organizer for another spelling on the issued certificate."""
    registration, issued = own_or_404(token)
    form = CorrectionForm()
    if not form.validate() or not fits(registration, form):
        return show_correction(registration, issued, form)
    try:
        corrections.ask_correction(db.session(), issued, form.name.data, form.note.data or "", now())
    except corrections.SameName:
        db.session.rollback()
        form.name.errors = [_("The certificate carries the name like this already.")]
        return show_correction(registration, issued, form)
    except (corrections.AskedBefore, NotInForce):
        db.session.rollback()
        return redirect(url_for(".name", token=token), 303)
    db.session.commit()
    flash(_("Your wish is with the organizer. When it is approved, the corrected certificate is here."), "success")
    return redirect(url_for("portal.home", token=token), 303)


def fits(registration: Registration, form: NameForm) -> bool:
    """Whether the name can be printed; says next to it why not."""
    storage = Storage.of(current_app.extensions["settings"])
    found = name_problems(registration, form.name.data, storage, now())
    if found:
        form.name.errors = [name_problem(found[0])]
    return not found
