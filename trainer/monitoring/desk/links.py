"""Addresses of what stands behind a figure, where such a page exists and the user may open it."""

from typing import Any

from flask import current_app, url_for

from trainer.accounts.access import may_open
from trainer.monitoring.kinds.selection import RowKind

ROW_PAGES = {
    RowKind.SEMINAR: ("attendance_desk.view_attendance", "seminar_id"),
    RowKind.SURVEY: ("surveys_results.view_survey_results", ""),
    RowKind.CERTIFICATE: ("issuing_certificates.view_certificate", "serial"),
    RowKind.ITEM: ("evidence_desk.edit_evidence", "evidence_id"),
    RowKind.PUBLICATION: ("evidence_publications.view_publication", "publication_id"),
    RowKind.ENTRY: ("evidence_registers.edit_entry", "entry_id"),
    RowKind.PERSON: ("registration_person.edit_person", "registration_id"),
}
"""The page of each kind of row, and the parameter of its address."""
WORK_PAGES = {
    "attendance": "desk_seminars.view_seminars",
    "agenda": "desk_seminars.view_seminars",
    "surveys": "desk_seminars.view_seminars",
    "certificates": "desk_seminars.view_seminars",
    "seminars": "desk_seminars.view_seminars",
    "files": "evidence_inbox.view_inbox",
    "publications": "evidence_publications.view_publications",
    "registers": "evidence_registers.view_register",
}
"""The page on which something missing is done, by `Kind.where`."""


def find_address(endpoint: str, **values: Any) -> str:
    """Return the address of a page, or an empty string if there is no such page or the user may not open it."""
    if endpoint not in current_app.view_functions or not may_open(endpoint):
        return ""
    return url_for(endpoint, **values)


def find_work_address(where: str) -> str:
    """Return the address of the page on which something missing is done; empty if there is none."""
    return find_address(WORK_PAGES.get(where, ""))
