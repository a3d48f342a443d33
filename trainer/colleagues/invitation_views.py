"""The page of an invitation, for somebody who may have no account yet."""

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user, login_user

from trainer.accounts.models import User
from trainer.clock import now
from trainer.colleagues import invitations
from trainer.colleagues.forms import NewAccountForm
from trainer.colleagues.models import ColleagueInvitation
from trainer.colleagues.wording import ROLE_HINTS, ROLE_NAMES
from trainer.extensions import db, limiter
from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _

blueprint = Blueprint("colleagues_invitation", __name__)


@blueprint.get("/invitation/<token>")
@limiter.limit("60 per minute")
def view_invitation(token: str) -> ResponseReturnValue:
    """Show who invites to which project, and ask for confirmation, because messengers open links for their previews."""
    try:
        invitation = invitations.get_invitation(db.session(), token, now())
    except invitations.InvitationInvalid:
        return render_template("colleagues/invitation_refused.html"), 404
    return render_invitation(invitation, token, NewAccountForm(email=invitation.email))


@blueprint.post("/invitation/<token>")
@limiter.limit("20 per minute")
def submit_invitation(token: str) -> ResponseReturnValue:
    """Join the project with the account of this browser, or with a new account, which is signed in."""
    form = NewAccountForm()
    try:
        invitation = invitations.get_invitation(db.session(), token, now())
        if current_user.is_authenticated:
            invitations.accept_invitation(db.session(), token, db.session.get_one(User, current_user.id), now())
            db.session.commit()
        else:
            if not form.validate_on_submit():
                return render_invitation(invitation, token, form), 422 if form.errors else 200
            user = invitations.create_invited_user(
                db.session(), token, str(form.email.data), str(form.name.data), get_page_language(), now()
            )
            invitations.accept_invitation(db.session(), token, user, now())
            login_user(user, authn_via=["link"])
            db.session.commit()
    except invitations.InvitationInvalid:
        db.session.rollback()
        return render_template("colleagues/invitation_refused.html"), 404
    except invitations.AccountExists:
        db.session.rollback()
        form.email.errors = [_("There is an account with this address. Sign in first, then open the invitation again.")]
        return render_invitation(invitation, token, form), 422
    except invitations.AlreadyColleague:
        db.session.rollback()
        flash(_("You belong to this project already."), "info")
        return redirect(url_for("desk.view_desk_home"), 303)
    flash(_("You have joined the project."), "success")
    return redirect(url_for("desk.view_desk_home"), 303)


def render_invitation(invitation: ColleagueInvitation, token: str, form: NewAccountForm) -> str:
    """Render the page of an invitation."""
    return render_template(
        "colleagues/invitation.html",
        invitation=invitation,
        token=token,
        form=form,
        role_names=ROLE_NAMES,
        role_hints=ROLE_HINTS,
    )
