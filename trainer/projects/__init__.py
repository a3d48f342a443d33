"""Projects and their monitoring plans: import, tables, pages."""

from trainer.projects import scopes, views

blueprints = (views.desk,)
access_scopes = {"project_id": scopes.select_project_scope}
