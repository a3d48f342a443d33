"""Accounts of organizers, with sign-in by password or one-time link."""

from trainer.accounts import views

blueprints = (
    views.blueprint,
    views.desk,
)
