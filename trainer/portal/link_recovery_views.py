"""Recovery of a lost link to the personal page: requested by phone or e-mail, sent to the stored contact only.

The response is the same whether or not anyone is registered with the contact, so that it reveals nothing.
"""

from flask import Blueprint, Flask, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from trainer.clock import now
from trainer.extensions import db, limiter
from trainer.portal.forms import LinkRecoveryForm
from trainer.registration.notifications.queueing import send_page_link
from trainer.registration.self_service.lookup import list_registrations_by_contact
from trainer.web import phones
from trainer.web.text import clean_text

blueprint = Blueprint("portal_link_recovery", __name__)


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
