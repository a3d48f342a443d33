"""Buttons of the personal page that move a registration: accept or decline an offer, cancel, come back."""

from flask import Blueprint, flash, render_template
from flask.typing import ResponseReturnValue

from trainer.clock import now
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.portal.page_helpers import back, hall, one_page, too_late
from trainer.portal.wording import told
from trainer.registration.consent import withdrawn
from trainer.registration.models import LIVE, Purpose, State
from trainer.registration.seats import enrolment, waiting_list
from trainer.registration.self_service.access import own_registration

blueprint = Blueprint("portal_registration", __name__)


@blueprint.post("/r/<token>/accept")
@hall
@one_page
def accept(token: str) -> ResponseReturnValue:
    """Take the offered place."""
    registration = own_registration(token)
    try:
        waiting_list.accept_offer(db.session(), registration, now())
    except waiting_list.StateChanged:
        db.session.rollback()
        flash(_("The time to answer is over, and the place is no longer kept for you."), "error")
        return back(token)
    db.session.commit()
    flash(told(State.REGISTERED), "success")
    return back(token)


@blueprint.post("/r/<token>/decline")
@hall
@one_page
def decline(token: str) -> ResponseReturnValue:
    """Leave the offered place to the next."""
    registration = own_registration(token)
    try:
        waiting_list.decline_offer(db.session(), registration, now())
    except waiting_list.StateChanged:
        db.session.rollback()
        flash(_("There is no offer to decline: see where your registration stands."), "info")
        return back(token)
    db.session.commit()
    flash(_("Thank you for telling us. The place is free for somebody else."), "success")
    return back(token)


@blueprint.get("/r/<token>/cancel")
def ask_cancel(token: str) -> ResponseReturnValue:
    """Say what cancelling means before it is done."""
    registration = own_registration(token)
    if registration.state not in LIVE:
        return back(token)
    late = not enrolment.may_change(registration.seminar, now())
    return render_template(
        "portal/cancel.html",
        registration=registration,
        seminar=registration.seminar,
        late=too_late(registration) if late else "",
        others_wait=waiting_list.waiting_people(db.session(), registration.seminar) > 0,
    )


@blueprint.post("/r/<token>/cancel")
@hall
@one_page
def cancel(token: str) -> ResponseReturnValue:
    """Give the place up."""
    registration = own_registration(token)
    try:
        enrolment.cancel(db.session(), registration, now())
    except enrolment.TooLate:
        db.session.rollback()
        flash(too_late(registration), "error")
        return back(token)
    db.session.commit()
    if registration.state == State.CANCELLED:
        flash(_("Your registration is cancelled. Thank you for telling us."), "success")
    return back(token)


@blueprint.post("/r/<token>/return")
@hall
@one_page
def come_back(token: str) -> ResponseReturnValue:
    """Come back after a lapsed offer or a cancellation."""
    registration = own_registration(token)
    if withdrawn(registration, Purpose.PERSONAL_DATA):
        flash(_("Please give your consent below first: without it we cannot register you."), "error")
        return back(token)
    try:
        enrolment.rejoin(db.session(), registration, now())
    except waiting_list.StateChanged:
        db.session.rollback()
        flash(_("Please register with the form, or tell the organizer."), "error")
    except enrolment.SeminarFull:
        db.session.rollback()
        flash(_("All places are taken."), "error")
    except enrolment.RegistrationClosed:
        db.session.rollback()
        flash(_("Registration is closed."), "error")
    else:
        db.session.commit()
        flash(told(State(registration.state)), "success")
    return back(token)
