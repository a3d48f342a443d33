"""Projects and their monitoring plans: tasks, activities and indicators of a contract."""

from trainer.projects import views

blueprints = (views.desk,)
