"""Evidence: files and publications that prove what the contract promised, and registers."""

from collections.abc import Callable
from typing import Any

from flask import Blueprint

from trainer.evidence import scopes
from trainer.evidence.desk import views as desk_views
from trainer.evidence.distribution import views as distribution_views
from trainer.evidence.inbox import views as inbox_views
from trainer.evidence.inbox.to_do import tasks_to_do
from trainer.evidence.processing.job import process_files
from trainer.evidence.publications import views as publication_views
from trainer.evidence.registers import views as register_views
from trainer.evidence.uploads import cleaning, link_views, share_views
from trainer.evidence.uploads import views as upload_views
from trainer.projects.scopes import ScopeSelect
from trainer.tasks import Job

__all__ = ["access_scopes", "blueprints", "jobs", "tasks_to_do"]

blueprints: tuple[Blueprint, ...] = (
    upload_views.blueprint,
    link_views.blueprint,
    share_views.desk,
    share_views.blueprint,
    inbox_views.blueprint,
    desk_views.desk,
    publication_views.blueprint,
    register_views.desk,
    distribution_views.desk,
)
jobs: tuple[Job, ...] = (
    Job("unfinished uploads", cleaning.finish_uploads, interval_seconds=60),
    Job("files of evidence", process_files, only_after_changes=True),
)
access_scopes: dict[str, Callable[[Any], ScopeSelect]] = {
    "entry_id": scopes.select_entry_scope,
    "evidence_id": scopes.select_evidence_scope,
    "publication_id": scopes.select_publication_scope,
    "hand_over_id": scopes.select_hand_over_scope,
    "sorting_id": scopes.select_sorting_scope,
    "upload_id": scopes.select_upload_scope,
    "upload_link_id": scopes.select_upload_link_scope,
}
