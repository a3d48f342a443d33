"""The organizer's list of registrations: the list page, bulk actions, undo, and exports."""

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from trainer.accounts.access import create_desk_blueprint, read_search_arguments
from trainer.clock import now
from trainer.documents.files import send_document
from trainer.documents.workbook import Worksheet, stream_csv, stream_xlsx
from trainer.extensions import db
from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.registration.desk import bulk_actions, export, listing, wording
from trainer.registration.desk import undo as undoing
from trainer.registration.desk.filters import RegistrationFilter
from trainer.registration.desk.listing import RegistrationRow
from trainer.registration.form import questions
from trainer.registration.form.answers import format_registration_answers
from trainer.registration.models import (
    SEAT_HOLDING_STATUSES,
    UNLISTED_STATUSES,
    RegistrationChange,
)
from trainer.registration.seats.capacity import compute_free_seats
from trainer.seminars.locking import StatusChanged
from trainer.seminars.models import Seminar
from trainer.seminars.views import get_seminar_or_404
from trainer.web import phones
from trainer.web.actions import commit_or_explain

desk = create_desk_blueprint("registration_desk", __name__)

UNDO_BANNER_PERIOD = timedelta(minutes=30)


@desk.get("/seminars/<int:seminar_id>/registrations")
def view_registrations(seminar_id: int) -> ResponseReturnValue:
    """Render the list, filtered and paged by the query string."""
    seminar, filters = get_seminar_or_404(seminar_id), RegistrationFilter.from_arguments(read_search_arguments())
    registration_counts = listing.count_registrations(db.session(), seminar)
    counts = registration_counts.by_status
    taken_seats = sum(counts.get(status, 0) for status in SEAT_HOLDING_STATUSES)

    def build_list_url(**changes: Any) -> str:
        """Return the URL of this list with some filters changed; the first page unless a page is given."""
        return url_for(".view_registrations", seminar_id=seminar.id, **filters.to_arguments(**{"page": 1, **changes}))

    return render_template(
        "registration/desk/list.html",
        seminar=seminar,
        filters=filters,
        build_list_url=build_list_url,
        registration_page=listing.get_registration_page(db.session(), seminar, filters),
        format_answers=build_answer_formatter(seminar),
        status_counts=counts,
        all_count=sum(count for status, count in counts.items() if status not in UNLISTED_STATUSES),
        free_seats=compute_free_seats(seminar.capacity, taken_seats),
        **build_list_wording(),
        **build_undo_context(seminar),
    )


def build_answer_formatter(seminar: Seminar) -> Callable[[RegistrationRow], list[tuple[str, str]]]:
    """Return a function that formats the answers of a row as (question, answer) pairs; questions are queried once."""
    seminar_questions = questions.list_all_questions(db.session(), seminar)
    return lambda row: format_registration_answers(seminar_questions, row.answers or {}, get_page_language())


def build_list_wording() -> dict[str, Any]:
    """Return the template variables for statuses, actions and phone numbers."""
    return {
        "status_names": wording.STATUS_NAMES,
        "status_tones": wording.STATUS_TONES,
        "action_names": wording.ACTION_NAMES,
        "format_phone": phones.format_phone,
        "is_phone_number": phones.is_phone_number,
    }


def build_undo_context(seminar: Seminar) -> dict[str, Any]:
    """Return the template variables for recent changes; a recent enough last change gets a banner with an undo button."""
    recent_changes = undoing.list_recent_changes(db.session(), seminar)
    newest_change = (
        recent_changes[0]
        if recent_changes
        and recent_changes[0].can_undo
        and now() - recent_changes[0].change.changed_at < UNDO_BANNER_PERIOD
        else None
    )
    return {
        "newest_change": newest_change,
        "recent_changes": recent_changes,
        "completed_action_names": wording.COMPLETED_ACTION_NAMES,
        "undo_action_names": wording.UNDO_ACTION_NAMES,
    }


@desk.post("/seminars/<int:seminar_id>/registrations")
def submit_bulk_action(seminar_id: int) -> ResponseReturnValue:
    """Run the chosen action on the selected registrations, or go on to the merge page for exactly two."""
    seminar = get_seminar_or_404(seminar_id)
    response = redirect(
        url_for(".view_registrations", seminar_id=seminar.id, **parse_return_filter().to_arguments()), 303
    )
    ids = list_chosen_ids(seminar)
    action = request.form.get("action")
    if action not in wording.ACTION_NAMES:
        flash(_("Choose an action."), "error")
    elif action == bulk_actions.BulkAction.MERGE:
        if len(ids) == 2:
            return redirect(
                url_for("registration_duplicates.view_merge", seminar_id=seminar.id, first=ids[0], second=ids[1]), 303
            )
        flash(_("Select exactly two people to merge."), "error")
    elif not ids:
        flash(_("Select people first."), "error")
    else:
        result = bulk_actions.run_bulk_action(
            db.session(), seminar, bulk_actions.BulkAction(action), ids, current_user.id, now()
        )
        db.session.commit()
        flash_blocked_people(result)
    return response


def list_chosen_ids(seminar: Seminar) -> list[int]:
    """Return the ids of the ticked registrations, or of all that the filters of the list find, on all its pages."""
    if "everyone" in request.form:
        return [row.id for row in listing.list_shown_rows(db.session(), seminar, parse_return_filter())]
    return [int(value) for value in request.form.getlist("chosen") if re.fullmatch(r"[0-9]{1,9}", value)]


def parse_return_filter() -> RegistrationFilter:
    """Return the filter of the list from which a button was pressed."""
    return RegistrationFilter.from_arguments(dict(parse_qsl(request.form.get("back", "")[:1000])))


def flash_blocked_people(result: bulk_actions.BulkResult) -> None:
    """Flash for whom an action was not possible, and why; what was done is shown by the undo banner."""
    for sentence in wording.format_blocked_people(result):
        flash(sentence, "warn")
    if not result.succeeded and not result.blocked:
        flash(_("Nothing was changed."), "info")


@desk.post("/changes/<int:change_id>/undo")
def submit_undo(change_id: int) -> ResponseReturnValue:
    """Undo a bulk action as far as possible."""
    change = db.session.get(RegistrationChange, change_id) or abort(404)
    seminar = get_seminar_or_404(change.seminar_id)
    with commit_or_explain({StatusChanged: ""}) as action:
        result = undoing.undo_registration_change(db.session(), change, seminar, now())
    if action.is_committed:
        if result.succeeded:
            flash(_("Undone: %(num)d.", num=len(result.succeeded)), "success")
        flash_blocked_people(result)
    else:
        flash(_("This has already been undone."), "info")
    return redirect(url_for(".view_registrations", seminar_id=seminar.id, **parse_return_filter().to_arguments()), 303)


@desk.get("/seminars/<int:seminar_id>/registrations.xlsx")
def download_registrations_xlsx(seminar_id: int) -> ResponseReturnValue:
    """Send the filtered list as an XLSX workbook."""
    seminar = get_seminar_or_404(seminar_id)
    title = seminar.title.get_text(current_user.language)
    return send_document(stream_xlsx([build_shown_sheet(seminar)], title), f"{_('Registrations')} {title}", "xlsx")


@desk.get("/seminars/<int:seminar_id>/registrations.csv")
def download_registrations_csv(seminar_id: int) -> ResponseReturnValue:
    """Send the filtered list as CSV."""
    seminar = get_seminar_or_404(seminar_id)
    title = seminar.title.get_text(current_user.language)
    return send_document(stream_csv(build_shown_sheet(seminar)), f"{_('Registrations')} {title}", "csv")


def build_shown_sheet(seminar: Seminar) -> Worksheet:
    """Return the filtered list as a worksheet."""
    rows = listing.open_shown_rows(db.session(), seminar, RegistrationFilter.from_arguments(request.args))
    return export.build_export_sheet(*rows, seminar.zone, questions.list_all_questions(db.session(), seminar))
