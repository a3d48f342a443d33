"""Certificates of seminars: eligibility, issue, revocation, corrections of names, badges and the register."""

from trainer.issuing import notifications
from trainer.issuing.desk import views as desk_views
from trainer.issuing.names import holder_views
from trainer.messages import outbox
from trainer.tasks import Job, one_by_one

blueprints = (
    holder_views.blueprint,
    desk_views.desk,
)
jobs = (
    Job("certificates", one_by_one(notifications.untold, notifications.tell), every=10),
    Job("certificates withdrawn", one_by_one(notifications.outdated, outbox.recall), every=10),
)
