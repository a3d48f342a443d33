"""Accounts of organizers, with sign-in by password or one-time link."""

from trainer.accounts import views
from trainer.accounts.password_attempts import delete_forgotten_attempts
from trainer.tasks import Job

blueprints = (
    views.blueprint,
    views.desk,
)
jobs = (Job("forgotten password attempts", delete_forgotten_attempts, interval_seconds=3600),)
