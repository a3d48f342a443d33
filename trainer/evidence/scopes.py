"""The project of an object of evidence in an address, for the access control."""

import uuid

from sqlalchemy import Select, select

from trainer.evidence.distribution.models import HandOver
from trainer.evidence.inbox.models import EvidenceSorting
from trainer.evidence.models import EvidenceItem, Upload, UploadLink
from trainer.evidence.publications.models import Publication
from trainer.evidence.registers.models import RegisterEntry
from trainer.projects.models import Activity, Task
from trainer.projects.scopes import NO_SEMINAR

ScopeSelect = Select[int, int]


def select_evidence_scope(evidence_id: int) -> ScopeSelect:
    """Return a SELECT of the project id of a file."""
    return select(EvidenceItem.project_id, NO_SEMINAR).where(EvidenceItem.id == evidence_id)


def select_publication_scope(publication_id: int) -> ScopeSelect:
    """Return a SELECT of the project id of a publication."""
    return select(Publication.project_id, NO_SEMINAR).where(Publication.id == publication_id)


def select_upload_scope(upload_id: uuid.UUID) -> ScopeSelect:
    """Return a SELECT of the project id of an upload."""
    return select(Upload.project_id, NO_SEMINAR).where(Upload.id == upload_id)


def select_upload_link_scope(upload_link_id: int) -> ScopeSelect:
    """Return a SELECT of the project id of an upload link."""
    query = select(Task.project_id, NO_SEMINAR).join(Activity, Activity.task_id == Task.id)
    return query.join(UploadLink, UploadLink.activity_id == Activity.id).where(UploadLink.id == upload_link_id)


def select_sorting_scope(sorting_id: int) -> ScopeSelect:
    """Return a SELECT of the project id of a sorting."""
    return select(EvidenceSorting.project_id, NO_SEMINAR).where(EvidenceSorting.id == sorting_id)


def select_entry_scope(entry_id: int) -> ScopeSelect:
    """Return a SELECT of the project id of an entry of a register."""
    return select(RegisterEntry.project_id, NO_SEMINAR).where(RegisterEntry.id == entry_id)


def select_hand_over_scope(hand_over_id: int) -> ScopeSelect:
    """Return a SELECT of the project id of a line of a distribution list."""
    query = select(EvidenceItem.project_id, NO_SEMINAR).join(HandOver, HandOver.item_id == EvidenceItem.id)
    return query.where(HandOver.id == hand_over_id)
