"""What a list of people says in one language, whatever file it becomes: heading, facts, columns, rows, and what stands below."""

from collections import Counter
from dataclasses import dataclass

from flask_babel import force_locale

from trainer.attendance.lists.participants import Attendance, LastColumn, Participant, Strokes
from trainer.attendance.models import Status
from trainer.attendance.wording import STATUSES
from trainer.language import dates
from trainer.language.translate import gettext as _
from trainer.language.translate import ngettext
from trainer.registration.public.invitation import where
from trainer.seminars.models import Seminar, SeminarSession
from trainer.web import phones

Fact = tuple[str, str]
"""What it is called, and what it is."""


@dataclass(frozen=True)
class Row:
    """A line of the list; the last column holds strokes, words, or nothing."""

    name: str
    workplace: str
    position: str
    phone: str
    last: str
    strokes: Strokes | None


@dataclass(frozen=True)
class Worded:
    """A list in words."""

    language: str
    organizer: str
    title: str
    event: str
    day: str
    facts: tuple[Fact, ...]
    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    total: str
    notes: tuple[str, ...]
    signer: Fact
    """Position and name of who signs for the organizer; the name is empty where none is known."""


def worded(attendance: Attendance, language: str) -> Worded:
    """Put a participants' list into words."""
    seminar, with_signatures = attendance.seminar, attendance.column != LastColumn.STATUSES
    with force_locale(language):
        return Worded(
            language=language,
            organizer=seminar.project.grantee.to(language),
            title=_("List of participants"),
            event=seminar.title.to(language),
            day=dates.long_date(attendance.day, language),
            facts=facts(seminar, attendance.sessions, language),
            headings=(*headings()[:5], _("Signature") if with_signatures else _("Attendance")),
            rows=tuple(row(each, attendance.column, attendance.marked) for each in attendance.people),
            total=total(attendance),
            notes=notes(attendance),
            signer=signer(seminar, language),
        )


def facts(seminar: Seminar, sessions: tuple[SeminarSession, ...], language: str) -> tuple[Fact, ...]:
    """Say what was held, where, when, by whom, and in which project."""
    project, place = seminar.project, where(seminar, language)
    return (
        (_("Event"), seminar.title.to(language)),
        *([(_("Place"), place)] if place else []),
        (_("Date and time"), times(sessions, seminar, language)),
        (_("Organizer"), project.grantee.to(language)),
        (_("Project"), project.title.to(language)),
    )


def times(sessions: tuple[SeminarSession, ...], seminar: Seminar, language: str) -> str:
    """Write the day of sessions, from the beginning of the first to the end of the last."""
    zone = seminar.zone
    day = dates.long_date(sessions[0].starts_at.astimezone(zone).date(), language)
    ends = max(each.ends_at for each in sessions)
    return f"{day}, {dates.clock_time(sessions[0].starts_at, zone)}–{dates.clock_time(ends, zone)}"


def headings() -> tuple[str, ...]:
    """Name the usual columns."""
    return "№", _("Full name"), _("Place of work"), _("Position"), _("Phone"), _("Signature")


def position_said(position: str, assistant: bool) -> str:
    """Name somebody's position; that of personal assistants in the language of the paper."""
    return _("personal assistant") if assistant else position


def row(person: Participant, column: LastColumn, marked: bool) -> Row:
    """Write a line."""
    drawn = person.strokes if column == LastColumn.SIGNATURES else None
    said = {
        LastColumn.EMPTY: "",
        LastColumn.SIGNATURES: "" if drawn or not marked else _("confirmed by the organizer"),
        LastColumn.STATUSES: statuses_said(person.statuses),
    }[column]
    return Row(
        person.name,
        person.workplace,
        position_said(person.position, person.assistant),
        phones.shown(person.phone),
        said,
        drawn,
    )


def statuses_said(statuses: tuple[Status | None, ...]) -> str:
    """Say how somebody was marked: once where all sessions of the day agree, else session by session."""
    said = [str(STATUSES[each]) if each else "—" for each in statuses]
    return said[0] if len(set(said)) == 1 else " · ".join(said)


def total(attendance: Attendance) -> str:
    """Count the lines of the list."""
    people = len(attendance.people)
    if attendance.marked and attendance.column != LastColumn.STATUSES:
        return ngettext("In all: %(num)d participant took part", "In all: %(num)d participants took part", people)
    return ngettext("In all: %(num)d person registered", "In all: %(num)d people registered", people)


def notes(attendance: Attendance) -> tuple[str, ...]:
    """Say what kind of signatures these are, and who of those registered is not on the list."""
    if attendance.column == LastColumn.STATUSES:
        return (_("Attendance as marked by the organizer."), counted(attendance))
    if attendance.column == LastColumn.EMPTY:
        return (_("Signatures: by hand on paper."),)
    if not attendance.marked:
        return (_("Nobody has been marked yet."),)
    kinds = (
        _(
            "Signatures: drawn with the finger on the organizer's tablet during the event; they are not an electronic digital signature."
        )
        if any(each.strokes for each in attendance.people)
        else "",
        _("“Confirmed by the organizer”: the organizer marked that the participant was there; there is no signature.")
        if any(not each.strokes for each in attendance.people)
        else "",
    )
    return tuple(each for each in kinds if each)


def counted(attendance: Attendance) -> str:
    """Count how people were marked on the day; who came in at least one session is counted as present or late."""
    best = Counter(best_of(each) for each in attendance.people)
    named = [*((STATUSES[status], best[status]) for status in Status), (_("Not marked"), best[None])]
    return "; ".join(f"{name}: {number}" for name, number in named if number)


def best_of(person: Participant) -> Status | None:
    """Give the first of present, late, excused, absent that somebody was marked with on the day."""
    return next((status for status in Status if status in person.statuses), None)


def signer(seminar: Seminar, language: str) -> Fact:
    """Say who signs for the organizer: the first who signs the certificates, else a line is left free."""
    for each in seminar.signatories[:1]:
        texts = each.get("position") or {}
        return str(texts.get(language) or texts.get("kk") or _("Organizer")), str(each.get("name", ""))
    return _("Organizer"), ""
