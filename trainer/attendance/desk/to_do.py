"""What waits for the organizer in attendance: conflicts, people who are not on the list, refused items, scans to check."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from flask import url_for
from sqlalchemy import Select, func, select

from trainer.attendance.models import RefusedItem, SheetScan
from trainer.language.translate import lazy_gettext as _l
from trainer.language.translate import ngettext
from trainer.seminars.models import Seminar
from trainer.seminars.to_do import Desk, TaskToDo, WaitingWork, build_seminar_work


def build_conflicts_address(seminar: Seminar) -> str:
    """Return the address of the page on which the decisions are made."""
    return url_for("attendance_conflicts.view_conflicts", seminar_id=seminar.id)


def find_conflicts(desk: Desk) -> Iterable[WaitingWork]:
    """Find the sessions in which people on the list have different marks; the page has counted them."""
    return build_seminar_work(desk, desk.counts["conflicts"], build_conflicts_address)


def find_unlisted(desk: Desk) -> Iterable[WaitingWork]:
    """Find the people who are not on the list although marked; the page has counted them."""
    return build_seminar_work(desk, desk.counts["unlisted"], build_conflicts_address)


def find_refused_items(desk: Desk) -> Iterable[WaitingWork]:
    """Find the items of tablets that could not be recorded."""
    return build_seminar_work(desk, desk.counts["refused_items"], build_conflicts_address)


def select_refused_items(desk: Desk) -> Select[Any, int, datetime]:
    """Return a SELECT of seminars, of their items that nobody has decided on, and of the time of the oldest."""
    query = select(RefusedItem.seminar_id, func.count(), func.min(RefusedItem.received_at))
    is_open = RefusedItem.decided_at.is_(None)
    return query.where(desk.is_own(RefusedItem.seminar_id), is_open).group_by(RefusedItem.seminar_id)


def find_unchecked_scans(desk: Desk) -> Iterable[WaitingWork]:
    """Find the scanned pages that nobody has checked."""
    return build_seminar_work(
        desk,
        desk.counts["scans"],
        lambda seminar: url_for("attendance_sheets.view_documents", seminar_id=seminar.id),
    )


def select_unchecked_scans(desk: Desk) -> Select[Any, int, datetime]:
    """Return a SELECT of seminars, of their scanned pages that nobody has checked, and of the time of the oldest."""
    query = select(SheetScan.seminar_id, func.count(), func.min(SheetScan.uploaded_at))
    is_open = SheetScan.confirmed_at.is_(None)
    return query.where(desk.is_own(SheetScan.seminar_id), is_open).group_by(SheetScan.seminar_id)


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
        select_refused_items,
    ),
    TaskToDo(
        "scans",
        lambda count: ngettext("%(num)d scanned page to check", "%(num)d scanned pages to check", count),
        _l("Check"),
        find_unchecked_scans,
        select_unchecked_scans,
    ),
)
