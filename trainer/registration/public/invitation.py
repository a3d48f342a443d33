"""What a seminar's page, its preview in messengers and its poster say of it, in one language."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import urlsplit

from flask_babel import force_locale

from trainer.language import dates
from trainer.language.translate import gettext as _
from trainer.language.translate import ngettext
from trainer.seminars.models import Seminar, SeminarFormat, SeminarKind
from trainer.seminars.wording import SEMINAR_KIND_NAMES, format_audience
from trainer.web import phones


@dataclass(frozen=True)
class Invitation:
    """The facts of a seminar as texts; one that is not known is empty."""

    language: str
    kind: str
    """What it is and for whom."""
    title: str
    dates_and_hours: tuple[str, ...]
    venue: str
    access: str
    trainers: str
    certificate: str
    organizer: str
    phone: str
    link: str

    @property
    def summary(self) -> str:
        """When and where in one line."""
        return " · ".join(each for each in (*self.dates_and_hours[:2], self.venue) if each)


def build_invitation(seminar: Seminar, language: str, link: str) -> Invitation:
    """Put together what is said of a seminar in a language; `link` is the full address of its page."""
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
        )


def format_seminar_kind(seminar: Seminar) -> str:
    """Say what it is, and for whom where it is not for anyone."""
    name = str(SEMINAR_KIND_NAMES[SeminarKind(seminar.kind)])
    return f"{name} · {format_audience(seminar.audience)}" if seminar.audience else name


def format_city_and_venue(seminar: Seminar, language: str) -> str:
    """Name the place; what is held online has none."""
    place = ", ".join(each.get_text(language) for each in (seminar.city, seminar.venue) if each)
    return (
        place if seminar.format == SeminarFormat.OFFLINE else ", ".join(each for each in (_("Online"), place) if each)
    )


def format_certificate_hours(seminar: Seminar) -> str:
    """Say that there is a certificate, and for how many hours."""
    hours = ngettext("%(num)d academic hour", "%(num)d academic hours", seminar.hours)
    return f"{_('Certificate')}, {hours}" if seminar.has_certificate else ""


def format_days_with_hours(seminar: Seminar, language: str) -> list[str]:
    """Write the days with their hours, from the first session of a day to the end of its last; days of the same hours together."""
    hours: dict[str, list[date]] = {}
    for day in seminar.days:
        hours.setdefault(format_day_hours(seminar, day), []).append(day)
    return [f"{format_day_group(days, language)}, {each}" for each, days in hours.items()]


def format_day_group(days: Sequence[date], language: str) -> str:
    """Write days; a single one with its weekday."""
    return (
        dates.format_date_with_weekday(days[0], language) if len(days) == 1 else dates.format_event_days(days, language)
    )


def format_day_hours(seminar: Seminar, day: date) -> str:
    """Write when the first session of a day begins and the last one ends."""
    held = [each for each in seminar.sessions if each.starts_at.astimezone(seminar.zone).date() == day]
    ends = max(each.ends_at for each in held)
    return f"{dates.format_clock_time(held[0].starts_at, seminar.zone)}–{dates.format_clock_time(ends, seminar.zone)}"


def find_map_address(seminar: Seminar) -> str:
    """Give the address of the place on a map; anything but a web page is left out."""
    try:
        parts = urlsplit(seminar.map_url)
    except ValueError:
        return ""
    return seminar.map_url if parts.scheme in ("http", "https") and parts.netloc else ""
