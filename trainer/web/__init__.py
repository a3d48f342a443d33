"""What every page shares: form fields, templates, headers, error pages, rate limits, photos and their codes."""

from trainer.tasks import Job
from trainer.web import (
    health,
    rate_limit_storage,  # noqa: F401  # importing it registers the storage with the limiter
)
from trainer.web.editing.creation import delete_old_submissions

blueprints = (health.blueprint,)
jobs = (Job("old form submissions", delete_old_submissions, interval_seconds=3600),)
