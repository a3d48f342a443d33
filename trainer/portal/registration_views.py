"""Buttons of the personal page that change a registration: accept or decline an offer, cancel, return."""

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue

from trainer.clock import now
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.portal.page_helpers import format_too_late_message, limit_per_ip, limit_per_page, redirect_to_personal_page
from trainer.portal.wording import format_registration_status
from trainer.registration.consent import has_withdrawn_consent
from trainer.registration.models import ACTIVE_STATUSES, ConsentPurpose, RegistrationStatus
from trainer.registration.seats import waiting_list
from trainer.registration.seats.allocation import RegistrationClosed, SeminarFull
from trainer.registration.seats.cancellation import (
    ChangeDeadlinePassed,
    can_trainee_change,
    cancel_registration,
    rejoin_seminar,
)
from trainer.registration.seats.capacity import count_waiting_people
from trainer.registration.self_service.access import get_registration_by_token
from trainer.seminars.locking import StatusChanged
from trainer.web.actions import commit_or_explain

blueprint = Blueprint("portal_registration", __name__)


@blueprint.post("/r/<token>/accept")
@limit_per_ip
@limit_per_page
def submit_offer_acceptance(token: str) -> ResponseReturnValue:
    """Accept the offered seat."""
    registration = get_registration_by_token(token)
    refusals = {StatusChanged: _("The time to reply is over, and the place is no longer held for you.")}
    with commit_or_explain(refusals, success=format_registration_status(RegistrationStatus.REGISTERED)):
        waiting_list.accept_offer(db.session(), registration, now())
    return redirect_to_personal_page(token)


@blueprint.post("/r/<token>/decline")
@limit_per_ip
@limit_per_page
def submit_offer_decline(token: str) -> ResponseReturnValue:
    """Decline the offered seat."""
    registration = get_registration_by_token(token)
    refusals = {StatusChanged: _("There is no offer to decline: see the status of your registration.")}
    thanks = _("Thank you for letting us know. The place is now available to another person.")
    with commit_or_explain(refusals, success=thanks, category="info"):
        waiting_list.decline_offer(db.session(), registration, now())
    return redirect_to_personal_page(token)


@blueprint.get("/r/<token>/cancel")
def view_cancellation(token: str) -> ResponseReturnValue:
    """Explain what cancelling means before it is done."""
    registration = get_registration_by_token(token)
    if registration.status not in ACTIVE_STATUSES:
        return redirect_to_personal_page(token)
    is_late = not can_trainee_change(registration.seminar, now())
    return render_template(
        "portal/cancel.html",
        registration=registration,
        seminar=registration.seminar,
        too_late_message=format_too_late_message(registration) if is_late else "",
        has_waiting_people=count_waiting_people(db.session(), registration.seminar) > 0,
    )


@blueprint.post("/r/<token>/cancel")
@limit_per_ip
@limit_per_page
def submit_cancellation(token: str) -> ResponseReturnValue:
    """Cancel the registration."""
    registration = get_registration_by_token(token)
    with commit_or_explain({ChangeDeadlinePassed: format_too_late_message(registration)}) as outcome:
        cancel_registration(db.session(), registration, now())
    if outcome.is_committed and registration.status == RegistrationStatus.CANCELLED:
        flash(_("Your registration has been cancelled. Thank you for letting us know."), "success")
    return redirect_to_personal_page(token)


@blueprint.post("/r/<token>/return")
@limit_per_ip
@limit_per_page
def submit_return(token: str) -> ResponseReturnValue:
    """Register again after an expired offer or a cancellation."""
    registration = get_registration_by_token(token)
    if has_withdrawn_consent(registration, ConsentPurpose.PERSONAL_DATA):
        flash(_("First give your consent below: we can’t register you without it."), "error")
        return redirect_to_personal_page(token)
    refusals = {
        StatusChanged: _("Register using the form, or contact the organiser."),
        SeminarFull: _("All places are taken."),
        RegistrationClosed: _("Registration is closed."),
    }
    with commit_or_explain(refusals) as outcome:
        rejoin_seminar(db.session(), registration, now())
    if outcome.is_committed:
        flash(format_registration_status(RegistrationStatus(registration.status)), "success")
    return redirect_to_personal_page(token)
