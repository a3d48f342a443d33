"""Refused items of tablets for the organizer: what can be read of them, and decisions about them."""

import json
import uuid
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from trainer.attendance.ledger import append_mark, load_attendance_of_people
from trainer.attendance.models import (
    AttendanceMark,
    AttendanceStatus,
    RefusedItem,
    RefusedItemDecision,
    Signature,
)
from trainer.attendance.tablet.batch_items import (
    TYPED_FIELDS,
    ItemRefused,
    MarkItem,
    SignatureItem,
    SyncItem,
    format_walk_in_name,
    list_walk_in_details,
    parse_item,
    parse_line_or_empty,
    parse_row_id,
    parse_uuid_or_none,
)
from trainer.registration.models import Registration
from trainer.seminars.locking import StatusChanged, lock_seminar
from trainer.seminars.models import Seminar, SeminarSession


@dataclass(frozen=True)
class ExplainedRefusal:
    """A refused item with what can be read of it, for the organizer.

    `registration` and `session` are what it refers to, if they exist in the seminar; `status` that of a mark, `details` what was
    typed about a walk-in. `made_at` is by the server's clock; None if it can't be read.
    """

    item: RefusedItem
    kind: str
    name: str
    registration: Registration | None
    session: SeminarSession | None
    status: str
    details: tuple[str, ...]
    made_at: datetime | None

    @property
    def is_recordable(self) -> bool:
        """Return whether the item can be recorded for a person and a session."""
        return self.kind in ("mark", "signature") and self.made_at is not None


def list_refused_items(session: Session, seminar: Seminar) -> list[ExplainedRefusal]:
    """Return the refused items of a seminar in the order received, without those that were accepted later."""
    query = (
        select(RefusedItem)
        .where(RefusedItem.seminar_id == seminar.id)
        .where(RefusedItem.decision.is_distinct_from(RefusedItemDecision.ACCEPTED))
        .options(joinedload(RefusedItem.device))
        .order_by(RefusedItem.id)
    )
    items = session.scalars(query).all()
    if not items:
        return []
    contents = [load_content(item) for item in items]
    registrations = map_referenced_registrations(session, seminar, contents)
    sessions = {part.id: part for part in seminar.sessions}
    names = {item.item_id: format_walk_in_name(raw) for item, raw in zip(items, contents, strict=True)}
    return [explain_item(item, raw, registrations, sessions, names) for item, raw in zip(items, contents, strict=True)]


def load_content(item: RefusedItem) -> dict[str, Any]:
    """Return what a tablet sent; empty if it was no item."""
    raw = json.loads(item.content)
    return raw if isinstance(raw, dict) else {}


def map_referenced_registrations(
    session: Session, seminar: Seminar, contents: Iterable[Mapping[str, Any]]
) -> dict[Any, Registration]:
    """Return the registrations of the seminar that items refer to, by registration id and walk-in id."""
    references = [raw.get(field) for raw in contents for field in ("person", "id")]
    numbers = {parse_row_id(reference) for reference in references if type(reference) is int}
    walk_in_ids = {found for reference in references if (found := parse_uuid_or_none(reference))}
    is_referenced = Registration.id.in_(numbers) | Registration.walk_in_id.in_(walk_in_ids)
    query = select(Registration).where(Registration.seminar_id == seminar.id, is_referenced)
    registrations = session.scalars(query.options(joinedload(Registration.person))).all()
    by_walk_in = {str(found.walk_in_id): found for found in registrations if found.walk_in_id}
    return {**by_walk_in, **{found.id: found for found in registrations}}


def explain_item(
    item: RefusedItem,
    raw: Mapping[str, Any],
    registrations: Mapping[Any, Registration],
    sessions: Mapping[int, SeminarSession],
    names: Mapping[str, str],
) -> ExplainedRefusal:
    """Return a refused item with what can be read of it."""
    parsed, kind = parse_or_none(raw), parse_line_or_empty(raw.get("kind"))
    reference = item.item_id if kind == "walk_in" else raw.get("person")
    registration = registrations.get(reference) if type(reference) in (int, str) else None
    name = registration.person.full_name if registration else names.get(str(reference), "")
    session_id = raw.get("session")
    return ExplainedRefusal(
        item=item,
        kind=kind,
        name=format_walk_in_name(raw) or name if kind == "walk_in" else name,
        registration=registration,
        session=sessions.get(session_id) if type(session_id) is int else None,
        status=parsed.status if isinstance(parsed, MarkItem) else "",
        details=list_walk_in_details(raw),
        made_at=correct_time(parsed) if parsed else None,
    )


def parse_or_none(raw: Mapping[str, Any]) -> SyncItem | None:
    """Return the item, or None if it is malformed."""
    try:
        return parse_item(raw)
    except ItemRefused:
        return None


def correct_time(item: SyncItem) -> datetime:
    """Return when an item was made, by the server's clock as far as the tablet knew it."""
    return item.made_at + timedelta(milliseconds=item.skew or 0)


def get_refused_item(session: Session, seminar: Seminar, item_id: int) -> ExplainedRefusal:
    """Lock the seminar and return a refused item as it is now. Raises StatusChanged if there is none."""
    lock_seminar(session, seminar)
    session.expire_all()
    for refusal in list_refused_items(session, seminar):
        if refusal.item.id == item_id:
            return refusal
    raise StatusChanged


def record_refused_item(
    session: Session,
    refusal: ExplainedRefusal,
    registration: Registration,
    seminar_session: SeminarSession,
    now: datetime,
    user_id: int | None,
) -> None:
    """Record a refused mark or signature for a person and a session of the seminar.

    A mark follows none of the person's marks, as its author had seen none: a different status is a conflict.
    Raises StatusChanged for an item that can't be recorded, or a person or session of another seminar.
    """
    item, seminar_ids = refusal.item, {registration.seminar_id, seminar_session.seminar_id}
    if not refusal.is_recordable or item.decided_at is not None or seminar_ids != {item.seminar_id}:
        raise StatusChanged
    if refusal.kind == "mark":
        item.mark_id = append_mark(
            session,
            registration,
            seminar_session,
            AttendanceStatus(refusal.status),
            after=None,
            now=now,
            made_at=refusal.made_at,
            user_id=user_id,
        ).id
        session.flush()
    else:
        session.add(build_signature(refusal, registration, seminar_session, now))
    set_decision(item, RefusedItemDecision.RECORDED, now, user_id)


def build_signature(
    refusal: ExplainedRefusal, registration: Registration, seminar_session: SeminarSession, now: datetime
) -> Signature:
    """Return the signature of a refused item for a person and a session."""
    parsed = parse_item(load_content(refusal.item))
    if not isinstance(parsed, SignatureItem):
        raise StatusChanged
    return Signature(
        id=uuid.uuid4(),
        registration_id=registration.id,
        session_id=seminar_session.id,
        device_id=refusal.item.device_id,
        strokes=parsed.strokes,
        made_at=refusal.made_at,
        skew=0,
        received_at=now,
    )


def ignore_refused_item(refusal: ExplainedRefusal, now: datetime, user_id: int | None) -> None:
    """Set a refused item aside. What was typed about a walk-in is erased: nobody knows to what the person consented.

    Raises StatusChanged if it is decided already.
    """
    if refusal.item.decided_at is not None:
        raise StatusChanged
    if refusal.kind == "walk_in":
        raw = load_content(refusal.item)
        refusal.item.content = json.dumps({name: raw[name] for name in raw if name not in TYPED_FIELDS})
    set_decision(refusal.item, RefusedItemDecision.IGNORED, now, user_id)


def set_decision(item: RefusedItem, decision: RefusedItemDecision, now: datetime, user_id: int | None) -> None:
    """Set a decision about a refused item."""
    item.decision, item.decided_at, item.decided_by_id = decision, now, user_id


def can_review_item(refusal: ExplainedRefusal) -> bool:
    """Return whether the decision can be undone: nothing was erased, and what was recorded is a mark."""
    is_ignored = refusal.item.decision == RefusedItemDecision.IGNORED
    return refusal.is_recordable and (is_ignored or refusal.item.mark_id is not None)


def review_refused_item(session: Session, refusal: ExplainedRefusal, now: datetime, user_id: int | None) -> None:
    """Undo the decision: the recorded mark is followed by "absent", which counts the same as no mark.

    Raises StatusChanged if the item waits already, or the person has a newer mark.
    """
    item = refusal.item
    if item.decided_at is None or not can_review_item(refusal):
        raise StatusChanged
    if item.mark_id is not None:
        undo_recorded_mark(session, session.get_one(AttendanceMark, item.mark_id), now, user_id)
    item.decision = item.decided_at = item.decided_by_id = item.mark_id = None


def undo_recorded_mark(session: Session, mark: AttendanceMark, now: datetime, user_id: int | None) -> None:
    """Append "absent" after a mark. Raises StatusChanged if it is not the person's only latest mark."""
    registration = session.get_one(Registration, mark.registration_id)
    attendance_by_key = load_attendance_of_people(session, [registration.seminar], [registration])
    attendance = next((found for found in attendance_by_key.values() if found.last_mark_id == mark.id), None)
    if attendance is None or attendance.has_parallel_marks:
        raise StatusChanged
    seminar_session = session.get_one(SeminarSession, mark.session_id)
    append_mark(
        session, registration, seminar_session, AttendanceStatus.ABSENT, after=mark.id, now=now, user_id=user_id
    )
