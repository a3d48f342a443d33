"""What a list of people says in one language, whatever file it becomes: heading, facts, columns, rows, and what stands below."""

from collections import Counter
from dataclasses import dataclass

from flask_babel import force_locale

from trainer.attendance.lists.participants import LastColumn, Participant, ParticipantList, Strokes
from trainer.attendance.models import AttendanceStatus
from trainer.attendance.wording import ATTENDANCE_STATUS_LABELS
from trainer.language import dates
from trainer.language.translate import gettext as _
from trainer.language.translate import lazy_gettext as _l
from trainer.language.translate import ngettext
from trainer.registration.public.invitation import format_city_and_venue
from trainer.seminars.models import Seminar, SeminarSession
from trainer.web import phones

Fact = tuple[str, str]
"""What it is called, and what it is."""


@dataclass(frozen=True)
class ParticipantRow:
    """A line of the list; the last column holds strokes, words, or nothing."""

    name: str
    workplace: str
    position: str
    phone: str
    last_cell: str
    strokes: Strokes | None


@dataclass(frozen=True)
class ParticipantListText:
    """A list in words."""

    language: str
    organizer: str
    title: str
    event: str
    day: str
    facts: tuple[Fact, ...]
    headings: tuple[str, ...]
    rows: tuple[ParticipantRow, ...]
    total: str
    notes: tuple[str, ...]
    signer: Fact
    """Position and name of who signs for the organizer; the name is empty where none is known."""


def build_participant_list_text(participant_list: ParticipantList, language: str) -> ParticipantListText:
    """Put a participants' list into words."""
    seminar, with_signatures = participant_list.seminar, participant_list.last_column != LastColumn.STATUSES
    with force_locale(language):
        return ParticipantListText(
            language=language,
            organizer=seminar.project.grantee.get_text(language),
            title=_("List of participants"),
            event=seminar.title.get_text(language),
            day=dates.format_long_date(participant_list.day, language),
            facts=list_event_facts(seminar, participant_list.sessions, language),
            headings=(*list_participant_headings()[:5], _("Signature") if with_signatures else _("Attendance")),
            rows=tuple(
                build_participant_row(each, participant_list.last_column, participant_list.has_marks)
                for each in participant_list.participants
            ),
            total=format_participant_total(participant_list),
            notes=list_participant_notes(participant_list),
            signer=build_signer_fact(seminar, language),
        )


def list_event_facts(seminar: Seminar, sessions: tuple[SeminarSession, ...], language: str) -> tuple[Fact, ...]:
    """Say what was held, where, when, by whom, and in which project."""
    project, place = seminar.project, format_city_and_venue(seminar, language)
    return (
        (_("Event"), seminar.title.get_text(language)),
        *([(_("Venue"), place)] if place else []),
        (_("Date and time"), format_list_session_times(sessions, seminar, language)),
        (_("Organiser"), project.grantee.get_text(language)),
        (_("Project"), project.title.get_text(language)),
    )


def format_list_session_times(sessions: tuple[SeminarSession, ...], seminar: Seminar, language: str) -> str:
    """Write the day of sessions, from the beginning of the first to the end of the last."""
    zone = seminar.zone
    day = dates.format_long_date(sessions[0].starts_at.astimezone(zone).date(), language)
    ends = max(each.ends_at for each in sessions)
    return f"{day}, {dates.format_clock_time(sessions[0].starts_at, zone)}–{dates.format_clock_time(ends, zone)}"


def list_participant_headings() -> tuple[str, ...]:
    """Name the usual columns."""
    return "№", _("Full name"), _("Workplace"), _("Position"), _("Phone"), _("Signature")


def format_position(position: str, is_assistant: bool) -> str:
    """Name somebody's position; that of personal assistants in the language of the paper."""
    return _("personal assistant") if is_assistant else position


def build_participant_row(participant: Participant, last_column: LastColumn, has_marks: bool) -> ParticipantRow:
    """Write a line."""
    drawn = participant.strokes if last_column == LastColumn.SIGNATURES else None
    said = {
        LastColumn.EMPTY: "",
        LastColumn.SIGNATURES: "" if drawn or not has_marks else _("confirmed by the organiser"),
        LastColumn.STATUSES: format_day_statuses(participant.statuses),
    }[last_column]
    return ParticipantRow(
        participant.name,
        participant.workplace,
        format_position(participant.position, participant.is_assistant),
        phones.format_phone(participant.phone),
        said,
        drawn,
    )


def format_day_statuses(statuses: tuple[AttendanceStatus | None, ...]) -> str:
    """Say how somebody was marked: once where all sessions of the day agree, else session by session."""
    said = [str(ATTENDANCE_STATUS_LABELS[each]) if each else "—" for each in statuses]
    return said[0] if len(set(said)) == 1 else " · ".join(said)


def format_participant_total(participant_list: ParticipantList) -> str:
    """Count the lines of the list."""
    people = len(participant_list.participants)
    if participant_list.has_marks and participant_list.last_column != LastColumn.STATUSES:
        return ngettext("Total: %(num)d participant attended", "Total: %(num)d participants attended", people)
    return ngettext("Total: %(num)d person registered", "Total: %(num)d people registered", people)


def list_participant_notes(participant_list: ParticipantList) -> tuple[str, ...]:
    """Say what kind of signatures these are, and who of those registered is not on the list."""
    if participant_list.last_column == LastColumn.STATUSES:
        return (_("Attendance as marked by the organiser."), format_status_counts(participant_list))
    if participant_list.last_column == LastColumn.EMPTY:
        return (_("Signatures: handwritten on paper."),)
    if not participant_list.has_marks:
        return (_("No one has been marked yet."),)
    kinds = (
        _(
            "Signatures: drawn by finger on the organiser’s tablet during the event; they are not electronic digital "
            "signatures."
        )
        if any(each.strokes for each in participant_list.participants)
        else "",
        _("“Confirmed by the organiser”: the organiser marked the participant as present; there is no signature.")
        if any(not each.strokes for each in participant_list.participants)
        else "",
    )
    return tuple(each for each in kinds if each)


def format_status_counts(participant_list: ParticipantList) -> str:
    """Count how people were marked on the day; who came in at least one session is counted as present or late."""
    best = Counter(find_best_status(each) for each in participant_list.participants)
    named = [
        *((ATTENDANCE_STATUS_LABELS[status], best[status]) for status in AttendanceStatus),
        (_("Not marked"), best[None]),
    ]
    return "; ".join(f"{name}: {number}" for name, number in named if number)


def find_best_status(participant: Participant) -> AttendanceStatus | None:
    """Give the first of present, late, excused, absent that somebody was marked with on the day."""
    return next((status for status in AttendanceStatus if status in participant.statuses), None)


def build_signer_fact(seminar: Seminar, language: str) -> Fact:
    """Say who signs for the organizer: the first who signs the certificates, else a line is left free."""
    for each in seminar.signatories[:1]:
        texts = each.get("position") or {}
        return str(texts.get(language) or texts.get("kk") or _("Organiser")), str(each.get("name", ""))
    return _("Organiser"), ""


LAST_COLUMN_LABELS = {
    LastColumn.SIGNATURES: _l("With the signatures drawn on tablets"),
    LastColumn.EMPTY: _l("With an empty column for handwritten signatures"),
    LastColumn.STATUSES: _l("Everyone registered, with their attendance"),
}
