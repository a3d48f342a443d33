"""The organizer's dashboard: its frame, the home page, seminars, people, the search, settings, the overview of a seminar."""

from trainer.desk import people_views, search_views, seminar_views, settings_views, views

blueprints = (
    views.blueprint,
    seminar_views.blueprint,
    people_views.blueprint,
    settings_views.blueprint,
    search_views.blueprint,
)
