"""Decisions of the conflicts page about people who are not on the list although marked, and about refused items of tablets."""

from typing import Any

from flask import abort, flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from trainer.accounts.access import create_desk_blueprint
from trainer.attendance import unlisted
from trainer.attendance.desk import refusals
from trainer.attendance.models import RefusedItemDecision
from trainer.attendance.tablet.wording import ITEM_KIND_LABELS, ITEM_REASON_LABELS
from trainer.attendance.unlisted import UnlistedAttendee
from trainer.clock import now
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.registration.desk import wording
from trainer.registration.desk.action_rules import REINSTATABLE_STATUSES
from trainer.registration.desk.bulk_actions import (
    BulkAction,
    BulkResult,
    merge_as_organizer,
    reinstate_as_organizer,
)
from trainer.registration.desk.undo import list_undoable_changes, undo_registration_change
from trainer.registration.models import ACTIVE_STATUSES, Registration
from trainer.registration.seats.capacity import count_free_seats
from trainer.registration.seats.duplicates import (
    find_certain_duplicate,
    map_certain_duplicates,
)
from trainer.registration.seats.lookup import list_registrations_by_id
from trainer.seminars.locking import StatusChanged
from trainer.seminars.models import Seminar
from trainer.seminars.views import get_seminar_or_404
from trainer.web.actions import commit_or_explain

desk = create_desk_blueprint("attendance_decisions", __name__)


class DecisionBlocked(Exception):
    """The rules of registrations do not allow the decision; `result` says why."""

    def __init__(self, result: BulkResult) -> None:
        super().__init__(result)
        self.result = result


def build_unlisted_context(seminar: Seminar) -> dict[str, Any]:
    """Return the template variables of the cards about people who are not on the list."""
    attendees = unlisted.list_unlisted_attendees(db.session(), seminar)
    open_attendees = [attendee for attendee in attendees if attendee.is_open]
    without_seat = [
        attendee.registration.person
        for attendee in open_attendees
        if attendee.registration.status not in ACTIVE_STATUSES
    ]
    changes = list_undoable_changes(db.session(), seminar, BulkAction.REINSTATE)
    return {
        "unlisted_attendees": open_attendees,
        "ignored_attendees": [attendee for attendee in attendees if attendee.is_ignored],
        "reinstated": list_registrations_by_id(db.session(), seminar, changes),
        "active_duplicates": map_certain_duplicates(db.session(), seminar, without_seat),
        "free_seats": count_free_seats(db.session(), seminar) if open_attendees else 0,
        "reinstatable_statuses": REINSTATABLE_STATUSES,
    }


def build_refusal_context(seminar: Seminar) -> dict[str, Any]:
    """Return the template variables of the cards about refused items."""
    items = refusals.list_refused_items(db.session(), seminar)
    return {
        "refusals": [refusal for refusal in items if refusal.item.decided_at is None],
        "decided_refusals": [refusal for refusal in items if refusal.item.decided_at is not None],
        "item_kinds": ITEM_KIND_LABELS,
        "item_reasons": ITEM_REASON_LABELS,
        "decision_recorded": RefusedItemDecision.RECORDED,
        "can_review_item": refusals.can_review_item,
    }


@desk.post("/seminars/<int:seminar_id>/conflicts/unlisted")
def submit_unlisted_decision(seminar_id: int) -> ResponseReturnValue:
    """Apply the organizer's decision about a marked person who is not on the list: add them, ignore the marks, or undo either."""
    seminar, form = get_seminar_or_404(seminar_id), request.form
    registration_id, decision = form.get("registration", 0, type=int), form.get("decision", "")
    refusals_by_kind = {StatusChanged: _("New marks have come in. Check again."), DecisionBlocked: ""}
    with commit_or_explain(refusals_by_kind, _("The decision has been saved.")) as action:
        if decision == "take_back":
            take_place_back(seminar, registration_id)
        else:
            attendee = unlisted.get_unlisted_attendee(db.session(), seminar, registration_id, form.get("version", ""))
            apply_unlisted_decision(attendee, decision)
    if isinstance(action.refusal, DecisionBlocked):
        for sentence in wording.format_blocked_people(action.refusal.result):
            flash(sentence, "error")
    return redirect(url_for("attendance_conflicts.view_conflicts", seminar_id=seminar.id), 303)


def apply_unlisted_decision(attendee: UnlistedAttendee, decision: str) -> None:
    """Apply the decision reinstate, over (although all places are taken), merge, ignore or review.

    Raises StatusChanged and DecisionBlocked.
    """
    session, registration, user_id = db.session(), attendee.registration, current_user.id
    if decision == "ignore":
        unlisted.ignore_unlisted_attendee(session, attendee, now(), user_id)
    elif decision == "review":
        unlisted.review_ignored_attendee(session, attendee, now(), user_id)
    elif decision in ("reinstate", "over"):
        require_success(reinstate_as_organizer(session, registration, decision == "over", user_id, now()))
    elif decision == "merge":
        surviving = find_certain_duplicate(session, registration.seminar, registration.person)
        if surviving is None:
            raise StatusChanged
        require_success(merge_as_organizer(session, registration, surviving, user_id, now()))
    else:
        abort(400)


def take_place_back(seminar: Seminar, registration_id: int) -> None:
    """Undo that somebody was given a place on site. Raises StatusChanged and DecisionBlocked."""
    change = list_undoable_changes(db.session(), seminar, BulkAction.REINSTATE).get(registration_id)
    if change is None:
        raise StatusChanged
    require_success(undo_registration_change(db.session(), change, seminar, now()))


def require_success(result: BulkResult) -> None:
    """Raise DecisionBlocked if an action did not succeed."""
    if not result.succeeded:
        raise DecisionBlocked(result)


@desk.post("/seminars/<int:seminar_id>/conflicts/refused")
def submit_refusal_decision(seminar_id: int) -> ResponseReturnValue:
    """Record a refused item for a person and a session, or ignore it, or undo such a decision."""
    seminar, form = get_seminar_or_404(seminar_id), request.form
    item_id, decision = form.get("item", 0, type=int), form.get("decision", "")
    with commit_or_explain({StatusChanged: _("A decision has already been made.")}, _("The decision has been saved.")):
        refusal = refusals.get_refused_item(db.session(), seminar, item_id)
        if decision == "record":
            registration, session_id = get_chosen_registration(refusal), form.get("session", 0, type=int)
            chosen = next((part for part in seminar.sessions if part.id == session_id), None) or abort(400)
            refusals.record_refused_item(db.session(), refusal, registration, chosen, now(), current_user.id)
        elif decision == "ignore":
            refusals.ignore_refused_item(refusal, now(), current_user.id)
        elif decision == "review":
            refusals.review_refused_item(db.session(), refusal, now(), current_user.id)
        else:
            abort(400)
    return redirect(url_for("attendance_conflicts.view_conflicts", seminar_id=seminar.id), 303)


def get_chosen_registration(refusal: refusals.ExplainedRefusal) -> Registration:
    """Return the registration that an item refers to, else the one chosen in the form; abort with 400 without one."""
    if refusal.registration is not None:
        return refusal.registration
    return db.session.get(Registration, request.form.get("registration", 0, type=int)) or abort(400)
