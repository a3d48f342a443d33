"""A lost link: asked for by phone or e-mail, sent only to the stored contact, answered alike whoever is registered."""

from flask import Blueprint, Flask, current_app, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from trainer.clock import now
from trainer.extensions import db, limiter
from trainer.portal.forms import LinkRecoveryForm
from trainer.registration.notifications.queueing import send_page_link
from trainer.registration.self_service.lookup import list_registrations_by_contact
from trainer.web import phones

blueprint = Blueprint("portal_link_recovery", __name__)


def get_contact_rate_limit_key() -> str:
    """Name the contact that a form carries, for its limit."""
    typed = request.form.get("contact", "").strip().casefold()
    try:
        return "contact " + (typed[:254] if "@" in typed else phones.normalise_phone(typed))
    except phones.PhoneInvalid:
        return "address " + str(request.remote_addr)


@blueprint.get("/lost")
def view_link_recovery() -> ResponseReturnValue:
    """Show the form."""
    return render_template("portal/lost_link.html", form=LinkRecoveryForm(formdata=None))


@blueprint.post("/lost")
@limiter.limit("600 per minute")
@limiter.limit("5 per hour", key_func=get_contact_rate_limit_key)
def submit_link_recovery() -> ResponseReturnValue:
    """Answer, the same to everybody; who is meant is looked up when the answer is on its way."""
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
    """Say what happens now, whoever asked."""
    return render_template("portal/lost_link_sent.html")


def queue_recovery_links(app: Flask, contact: str) -> None:
    """Queue the links of everybody who left this contact."""
    with app.app_context():
        try:
            for each in list_registrations_by_contact(db.session(), contact, now()):
                send_page_link(db.session(), each, now())
            db.session.commit()
        except Exception:  # nobody waits for this answer; the log is where it can be seen
            db.session.rollback()
            app.logger.exception("a lost link could not be queued")
