"""Letters to organisers' accounts by email: the queue, its delivery, and new passwords for forgotten ones."""

from trainer.account_mail import views
from trainer.account_mail.letter_delivery import build_letter_job
from trainer.account_mail.letter_queue import delete_old_letters
from trainer.account_mail.password_reset import NEW_PASSWORD, delete_expired_resets, write_reset_letter
from trainer.tasks import Job

__all__ = ["account_letters", "blueprints", "build_letter_job", "jobs"]

blueprints = (views.blueprint,)
jobs = (
    Job("old account letters", delete_old_letters, interval_seconds=3600),
    Job("expired password resets", delete_expired_resets, interval_seconds=3600),
)
account_letters = {NEW_PASSWORD: write_reset_letter}
