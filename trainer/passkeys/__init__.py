"""Passkeys (WebAuthn): signing in with the screen lock of a phone or computer, also as the second step after a password."""

from trainer.passkeys import sign_in_views, views
from trainer.passkeys.challenges import delete_expired_challenges
from trainer.tasks import Job

blueprints = (sign_in_views.blueprint, views.desk)
jobs = (Job("expired challenges of passkeys", delete_expired_challenges, interval_seconds=3600),)
