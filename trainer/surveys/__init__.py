"""Surveys, tests and checklists: their questions and versions, answering them, anonymity, scores and results."""

from trainer.messages import outbox
from trainer.surveys import anonymity, postgres_log
from trainer.surveys.answering import kiosk_views, reminder_views, reminders
from trainer.surveys.answering import views as answering_views
from trainer.surveys.answering.outdated_reminders import list_outdated_survey_reminders, render_survey_reminder
from trainer.surveys.answering.reminder_messages import REMINDER_KIND, SURVEY_LETTER, queue_survey_reminder
from trainer.surveys.builder import question_views, settings_views
from trainer.surveys.builder.changes import views as change_views
from trainer.surveys.checklists import views as checklist_views
from trainer.surveys.downloads import views as download_views
from trainer.surveys.paper import data_entry_views
from trainer.surveys.results import views as results_views
from trainer.surveys.scores import views as score_views
from trainer.surveys.segments import SURVEY_SEGMENTS
from trainer.surveys.xlsform import views as xlsform_views
from trainer.tasks import Job, run_for_each

segments = SURVEY_SEGMENTS
blueprints = (
    answering_views.blueprint,
    score_views.desk,
    settings_views.desk,
    question_views.desk,
    change_views.desk,
    xlsform_views.desk,
    reminder_views.desk,
    kiosk_views.blueprint,
    kiosk_views.desk,
    data_entry_views.desk,
    checklist_views.desk,
    results_views.desk,
    download_views.desk,
)
jobs = (
    Job("surveys over", run_for_each(anonymity.list_surveys_to_close, anonymity.close_survey), interval_seconds=30),
    Job(
        "anonymous surveys closed",
        run_for_each(anonymity.list_surveys_to_seal, anonymity.seal_survey),
        interval_seconds=30,
    ),
    Job("logs of sealed surveys", postgres_log.erase_sealed_surveys_from_log, interval_seconds=30),
    Job(
        "surveys due",
        run_for_each(reminders.list_due_survey_reminders, queue_survey_reminder),
        interval_seconds=300,
        only_after_changes=True,
    ),
    Job(
        "surveys answered",
        run_for_each(list_outdated_survey_reminders, outbox.recall_message),
        interval_seconds=30,
        only_after_changes=True,
    ),
)
standard_letters = (SURVEY_LETTER,)
message_templates = {REMINDER_KIND: render_survey_reminder}
