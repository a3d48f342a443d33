"""Accounts of organizers: signing in by password or link, and access to the desk."""

from trainer.accounts import views

blueprints = (
    views.blueprint,
    views.desk,
)
