"""The organizer's desk: the home page and the overview of a seminar."""

from trainer.desk import views

blueprints = (views.blueprint,)
