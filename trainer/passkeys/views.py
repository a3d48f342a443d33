"""The passkeys of the signed-in organizer's own account. They are shown and changed only soon after signing in."""

import logging
from zoneinfo import ZoneInfo

from flask import abort, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user
from flask_security.utils import check_and_update_authn_fresh

from trainer.accounts.access import create_desk_blueprint
from trainer.accounts.browsers import describe_browser
from trainer.clock import now
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.passkeys.account_passkeys import PasskeyUnknown, choose_user_handle, list_passkeys, remove_passkey
from trainer.passkeys.challenges import ChallengeInvalid, Purpose, start_challenge, use_challenge
from trainer.passkeys.errors import PasskeyRefused
from trainer.passkeys.forms import PasskeyForm
from trainer.passkeys.relying_party import PasskeysUnavailable, explain_unavailability, get_relying_party
from trainer.passkeys.sign_in_views import MAX_ANSWER_LENGTH, explain_refusal, refuse
from trainer.settings import get_settings

log = logging.getLogger(__name__)
desk = create_desk_blueprint("passkeys_desk", __name__)


@desk.before_request
def require_fresh_sign_in() -> ResponseReturnValue | None:
    """Ask for the password or a passkey once more, if the organizer signed in long ago: by the rule of the second step."""
    within, grace = (current_app.config[f"SECURITY_{name}"] for name in ("FRESHNESS", "FRESHNESS_GRACE_PERIOD"))
    if check_and_update_authn_fresh(within, grace):
        return None
    return redirect(url_for("security.verify", next=url_for(".view_passkeys")))


@desk.get("/account/passkeys")
def view_passkeys() -> ResponseReturnValue:
    """List the passkeys, with a form for another one."""
    return render_template(
        "passkeys/passkeys.html",
        passkeys=list_passkeys(db.session(), current_user.id),
        form=PasskeyForm(name=describe_browser(request.headers.get("User-Agent", ""))),
        zone=ZoneInfo(get_settings().timezone),
    )


@desk.post("/account/passkeys/options")
def submit_new_passkey_options() -> ResponseReturnValue:
    """Check the name, begin a challenge, and return the options for the browser."""
    from trainer.passkeys.registration import build_registration_options

    form = PasskeyForm()
    if not form.validate_on_submit():
        return refuse(str(form.name.errors[0]))
    try:
        party = get_relying_party()
    except PasskeysUnavailable:
        return refuse(explain_unavailability())
    passkeys = list_passkeys(db.session(), current_user.id)
    challenge = start_challenge(Purpose.ADDING, current_user.id, now(), choose_user_handle(passkeys))
    return build_registration_options(party, current_user, challenge, passkeys)


@desk.post("/account/passkeys")
def submit_new_passkey() -> ResponseReturnValue:
    """Store the passkey that the authenticator has made."""
    from trainer.passkeys.registration import add_passkey

    form, session = PasskeyForm(), db.session()
    if not form.validate_on_submit():
        return refuse(str(form.name.errors[0]))
    try:
        party = get_relying_party()
        challenge = use_challenge(session, Purpose.ADDING, current_user.id, now())
        session.commit()
        answer = request.form.get("answer", "")[:MAX_ANSWER_LENGTH]
        add_passkey(session, party, current_user.id, challenge, answer, str(form.name.data), now())
    except (PasskeysUnavailable, ChallengeInvalid) as refused:
        session.rollback()
        return refuse(explain_refusal(refused))
    except PasskeyRefused as refused:
        session.rollback()
        log.warning("A new passkey was refused: %r", refused.__cause__ or refused)
        return refuse(_("The passkey could not be added. Try again, or use another device."))
    session.commit()
    flash(_("The passkey has been added."), "success")
    return {"location": url_for(".view_passkeys")}


@desk.post("/account/passkeys/<int:number>/remove")
def submit_passkey_removal(number: int) -> ResponseReturnValue:
    """Remove a passkey; its owner's other ways of signing in stay."""
    try:
        remove_passkey(db.session(), current_user.id, number)
    except PasskeyUnknown:
        abort(404)
    db.session.commit()
    flash(_("The passkey has been removed."), "success")
    return redirect(url_for(".view_passkeys"), 303)
