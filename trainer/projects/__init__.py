"""Projects and their monitoring plans: import, tables, pages."""

from trainer.projects import views

blueprints = (views.desk,)
