"""Likely duplicates: comparing two registrations, the organizer's decision, merging and undoing a merge."""

import re

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from trainer.accounts.access import create_desk_blueprint
from trainer.clock import now
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.registration.desk import bulk_actions, duplicate_pairs
from trainer.registration.desk.action_rules import BlockReason
from trainer.registration.desk.bulk_actions import BulkAction, BulkResult
from trainer.registration.desk.list_views import build_list_wording, build_undo_context, flash_blocked_people
from trainer.registration.desk.wording import get_seminar_full_message
from trainer.registration.models import ACTIVE_STATUSES, Registration
from trainer.registration.seats.lookup import list_registrations_by_id
from trainer.seminars.models import Seminar
from trainer.seminars.views import get_seminar_or_404

desk = create_desk_blueprint("registration_duplicates", __name__)


@desk.get("/seminars/<int:seminar_id>/duplicates")
def view_duplicates(seminar_id: int) -> ResponseReturnValue:
    """Render the likely duplicates that need a decision, and the merged registrations."""
    seminar = get_seminar_or_404(seminar_id)
    listed = duplicate_pairs.list_likely_duplicates(db.session(), seminar)
    are_all_listed = len(listed) < duplicate_pairs.MAX_LISTED_DUPLICATES
    return render_template(
        "registration/desk/duplicates.html",
        seminar=seminar,
        likely_duplicates=listed,
        duplicate_count=len(listed if are_all_listed else duplicate_pairs.map_likely_duplicates(db.session(), seminar)),
        merged=duplicate_pairs.list_merged_registrations(db.session(), seminar),
        active_statuses=ACTIVE_STATUSES,
        **build_list_wording(),
        **build_undo_context(seminar),
    )


@desk.post("/seminars/<int:seminar_id>/duplicates")
def submit_duplicate_decisions(seminar_id: int) -> ResponseReturnValue:
    """Decide for the selected likely duplicates, or for all, that they are other people or the same ones."""
    seminar, decision = get_seminar_or_404(seminar_id), request.form.get("decision")
    pairs = list_chosen_pairs(seminar)
    if not pairs:
        flash(_("Select people first."), "error")
        return redirect(url_for(".view_duplicates", seminar_id=seminar.id), 303)
    if decision == "other":
        result = bulk_actions.run_bulk_action(
            db.session(), seminar, BulkAction.SEPARATE_PERSON, pairs, current_user.id, now()
        )
    elif decision == "same":
        result = bulk_actions.merge_likely_duplicates(db.session(), seminar, pairs, current_user.id, now())
    else:
        abort(400)
    db.session.commit()
    flash_blocked_people(result)
    return redirect(url_for(".view_duplicates", seminar_id=seminar.id), 303)


def list_chosen_pairs(seminar: Seminar) -> dict[int, int]:
    """Return the chosen likely duplicates with the registrations beside them: id and id, the latter 0 for none."""
    if "everybody" in request.form:
        pairs = duplicate_pairs.map_likely_duplicates(db.session(), seminar)
        return {duplicate_id: surviving_id or 0 for duplicate_id, surviving_id in pairs.items()}
    chosen = [re.fullmatch(r"([0-9]{1,9})-([0-9]{1,9})", value) for value in request.form.getlist("chosen")]
    return {int(pair[1]): int(pair[2]) for pair in chosen if pair}


def get_registration_or_404(registration_id: int) -> Registration:
    """Return the registration with an id; abort with 404."""
    return db.session.get(Registration, registration_id) or abort(404)


@desk.post("/registrations/<int:registration_id>/duplicate")
def submit_duplicate_decision(registration_id: int) -> ResponseReturnValue:
    """Merge a likely duplicate into the registration that it duplicates, or accept it as another person."""
    registration = get_registration_or_404(registration_id)
    decision, seminar = request.form.get("decision"), get_seminar_or_404(registration.seminar_id)
    if decision == "other":
        result = bulk_actions.run_bulk_action(
            db.session(), seminar, BulkAction.SEPARATE_PERSON, [registration.id], current_user.id, now()
        )
    elif decision == "same":
        surviving = registration.likely_duplicate_of or abort(400)
        if surviving.id != request.form.get("other", type=int):  # another one than the page showed
            flash(_("A decision has already been made."), "info")
            return redirect(url_for(".view_duplicates", seminar_id=seminar.id), 303)
        result = bulk_actions.merge_as_organizer(db.session(), registration, surviving, current_user.id, now())
    else:
        abort(400)
    return commit_duplicate_decision(seminar.id, result)


@desk.post("/registrations/<int:registration_id>/separation")
def submit_unmerge(registration_id: int) -> ResponseReturnValue:
    """Undo a merge: the registration becomes a likely duplicate again."""
    registration = get_registration_or_404(registration_id)
    seminar = get_seminar_or_404(registration.seminar_id)
    result = bulk_actions.run_bulk_action(
        db.session(), seminar, BulkAction.UNMERGE, [registration.id], current_user.id, now()
    )
    return commit_duplicate_decision(seminar.id, result)


@desk.get("/seminars/<int:seminar_id>/merge")
def view_merge(seminar_id: int) -> ResponseReturnValue:
    """Render two active registrations side by side for choosing the one that stays."""
    seminar = get_seminar_or_404(seminar_id)
    ids = [request.args.get(name, 0, type=int) for name in ("first", "second")]
    pair = [
        registration
        for registration in list_registrations_by_id(db.session(), seminar, ids)
        if registration.status in ACTIVE_STATUSES
    ]
    if len(pair) != 2:
        flash(_("Only two people who are on the list can be merged."), "error")
        return redirect(url_for("registration_desk.view_registrations", seminar_id=seminar.id), 303)
    return render_template("registration/desk/merge.html", seminar=seminar, pair=pair, **build_list_wording())


@desk.post("/seminars/<int:seminar_id>/merge")
def submit_merge(seminar_id: int) -> ResponseReturnValue:
    """Merge one registration into another, then go on to the person's page to copy details."""
    seminar = get_seminar_or_404(seminar_id)
    surviving_id, merged_id = (request.form.get(name, 0, type=int) for name in ("kept", "gone"))
    pair = {
        registration.id: registration
        for registration in list_registrations_by_id(db.session(), seminar, [surviving_id, merged_id])
    }
    if len(pair) != 2:
        abort(400)
    result = bulk_actions.merge_as_organizer(db.session(), pair[merged_id], pair[surviving_id], current_user.id, now())
    db.session.commit()
    flash_blocked_people(result)
    if not result.succeeded:
        return redirect(url_for("registration_desk.view_registrations", seminar_id=seminar.id), 303)
    return redirect(url_for("registration_person.edit_person", registration_id=surviving_id, beside=merged_id), 303)


def commit_duplicate_decision(seminar_id: int, result: BulkResult) -> ResponseReturnValue:
    """Commit a decision, flash why it was not possible for a registration, and return to the duplicates."""
    db.session.commit()
    if any(reason == BlockReason.SEMINAR_FULL for _registration, reason in result.blocked):
        flash(get_seminar_full_message(), "error")
    elif any(reason == BlockReason.ERASURE_REQUESTED for _registration, reason in result.blocked):
        flash_blocked_people(result)
    elif result.blocked:
        flash(_("A decision has already been made."), "info")
    return redirect(url_for(".view_duplicates", seminar_id=seminar_id), 303)
