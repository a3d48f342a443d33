"""Likely duplicates: both sides beside each other, the organizer's decision, and the way back."""

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from trainer.accounts.access import create_desk_blueprint
from trainer.clock import now
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.registration.desk import bulk_actions
from trainer.registration.desk.bulk_actions import BulkAction, BulkResult
from trainer.registration.desk.list_views import build_list_wording, build_undo_context, flash_blocked_people
from trainer.registration.models import ACTIVE_STATUSES, Registration, RegistrationStatus
from trainer.registration.seats import duplicates
from trainer.seminars.views import get_seminar_or_404

desk = create_desk_blueprint("registration_duplicates", __name__)


@desk.get("/seminars/<int:seminar_id>/duplicates")
def view_duplicates(seminar_id: int) -> ResponseReturnValue:
    """Show the likely duplicates to decide on, and what was merged."""
    seminar = get_seminar_or_404(seminar_id)
    return render_template(
        "registration/desk/duplicates.html",
        seminar=seminar,
        waiting=duplicates.list_registrations_in_status(db.session(), seminar, RegistrationStatus.DUPLICATE),
        merged=duplicates.list_registrations_in_status(db.session(), seminar, RegistrationStatus.MERGED),
        live=ACTIVE_STATUSES,
        **build_list_wording(),
        **build_undo_context(seminar),
    )


def get_registration_or_404(registration_id: int) -> Registration:
    """Find a registration."""
    return db.session.get(Registration, registration_id) or abort(404)


@desk.post("/registrations/<int:registration_id>/duplicate")
def submit_duplicate_decision(registration_id: int) -> ResponseReturnValue:
    """Decide whether a likely duplicate is the same person or somebody else."""
    registration = get_registration_or_404(registration_id)
    decision, seminar = request.form.get("decision"), get_seminar_or_404(registration.seminar_id)
    if decision == "other":
        outcome = bulk_actions.run_bulk_action(
            db.session(), seminar, BulkAction.SEPARATE_PERSON, [registration.id], current_user.id, now()
        )
    elif decision == "same":
        kept = registration.likely_duplicate_of or abort(400)
        if kept.id != request.form.get("other", type=int):  # not the one who stood beside on the page
            flash(_("A decision has already been made."), "info")
            return redirect(url_for(".view_duplicates", seminar_id=seminar.id), 303)
        outcome = bulk_actions.merge_as_organizer(db.session(), registration, kept, current_user.id, now())
    else:
        abort(400)
    return commit_duplicate_decision(seminar.id, outcome)


@desk.post("/registrations/<int:registration_id>/separation")
def submit_unmerge(registration_id: int) -> ResponseReturnValue:
    """Take a merge back: the registration is a likely duplicate again."""
    registration = get_registration_or_404(registration_id)
    seminar = get_seminar_or_404(registration.seminar_id)
    outcome = bulk_actions.run_bulk_action(
        db.session(), seminar, BulkAction.UNMERGE, [registration.id], current_user.id, now()
    )
    return commit_duplicate_decision(seminar.id, outcome)


@desk.get("/seminars/<int:seminar_id>/merge")
def view_merge(seminar_id: int) -> ResponseReturnValue:
    """Show two registrations beside each other and ask which one stays."""
    seminar = get_seminar_or_404(seminar_id)
    ids = [request.args.get(name, 0, type=int) for name in ("first", "second")]
    pair = [
        each
        for each in duplicates.list_registrations_by_id(db.session(), seminar, ids)
        if each.status in ACTIVE_STATUSES
    ]
    if len(pair) != 2:
        flash(_("Only two people who are on the list can be merged."), "error")
        return redirect(url_for("registration_desk.view_registrations", seminar_id=seminar.id), 303)
    return render_template("registration/desk/merge.html", seminar=seminar, pair=pair, **build_list_wording())


@desk.post("/seminars/<int:seminar_id>/merge")
def submit_merge(seminar_id: int) -> ResponseReturnValue:
    """Keep the chosen one of two registrations."""
    seminar = get_seminar_or_404(seminar_id)
    kept_id, gone_id = (request.form.get(name, 0, type=int) for name in ("kept", "gone"))
    pair = {each.id: each for each in duplicates.list_registrations_by_id(db.session(), seminar, [kept_id, gone_id])}
    if len(pair) != 2:
        abort(400)
    outcome = bulk_actions.merge_as_organizer(db.session(), pair[gone_id], pair[kept_id], current_user.id, now())
    db.session.commit()
    flash_blocked_people(outcome)
    if not outcome.succeeded:
        return redirect(url_for("registration_desk.view_registrations", seminar_id=seminar.id), 303)
    return redirect(url_for("registration_person.edit_person", registration_id=kept_id, beside=gone_id), 303)


def commit_duplicate_decision(seminar_id: int, result: BulkResult) -> ResponseReturnValue:
    """Keep the decision and go back to the questions; when no place is left nothing is decided."""
    db.session.commit()
    if any(reason == bulk_actions.BlockReason.SEMINAR_FULL for _who, reason in result.blocked):
        flash(_("All places are taken: increase the number of places first."), "error")
    elif any(reason == bulk_actions.BlockReason.ERASURE_REQUESTED for _who, reason in result.blocked):
        flash_blocked_people(result)
    elif result.blocked:
        flash(_("A decision has already been made."), "info")
    return redirect(url_for(".view_duplicates", seminar_id=seminar_id), 303)
