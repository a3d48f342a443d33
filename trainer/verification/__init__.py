"""Verification of certificates: by code, by number, by file or photo, online and offline."""

from trainer.verification import offline_views, views, well_known_views

blueprints = (
    views.blueprint,
    offline_views.blueprint,
    well_known_views.blueprint,
)
