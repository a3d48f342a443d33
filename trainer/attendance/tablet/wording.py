"""Wording of tablets for the organizer: their status, their clocks, and items that the server refused."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from babel.dates import format_timedelta

from trainer.attendance.models import Device
from trainer.clock import now
from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.language.translate import ngettext

ITEM_REASON_LABELS = {
    "malformed": _l("This record is damaged."),
    "unknown_person": _l("The person is not in any of this tablet’s seminars."),
    "unknown_session": _l("This session is not part of the person’s seminar: it may have been deleted."),
    "unknown_seminar": _l("This tablet has no access to this seminar."),
    "consent": _l("It is not known what the person consented to."),
    "name": _l("The name contains no letters."),
    "changed": _l("The tablet had sent this record before with other content."),
    "iin": _l("An IIN was entered; it is not saved."),
}

ITEM_KIND_LABELS = {
    "mark": _l("Mark"),
    "signature": _l("Participant’s signature"),
    "walk_in": _l("Came without registering"),
}

CLOCK_TOLERANCE = timedelta(seconds=5)


def format_clock_skew(skew: int) -> str:
    """Return a sentence about a tablet's clock; `skew` is how far it is behind the server's, in milliseconds."""
    difference = timedelta(milliseconds=skew)
    if abs(difference) < CLOCK_TOLERANCE:
        return _("The clock is correct.")
    time = format_timedelta(abs(difference), threshold=1.5, locale=get_page_language())
    return _("The clock is %(time)s slow.", time=time) if skew > 0 else _("The clock is %(time)s fast.", time=time)


def format_device_status(device: Device, zone: ZoneInfo) -> str:
    """Return a sentence with the time of the last sync and the number of unsent items."""
    if device.revoked_at:
        return _("Disconnected.")
    last_sync = _(
        "Last sync: %(time)s.",
        time=format_clock_time_and_day(device.seen_at.astimezone(zone)) if device.seen_at else "—",
    )
    if not device.unsent_count:
        return last_sync
    return f"{last_sync} {ngettext('%(num)d item has not been sent yet.', '%(num)d items have not been sent yet.', device.unsent_count)}"


def format_clock_time_and_day(moment: datetime) -> str:
    """Return a time with seconds, with the date if it is not today."""
    time = f"{moment:%H:%M:%S}"
    return time if moment.date() == now().astimezone(moment.tzinfo).date() else f"{moment:%d.%m.%Y}, {time}"
