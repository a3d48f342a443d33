"""Settings: the colleagues of a project."""

from flask import abort, flash, redirect, render_template, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user
from wtforms.fields.choices import SelectChoice

from trainer import audit
from trainer.account_mail.letter_queue import map_letters
from trainer.account_mail.views import can_mail_accounts
from trainer.accounts import memberships
from trainer.accounts.access import create_desk_blueprint
from trainer.accounts.change_authors import follow_author
from trainer.accounts.models import Membership, ProjectRole
from trainer.clock import now
from trainer.colleagues import invitations
from trainer.colleagues.forms import ColleagueForm, InvitationForm
from trainer.colleagues.invitation_letters import INVITATION, mail_invitation
from trainer.colleagues.models import ColleagueInvitation
from trainer.colleagues.scopes import assign_seminars, list_assigned_seminar_ids
from trainer.colleagues.wording import ROLE_NAMES
from trainer.extensions import db
from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.projects.models import Project
from trainer.seminars.scopes import list_seminars_of_project
from trainer.seminars.wording import format_title_and_days
from trainer.settings import get_settings
from trainer.web.actions import commit_or_explain
from trainer.web.editing.conflicts import lock_for_edit
from trainer.web.paging import paginate_search

desk = create_desk_blueprint("colleagues", __name__)
LINK_KEY = "invitation"
"""The key in the session of the browser under which the link just created waits to be shown once."""


def explain_last_owner() -> dict[type[Exception], str]:
    """Return the sentence for the last owner of a project."""
    return {memberships.LastOwner: _("This is the only owner. Make someone else an owner first.")}


@desk.route("/project/<int:project_id>/colleagues", methods=["GET", "POST"])
def view_colleagues(project_id: int) -> ResponseReturnValue:
    """List the colleagues and open invitations of a project, and create an invitation.

    Its link goes to an email address if one is given, which needs a mail server, and else is shown once.
    """
    project, form = db.session.get(Project, project_id) or abort(404), InvitationForm()
    if not can_mail_accounts():
        del form.email
    if form.validate_on_submit():
        token = invitations.create_invitation(
            db.session(), project, ProjectRole(form.role.data), str(form.name.data), current_user.id, now()
        )
        email = str(form.email.data or "") if "email" in form else ""
        if email:
            mail_invitation(db.session(), invitations.get_invitation(db.session(), token, now()), email, now())
            flash(_("The invitation goes to %(address)s.", address=email), "success")
        else:
            session[LINK_KEY] = get_settings().address + url_for("colleagues_invitation.view_invitation", token=token)
        db.session.commit()
        return redirect(url_for(".view_colleagues", project_id=project.id), 303)
    open_invitations = invitations.list_open_invitations(db.session(), project, now())
    page = render_template(
        "colleagues/colleagues.html",
        project=project,
        form=form,
        portion=paginate_search(
            memberships.list_memberships(db.session(), project.id), lambda own: f"{own.user.name} {own.user.email}"
        ),
        invitations=open_invitations,
        letters=map_letters(db.session(), INVITATION, [own.id for own in open_invitations if own.email]),
        link=session.pop(LINK_KEY, "") if not form.errors else "",
        role_names=ROLE_NAMES,
        zone=project.zone,
    )
    return page, 422 if form.errors else 200


@desk.route("/colleagues/<int:membership_id>", methods=["GET", "POST"])
def edit_colleague(membership_id: int) -> ResponseReturnValue:
    """Change the role and the seminars of a colleague."""
    membership = db.session.get(Membership, membership_id) or abort(404)
    project = db.session.get_one(Project, membership.project_id)
    lock_for_edit(db.session(), membership)
    assigned = list_assigned_seminar_ids(db.session(), membership)
    stored = {"role": membership.role, "seminars": assigned}
    form = ColleagueForm(data=stored)
    seminars = list_seminars_of_project(db.session(), project)
    form.seminars.choices = [
        SelectChoice(seminar.id, format_title_and_days(seminar, get_page_language())) for seminar in seminars
    ]
    form.track_changes(stored, follow_author(db.session(), membership))
    if form.validate_on_submit():
        chosen = sorted(form.seminars.data or []) if form.role.data == ProjectRole.ASSISTANT else []
        with commit_or_explain(explain_last_owner(), _("Saved.")) as outcome:
            memberships.change_role(db.session(), membership, ProjectRole(form.role.data))
            assign_seminars(db.session(), membership, chosen)
            audit.record(db.session(), "changed", membership, stored, {"role": membership.role, "seminars": chosen})
        if outcome.is_committed:
            return redirect(url_for(".view_colleagues", project_id=project.id), 303)
        return redirect(url_for(".edit_colleague", membership_id=membership_id), 303)
    page = render_template(
        "colleagues/colleague.html", membership=membership, project=project, form=form, seminars=seminars
    )
    return page, form.status_code


@desk.post("/colleagues/<int:membership_id>/suspension")
def submit_suspension(membership_id: int) -> ResponseReturnValue:
    """Suspend a colleague, or give the access back."""
    membership = db.session.get(Membership, membership_id) or abort(404)
    project_id = membership.project_id
    if membership.suspended:
        with commit_or_explain({}, _("The access has been given back.")):
            membership.suspended = False
            audit.record(db.session(), "reinstated", membership)
    else:
        with commit_or_explain(explain_last_owner(), _("The access has been suspended.")):
            memberships.suspend_membership(db.session(), membership)
            audit.record(db.session(), "suspended", membership)
    return redirect(url_for(".view_colleagues", project_id=project_id), 303)


@desk.route("/colleagues/<int:membership_id>/removal", methods=["GET", "POST"])
def edit_removal(membership_id: int) -> ResponseReturnValue:
    """Ask whether a colleague is to be removed (GET), and remove (POST)."""
    membership = db.session.get(Membership, membership_id) or abort(404)
    project = db.session.get_one(Project, membership.project_id)
    if request.method == "GET":
        return render_template("colleagues/removal.html", membership=membership, project=project)
    project_id, is_self = project.id, membership.user_id == current_user.id
    with commit_or_explain(explain_last_owner(), _("Removed from the project.")) as outcome:
        audit.record(db.session(), "removed", membership)
        memberships.remove_membership(db.session(), membership)
    if outcome.is_committed and is_self:
        return redirect(url_for("desk.view_desk_home"), 303)
    return redirect(url_for(".view_colleagues", project_id=project_id), 303)


@desk.post("/invitations/<int:invitation_id>/withdrawal")
def submit_invitation_withdrawal(invitation_id: int) -> ResponseReturnValue:
    """Withdraw an invitation that was not used."""
    invitation = db.session.get(ColleagueInvitation, invitation_id) or abort(404)
    project_id = invitation.project_id
    with commit_or_explain({}, _("The invitation has been withdrawn.")):
        invitations.withdraw_invitation(db.session(), invitation)
    return redirect(url_for(".view_colleagues", project_id=project_id), 303)
