"""The personal page's views for details and consents."""

from flask import Blueprint, abort, flash, render_template, request
from flask.typing import ResponseReturnValue

from trainer.clock import now
from trainer.extensions import db
from trainer.issuing.register import find_valid_certificate
from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.portal.forms import DetailsForm
from trainer.portal.page_helpers import format_too_late_message, limit_per_ip, limit_per_page, redirect_to_personal_page
from trainer.registration import consent
from trainer.registration.form import questions
from trainer.registration.form.question_fields import build_answers_data, build_answers_form_class
from trainer.registration.models import ACTIVE_STATUSES, ConsentPurpose, Registration
from trainer.registration.seats.cancellation import ChangeDeadlinePassed, can_trainee_change
from trainer.registration.seats.lookup import map_active_registrations
from trainer.registration.seats.status import lock_registration
from trainer.registration.self_service.access import get_registration_by_token
from trainer.registration.self_service.details import update_trainee_details
from trainer.seminars.locking import StatusChanged
from trainer.web.actions import commit_or_explain

blueprint = Blueprint("portal_details", __name__)


def get_changeable_registration_or_404(token: str) -> Registration:
    """Return the registration of the token if it is active and no erasure was requested. Raises NotFound."""
    registration = get_registration_by_token(token)
    ended = registration.status not in ACTIVE_STATUSES or registration.person.erasure_requested_at is not None
    return abort(404) if ended else registration


@blueprint.get("/r/<token>/details")
def view_details(token: str) -> ResponseReturnValue:
    """Show the form with the stored details."""
    registration = get_changeable_registration_or_404(token)
    current_questions = questions.list_current_questions(db.session(), registration.seminar)
    stored_answers = build_answers_data(current_questions, registration.answers)
    return render_details(
        registration,
        build_details_form_class(registration)(formdata=None, obj=registration.person, data=stored_answers),
    )


def build_details_form_class(registration: Registration) -> type[DetailsForm]:
    """Return the details form with the seminar's own questions added."""
    return build_answers_form_class(
        DetailsForm, questions.list_current_questions(db.session(), registration.seminar), get_page_language()
    )


@blueprint.post("/r/<token>/details")
@limit_per_ip
@limit_per_page
def submit_details(token: str) -> ResponseReturnValue:
    """Save the details, or render the form again in another language."""
    registration = get_changeable_registration_or_404(token)
    form = build_details_form_class(registration)()
    if not form.validate_on_submit():
        return render_details(registration, form, 422 if form.errors else 200)
    refusals = {ChangeDeadlinePassed: format_too_late_message(registration), StatusChanged: ""}
    with commit_or_explain(refusals, success=_("Your details have been saved.")):
        update_trainee_details(db.session(), registration, form.get_details(), now())
    return redirect_to_personal_page(token)


def render_details(registration: Registration, form: DetailsForm, status: int = 200) -> ResponseReturnValue:
    """Render the form; after the deadline the page refers to the organizer instead."""
    is_late = not can_trainee_change(registration.seminar, now())
    form.questions_version.data = questions.compute_questions_version(form.questions)
    page = render_template(
        "portal/details.html",
        registration=registration,
        seminar=registration.seminar,
        form=form,
        too_late_message=format_too_late_message(registration) if is_late else "",
        certificate=find_valid_certificate(db.session(), registration),
        has_other_registrations=len(map_active_registrations(db.session(), registration.person)) > 1,
    )
    return page, status


@blueprint.post("/r/<token>/consent")
@limit_per_ip
@limit_per_page
def submit_consent(token: str) -> ResponseReturnValue:
    """Record the consent to personal data, for the first time or after a withdrawal."""
    registration = get_registration_by_token(token)
    if registration.person.erasure_requested_at is not None:
        abort(404)
    return record_shown_consent(
        registration, consent.build_personal_data_wording(registration.seminar.project, get_page_language())
    )


@blueprint.post("/r/<token>/photo-consent")
@limit_per_ip
@limit_per_page
def submit_photo_consent(token: str) -> ResponseReturnValue:
    """Record or withdraw the consent to photographs."""
    registration = get_changeable_registration_or_404(token)
    decision = request.form.get("decision")
    if decision == "give":
        return record_shown_consent(
            registration, consent.build_photo_wording(registration.seminar.project, get_page_language())
        )
    if decision != "withdraw":
        abort(400)
    lock_registration(db.session(), registration)
    consent.withdraw_consent(db.session(), registration, ConsentPurpose.PHOTO, now())
    db.session.commit()
    flash(
        _("Your photo and video consent has been withdrawn. If you see a photographer at the seminar, tell them too."),
        "success",
    )
    return redirect_to_personal_page(token)


def record_shown_consent(registration: Registration, wording: consent.ConsentWording) -> ResponseReturnValue:
    """Record a consent once, only to the version of the text that the page showed."""
    token = registration.token
    if request.form.get("version") != wording.version:
        flash(_("The consent text has changed since you opened it. Read it again."), "error")
        return redirect_to_personal_page(token)
    lock_registration(db.session(), registration)
    if not consent.find_given_consent(registration, wording.purpose):
        consent.record_consent(db.session(), registration, wording, now(), request.remote_addr or "")
    db.session.commit()
    flash(_("Thank you. Your consent has been recorded."), "success")
    return redirect_to_personal_page(token)
