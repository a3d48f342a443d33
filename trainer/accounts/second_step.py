"""The second step of signing in with a password: a code of an authenticator app (TOTP, RFC 6238), or a recovery code.

Flask-Security keeps the steps; here are its settings, and forms that count attempts like those at passwords, because a code
of six digits can be guessed.
"""

import base64
import hashlib
import hmac
from typing import Any
from urllib.parse import quote, urlencode

from flask import Flask, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user
from flask_security.forms import TwoFactorRescueForm, TwoFactorSetupForm, TwoFactorVerifyCodeForm
from flask_security.mail_util import MailUtil
from flask_security.recovery_codes import MfRecoveryForm
from wtforms import RadioField

from trainer import audit
from trainer.accounts.password_forms import check_counted
from trainer.documents.qr_svg import build_qr_outline
from trainer.extensions import db

ISSUER = "trainer"
STEP_ENDPOINTS = ("security.two_factor_token_validation", "security.two_factor_rescue", "security.mf_recovery")


def N_(sentence: str) -> str:  # noqa: N802
    """Mark a sentence for extraction; it is translated when it is rendered."""
    return sentence


SECOND_STEP_MESSAGES = {
    "TWO_FACTOR_INVALID_TOKEN": N_("This code is not right. Wait for the next one and check the clock of your phone."),
    "TWO_FACTOR_LOGIN_SUCCESSFUL": N_("You are signed in."),
    "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL": N_("The second step is turned on. Create recovery codes now."),
    "TWO_FACTOR_PERMISSION_DENIED": N_("Sign in again to continue."),
    "TWO_FACTOR_METHOD_NOT_AVAILABLE": N_("Choose one of the possibilities."),
    "TWO_FACTOR_DISABLED": N_("The second step is turned off."),
    "TWO_FACTOR_SETUP_EXPIRED": N_("This took too long. Start again."),
    "NO_RECOVERY_CODES_SETUP": N_("You have no recovery codes."),
    "INVALID_RECOVERY_CODE": N_("This recovery code is not right, or has been used."),
}


class SecondStepForm(TwoFactorSetupForm):
    """Turning the second step on or off, by buttons."""

    setup = RadioField(choices=[], validate_choice=False)  # Flask-Security checks what was sent


class SecondStepHelpForm(TwoFactorRescueForm):
    """What Flask-Security offers beside the code; our page has a link to the recovery codes instead."""

    help_setup = RadioField(choices=[], validate_choice=False)


class CountedCodeForm(TwoFactorVerifyCodeForm):
    """The code of an authenticator app."""

    def validate(self, **options: Any) -> bool:
        """Count the attempt, then check the code."""
        user = self.user or current_user
        return check_counted(self, user.email, lambda: super(CountedCodeForm, self).validate(**options))


class CountedRecoveryForm(MfRecoveryForm):
    """A recovery code instead of the code of an app."""

    def validate(self, **options: Any) -> bool:
        """Count the attempt, then check the code."""
        email = self.user.email if self.user else ""
        is_right = check_counted(self, email, lambda: super(CountedRecoveryForm, self).validate(**options))
        if is_right and self.user:
            audit.set_actor(db.session(), "user", self.user.id)  # who uses the code up is not signed in yet
        return is_right


class NoMail(MailUtil):
    """Sends nothing: no letter belongs to these steps, and Flask-Security offers one to the administrator."""

    def send_mail(self, *_arguments: Any, **_options: Any) -> None:
        """Do nothing."""


def configure_second_step(app: Flask) -> None:
    """Set addresses, templates, messages and keys of the second step. The keys are derived from SECRET_KEY."""
    secret = str(app.config["SECRET_KEY"])
    app.config.update(
        SECURITY_TWO_FACTOR=True,
        SECURITY_TWO_FACTOR_ENABLED_METHODS=["authenticator"],
        SECURITY_TWO_FACTOR_RESCUE_EMAIL=False,
        SECURITY_TWO_FACTOR_SETUP_URL="/second-step",
        SECURITY_TWO_FACTOR_TOKEN_VALIDATION_URL="/second-step/code",  # noqa: S106
        SECURITY_TWO_FACTOR_RESCUE_URL="/second-step/help",
        SECURITY_TWO_FACTOR_SELECT_URL="/second-step/choice",
        SECURITY_TWO_FACTOR_SETUP_TEMPLATE="accounts/second_step.html",
        SECURITY_TWO_FACTOR_VERIFY_CODE_TEMPLATE="accounts/second_step_code.html",
        SECURITY_MULTI_FACTOR_RECOVERY_CODES=True,
        SECURITY_MULTI_FACTOR_RECOVERY_CODES_N=8,
        SECURITY_MULTI_FACTOR_RECOVERY_CODES_KEYS=[derive_key(secret, "recovery codes")],
        SECURITY_MULTI_FACTOR_RECOVERY_CODES_URL="/recovery-codes",
        SECURITY_MULTI_FACTOR_RECOVERY_URL="/recovery",
        SECURITY_MULTI_FACTOR_RECOVERY_CODES_TEMPLATE="accounts/recovery_codes.html",
        SECURITY_MULTI_FACTOR_RECOVERY_TEMPLATE="accounts/recovery.html",
        SECURITY_TOTP_SECRETS={"1": derive_key(secret, "one-time passwords").decode()},
        SECURITY_TOTP_ISSUER=ISSUER,
    )
    app.before_request(leave_step_that_was_not_begun)
    app.jinja_env.globals["build_authenticator_qr"] = build_authenticator_qr
    successes = ("TWO_FACTOR_LOGIN_SUCCESSFUL", "TWO_FACTOR_CHANGE_METHOD_SUCCESSFUL", "TWO_FACTOR_DISABLED")
    for name, sentence in SECOND_STEP_MESSAGES.items():
        app.config[f"SECURITY_MSG_{name}"] = (sentence, "success" if name in successes else "error")


def leave_step_that_was_not_begun() -> ResponseReturnValue | None:
    """Lead from the pages of the second step to the sign-in page, or the desk, if no password was given before.

    Flask-Security would sign out who is signed in, so that looking would change something.
    """
    if request.endpoint in STEP_ENDPOINTS and "tf_state" not in session:
        return redirect(url_for("desk.view_desk_home" if current_user.is_authenticated else "security.login"))
    return None


def derive_key(secret: str, purpose: str) -> bytes:
    """Return a key of 256 bits for a purpose, in URL-safe base64, as Fernet takes it."""
    return base64.urlsafe_b64encode(hmac.new(secret.encode(), purpose.encode(), hashlib.sha256).digest())


def build_authenticator_qr(account: str, key: str) -> tuple[int, str]:
    """Return the size and the SVG path of the QR code that an authenticator app scans."""
    label, parameters = quote(f"{ISSUER}:{account}"), urlencode({"secret": key.replace("-", ""), "issuer": ISSUER})
    return build_qr_outline(f"otpauth://totp/{label}?{parameters}")
