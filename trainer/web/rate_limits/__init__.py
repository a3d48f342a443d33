"""Where requests are counted for the rate limits: in the process, in the database, or in Redis."""

from trainer.tasks import Job
from trainer.web.rate_limits import process_storage, shared_storage  # noqa: F401  # registers them with the limiter
from trainer.web.rate_limits.database_storage import delete_ended_windows

jobs = (Job("ended rate limits", delete_ended_windows, interval_seconds=600.0),)
