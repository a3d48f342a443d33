"""Pages of the personal page where details and consents are changed."""

from flask import Blueprint, abort, flash, render_template, request
from flask.typing import ResponseReturnValue

from trainer.clock import now
from trainer.extensions import db
from trainer.issuing.register import certificate_for
from trainer.language.choice import language
from trainer.language.translate import gettext as _
from trainer.portal.forms import DetailsForm
from trainer.portal.page_helpers import back, hall, one_page, too_late
from trainer.registration import consent
from trainer.registration.form import questions
from trainer.registration.form.question_fields import form_for, typed
from trainer.registration.models import LIVE, Purpose, Registration
from trainer.registration.seats import enrolment, waiting_list
from trainer.registration.self_service.access import own_registration
from trainer.registration.self_service.details import change_details

blueprint = Blueprint("portal_details", __name__)


def changeable_or_404(token: str) -> Registration:
    """Find the registration of a personal page that still goes on."""
    registration = own_registration(token)
    ended = registration.state not in LIVE or registration.person.erasure_requested_at is not None
    return abort(404) if ended else registration


@blueprint.get("/r/<token>/details")
def form(token: str) -> ResponseReturnValue:
    """Show the details as they are kept."""
    registration = changeable_or_404(token)
    asked = questions.asked(db.session(), registration.seminar)
    kept = typed(asked, registration.answers)
    return show(registration, form_of(registration)(formdata=None, obj=registration.person, data=kept))


def form_of(registration: Registration) -> type[DetailsForm]:
    """Give the form with the seminar's own questions."""
    return form_for(DetailsForm, questions.asked(db.session(), registration.seminar), language())


@blueprint.post("/r/<token>/details")
@hall
@one_page
def change(token: str) -> ResponseReturnValue:
    """Keep the details as they were typed; a change of the page's language keeps what was typed too."""
    registration = changeable_or_404(token)
    form = form_of(registration)()
    if not form.validate_on_submit():
        return show(registration, form, 422 if form.errors else 200)
    try:
        change_details(db.session(), registration, form.details(), now())
    except enrolment.TooLate:
        db.session.rollback()
        flash(too_late(registration), "error")
        return back(token)
    except waiting_list.StateChanged:
        db.session.rollback()
        return back(token)
    db.session.commit()
    flash(_("Your details are saved."), "success")
    return back(token)


def show(registration: Registration, form: DetailsForm, status: int = 200) -> ResponseReturnValue:
    """Show the form, or that it is too late for it."""
    late = not enrolment.may_change(registration.seminar, now())
    form.questions_version.data = questions.version_of(form.asked)
    page = render_template(
        "portal/details.html",
        registration=registration,
        seminar=registration.seminar,
        form=form,
        late=too_late(registration) if late else "",
        certificate=certificate_for(db.session(), registration),
        further=len(enrolment.registrations_of(db.session(), registration.person)) > 1,
    )
    return page, status


@blueprint.post("/r/<token>/consent")
@hall
@one_page
def give_consent(token: str) -> ResponseReturnValue:
    """Record the consent to personal data of somebody who has not given it here, or takes it up again."""
    registration = own_registration(token)
    if registration.person.erasure_requested_at is not None:
        abort(404)
    return record(registration, consent.personal_data_wording(registration.seminar.project, language()))


@blueprint.post("/r/<token>/photo-consent")
@hall
@one_page
def photo_consent(token: str) -> ResponseReturnValue:
    """Give the consent to photos, or take it back."""
    registration = changeable_or_404(token)
    decision = request.form.get("decision")
    if decision == "give":
        return record(registration, consent.photo_wording(registration.seminar.project, language()))
    if decision != "withdraw":
        abort(400)
    waiting_list.locked(db.session(), registration)
    consent.withdraw(db.session(), registration, Purpose.PHOTO, now())
    db.session.commit()
    flash(
        _("You no longer agree to be photographed. Tell the photographer at the seminar too, if you see one."),
        "success",
    )
    return back(token)


def record(registration: Registration, wording: consent.Wording) -> ResponseReturnValue:
    """Keep a consent once, to the very words that were shown."""
    token = registration.token
    if request.form.get("version") != wording.version:
        flash(_("The text of the consent has changed meanwhile. Please read it again."), "error")
        return back(token)
    waiting_list.locked(db.session(), registration)
    if not consent.given(registration, wording.purpose):
        consent.record_consent(db.session(), registration, wording, now(), request.remote_addr or "")
    db.session.commit()
    flash(_("Thank you. Your consent is recorded."), "success")
    return back(token)
