"""Seminars and their sessions: how they are described, and when their registration is open."""

from trainer.seminars import views

blueprints = (views.desk,)
