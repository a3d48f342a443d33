"""The organizer's desk: what is to be done today, and the path of a seminar."""

from trainer.desk import removal_views, views

blueprints = (views.blueprint, removal_views.desk)
