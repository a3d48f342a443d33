"""Desk page of conflicts: marks that differ, walk-ins who may be registered already, and what `decision_views` decides."""

from collections.abc import Callable
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from trainer.accounts.access import create_desk_blueprint
from trainer.attendance import conflicts
from trainer.attendance.conflicts import AttendanceConflict
from trainer.attendance.desk.decision_views import build_refusal_context, build_unlisted_context
from trainer.attendance.tablet.walk_ins import reopen_walk_in
from trainer.attendance.wording import ATTENDANCE_STATUS_LABELS
from trainer.clock import now
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.registration.desk import bulk_actions, wording
from trainer.registration.models import ACTIVE_STATUSES, Registration, RegistrationStatus
from trainer.registration.seats.participants import list_participants
from trainer.seminars.locking import StatusChanged
from trainer.seminars.models import Seminar
from trainer.seminars.views import get_seminar_or_404
from trainer.web import phones
from trainer.web.actions import commit_or_explain
from trainer.web.paging import Portion, count_pages, parse_page_number

desk = create_desk_blueprint("attendance_conflicts", __name__)

CARDS_PER_PAGE = 20
"""How many cards of each kind a page shows; what is decided makes room for the next."""
OPEN_CARDS = ("open_conflicts", "likely_duplicates", "unlisted_attendees", "refusals")
DECIDED_CARDS = (
    "decided_conflicts",
    "merged_walk_ins",
    "separated_walk_ins",
    "ignored_attendees",
    "reinstated",
    "decided_refusals",
)


@desk.get("/seminars/<int:seminar_id>/conflicts")
def view_conflicts(seminar_id: int) -> ResponseReturnValue:
    """Show a card for each decision that waits, then the decided ones."""
    seminar = get_seminar_or_404(seminar_id)
    all_conflicts = conflicts.list_attendance_conflicts(db.session(), seminar)
    open_conflicts = [conflict for conflict in all_conflicts if conflict.decided_status is None]
    walk_ins = conflicts.list_walk_ins(db.session(), seminar)
    likely_duplicates = [walk_in for walk_in in walk_ins if walk_in.is_likely_duplicate]
    registered = [
        walk_in
        for walk_in in walk_ins
        if walk_in.status == RegistrationStatus.REGISTERED and not walk_in.is_likely_duplicate
    ]
    context = {
        "open_conflicts": open_conflicts,
        "decided_conflicts": [conflict for conflict in all_conflicts if conflict.decided_status is not None],
        "likely_duplicates": likely_duplicates,
        "merged_walk_ins": [walk_in for walk_in in walk_ins if walk_in.status == RegistrationStatus.MERGED],
        "separated_walk_ins": [walk_in for walk_in in registered if walk_in.likely_duplicate_of],
        **build_unlisted_context(seminar),
        **build_refusal_context(seminar),
    }
    is_all_decided = not any(context[name] for name in OPEN_CARDS)
    portion = cut_cards(context)
    needs_person = any(refusal.registration is None for refusal in context["refusals"])
    return render_template(
        "attendance/desk/conflicts.html",
        seminar=seminar,
        is_all_decided=is_all_decided,
        portion=portion,
        registered_walk_ins=registered,
        participants=list_participants(db.session(), seminar) if registered or needs_person else [],
        attendance_labels=ATTENDANCE_STATUS_LABELS,
        active_statuses=ACTIVE_STATUSES,
        status_names=wording.STATUS_NAMES,
        status_tones=wording.STATUS_TONES,
        format_phone=phones.format_phone,
        **context,
    )


def cut_cards(context: dict[str, Any]) -> Portion[Any]:
    """Leave of each kind of cards only those of the page of the request, and return which page that is."""
    names = (*OPEN_CARDS, *DECIDED_CARDS)
    counts = [len(context[name]) for name in names]
    pages = count_pages(max(counts), CARDS_PER_PAGE)
    page = min(parse_page_number(), pages)
    for name in names:
        context[name] = context[name][(page - 1) * CARDS_PER_PAGE : page * CARDS_PER_PAGE]
    return Portion((), sum(counts), page, pages)


@desk.post("/seminars/<int:seminar_id>/conflicts/decision")
def submit_conflict_decision(seminar_id: int) -> ResponseReturnValue:
    """Resolve a conflict by one of its statuses."""
    status = request.form.get("status", "")
    return apply_conflict_rule(
        seminar_id,
        lambda conflict: conflicts.resolve_attendance_conflict(db.session(), conflict, status, now(), current_user.id),
    )


@desk.post("/seminars/<int:seminar_id>/conflicts/question")
def submit_conflict_reopening(seminar_id: int) -> ResponseReturnValue:
    """Reopen a decided conflict."""
    return apply_conflict_rule(
        seminar_id,
        lambda conflict: conflicts.reopen_attendance_conflict(db.session(), conflict, now(), current_user.id),
    )


def apply_conflict_rule(seminar_id: int, rule: Callable[[AttendanceConflict], None]) -> ResponseReturnValue:
    """Apply a rule to the conflict of the form, unless it has newer marks than the form shows."""
    seminar, form = get_seminar_or_404(seminar_id), request.form
    registration_id, session_id = (form.get(name, 0, type=int) for name in ("registration", "session"))
    with commit_or_explain(
        {StatusChanged: _("New marks have come in. Check again.")}, _("The decision has been saved.")
    ):
        conflict = conflicts.get_attendance_conflict(
            db.session(), seminar, registration_id, session_id, form.get("head", "")
        )
        rule(conflict)
    return redirect(url_for(".view_conflicts", seminar_id=seminar_id), 303)


@desk.post("/seminars/<int:seminar_id>/conflicts/person")
def submit_walk_in_decision(seminar_id: int) -> ResponseReturnValue:
    """Decide whether a walk-in is a registered person or another one, or undo such a decision."""
    seminar, walk_in_id = get_seminar_or_404(seminar_id), request.form.get("registration", 0, type=int)
    walk_ins = conflicts.list_walk_ins(db.session(), seminar)
    walk_in = next((walk_in for walk_in in walk_ins if walk_in.id == walk_in_id), None) or abort(404)
    with commit_or_explain({StatusChanged: _("A decision has already been made.")}, _("The decision has been saved.")):
        apply_walk_in_decision(walk_in, seminar, request.form.get("decision", ""))
    return redirect(url_for(".view_conflicts", seminar_id=seminar.id), 303)


def apply_walk_in_decision(registration: Registration, seminar: Seminar, decision: str) -> None:
    """Apply the decision same, other or undo to a walk-in. Raises StatusChanged if it is no longer possible."""
    if decision == "undo" and registration.status == RegistrationStatus.REGISTERED:
        reopen_walk_in(db.session(), registration, now())
        return
    if decision == "same":
        outcome = bulk_actions.merge_as_organizer(
            db.session(), registration, get_chosen_surviving_registration(registration), current_user.id, now()
        )
    elif decision in ("other", "undo"):
        action = bulk_actions.BulkAction.SEPARATE_PERSON if decision == "other" else bulk_actions.BulkAction.UNMERGE
        outcome = bulk_actions.run_bulk_action(db.session(), seminar, action, [registration.id], current_user.id, now())
    else:
        abort(400)
    if not outcome.succeeded:
        raise StatusChanged


def get_chosen_surviving_registration(registration: Registration) -> Registration:
    """Return the registration with which a walk-in is merged: the one chosen in the form, else the likely duplicate."""
    if "kept" not in request.form:
        return registration.likely_duplicate_of or abort(400)
    return db.session.get(Registration, request.form.get("kept", 0, type=int)) or abort(400)
