"""The example project: the contract's plan moved to the present, with four seminars and invented people; and its removal."""

from trainer.example import views

blueprints = (views.desk,)
