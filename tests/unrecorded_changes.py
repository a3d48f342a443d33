"""Noticing desk requests that change data and leave no entry in the audit log. `conftest` watches every test."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from flask import has_request_context, request
from sqlalchemy import Engine, event
from sqlalchemy.orm import Session

from trainer.audit.models import AuditEntry

EXCEPTIONS = {
    "security.login": "signing in changes nothing that others see; it has a list of its own",
    "security.logout": "signing out changes nothing that others see",
    "security.verify": "only counts the attempt",
    "accounts.submit_sign_in": "signing in changes nothing that others see; it has a list of its own",
    "accounts_desk.submit_browser_sign_out": "the list of browsers is personal",
    "attendance_desk.submit_marks": "the ledger of marks is itself a record of who, what and when",
    "attendance_conflicts.submit_conflict_decision": "the decision is a mark in the ledger",
    "attendance_conflicts.submit_conflict_reopening": "the ledger of marks is itself a record of who, what and when",
    "attendance_decisions.submit_unlisted_decision": "the decision is a mark in the ledger",
    "attendance_scans.submit_scan_confirmation": "besides the scan, the marks are in the ledger",
    "attendance_scans.submit_sheet_mark_undo": "the ledger of marks is itself a record",
    "evidence_sharing.submit_shared_files": "each item is recorded, and before it a file on its way",
    "evidence_uploads.submit_upload": "a file on its way; the item that it becomes is recorded",
    "evidence_uploads.submit_upload_end": "a file on its way that its owner gives up",
    "evidence_uploads.submit_upload_form": "each item is recorded, and before it a file on its way",
    "evidence_uploads.submit_upload_part": "the item is recorded unless the project had the same file already",
    "registration_message_queue.submit_next_message": "a claim on a message holds for some minutes only",
    "registration_message_queue.submit_message_claim": "a claim on a message holds for some minutes only",
    "registration_message_queue.submit_message_skip": "the message waits as before, only later in the queue",
    "registration_message_queue.submit_message_undo": "after a skip it only claims the message again",
    "surveys_paper.add_paper_ballot": "an entry would show when an anonymous answer was given",
    "surveys_paper.submit_paper_participants": "an entry would show when an anonymous answer was given",
}
"""Endpoints below /desk that may change data without an entry, with the reason."""
WRITING = ("INSERT", "UPDATE", "DELETE")
UNWATCHED_TABLES = (
    "form_submission",
    "password_attempts",
    "signed_in_browser",
    "sign_in_link",
    "rate_limit",
    "answered_challenge",
)


@contextmanager
def collect_unrecorded_changes() -> Iterator[set[str]]:
    """Collect the endpoints below /desk that commit a change without an entry and are no exception."""
    unrecorded: set[str] = set()
    written: dict[int, set[str]] = {}

    def note_statement(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        if has_request_context() and request.path.startswith("/desk") and statement.startswith(WRITING):
            table = statement.replace('"', "").split()[1 if statement.startswith("UPDATE") else 2]
            written.setdefault(id(request._get_current_object()), set()).add(table)  # type: ignore[attr-defined]

    def note_commit(session: Session) -> None:
        if not has_request_context() or session.in_nested_transaction():
            return
        tables = written.pop(id(request._get_current_object()), set())  # type: ignore[attr-defined]
        changed = {table for table in tables if not table.startswith(UNWATCHED_TABLES)}
        if changed and AuditEntry.__tablename__ not in changed and request.endpoint not in EXCEPTIONS:
            unrecorded.add(f"{request.endpoint}: {', '.join(sorted(changed))}")

    def note_rollback(_session: Session, *_more: Any) -> None:
        if has_request_context():
            written.pop(id(request._get_current_object()), None)  # type: ignore[attr-defined]

    event.listen(Engine, "before_cursor_execute", note_statement)
    event.listen(Session, "after_commit", note_commit)
    event.listen(Session, "after_rollback", note_rollback)
    try:
        yield unrecorded
    finally:
        event.remove(Engine, "before_cursor_execute", note_statement)
        event.remove(Session, "after_commit", note_commit)
        event.remove(Session, "after_rollback", note_rollback)
