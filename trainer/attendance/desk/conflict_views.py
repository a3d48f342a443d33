"""The desk of questions: marks that disagree, people who came without registering and likely are registered."""

from collections.abc import Callable

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from trainer.accounts.access import create_desk_blueprint
from trainer.attendance import conflicts as settling
from trainer.attendance.conflicts import AttendanceConflict
from trainer.attendance.tablet.walk_ins import reopen_walk_in
from trainer.attendance.wording import ATTENDANCE_STATUS_LABELS
from trainer.clock import now
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.registration.desk import bulk_actions, listing, wording
from trainer.registration.models import ACTIVE_STATUSES, Registration, RegistrationStatus
from trainer.seminars.locking import StatusChanged
from trainer.seminars.models import Seminar
from trainer.seminars.views import get_seminar_or_404
from trainer.web import phones

desk = create_desk_blueprint("attendance_conflicts", __name__)


@desk.get("/seminars/<int:seminar_id>/conflicts")
def view_conflicts(seminar_id: int) -> ResponseReturnValue:
    """Show one card for each question, then what was decided."""
    seminar = get_seminar_or_404(seminar_id)
    found, came = (
        settling.list_attendance_conflicts(db.session(), seminar),
        settling.list_walk_ins(db.session(), seminar),
    )
    own = [each for each in came if each.status == RegistrationStatus.REGISTERED]
    return render_template(
        "attendance/desk/conflicts.html",
        seminar=seminar,
        open=[each for each in found if each.decided_status is None],
        decided=[each for each in found if each.decided_status is not None],
        waiting=[each for each in came if each.status == RegistrationStatus.DUPLICATE],
        merged=[each for each in came if each.status == RegistrationStatus.MERGED],
        others=[each for each in own if each.likely_duplicate_of],
        own=own,
        people=listing.list_participants(db.session(), seminar) if own else [],
        statuses=ATTENDANCE_STATUS_LABELS,
        live=ACTIVE_STATUSES,
        states=wording.STATUS_NAMES,
        tones=wording.STATUS_TONES,
        shown_phone=phones.format_phone,
    )


@desk.post("/seminars/<int:seminar_id>/conflicts/decision")
def submit_conflict_decision(seminar_id: int) -> ResponseReturnValue:
    """Keep one of the answers."""
    status = request.form.get("status", "")
    return apply_conflict_rule(
        seminar_id,
        lambda question: settling.resolve_attendance_conflict(db.session(), question, status, now(), current_user.id),
    )


@desk.post("/seminars/<int:seminar_id>/conflicts/question")
def submit_conflict_reopening(seminar_id: int) -> ResponseReturnValue:
    """Ask again what was decided."""
    return apply_conflict_rule(
        seminar_id, lambda question: settling.reopen_attendance_conflict(db.session(), question, now(), current_user.id)
    )


def apply_conflict_rule(seminar_id: int, rule: Callable[[AttendanceConflict], None]) -> ResponseReturnValue:
    """Apply a rule to the question that the form names, unless it is another one meanwhile."""
    seminar, form = get_seminar_or_404(seminar_id), request.form
    ids = [form.get(name, 0, type=int) for name in ("registration", "session")]
    try:
        rule(settling.get_attendance_conflict(db.session(), seminar, ids[0], ids[1], form.get("head", "")))
        db.session.commit()
        flash(_("The decision has been saved."), "success")
    except StatusChanged:
        db.session.rollback()
        flash(_("New marks have come in. Check again."), "info")
    return redirect(url_for(".view_conflicts", seminar_id=seminar_id), 303)


@desk.post("/seminars/<int:seminar_id>/conflicts/person")
def submit_walk_in_decision(seminar_id: int) -> ResponseReturnValue:
    """Say that somebody who came is a registered person, or another one; or take that back."""
    seminar, wanted = get_seminar_or_404(seminar_id), request.form.get("registration", 0, type=int)
    registration = next((each for each in settling.list_walk_ins(db.session(), seminar) if each.id == wanted), None)
    try:
        apply_walk_in_decision(registration or abort(404), seminar, request.form.get("decision", ""))
        db.session.commit()
        flash(_("The decision has been saved."), "success")
    except StatusChanged:
        db.session.rollback()
        flash(_("A decision has already been made."), "info")
    return redirect(url_for(".view_conflicts", seminar_id=seminar.id), 303)


def apply_walk_in_decision(registration: Registration, seminar: Seminar, decision: str) -> None:
    """Apply a decision to somebody who came without registering. Raises StatusChanged where it no longer fits."""
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
    """Give the registration that the form chooses as the same person's; where it offers no choice, the one that likely is."""
    if "kept" not in request.form:
        return registration.likely_duplicate_of or abort(400)
    return db.session.get(Registration, request.form.get("kept", 0, type=int)) or abort(400)
