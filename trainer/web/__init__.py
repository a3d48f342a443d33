"""What every page shares: form fields, templates, headers, error pages, rate limits, photos and their codes."""

from trainer.tasks import Job
from trainer.web import health, rate_limits
from trainer.web.editing.creation import delete_old_submissions

blueprints = (health.blueprint,)
jobs = (Job("old form submissions", delete_old_submissions, interval_seconds=3600), *rate_limits.jobs)
