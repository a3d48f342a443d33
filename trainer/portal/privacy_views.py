"""The personal page's views for data export, withdrawal of consent and erasure."""

import json

from flask import Blueprint, Response, current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from trainer.clock import now
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.portal import erasure, wording
from trainer.portal.data_export import collect_personal_data, convert_export_to_json
from trainer.portal.page_helpers import limit_per_ip, limit_per_page, redirect_to_personal_page
from trainer.registration import consent
from trainer.registration.models import ConsentPurpose, Registration
from trainer.registration.self_service.access import get_registration_by_token
from trainer.registration.self_service.remembered_page import forget_page
from trainer.web import phones

blueprint = Blueprint("portal_privacy", __name__)


@blueprint.get("/r/<token>/my-data")
def view_my_data(token: str) -> ResponseReturnValue:
    """Show all data stored about the person."""
    registration = get_registration_by_token(token)
    return render_template(
        "portal/data_export.html",
        registration=registration,
        data=collect_personal_data(db.session(), registration.person, now()),
        zone=registration.seminar.zone,
        labels=wording,
        format_phone=phones.format_phone,
    )


@blueprint.get("/r/<token>/my-data.json")
def download_my_data(token: str) -> ResponseReturnValue:
    """Return all data stored about the person as a JSON file."""
    registration = get_registration_by_token(token)
    content = json.dumps(
        convert_export_to_json(collect_personal_data(db.session(), registration.person, now())),
        ensure_ascii=False,
        indent=1,
    )
    answer = Response(content, mimetype="application/json")
    answer.headers.set("Content-Disposition", "attachment", filename="my-data.json")
    return answer


@blueprint.get("/r/<token>/withdraw")
def view_consent_withdrawal(token: str) -> ResponseReturnValue:
    """Explain what happens when the consent to personal data is withdrawn."""
    registration = get_registration_by_token(token)
    if not consent.find_given_consent(registration, ConsentPurpose.PERSONAL_DATA):
        return redirect_to_personal_page(token)
    return render_retention_page("portal/withdraw.html", registration)


@blueprint.post("/r/<token>/withdraw")
@limit_per_ip
@limit_per_page
def submit_consent_withdrawal(token: str) -> ResponseReturnValue:
    """Withdraw the consent to personal data."""
    registration = get_registration_by_token(token)
    if not consent.find_given_consent(registration, ConsentPurpose.PERSONAL_DATA):
        return redirect_to_personal_page(token)
    erasure.withdraw_personal_data_consent(db.session(), registration, now())
    db.session.commit()
    return redirect_after_erasure(registration, _("Your consent has been withdrawn."))


@blueprint.get("/r/<token>/erase")
def view_erasure(token: str) -> ResponseReturnValue:
    """Explain what is erased at once, what is kept for a time and why."""
    registration = get_registration_by_token(token)
    return (
        redirect_to_personal_page(token)
        if registration.person.erasure_requested_at
        else render_retention_page("portal/erase.html", registration)
    )


@blueprint.post("/r/<token>/erase")
@limit_per_ip
@limit_per_page
def submit_erasure(token: str) -> ResponseReturnValue:
    """Erase the person's data, as far as the law allows."""
    registration = get_registration_by_token(token)
    if registration.person.erasure_requested_at is None:
        erasure.erase_person(db.session(), registration.person, now())
        db.session.commit()
    return redirect_after_erasure(
        registration, _("Your request has been recorded. Everything that may be deleted now has been deleted.")
    )


def render_retention_page(template: str, registration: Registration) -> ResponseReturnValue:
    """Render a confirmation page that lists the data to be kept."""
    retained = erasure.find_retained_data(db.session(), registration.person, now())
    return render_template(template, registration=registration, seminar=registration.seminar, retained=retained)


def redirect_after_erasure(registration: Registration, sentence: str) -> ResponseReturnValue:
    """Redirect to the personal page, or to a public page if the personal page no longer exists; the device forgets it then."""
    if registration.person.erased_at is not None:
        response = current_app.make_response(redirect(url_for(".view_erased"), 303))
        forget_page(response)
        return response
    flash(sentence, "success")
    return redirect_to_personal_page(registration.token)


@blueprint.get("/erased")
def view_erased() -> ResponseReturnValue:
    """Confirm that the data are erased."""
    return render_template("portal/erased.html")
