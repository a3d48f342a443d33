"""The link to the personal page: recovering a lost one, sending it to oneself, remembering it on a device.

A lost link is requested by phone or e-mail and sent to the stored contact only. The response is the same whether or not anyone
is registered with the contact, so that it reveals nothing.
"""

from flask import Blueprint, Flask, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from trainer.clock import now
from trainer.extensions import db, limiter
from trainer.language.translate import gettext as _
from trainer.portal.forms import LinkRecoveryForm
from trainer.portal.page_helpers import limit_per_ip, limit_per_page, redirect_to_personal_page
from trainer.registration.models import Registration
from trainer.registration.notifications.queueing import send_page_link
from trainer.registration.seats.lookup import find_registration_by_token
from trainer.registration.self_service.access import get_registration_by_token
from trainer.registration.self_service.lookup import list_registrations_by_contact
from trainer.registration.self_service.remembered_page import find_remembered_token, forget_page, remember_page
from trainer.settings import get_settings
from trainer.web import phones
from trainer.web.text import clean_text

blueprint = Blueprint("portal_link_recovery", __name__)
own_page = Blueprint("portal_page_link", __name__)


def get_contact_rate_limit_key() -> str:
    """Return the rate limit key of the submitted contact. Raises PhoneInvalid if it is no valid contact."""
    contact = clean_text(request.form.get("contact", "")).casefold()
    return "contact " + (contact[:254] if "@" in contact else phones.normalise_phone(contact))


def has_no_contact() -> bool:
    """Return whether the submitted contact is mistyped: the form is shown again, and nothing is looked up."""
    try:
        get_contact_rate_limit_key()
    except phones.PhoneInvalid:
        return True
    return False


@blueprint.get("/lost")
def view_link_recovery() -> ResponseReturnValue:
    """Show the form."""
    return render_template("portal/lost_link.html", form=LinkRecoveryForm(formdata=None))


@blueprint.post("/lost")
@limiter.limit("600 per minute")
@limiter.limit("5 per hour", key_func=get_contact_rate_limit_key, exempt_when=has_no_contact)
def submit_link_recovery() -> ResponseReturnValue:
    """Redirect to the same page for every contact; the lookup runs after the response is sent."""
    form = LinkRecoveryForm()
    if not form.validate():
        return render_template("portal/lost_link.html", form=form), 422
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    contact = form.contact.data
    response = current_app.make_response(redirect(url_for(".view_link_recovery_sent"), 303))
    response.call_on_close(lambda: queue_recovery_links(app, contact))
    return response


@blueprint.get("/lost/sent")
def view_link_recovery_sent() -> ResponseReturnValue:
    """Show what happens next, the same for everybody."""
    return render_template("portal/lost_link_sent.html")


def queue_recovery_links(app: Flask, contact: str) -> None:
    """Queue a message with the link for every registration with this contact."""
    with app.app_context():
        try:
            for registration in list_registrations_by_contact(db.session(), contact, now()):
                send_page_link(db.session(), registration, now())
            db.session.commit()
        except Exception:  # the response is sent already, so the error can only be logged
            db.session.rollback()
            app.logger.exception("a lost link could not be queued")


def can_send_by_email(registration: Registration) -> bool:
    """Return whether a person can send the link to themselves by e-mail: an address is stored, and a mail server is set."""
    is_example = registration.seminar.project.is_example  # whose addresses are invented
    return bool(registration.person.email and get_settings().smtp_url) and not is_example


@own_page.post("/r/<token>/link")
@limit_per_ip
@limit_per_page
def submit_link_to_self(token: str) -> ResponseReturnValue:
    """Send the link of the page to the stored e-mail address."""
    registration = get_registration_by_token(token)
    if can_send_by_email(registration):
        message = send_page_link(db.session(), registration, now())
        db.session.commit()
        flash(
            _("The link to this page is being sent to your email address.")
            if message
            else _("The link was sent to your email address less than an hour ago. Check the spam folder too."),
            "success" if message else "info",
        )
    return redirect_to_personal_page(token)


@own_page.post("/r/<token>/remember")
@limit_per_ip
@limit_per_page
def submit_remembering(token: str) -> ResponseReturnValue:
    """Remember the page on this device, or forget it; nothing is remembered where an organizer is signed in."""
    registration = get_registration_by_token(token)
    response = current_app.make_response(redirect_to_personal_page(token))
    if "forget" in request.form:
        forget_page(response)
        flash(_("This device has forgotten the page."), "success")
    elif current_user.is_authenticated:
        flash(_("An organiser is signed in on this device, so it does not remember anyone’s page."), "error")
    else:
        remember_page(response, registration.token)
        flash(_("This device remembers the page: the list of seminars leads to it."), "success")
    return response


@own_page.get("/r/own")
def redirect_to_remembered_page() -> ResponseReturnValue:
    """Redirect to the page that this device remembers; one that does not exist any more is forgotten."""
    token = find_remembered_token()
    if token and find_registration_by_token(db.session(), token):
        return redirect_to_personal_page(token)
    response = current_app.make_response(redirect(url_for("portal_link_recovery.view_link_recovery"), 303))
    forget_page(response)
    if token:
        flash(_("The page that this device remembered does not exist any more."), "info")
    return response


@own_page.post("/r/own/forget")
@limit_per_ip
def submit_forgetting() -> ResponseReturnValue:
    """Forget the page without opening it."""
    response = current_app.make_response(redirect(url_for("registration_home.view_seminar_list"), 303))
    forget_page(response)
    flash(_("This device has forgotten the page."), "success")
    return response
