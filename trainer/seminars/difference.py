"""The difference between two schedules in words: what was, what is now."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from zoneinfo import ZoneInfo

from flask_babel import force_locale

from trainer.language import LANGUAGES, dates
from trainer.language.translate import gettext as _
from trainer.language.translated import Translated
from trainer.seminars.models import SeminarFormat, SeminarSession
from trainer.seminars.schedule import Schedule, ScheduledSession


@dataclass(frozen=True)
class ChangedFact:
    """A fact before and after, such as the days; one of the two is empty for what is new or no longer planned."""

    was: str
    now: str


@dataclass(frozen=True)
class Difference:
    """What changed, in one language: a headline, the changed facts, and the reason if the seminar is cancelled."""

    headline: str
    facts: tuple[ChangedFact, ...] = ()
    is_cancelled: bool = False
    reason: str = ""

    def list_lines(self) -> list[str]:
        """Return the reason and the facts as lines for a message or a page, in the current language."""
        if self.is_cancelled:
            planned = [_("Was planned: %(facts)s", facts=fact.was) for fact in self.facts]
            return [_("Reason: %(reason)s", reason=self.reason), *planned]
        return [line for fact in self.facts for line in list_fact_lines(fact)]


def list_fact_lines(fact: ChangedFact) -> list[str]:
    """Return the lines about a changed fact, in the current language."""
    if not fact.now:
        return [_("No longer planned: %(facts)s", facts=fact.was)]
    if not fact.was:
        return [_("Newly planned: %(facts)s", facts=fact.now)]
    return [_("Was: %(facts)s", facts=fact.was), _("Now: %(facts)s", facts=fact.now)]


def describe_difference(before: Schedule, after: Schedule, zone: ZoneInfo, language: str) -> Difference | None:
    """Return the difference for a reader of a language; None if such a reader need not be told anything.

    Titles of sessions don't count, nor do texts in languages that the person did not read.
    """
    with force_locale(language):
        if after.is_cancelled:
            return None if before.is_cancelled else build_cancellation(before, after, zone, language)
        if before.is_cancelled:
            return Difference(_("Takes place after all"))  # messages and pages say when and where anyway
        times, has_new_days = find_changed_times(before, after, zone, language)
        place = find_changed_place(before, after, language)
        facts = tuple(fact for fact in (times, place) if fact)
        return Difference(choose_headline(times, place, has_new_days), facts) if facts else None


def build_cancellation(before: Schedule, after: Schedule, zone: ZoneInfo, language: str) -> Difference:
    """Return the difference of a seminar that was cancelled."""
    planned = "; ".join(list_day_lines(before.sessions, zone, language))
    facts = (ChangedFact(planned, ""),) if planned else ()
    return Difference(_("Will not take place"), facts, is_cancelled=True, reason=after.reason.get_text(language))


def choose_headline(times: ChangedFact | None, place: ChangedFact | None, has_new_days: bool) -> str:
    """Return the headline for what changed, in the current language."""
    if times is None:
        return _("The venue has changed")
    if has_new_days:
        return _("The date and venue have changed") if place else _("The date has changed")
    return _("The time and venue have changed") if place else _("The time has changed")


def find_changed_times(
    before: Schedule, after: Schedule, zone: ZoneInfo, language: str
) -> tuple[ChangedFact | None, bool]:
    """Return which days and hours were and are, without those that stay, and whether other days are among them.

    A change inside the hours of a day is told by sessions.
    """
    if not has_moved_sessions(before, after):
        return None, False
    was, now = (list_day_lines(schedule.sessions, zone, language) for schedule in (before, after))
    if was == now:
        was, now = (list_session_lines(schedule.sessions, zone, language) for schedule in (before, after))
    if was == now:
        return None, False
    fact = ChangedFact(
        "; ".join(line for line in was if line not in now), "; ".join(line for line in now if line not in was)
    )
    return fact, list_days(before.sessions, zone) != list_days(after.sessions, zone)


def has_moved_sessions(before: Schedule, after: Schedule) -> bool:
    """Return whether a session was added, removed or moved; one that was replaced at the same time was not."""
    was, now = (
        {item.uid: (item.starts_at, item.ends_at) for item in schedule.sessions} for schedule in (before, after)
    )
    return Counter(was.values()) != Counter(now.values()) or any(was[uid] != now[uid] for uid in was.keys() & now)


def find_changed_place(before: Schedule, after: Schedule, language: str) -> ChangedFact | None:
    """Return where the seminar was and is held; None if the texts that the person read stay."""
    is_same_text = is_same_for_reader(before.venue, after.venue, language) and is_same_for_reader(
        before.city, after.city, language
    )
    if before.format == after.format and is_same_text:
        return None
    fact = ChangedFact(format_place(before, language), format_place(after, language))
    return fact if fact.was != fact.now else None


def is_same_for_reader(before: Translated, after: Translated, language: str) -> bool:
    """Return whether the text that somebody read is still there; a translation that was added changes nothing."""
    return before.get_text(language) == after.get_exact_text(before.find_text_language(language))


def list_unchanged_languages(before: Schedule, after: Schedule) -> list[str]:
    """Return the languages in which the text of a place stayed as it was while it changed in others: it may be out of date."""
    pairs = [pair for pair in ((before.venue, after.venue), (before.city, after.city)) if pair[0] != pair[1]]
    return [
        language
        for language in LANGUAGES
        if any(was.get_exact_text(language) == now.get_exact_text(language) != "" for was, now in pairs)
    ]


def format_place(schedule: Schedule, language: str) -> str:
    """Return venue and city in one line, with "Online" first for an online seminar; empty where nothing is known."""
    online = _("Online") if schedule.format == SeminarFormat.ONLINE else ""
    parts = (online, schedule.venue.get_text(language), schedule.city.get_text(language))
    return ", ".join(part for part in parts if part)


Sessions = Sequence[SeminarSession] | Sequence[ScheduledSession]


def list_days(sessions: Sessions, zone: ZoneInfo) -> list[date]:
    """Return the local dates on which sessions begin."""
    return dates.list_local_days((session.starts_at for session in sessions), zone)


def list_day_lines(sessions: Sessions, zone: ZoneInfo, language: str) -> list[str]:
    """Return one line for each day: the date, and the time from the start of its first session to the end of its last."""
    lines = []
    for day in list_days(sessions, zone):
        of_day = [session for session in sessions if session.starts_at.astimezone(zone).date() == day]
        starts_at, ends_at = min(item.starts_at for item in of_day), max(item.ends_at for item in of_day)
        hours = f"{dates.format_clock_time(starts_at, zone)}–{dates.format_clock_time(ends_at, zone)}"
        lines.append(f"{dates.format_long_date(day, language)}, {hours}")
    return lines


def list_session_lines(sessions: Sequence[ScheduledSession], zone: ZoneInfo, language: str) -> list[str]:
    """Return one line for each session: what `list_day_lines` says of it, and its title."""
    titled = ((list_day_lines([session], zone, language)[0], session.title.get_text(language)) for session in sessions)
    return [f"{line}, {title}" if title else line for line, title in titled]
