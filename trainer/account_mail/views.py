"""Pages for a forgotten password. They exist where mail is set."""

from flask import Blueprint, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security.forms import ResetPasswordForm
from flask_security.utils import hash_password

from trainer.account_mail.forms import ForgottenPasswordForm
from trainer.account_mail.password_reset import (
    PasswordResetInvalid,
    get_password_reset,
    request_password_reset,
    use_password_reset,
)
from trainer.accounts.password_attempts import PasswordsDelayed
from trainer.clock import now
from trainer.extensions import db, limiter
from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.settings import get_settings
from trainer.web.errors import describe_wait

blueprint = Blueprint("account_mail", __name__)


@blueprint.app_template_global()
def can_mail_accounts() -> bool:
    """Return whether a mail server is set, so that accounts get letters."""
    return bool(get_settings().smtp_url)


@blueprint.route("/forgotten-password", methods=["GET", "POST"])
@limiter.limit("60 per minute")
def view_forgotten_password() -> ResponseReturnValue:
    """Ask for the address of an account, and queue a letter. The answer is the same whether the account exists or not."""
    if not can_mail_accounts():
        abort(404)
    form, moment = ForgottenPasswordForm(), now()
    if not form.validate_on_submit():
        return render_template("account_mail/forgotten.html", form=form), 422 if form.errors else 200
    try:
        request_password_reset(
            db.session(),
            str(form.email.data),
            request.remote_addr or "",
            get_page_language(),
            get_settings().secret_key,
            moment,
        )
    except PasswordsDelayed as delayed:
        db.session.rollback()
        seconds = delayed.count_seconds(moment)
        form.email.errors = [describe_wait(seconds)]
        page = render_template("account_mail/forgotten.html", form=form)
        return page, 429, {"Retry-After": str(seconds)}
    db.session.commit()
    return redirect(url_for(".view_letter_on_its_way"), 303)


@blueprint.get("/forgotten-password/sent")
def view_letter_on_its_way() -> ResponseReturnValue:
    """Show the page after the request, which is the same whether the account exists or not."""
    return render_template("account_mail/letter_on_its_way.html")


@blueprint.route("/new-password/<token>", methods=["GET", "POST"])
@limiter.limit("60 per minute")
def edit_forgotten_password(token: str) -> ResponseReturnValue:
    """Set a new password, after which the user signs in with it."""
    try:
        user = get_password_reset(db.session(), token, now()).user
        form = ResetPasswordForm()
        form.user = user
        if form.validate_on_submit():
            password_hash = hash_password(form.password.data)
            use_password_reset(db.session(), token, password_hash, get_settings().secret_key, now())
            db.session.commit()
            flash(_("The password has been changed. Sign in with the new one."), "success")
            return redirect(url_for("security.login"), 303)
    except PasswordResetInvalid:
        db.session.rollback()
        return render_template("account_mail/reset_refused.html"), 404
    return render_template("account_mail/new_password.html", form=form, user=user), 422 if form.errors else 200
