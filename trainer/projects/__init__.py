"""Projects and their monitoring plans: reading, importing and changing them; the data of the organisation."""

from trainer.projects import scopes, views
from trainer.projects.editing import order_views
from trainer.projects.editing import views as editing_views
from trainer.projects.importing import review_views
from trainer.projects.importing import views as importing_views

blueprints = (views.desk, editing_views.desk, order_views.desk, importing_views.desk, review_views.desk)
access_scopes = {
    "project_id": scopes.select_project_scope,
    "task_id": scopes.select_task_scope,
    "activity_id": scopes.select_activity_scope,
    "indicator_id": scopes.select_indicator_scope,
    "result_id": scopes.select_result_scope,
    "item_id": scopes.select_item_scope,
}
