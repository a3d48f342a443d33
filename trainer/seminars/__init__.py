"""Seminars and their sessions: how they are described, and when their registration is open."""

from trainer.seminars import cancellation_views, scopes, views
from trainer.seminars.description import views as description_views  # noqa: F401  # adds its pages to the blueprint

blueprints = (views.desk, cancellation_views.desk)
access_scopes = {"seminar_id": scopes.select_seminar_scope}
