"""Pages of a person's data: all that is kept, the consent taken back, and being forgotten."""

import json

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from trainer.clock import now
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.portal import erasure, wording
from trainer.portal.data_export import collect, exported
from trainer.portal.page_helpers import back, hall, one_page
from trainer.registration import consent
from trainer.registration.models import Purpose, Registration
from trainer.registration.self_service.access import own_registration
from trainer.web import phones

blueprint = Blueprint("portal_privacy", __name__)


@blueprint.get("/r/<token>/my-data")
def my_data(token: str) -> ResponseReturnValue:
    """Show everything that is kept about the person."""
    registration = own_registration(token)
    return render_template(
        "portal/data_export.html",
        registration=registration,
        data=collect(db.session(), registration.person, now()),
        zone=registration.seminar.zone,
        words=wording,
        shown_phone=phones.shown,
    )


@blueprint.get("/r/<token>/my-data.json")
def my_data_file(token: str) -> ResponseReturnValue:
    """Give everything that is kept about the person as a file that programs read."""
    registration = own_registration(token)
    content = json.dumps(exported(collect(db.session(), registration.person, now())), ensure_ascii=False, indent=1)
    answer = Response(content, mimetype="application/json")
    answer.headers.set("Content-Disposition", "attachment", filename="my-data.json")
    return answer


@blueprint.get("/r/<token>/withdraw")
def ask_withdraw(token: str) -> ResponseReturnValue:
    """Say what follows when the consent to personal data is taken back."""
    registration = own_registration(token)
    if not consent.given(registration, Purpose.PERSONAL_DATA):
        return back(token)
    return show("portal/withdraw.html", registration)


@blueprint.post("/r/<token>/withdraw")
@hall
@one_page
def withdraw(token: str) -> ResponseReturnValue:
    """Take the consent to personal data back."""
    registration = own_registration(token)
    if not consent.given(registration, Purpose.PERSONAL_DATA):
        return back(token)
    erasure.withdraw(db.session(), registration, now())
    db.session.commit()
    return after(registration, _("Your consent is withdrawn."))


@blueprint.get("/r/<token>/erase")
def ask_erase(token: str) -> ResponseReturnValue:
    """Say what is erased at once, and what stays for a time and why."""
    registration = own_registration(token)
    return back(token) if registration.person.erasure_requested_at else show("portal/erase.html", registration)


@blueprint.post("/r/<token>/erase")
@hall
@one_page
def erase(token: str) -> ResponseReturnValue:
    """Forget the person, or all of the person that the law lets us forget."""
    registration = own_registration(token)
    if registration.person.erasure_requested_at is None:
        erasure.erase(db.session(), registration.person, now())
        db.session.commit()
    return after(registration, _("Your request is recorded. What may be erased now is erased."))


def show(page: str, registration: Registration) -> ResponseReturnValue:
    """Show a page that asks once more before data go."""
    kept = erasure.what_stays(db.session(), registration.person)
    return render_template(page, registration=registration, seminar=registration.seminar, kept=kept)


def after(registration: Registration, sentence: str) -> ResponseReturnValue:
    """Lead to the personal page, or to everybody's page where there is none any more."""
    if registration.person.erased_at is not None:
        return redirect(url_for(".erased"), 303)
    flash(sentence, "success")
    return back(registration.token)


@blueprint.get("/erased")
def erased() -> ResponseReturnValue:
    """Say to somebody who was forgotten that it is done."""
    return render_template("portal/erased.html")
