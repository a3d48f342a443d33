"""The organizer's list: searching it, doing something to several people at once and taking it back, and its files."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

from flask import abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from trainer.accounts.access import create_desk_blueprint
from trainer.clock import now
from trainer.documents.files import send_document
from trainer.extensions import db
from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.registration.desk import bulk_actions, export, listing, wording
from trainer.registration.desk import undo as undoing
from trainer.registration.desk.listing import RegistrationFilter, RegistrationRow
from trainer.registration.form import questions
from trainer.registration.models import STATUSES_WITHOUT_PAGE, RegistrationChange, RegistrationStatus
from trainer.seminars.locking import StatusChanged
from trainer.seminars.models import Seminar
from trainer.seminars.views import get_seminar_or_404
from trainer.web import phones

desk = create_desk_blueprint("registration_desk", __name__)

UNDO_BANNER_PERIOD = timedelta(minutes=30)  # a change is offered to be taken back at the top of the page for so long


@desk.get("/seminars/<int:seminar_id>/registrations")
def view_registrations(seminar_id: int) -> ResponseReturnValue:
    """List who is registered, as searched and filtered."""
    seminar, wanted = get_seminar_or_404(seminar_id), RegistrationFilter.from_arguments(request.args)
    counts = listing.count_registrations_by_status(db.session(), seminar)

    def here(**more: Any) -> str:
        """The address of this list, changed."""
        return url_for(".view_registrations", seminar_id=seminar.id, **wanted.to_arguments(**{"page": 1, **more}))

    return render_template(
        "registration/desk/list.html",
        seminar=seminar,
        wanted=wanted,
        here=here,
        listing=listing.get_registration_page(db.session(), seminar, wanted),
        answered=build_answer_formatter(seminar),
        counts=counts,
        all_count=sum(counts.values()) - sum(counts.get(each, 0) for each in STATUSES_WITHOUT_PAGE),
        duplicates=counts.get(RegistrationStatus.DUPLICATE, 0),
        places_left=listing.subtract_taken_seats(seminar, counts),
        **build_list_wording(),
        **build_undo_context(seminar),
    )


def build_answer_formatter(seminar: Seminar) -> Callable[[RegistrationRow], list[tuple[str, str]]]:
    """What puts the answers of a line into words; the seminar's questions are asked for once."""
    asked = questions.list_all_questions(db.session(), seminar)
    return lambda line: questions.format_registration_answers(asked, line.answers or {}, get_page_language())


def build_list_wording() -> dict[str, Any]:
    """What the pages say about registrations."""
    return {
        "states": wording.STATUS_NAMES,
        "tones": wording.STATUS_TONES,
        "actions": wording.ACTION_NAMES,
        "shown_phone": phones.format_phone,
    }


def build_undo_context(seminar: Seminar) -> dict[str, Any]:
    """The last changes, for the top of a page; the newest is offered to be taken back at once."""
    found = undoing.list_recent_changes(db.session(), seminar)
    newest = (
        found[0] if found and found[0].can_undo and now() - found[0].change.changed_at < UNDO_BANNER_PERIOD else None
    )
    return {"newest": newest, "changes": found, "done_words": wording.COMPLETED_ACTION_NAMES}


@desk.post("/seminars/<int:seminar_id>/registrations")
def submit_bulk_action(seminar_id: int) -> ResponseReturnValue:
    """Do something to everybody who is ticked."""
    seminar = get_seminar_or_404(seminar_id)
    back = redirect(url_for(".view_registrations", seminar_id=seminar.id, **parse_return_filter().to_arguments()), 303)
    ids = [int(each) for each in request.form.getlist("chosen") if each.isascii() and each.isdigit() and len(each) < 10]
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
        outcome = bulk_actions.run_bulk_action(
            db.session(), seminar, bulk_actions.BulkAction(action), ids, current_user.id, now()
        )
        db.session.commit()
        flash_blocked_people(outcome)
    return back


def parse_return_filter() -> RegistrationFilter:
    """What the list showed on which a button was pressed."""
    return RegistrationFilter.from_arguments(dict(parse_qsl(request.form.get("back", "")[:1000])))


def flash_blocked_people(result: bulk_actions.BulkResult) -> None:
    """Say for whom something was not possible; what was done stands at the top of the page with its way back."""
    for sentence in wording.format_blocked_people(result):
        flash(sentence, "warn")
    if not result.succeeded and not result.blocked:
        flash(_("Nothing was changed."), "info")


@desk.post("/changes/<int:change_id>/undo")
def submit_undo(change_id: int) -> ResponseReturnValue:
    """Take a change back."""
    change = db.session.get(RegistrationChange, change_id) or abort(404)
    seminar = get_seminar_or_404(change.seminar_id)
    try:
        outcome = undoing.undo_registration_change(db.session(), change, seminar, now())
    except StatusChanged:
        db.session.rollback()
        flash(_("This has already been undone."), "info")
    else:
        db.session.commit()
        if outcome.succeeded:
            flash(_("Undone: %(num)d.", num=len(outcome.succeeded)), "success")
        flash_blocked_people(outcome)
    return redirect(url_for(".view_registrations", seminar_id=seminar.id, **parse_return_filter().to_arguments()), 303)


@desk.get("/seminars/<int:seminar_id>/registrations.xlsx")
def download_registrations_xlsx(seminar_id: int) -> ResponseReturnValue:
    """Give the list as a workbook, with those who are wanted."""
    seminar = get_seminar_or_404(seminar_id)
    lines = listing.list_registration_rows(db.session(), seminar, RegistrationFilter.from_arguments(request.args))
    title, asked = seminar.title.get_text(current_user.language), questions.list_all_questions(db.session(), seminar)
    made = export.render_registrations_xlsx(lines, seminar.zone, title, asked)
    return send_document(made, f"{_('Registrations')} {title}", "xlsx")


@desk.get("/seminars/<int:seminar_id>/registrations.csv")
def download_registrations_csv(seminar_id: int) -> ResponseReturnValue:
    """Give the list as CSV, with those who are wanted."""
    seminar = get_seminar_or_404(seminar_id)
    lines = listing.list_registration_rows(db.session(), seminar, RegistrationFilter.from_arguments(request.args))
    title, asked = seminar.title.get_text(current_user.language), questions.list_all_questions(db.session(), seminar)
    return send_document(
        export.render_registrations_csv(lines, seminar.zone, asked), f"{_('Registrations')} {title}", "csv"
    )
