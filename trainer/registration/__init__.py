"""Registration for seminars: the public form, seats and the waiting list, consent, notifications, and the organizer's list."""

from trainer.registration.desk import duplicate_views, list_views, person_views
from trainer.registration.form import question_views
from trainer.registration.imports import views as import_views
from trainer.registration.notifications import queueing
from trainer.registration.notifications import views as message_views
from trainer.registration.public import home_views
from trainer.registration.public import views as public_views
from trainer.registration.seats import waiting_list
from trainer.registration.self_service import access_needs
from trainer.tasks import Job, one_by_one

blueprints = (
    home_views.blueprint,
    home_views.desk,
    public_views.blueprint,
    question_views.desk,
    message_views.desk,
    list_views.desk,
    duplicate_views.desk,
    person_views.desk,
    import_views.desk,
)
jobs = (
    Job("offers", one_by_one(waiting_list.seminars_in_motion, waiting_list.lapse_offers)),
    Job("outdated letters", one_by_one(queueing.outdated, queueing.recall)),
    Job("letters about the state", one_by_one(queueing.untold, queueing.tell)),
    Job("reminders", one_by_one(queueing.to_remind, queueing.remind), every=30),
    Job("needs of people", one_by_one(access_needs.to_forget, access_needs.forget), every=600),
)
