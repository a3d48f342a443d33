"""Pages of accounts: one-time sign-in links and the organizer's own account."""

from zoneinfo import ZoneInfo

from flask import Blueprint, abort, flash, g, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user, login_user
from sqlalchemy import select

from trainer.accounts import browsers
from trainer.accounts.access import create_desk_blueprint
from trainer.accounts.change_authors import follow_author
from trainer.accounts.forms import AccountForm
from trainer.accounts.models import User
from trainer.accounts.sign_in import SignInLinkInvalid, get_sign_in_link, use_sign_in_link
from trainer.clock import now
from trainer.extensions import db, limiter
from trainer.language.choice import LANGUAGE_COOKIE
from trainer.language.translate import gettext as _
from trainer.settings import get_settings
from trainer.web.editing.conflicts import lock_for_edit

blueprint = Blueprint("accounts", __name__)
desk = create_desk_blueprint("accounts_desk", __name__)


@blueprint.get("/desk/sign-in/<token>")
@limiter.limit("60 per minute")
def view_sign_in_link(token: str) -> ResponseReturnValue:
    """Ask for confirmation before the link is used, because messengers open links for their previews."""
    try:
        sign_in_link = get_sign_in_link(db.session(), token, now())
    except SignInLinkInvalid:
        return render_template("accounts/link_refused.html"), 404
    return render_template("accounts/link.html", user=sign_in_link.user, token=token)


@blueprint.post("/desk/sign-in/<token>")
@limiter.limit("60 per minute")
def submit_sign_in(token: str) -> ResponseReturnValue:
    """Use the link and sign its user in."""
    try:
        user = use_sign_in_link(db.session(), token, now())
    except SignInLinkInvalid:
        return render_template("accounts/link_refused.html"), 404
    login_user(user, authn_via=["link"])
    db.session.commit()
    return redirect(url_for("desk.view_desk_home"), 303)


@desk.route("/account", methods=["GET", "POST"])
def edit_account() -> ResponseReturnValue:
    """Show and update the signed-in organizer's account."""
    user = db.session.get_one(User, current_user.id)
    lock_for_edit(db.session(), user)
    form = AccountForm(obj=user)
    stored = {name: getattr(user, name) for name in ("name", "email", "language")}
    form.track_changes(stored, follow_author(db.session(), user))
    if form.validate_on_submit():
        email = str(form.email.data)
        other_user = db.session.scalar(select(User).where(User.email == email, User.id != current_user.id))
        if other_user is None:
            user.name, user.email, user.language = form.name.data, email, form.language.data
            db.session.commit()
            flash(_("Saved."), "success")
            response = redirect(url_for("accounts_desk.edit_account"), 303)
            response.delete_cookie(LANGUAGE_COOKIE)  # so that the account decides about the language
            return response
        form.email.errors = [_("This email address is used by another account.")]
    return render_template("accounts/account.html", form=form), form.status_code


@desk.get("/account/browsers")
def view_signed_in_browsers() -> ResponseReturnValue:
    """List the browsers in which the organizer is signed in."""
    return render_template(
        "accounts/browsers.html",
        browsers=browsers.list_signed_in_browsers(db.session(), current_user.id, now()),
        own_browser_id=g.signed_in_browser_id,
        format_browser_name=browsers.format_browser_name,
        zone=ZoneInfo(get_settings().timezone),
    )


@desk.post("/account/browsers/<int:number>/sign-out")
def submit_browser_sign_out(number: int) -> ResponseReturnValue:
    """Sign the organizer out in another browser."""
    try:
        browsers.end_browser_sign_in(db.session(), current_user.id, number)
    except browsers.BrowserUnknown:
        abort(404)
    db.session.commit()
    flash(_("Signed out there."), "success")
    return redirect(url_for("accounts_desk.view_signed_in_browsers"), 303)
