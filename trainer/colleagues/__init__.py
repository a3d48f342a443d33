"""Colleagues of a project: inviting them, their roles and seminars, suspending and removing them."""

from trainer.colleagues import invitation_views, scopes, views
from trainer.colleagues.invitation_letters import INVITATION, write_invitation_letter

blueprints = (views.desk, invitation_views.blueprint)
account_letters = {INVITATION: write_invitation_letter}
access_scopes = {
    "membership_id": scopes.select_membership_scope,
    "invitation_id": scopes.select_invitation_scope,
}
