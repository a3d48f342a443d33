"""The organizer's dashboard: its frame, what is to be done today, seminars and their path, people, the search, settings."""

from trainer.desk import history_views, people_views, search_views, seminar_views, settings_views, views
from trainer.desk.documents import views as document_views
from trainer.desk.path import removal_views

blueprints = (
    views.blueprint,
    removal_views.desk,
    seminar_views.blueprint,
    document_views.blueprint,
    people_views.blueprint,
    settings_views.blueprint,
    search_views.blueprint,
    history_views.blueprint,
)
