"""Colleagues of a project: inviting them, their roles and seminars, suspending and removing them."""

from trainer.colleagues import invitation_views, scopes, views

blueprints = (views.desk, invitation_views.blueprint)
access_scopes = {
    "membership_id": scopes.select_membership_scope,
    "invitation_id": scopes.select_invitation_scope,
}
