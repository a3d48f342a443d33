"""Sign-in by password: configuration of Flask-Security."""

from pathlib import Path

from flask import Flask
from flask_security import SQLAlchemyUserDatastore

from trainer.accounts.browsers import configure_signed_in_browsers
from trainer.accounts.known_browsers import configure_known_browsers
from trainer.accounts.models import Role, User
from trainer.accounts.password_forms import CountedChangePasswordForm, CountedSignInForm, CountedVerifyForm
from trainer.accounts.second_step import (
    N_,
    CountedCodeForm,
    CountedRecoveryForm,
    NoMail,
    SecondStepForm,
    SecondStepHelpForm,
    configure_second_step,
)
from trainer.extensions import db, security

SECURITY_MESSAGES = {
    "GENERIC_AUTHN_FAILED": N_("The email address or password is incorrect."),
    "UNAUTHENTICATED": N_("Sign in first."),
    "LOGIN": N_("Sign in first."),
    "PASSWORD_NOT_PROVIDED": N_("Enter the password."),
    "EMAIL_NOT_PROVIDED": N_("Enter the email address."),
    "INVALID_EMAIL_ADDRESS": N_("Check the email address."),
    "INVALID_PASSWORD": N_("The password is incorrect."),
    "PASSWORD_INVALID_LENGTH": N_("The password must have at least %(length)s characters."),
    "PASSWORD_IS_THE_SAME": N_("The new password must differ from the old one."),
    "RETYPE_PASSWORD_MISMATCH": N_("The two passwords do not match."),
    "PASSWORD_CHANGE": N_("The password has been changed."),
    "REFRESH": N_("Sign in again to continue."),
    "REAUTHENTICATION_REQUIRED": N_("Sign in again to continue."),
}


def configure_password_login(app: Flask, catalogues_folder: Path) -> None:
    """Configure Flask-Security with our addresses, templates and messages, and bind it to the application."""
    app.config.update(
        SECURITY_URL_PREFIX="/desk",
        SECURITY_LOGIN_URL="/sign-in",
        SECURITY_LOGOUT_URL="/sign-out",
        SECURITY_LOGOUT_CSRF=True,
        SECURITY_CHANGEABLE=True,
        SECURITY_CHANGE_URL="/password",
        SECURITY_SEND_PASSWORD_CHANGE_EMAIL=False,
        SECURITY_POST_LOGIN_VIEW="/desk/",
        SECURITY_POST_LOGOUT_VIEW="/",
        SECURITY_POST_CHANGE_VIEW="/desk/account",
        SECURITY_RETURN_GENERIC_RESPONSES=True,
        SECURITY_PASSWORD_SALT=app.config["SECRET_KEY"],
        SECURITY_PASSWORD_LENGTH_MIN=10,
        SECURITY_EMAIL_VALIDATOR_ARGS={"check_deliverability": False},
        SECURITY_LOGIN_USER_TEMPLATE="accounts/sign_in.html",
        SECURITY_CHANGE_PASSWORD_TEMPLATE="accounts/password.html",  # noqa: S106
        SECURITY_VERIFY_TEMPLATE="accounts/verify.html",
        SECURITY_LOGOUT_USER_TEMPLATE="accounts/sign_out.html",
        SECURITY_I18N_DOMAIN="messages",
        SECURITY_I18N_DIRNAME=str(catalogues_folder),
        SECURITY_API_ENABLED_METHODS=["session"],
        SECURITY_STATIC_FOLDER=None,
    )
    configure_second_step(app)
    for name, sentence in SECURITY_MESSAGES.items():
        app.config[f"SECURITY_MSG_{name}"] = (sentence, "error" if name != "PASSWORD_CHANGE" else "success")
    security.init_app(
        app,
        SQLAlchemyUserDatastore(db, User, Role),
        register_blueprint=True,
        login_form=CountedSignInForm,
        verify_form=CountedVerifyForm,
        change_password_form=CountedChangePasswordForm,
        two_factor_setup_form=SecondStepForm,
        two_factor_rescue_form=SecondStepHelpForm,
        two_factor_verify_code_form=CountedCodeForm,
        mf_recovery_form=CountedRecoveryForm,
        mail_util_cls=NoMail,
    )
    configure_signed_in_browsers(app)
    configure_known_browsers(app)
    security.login_manager.request_loader(lambda _request: None)  # no sign-in by a token in a header or URL
    security.principal.identity_loaders.clear()  # unused: views check current_user
