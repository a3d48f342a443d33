"""Using a passkey: to sign in, as the second step after a password, and to confirm that one is still there.

A script (`passkeys.js`) asks for the options, lets the browser ask the authenticator, and sends the answer. Both requests
are answered in JSON: options, or where to go; and a sentence if something is wrong, which the script shows beside the button.
"""

import logging
from collections.abc import Mapping
from typing import Any

from flask import Blueprint, request
from flask import session as cookie
from flask.typing import ResponseReturnValue
from flask_security import current_user, login_user
from flask_security.tf_plugin import tf_clean_session
from flask_security.utils import _get_post_login_redirect, _get_post_verify_redirect
from sqlalchemy import select

from trainer import audit
from trainer.accounts.known_browsers import find_known_browser
from trainer.accounts.models import User
from trainer.accounts.password_attempts import (
    AttemptKeys,
    PasswordsDelayed,
    count_attempt,
    normalise_account,
    take_back_attempt,
)
from trainer.clock import now
from trainer.extensions import db, limiter
from trainer.language.translate import gettext as _
from trainer.passkeys.account_passkeys import find_passkey, list_passkeys
from trainer.passkeys.challenges import ChallengeInvalid, Purpose, start_challenge, use_challenge
from trainer.passkeys.errors import PasskeyCopied, PasskeyRefused
from trainer.passkeys.models import Passkey
from trainer.passkeys.relying_party import (
    PasskeysUnavailable,
    explain_unavailability,
    find_passkey_origin,
    get_relying_party,
)
from trainer.settings import get_settings
from trainer.web.errors import describe_wait

log = logging.getLogger(__name__)
blueprint = Blueprint("passkeys", __name__)
blueprint.app_template_global()(explain_unavailability)
blueprint.app_template_global()(find_passkey_origin)
MAX_ANSWER_LENGTH = 16_000  # characters; browsers send about 1,000


class NobodyToAnswer(Exception):
    """The request comes without the step before it: no password was given, or nobody is signed in."""


REFUSALS = (PasskeysUnavailable, NobodyToAnswer, ChallengeInvalid, PasskeyRefused)


@blueprint.app_template_global()
def can_answer_by_passkey(purpose: str) -> bool:
    """Return whether the person at this step of signing in has a passkey, and passkeys work here."""
    try:
        user = find_user_to_answer(Purpose(purpose))
    except NobodyToAnswer:
        return False
    return bool(find_passkey_origin()) and (user is None or bool(list_passkeys(db.session(), user.id)))


@blueprint.post("/desk/passkey/<any('sign-in', 'second-step', 'confirmation'):purpose>/options")
@limiter.limit("60 per minute")
def submit_passkey_options(purpose: str) -> ResponseReturnValue:
    """Begin a challenge and return the options for the browser."""
    from trainer.passkeys.authentication import build_authentication_options

    try:
        party, user = get_relying_party(), find_user_to_answer(Purpose(purpose))
    except REFUSALS as refused:
        return refuse(explain_refusal(refused))
    passkeys = list_passkeys(db.session(), user.id) if user else []
    if user and not passkeys:
        return refuse(_("You have no passkeys."))
    challenge = start_challenge(Purpose(purpose), user.id if user else None, now())
    return build_authentication_options(party, challenge, passkeys)


@blueprint.post("/desk/passkey/<any('sign-in', 'second-step', 'confirmation'):purpose>")
@limiter.limit("60 per minute")
def submit_passkey(purpose: str) -> ResponseReturnValue:
    """Check the answer of an authenticator, and sign its user in or note the confirmation."""
    try:
        passkey = check_answer(Purpose(purpose))
    except PasskeyCopied as copied:
        before, after = {"sign_count": copied.passkey.sign_count}, {"sign_count": copied.sign_count}
        audit.record(db.session(), "refused", copied.passkey, before, after)
        db.session.commit()
        return refuse(explain_refusal(copied))
    except PasswordsDelayed as delayed:
        db.session.rollback()
        seconds = delayed.count_seconds(now())
        return refuse(describe_wait(seconds), 429, {"Retry-After": str(seconds)})
    except REFUSALS as refused:
        db.session.rollback()
        log.warning("The answer of a passkey was refused: %r", refused.__cause__ or refused)
        return refuse(explain_refusal(refused))
    audit.set_actor(db.session(), "user", passkey.user_id)
    audit.record(db.session(), "used", passkey)
    address = finish_step(Purpose(purpose), passkey.user)
    db.session.commit()
    return {"location": address}


def find_user_to_answer(purpose: Purpose) -> User | None:
    """Return whose passkey is asked for; None if anybody's is. Raises NobodyToAnswer."""
    if purpose == Purpose.SIGN_IN:
        return None
    user: User | None = None
    if purpose == Purpose.SECOND_STEP and cookie.get("tf_state") == "ready":  # Flask-Security has checked the password
        user = db.session.scalar(select(User).where(User.fs_uniquifier == cookie.get("tf_user_id")))
    elif purpose == Purpose.CONFIRMATION and current_user.is_authenticated:
        user = current_user
    if user is None:
        raise NobodyToAnswer
    return user


def check_answer(purpose: Purpose) -> Passkey:
    """Return the passkey that has answered, once it is proved.

    The attempt is counted like one at a password, but by the passkey instead of the account. Counting it and using the
    challenge up is committed before the answer is checked. Raises PasskeysUnavailable, NobodyToAnswer, ChallengeInvalid,
    PasswordsDelayed, PasskeyCopied, PasskeyRefused.
    """
    from trainer.passkeys.authentication import get_credential_id, read_answer, verify_answer

    session, moment = db.session(), now()
    party, user = get_relying_party(), find_user_to_answer(purpose)
    answer = read_answer(request.form.get("answer", "")[:MAX_ANSWER_LENGTH])
    keys = build_attempt_keys(get_credential_id(answer))
    count_attempt(session, keys, moment)
    challenge = use_challenge(session, purpose, user.id if user else None, moment)
    session.commit()
    passkey = verify_answer(session, party, challenge, answer, moment)
    take_back_attempt(session, keys, moment)
    return passkey


def build_attempt_keys(credential_id: str) -> AttemptKeys:
    """Return what an attempt with a passkey counts against: the passkey, and the address of a browser that is not known."""
    secret, passkey = get_settings().secret_key, find_passkey(db.session(), credential_id)
    known_browser = find_known_browser(request, secret, normalise_account(passkey.user.email)) if passkey else ""
    return AttemptKeys.build(secret, f"passkey {credential_id}", request.remote_addr or "", known_browser)


def finish_step(purpose: Purpose, user: User) -> str:
    """Sign the user in, or note the confirmation; return the address to go on with."""
    if purpose == Purpose.CONFIRMATION:
        cookie["fs_paa"] = now().timestamp()  # as Flask-Security notes a password that was typed again
        return _get_post_verify_redirect()
    is_remembered = "remember" in request.form
    if purpose == Purpose.SECOND_STEP:
        is_remembered = bool(cookie.get("tf_remember_login"))
        tf_clean_session()  # type: ignore[no-untyped-call]
    login_user(user, remember=is_remembered, authn_via=["passkey"])
    return _get_post_login_redirect()


def explain_refusal(error: Exception) -> str:
    """Return a sentence for a reason in REFUSALS."""
    if isinstance(error, PasskeysUnavailable):
        return explain_unavailability()
    if isinstance(error, NobodyToAnswer):
        return _("Sign in again to continue.")
    if isinstance(error, ChallengeInvalid):
        return _("This took too long. Start again.")
    if isinstance(error, PasskeyCopied):
        return _(
            "This passkey was refused, because a copy of it seems to exist. "
            "Sign in another way, then remove the passkey and add a new one."
        )
    return _("The passkey was not accepted. Try again, or sign in another way.")


def refuse(sentence: str, status: int = 422, headers: Mapping[str, Any] | None = None) -> ResponseReturnValue:
    """Answer the script with a sentence for the reader."""
    return {"error": sentence}, status, dict(headers or {})
