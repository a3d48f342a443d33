"""The facts of a seminar as texts in one language, for its page, its preview image and its poster."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from flask_babel import force_locale

from trainer.language import dates
from trainer.language.translate import gettext as _
from trainer.language.translate import ngettext
from trainer.seminars.models import Seminar, SeminarFormat, SeminarKind
from trainer.seminars.wording import SEMINAR_KIND_NAMES, format_audience, format_day_hours
from trainer.web import phones


@dataclass(frozen=True)
class Invitation:
    """Facts of a seminar as texts in one language; unknown facts are empty strings."""

    language: str
    kind: str
    """Kind of event and audience."""
    title: str
    dates_and_hours: tuple[str, ...]
    venue: str
    access: str
    trainers: str
    certificate: str
    organizer: str
    phone: str
    link: str
    cancellation: str = ""
    """The sentence that a cancelled seminar will not take place."""

    @property
    def short_dates(self) -> tuple[str, ...]:
        """Return at most two lines of dates, or that the seminar is cancelled."""
        return (self.cancellation,) if self.cancellation else self.dates_and_hours[:2]

    @property
    def short_venue(self) -> str:
        """Return the venue; empty for a cancelled seminar."""
        return "" if self.cancellation else self.venue

    @property
    def summary(self) -> str:
        """Return dates and venue in one line, or that the seminar is cancelled."""
        return " · ".join(filter(None, (*self.short_dates, self.short_venue)))


def build_invitation(seminar: Seminar, language: str, link: str) -> Invitation:
    """Return the invitation to a seminar in a language; `link` is the full URL of its page."""
    with force_locale(language):
        return Invitation(
            language=language,
            kind=format_seminar_kind(seminar),
            title=seminar.title.get_text(language),
            dates_and_hours=tuple(format_days_with_hours(seminar, language)),
            venue=format_city_and_venue(seminar, language),
            access=seminar.access.get_text(language) if seminar.format == SeminarFormat.OFFLINE else "",
            trainers=seminar.trainers,
            certificate=format_certificate_hours(seminar),
            organizer=seminar.project.grantee.get_text(language),
            phone=phones.format_phone(seminar.project.contact_phone) if seminar.project.contact_phone else "",
            link=link,
            cancellation=_("The seminar will not take place.") if seminar.is_cancelled else "",
        )


def format_seminar_kind(seminar: Seminar) -> str:
    """Return the kind of the event, and its audience if it has one."""
    name = str(SEMINAR_KIND_NAMES[SeminarKind(seminar.kind)])
    return f"{name} · {format_audience(seminar.audience)}" if seminar.audience else name


def format_city_and_venue(seminar: Seminar, language: str) -> str:
    """Return city and venue in one line, with "Online" first for an online seminar."""
    venue = ", ".join(part.get_text(language) for part in (seminar.city, seminar.venue) if part)
    return (
        venue if seminar.format == SeminarFormat.OFFLINE else ", ".join(part for part in (_("Online"), venue) if part)
    )


def format_certificate_hours(seminar: Seminar) -> str:
    """Return a line with the academic hours of the certificate; empty without a certificate."""
    hours = ngettext("%(num)d academic hour", "%(num)d academic hours", seminar.hours)
    return f"{_('Certificate')}, {hours}" if seminar.has_certificate else ""


def format_days_with_hours(seminar: Seminar, language: str) -> list[str]:
    """Return lines of days and hours; days with the same hours share a line."""
    days_by_hours: dict[str, list[date]] = {}
    for day in seminar.days:
        days_by_hours.setdefault(format_day_hours(seminar, day), []).append(day)
    return [f"{format_day_group(days, language)}, {hours}" for hours, days in days_by_hours.items()]


def format_day_group(days: Sequence[date], language: str) -> str:
    """Return days as text; a single day with its weekday."""
    return (
        dates.format_date_with_weekday(days[0], language) if len(days) == 1 else dates.format_event_days(days, language)
    )


def find_map_address(seminar: Seminar) -> str:
    """Return the URL of the venue on a map; empty unless it is an http or https URL."""
    try:
        parts = urlsplit(seminar.map_url)
    except ValueError:
        return ""
    return seminar.map_url if parts.scheme in ("http", "https") and parts.netloc else ""
