"""Words about marks, tablets and what became of their items."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_timedelta

from trainer.attendance.lists.participants import LastColumn
from trainer.attendance.models import Device, Status
from trainer.attendance.sheets.recognition import Unreadable
from trainer.clock import now
from trainer.language.choice import language
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.language.translate import ngettext

STATUSES = {
    Status.PRESENT: _l("Present"),
    Status.LATE: _l("Late"),
    Status.EXCUSED: _l("Excused"),
    Status.ABSENT: _l("Absent"),
}
REASONS = {
    "malformed": _l("The item is damaged."),
    "unknown_person": _l("The person is not on the list of this tablet's seminars."),
    "unknown_session": _l("The session is not one of the person's seminar."),
    "unknown_seminar": _l("The tablet may not work in this seminar."),
    "consent": _l("It is not known what the person agreed to."),
    "name": _l("The name has no letters."),
    "iin": _l("An IIN was entered; it is not kept."),
}
ITEMS = {
    "mark": _l("Mark"),
    "signature": _l("Signature"),
    "walk_in": _l("Came without registering"),
}
COLUMNS = {
    LastColumn.SIGNATURES: _l("With the signatures drawn on tablets"),
    LastColumn.EMPTY: _l("With an empty column, to sign by hand"),
    LastColumn.STATUSES: _l("Everybody registered, with how they were marked"),
}
UNREADABLE = {
    Unreadable.EMPTY: _l("the file is empty."),
    Unreadable.TOO_LARGE: _l("the file is too large: at most 15 MB, and a picture of 25 megapixels."),
    Unreadable.HEIC: _l("photos in the HEIC format can't be read. Please save it as JPEG."),
    Unreadable.KIND: _l("this is neither a photo (JPEG, PNG) nor a PDF."),
    Unreadable.DAMAGED: _l("the file is damaged and can't be opened, or it is locked by a password."),
    Unreadable.PAGES: _l("a PDF may have 30 pages at most."),
    Unreadable.SEVERAL: _l("there are several sheets on one picture. Please photograph each page by itself."),
    Unreadable.FOREIGN: _l("the code on it is not that of a sign-in sheet."),
}
RIGHT = timedelta(seconds=5)


def clock_said(skew: int) -> str:
    """Say how far a tablet's clock is from ours."""
    off = timedelta(milliseconds=skew)
    if abs(off) < RIGHT:
        return _("The clock is right.")
    time = format_timedelta(abs(off), threshold=1.5, locale=language())
    return _("The clock is %(time)s slow.", time=time) if skew > 0 else _("The clock is %(time)s fast.", time=time)


def device_said(device: Device, zone: ZoneInfo) -> str:
    """Say when a tablet was last heard of, and what it has not sent yet."""
    if device.revoked_at:
        return _("Revoked.")
    seen = _("Last sync: %(time)s.", time=moment_said(device.seen_at.astimezone(zone)) if device.seen_at else "—")
    if not device.waiting:
        return seen
    return f"{seen} {ngettext('%(num)d item is not sent yet.', '%(num)d items are not sent yet.', device.waiting)}"


def moment_said(moment: datetime) -> str:
    """Say when something was, to the second; with its day where that is another one than today."""
    time = f"{moment:%H:%M:%S}"
    return time if moment.date() == now().astimezone(moment.tzinfo).date() else f"{moment:%d.%m.%Y}, {time}"
