"""The project and seminar of tablets, sheets and scans in an address, for the access control."""

from sqlalchemy import Select, select

from trainer.attendance.models import DeviceSeminar, SheetPage, SheetScan
from trainer.seminars.models import Seminar, SeminarSession
from trainer.seminars.scopes import select_scopes_of_seminars

ScopeSelect = Select[int, int]


def select_device_scope(device_id: int) -> ScopeSelect:
    """Return a SELECT of project ids and seminar ids of all seminars of a tablet."""
    seminar_ids = select(DeviceSeminar.seminar_id).where(DeviceSeminar.device_id == device_id)
    return select_scopes_of_seminars(Seminar.id.in_(seminar_ids))


def select_sheet_page_scope(page_id: int) -> ScopeSelect:
    """Return a SELECT of project id and seminar id of a printed page."""
    seminar_ids = select(SeminarSession.seminar_id).join(SheetPage, SheetPage.session_id == SeminarSession.id)
    return select_scopes_of_seminars(Seminar.id.in_(seminar_ids.where(SheetPage.id == page_id)))


def select_scan_scope(scan_id: int) -> ScopeSelect:
    """Return a SELECT of project id and seminar id of a scan."""
    return select_scopes_of_seminars(Seminar.id.in_(select(SheetScan.seminar_id).where(SheetScan.id == scan_id)))
