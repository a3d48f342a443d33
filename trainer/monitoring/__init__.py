"""Monitoring: actual values of indicators, what is missing, reporting periods."""

from collections.abc import Callable

from flask import Blueprint

from trainer.monitoring.desk import chart_views, views
from trainer.monitoring.reminders import MISSING_EVIDENCE, list_due_reminders, queue_reminder, write_reminder_letter
from trainer.monitoring.to_do import tasks_to_do
from trainer.projects.scopes import ScopeSelect
from trainer.tasks import Job, run_for_each

__all__ = ["access_scopes", "account_letters", "blueprints", "jobs", "tasks_to_do"]

blueprints: tuple[Blueprint, ...] = (views.desk, chart_views.desk)
jobs: tuple[Job, ...] = (
    Job("missing evidence", run_for_each(list_due_reminders, queue_reminder), interval_seconds=300),
)
account_letters = {MISSING_EVIDENCE: write_reminder_letter}
access_scopes: dict[str, Callable[[int], ScopeSelect]] = {}
