"""The organizer's desk: the home page and the overview of a seminar."""

from trainer.desk import history_views, views

blueprints = (views.blueprint, history_views.blueprint)
