"""Seminars and their sessions: how they are described, and when their registration is open."""

from trainer.seminars import cancellation_views, views
from trainer.seminars.description import views as description_views  # noqa: F401  # adds its pages to the blueprint

blueprints = (views.desk, cancellation_views.desk)
