"""Desk page of attendance: one session, one row for each person."""

import json
import re
import uuid
from typing import Any

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user

from trainer.accounts.access import create_desk_blueprint, read_search_arguments
from trainer.attendance import ledger
from trainer.attendance.conflicts import list_walk_ins
from trainer.attendance.desk.filters import AttendanceFilter, count_people_by_status
from trainer.attendance.desk.live import (
    AttendanceOverview,
    compute_attendance_fingerprint,
    load_attendance_overview,
    map_session_attendance,
)
from trainer.attendance.desk.refusals import list_refused_items
from trainer.attendance.mark_history import load_person_sessions
from trainer.attendance.models import AttendanceStatus
from trainer.attendance.sheets.filing import list_scans
from trainer.attendance.tablet.wording import ITEM_KIND_LABELS, ITEM_REASON_LABELS, format_device_status
from trainer.attendance.unlisted import is_undecided_unlisted, list_unlisted_registrations
from trainer.attendance.wording import ATTENDANCE_STATUS_LABELS, format_conflict
from trainer.clock import now
from trainer.extensions import db
from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.language.translate import ngettext
from trainer.registration.desk import wording
from trainer.registration.models import Registration
from trainer.registration.seats.participants import list_participants, map_people
from trainer.seminars.locking import lock_seminar
from trainer.seminars.models import Seminar, SeminarSession
from trainer.seminars.views import get_seminar_or_404
from trainer.web.paging import ROWS_PER_PAGE, paginate_rows, parse_page_number

desk = create_desk_blueprint("attendance_desk", __name__)


@desk.app_template_global()
def build_attendance_trace(registration: Registration) -> dict[str, Any]:
    """Return what tablets and desk recorded about a person, for the person's page, which belongs to a package below."""
    session, seminar = db.session(), registration.seminar
    parts = load_person_sessions(session, registration)
    own_items = [refusal for refusal in list_refused_items(session, seminar) if refusal.registration is registration]
    return {
        "sessions": parts,
        "refusals": own_items,
        "waits": is_undecided_unlisted(registration, parts)
        or any(refusal.item.decided_at is None for refusal in own_items),
        "attendance_labels": ATTENDANCE_STATUS_LABELS,
        "item_kinds": ITEM_KIND_LABELS,
        "item_reasons": ITEM_REASON_LABELS,
    }


def find_chosen_session(seminar: Seminar) -> SeminarSession | None:
    """Return the requested session, else the last one that has begun, else the first; None for a seminar without sessions.

    Abort with 404 for an id that is not a session of the seminar.
    """
    requested_id = request.args.get("session")
    if requested_id is not None:
        sessions_by_id = {str(session.id): session for session in seminar.sessions}
        return sessions_by_id.get(requested_id) or abort(404)
    held_sessions = ledger.list_held_sessions(seminar, now())
    return held_sessions[-1] if held_sessions else next(iter(seminar.sessions), None)


@desk.get("/seminars/<int:seminar_id>/attendance")
def view_attendance(seminar_id: int) -> ResponseReturnValue:
    """Show everybody's status in a session, and the tablets."""
    seminar = get_seminar_or_404(seminar_id)
    session, scans = find_chosen_session(seminar), list_scans(db.session(), seminar)
    overview = load_attendance_overview(db.session(), seminar, session)
    filter_ = AttendanceFilter.from_arguments(read_search_arguments())
    portion = paginate_rows(filter_.choose_ids(db.session(), seminar, overview), parse_page_number())
    return render_template(
        "attendance/desk/attendance.html",
        filter=filter_,
        portion=portion,
        people=map_people(db.session(), portion.rows),
        attendance_by_id=map_session_attendance(db.session(), session, portion.rows, overview.surviving_ids),
        counts=count_people_by_status(overview),
        scan_count=len(scans),
        unconfirmed_scan_count=sum(scan.confirmed_at is None for scan in scans),
        walk_in_count=len(list_walk_ins(db.session(), seminar)),
        seminar=seminar,
        session=session,
        overview=overview,
        status_labels=ATTENDANCE_STATUS_LABELS,
        now=now(),
        format_conflict=format_conflict,
        status_names=wording.STATUS_NAMES,
        format_device_status=lambda device: format_device_status(device, seminar.zone),
    )


@desk.get("/seminars/<int:seminar_id>/attendance.json")
def view_live_attendance(seminar_id: int) -> ResponseReturnValue:
    """Return the current content of the attendance page as JSON; 304 if nothing has changed.

    The rows are those of the registrations in `rows`, a list with “.” between the ids, which are still on the list.
    """
    seminar = get_seminar_or_404(seminar_id)
    session = find_chosen_session(seminar)
    response = Response(mimetype="application/json")
    today = now().astimezone(seminar.zone).date()
    fingerprint = compute_attendance_fingerprint(db.session(), seminar)
    response.set_etag(f"{fingerprint}-{session.id if session else 0}-{get_page_language()}-{today}")
    if response.make_conditional(request).status_code == 304:
        return response
    overview = load_attendance_overview(db.session(), seminar, session)
    shown_ids = parse_row_ids() & set(overview.registration_ids)
    rows = map_session_attendance(db.session(), session, shown_ids, overview.surviving_ids)
    content = {
        "here": format_present_count(overview),
        "people": overview.people_count,
        "unlisted": overview.unlisted_version,
        "rows": {str(number): serialize_attendance_row(attendance) for number, attendance in rows.items()},
        "devices": [
            {"name": device.name, "said": format_device_status(device, seminar.zone)} for device in overview.devices
        ],
    }
    response.set_data(json.dumps(content, ensure_ascii=False))
    return response


def parse_row_ids() -> set[int]:
    """Return the ids of the registrations that a page shows."""
    ids = [part for part in request.args.get("rows", "").split(".") if re.fullmatch(r"[0-9]{1,9}", part)]
    return {int(part) for part in ids[:ROWS_PER_PAGE]}


def serialize_attendance_row(attendance: ledger.SessionAttendance) -> dict[str, str]:
    """Return the attendance of a row as JSON for the fields of the page."""
    conflict = format_conflict(attendance) if attendance.is_conflicting else ""
    return {"status": attendance.status or "", "after": str(attendance.last_mark_id or ""), "question": conflict}


def format_present_count(overview: AttendanceOverview) -> str:
    """Return a sentence with the number of people present."""
    return _("%(here)d of %(all)d present", here=overview.present_count, all=overview.people_count)


@desk.post("/seminars/<int:seminar_id>/attendance")
def submit_marks(seminar_id: int) -> ResponseReturnValue:
    """Append a mark for everybody whose status was changed in the form."""
    seminar = get_seminar_or_404(seminar_id)
    session = find_chosen_session(seminar) or abort(404)
    lock_seminar(db.session(), seminar)  # so that `received_at` follows the order of commits
    attendance_by_key = ledger.load_seminar_attendance(db.session(), seminar)
    mark_count = 0
    people = [
        *list_participants(db.session(), seminar),
        *list_unlisted_registrations(db.session(), seminar, list_shown_ids()),
    ]
    for registration in people:
        attendance = attendance_by_key.get((registration.id, session.id), ledger.SessionAttendance())
        mark_count += append_submitted_mark(registration, session, attendance)
    db.session.commit()
    flash(ngettext("%(num)d mark saved.", "%(num)d marks saved.", mark_count), "success")
    shown = {**AttendanceFilter.from_arguments(request.args).to_arguments(), "page": request.args.get("page")}
    return redirect(url_for(".view_attendance", seminar_id=seminar.id, session=session.id, **shown), 303)


def list_shown_ids() -> set[int]:
    """Return the ids of the registrations of the form: some may have left the list since the page was opened."""
    names = (re.fullmatch(r"(?:status|after)-([0-9]{1,9})", name) for name in request.form)
    return {int(name[1]) for name in names if name}


def append_submitted_mark(
    registration: Registration, seminar_session: SeminarSession, attendance: ledger.SessionAttendance
) -> bool:
    """Append the mark in the form for a person if the status was changed; return whether it was."""
    status = request.form.get(f"status-{registration.id}", "")
    if not status and "everybody" in request.form and attendance.status is None and not attendance.is_conflicting:
        status = AttendanceStatus.PRESENT
    shown_status = request.form.get(f"shown-{registration.id}", "")  # an unchanged row of an old page makes no mark
    if status not in tuple(AttendanceStatus) or status in (attendance.status, shown_status):
        return False
    seen_mark_id = parse_seen_mark_id(request.form.get(f"after-{registration.id}", ""))
    ledger.append_mark(
        db.session(),
        registration,
        seminar_session,
        AttendanceStatus(status),
        after=seen_mark_id,
        now=now(),
        user_id=current_user.id,
        decides=attendance.has_parallel_marks and seen_mark_id == attendance.last_mark_id,
    )
    return True


def parse_seen_mark_id(text: str) -> uuid.UUID | None:
    """Parse the id of the last mark that the page showed; abort with 400 for an invalid one."""
    try:
        return uuid.UUID(text) if text else None
    except ValueError:
        abort(400)
