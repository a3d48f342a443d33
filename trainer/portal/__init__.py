"""The trainee's personal page: status, pass, changes, data export and erasure."""

from trainer.portal import (
    details_views,
    erasure,
    page_link_views,
    pass_views,
    privacy_views,
    registration_views,
    views,
)
from trainer.registration.self_service import retention
from trainer.tasks import Job, run_for_each

blueprints = (
    views.blueprint,
    registration_views.blueprint,
    pass_views.blueprint,
    details_views.blueprint,
    privacy_views.blueprint,
    page_link_views.blueprint,
    page_link_views.own_page,
)
jobs = (Job("erasures", run_for_each(retention.list_due_erasures, erasure.complete_erasure), interval_seconds=600),)
