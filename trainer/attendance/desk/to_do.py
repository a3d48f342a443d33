"""What waits for the organizer in attendance: conflicts, people who are not on the list, refused items, scans to check."""

from collections import Counter
from collections.abc import Iterable
from typing import Any

from flask import url_for
from sqlalchemy import func, select

from trainer.attendance.merges import map_merged_registrations
from trainer.attendance.models import RefusedItem, SheetScan
from trainer.attendance.unlisted import list_open_marks
from trainer.language.translate import lazy_gettext as _l
from trainer.language.translate import ngettext
from trainer.seminars.models import Seminar
from trainer.seminars.to_do import Desk, TaskToDo, WaitingWork, build_seminar_work


def build_conflicts_address(seminar: Seminar) -> str:
    """Return the address of the page on which the decisions are made."""
    return url_for("attendance_conflicts.view_conflicts", seminar_id=seminar.id)


def map_session_seminars(desk: Desk) -> dict[int, int]:
    """Return the seminar of each session, by ids."""
    return {session.id: seminar.id for seminar in desk.seminars for session in seminar.sessions}


def build_counted_work(desk: Desk, seminar_ids: Iterable[int]) -> list[WaitingWork]:
    """Return the work on the page of decisions, one piece for each time that a seminar occurs."""
    counts: dict[int, Any] = {id_: (count, None) for id_, count in Counter(seminar_ids).items()}
    return build_seminar_work(desk, counts, build_conflicts_address)


def find_conflicts(desk: Desk) -> Iterable[WaitingWork]:
    """Find the sessions in which people on the list have different marks; the page has counted them."""
    return build_seminar_work(desk, desk.counts["conflicts"], build_conflicts_address)


def find_unlisted(desk: Desk) -> Iterable[WaitingWork]:
    """Find the people who are not on the list although marked."""
    seminar_ids = map_session_seminars(desk)
    surviving_ids = map_merged_registrations(desk.session, desk.seminar_ids)
    marks = list_open_marks(desk.session.connection(), desk.seminar_ids, surviving_ids)
    people = {(registration_id, seminar_ids[session_id]) for registration_id, session_id in marks}
    return build_counted_work(desk, [seminar_id for _person, seminar_id in people])


def find_refused_items(desk: Desk) -> Iterable[WaitingWork]:
    """Find the items of tablets that could not be recorded."""
    query = select(RefusedItem.seminar_id, func.count(), func.min(RefusedItem.received_at)).where(
        RefusedItem.seminar_id.in_(desk.seminar_ids), RefusedItem.decided_at.is_(None)
    )
    rows = desk.session.execute(query.group_by(RefusedItem.seminar_id))
    counts = {seminar_id: (count, since) for seminar_id, count, since in rows}
    return build_seminar_work(desk, counts, build_conflicts_address)


def find_unchecked_scans(desk: Desk) -> Iterable[WaitingWork]:
    """Find the scanned pages that nobody has checked."""
    query = select(SheetScan.seminar_id, func.count(), func.min(SheetScan.uploaded_at)).where(
        SheetScan.seminar_id.in_(desk.seminar_ids), SheetScan.confirmed_at.is_(None)
    )
    rows = desk.session.execute(query.group_by(SheetScan.seminar_id))
    return build_seminar_work(
        desk,
        {seminar_id: (count, since) for seminar_id, count, since in rows},
        lambda seminar: url_for("attendance_sheets.view_documents", seminar_id=seminar.id),
    )


tasks_to_do = (
    TaskToDo(
        "conflicts",
        lambda count: ngettext("%(num)d person marked differently", "%(num)d people marked differently", count),
        _l("Decide"),
        find_conflicts,
    ),
    TaskToDo(
        "unlisted",
        lambda count: ngettext(
            "%(num)d person marked and not on the list", "%(num)d people marked and not on the list", count
        ),
        _l("Decide"),
        find_unlisted,
    ),
    TaskToDo(
        "refused_items",
        lambda count: ngettext(
            "%(num)d entry from a tablet not recorded", "%(num)d entries from tablets not recorded", count
        ),
        _l("Decide"),
        find_refused_items,
    ),
    TaskToDo(
        "scans",
        lambda count: ngettext("%(num)d scanned page to check", "%(num)d scanned pages to check", count),
        _l("Check"),
        find_unchecked_scans,
    ),
)
