"""Evidence: files and publications that prove what the contract promised, and registers."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint

from trainer.evidence import scopes
from trainer.evidence.desk import views as desk_views
from trainer.evidence.desk import withdrawal_views
from trainer.evidence.desk.to_do import tasks_to_do as withdrawal_tasks
from trainer.evidence.distribution import public_views
from trainer.evidence.distribution import views as distribution_views
from trainer.evidence.inbox import views as inbox_views
from trainer.evidence.inbox.to_do import tasks_to_do as inbox_tasks
from trainer.evidence.processing.job import process_files
from trainer.evidence.publications import proof_views
from trainer.evidence.publications import views as publication_views
from trainer.evidence.publications.copies import store_copies
from trainer.evidence.publications.link_checks import check_links
from trainer.evidence.publications.to_do import tasks_to_do as publication_tasks
from trainer.evidence.registers import views as register_views
from trainer.evidence.uploads import cleaning, link_views, share_views
from trainer.evidence.uploads import views as upload_views
from trainer.projects.scopes import ScopeSelect
from trainer.seminars.to_do import TaskToDo
from trainer.tasks import Job

__all__ = ["access_scopes", "blueprints", "jobs", "tasks_to_do"]

blueprints: tuple[Blueprint, ...] = (
    upload_views.blueprint,
    link_views.blueprint,
    share_views.desk,
    share_views.blueprint,
    inbox_views.blueprint,
    desk_views.desk,
    withdrawal_views.desk,
    publication_views.blueprint,
    proof_views.desk,
    register_views.desk,
    distribution_views.desk,
    public_views.blueprint,
)
jobs: tuple[Job, ...] = (
    Job("unfinished uploads", cleaning.finish_uploads, interval_seconds=60),
    Job("files of evidence", process_files, only_after_changes=True),
    Job("copies of publications", store_copies, only_after_changes=True),
    Job("addresses of publications", check_links, interval_seconds=300),
)
tasks_to_do: tuple[TaskToDo, ...] = (*inbox_tasks, *publication_tasks, *withdrawal_tasks)
access_scopes: dict[str, Callable[[Any], ScopeSelect]] = {
    "entry_id": scopes.select_entry_scope,
    "evidence_id": scopes.select_evidence_scope,
    "publication_id": scopes.select_publication_scope,
    "hand_over_id": scopes.select_hand_over_scope,
    "sorting_id": scopes.select_sorting_scope,
    "upload_id": scopes.select_upload_scope,
    "upload_link_id": scopes.select_upload_link_scope,
}
