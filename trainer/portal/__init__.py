"""The trainee's personal page: status, pass, changes, data export and erasure."""

from trainer.portal import details_views, link_recovery_views, pass_views, privacy_views, registration_views, views

blueprints = (
    views.blueprint,
    registration_views.blueprint,
    pass_views.blueprint,
    details_views.blueprint,
    privacy_views.blueprint,
    link_recovery_views.blueprint,
)
