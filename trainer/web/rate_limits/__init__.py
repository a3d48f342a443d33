"""Where requests are counted for the rate limits: in the process, in the database, or in Redis."""

from trainer.tasks import Job, delete_where
from trainer.web.rate_limits import process_storage, shared_storage  # noqa: F401  # registers them with the limiter
from trainer.web.rate_limits.models import RateLimitWindow

jobs = (
    Job("rate_limits", delete_where(RateLimitWindow, lambda now: RateLimitWindow.ends_at <= now.timestamp()), 600.0),
)
