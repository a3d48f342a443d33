"""What every page shares: form fields, templates, headers, error pages, rate limits, photos and their codes."""

from trainer.web import (
    health,
    rate_limit_storage,  # noqa: F401  # importing it registers the storage with the limiter
)

blueprints = (health.blueprint,)
