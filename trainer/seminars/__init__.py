"""Seminars and their sessions: how they are described, and when their registration is open."""

from trainer.seminars import cancellation_views, views

blueprints = (views.desk, cancellation_views.desk)
