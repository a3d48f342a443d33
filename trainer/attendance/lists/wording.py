"""Texts of the participants' list in one language, for every file format: heading, facts, columns, rows, footer."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache

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
"""Label and value."""


@dataclass(frozen=True)
class ParticipantRow:
    """Texts of a row; the last cell holds strokes, a text, or nothing."""

    name: str
    workplace: str
    position: str
    phone: str
    last_cell: str
    strokes: Strokes | None


@dataclass(frozen=True)
class ParticipantListText:
    """All texts of a list."""

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
    """Position and name of the person who signs for the organizer; the name is empty if unknown."""


def build_participant_list_text(participant_list: ParticipantList, language: str) -> ParticipantListText:
    """Return the texts of a list in a language."""
    seminar, with_signatures = participant_list.seminar, participant_list.last_column != LastColumn.STATUSES
    with force_locale(language):
        format_cell = build_last_cell_formatter(participant_list.last_column, participant_list.has_marks)
        return ParticipantListText(
            language=language,
            organizer=seminar.project.grantee.get_text(language),
            title=_("List of participants"),
            event=seminar.title.get_text(language),
            day=dates.format_long_date(participant_list.day, language),
            facts=list_event_facts(seminar, participant_list.sessions, language),
            headings=(*list_participant_headings()[:5], _("Signature") if with_signatures else _("Attendance")),
            rows=tuple(
                build_participant_row(participant, participant_list.last_column, format_cell)
                for participant in participant_list.participants
            ),
            total=format_participant_total(participant_list),
            notes=list_participant_notes(participant_list),
            signer=build_signer_fact(seminar, language),
        )


def list_event_facts(seminar: Seminar, sessions: tuple[SeminarSession, ...], language: str) -> tuple[Fact, ...]:
    """Return the facts of the event: title, venue, time, organizer, project."""
    project, venue = seminar.project, format_city_and_venue(seminar, language)
    return (
        (_("Event"), seminar.title.get_text(language)),
        *([(_("Venue"), venue)] if venue else []),
        (_("Date and time"), format_list_session_times(sessions, seminar, language)),
        (_("Organiser"), project.grantee.get_text(language)),
        (_("Project"), project.title.get_text(language)),
    )


def format_list_session_times(sessions: tuple[SeminarSession, ...], seminar: Seminar, language: str) -> str:
    """Format day and hours from the start of the first to the end of the last session of a day."""
    zone = seminar.zone
    day = dates.format_long_date(sessions[0].starts_at.astimezone(zone).date(), language)
    last_end = max(seminar_session.ends_at for seminar_session in sessions)
    return f"{day}, {dates.format_clock_time(sessions[0].starts_at, zone)}–{dates.format_clock_time(last_end, zone)}"


def list_participant_headings() -> tuple[str, ...]:
    """Return the headings of the columns."""
    return "№", _("Full name"), _("Workplace"), _("Position"), _("Phone"), _("Signature")


def format_position(position: str, is_assistant: bool) -> str:
    """Return a position; that of personal assistants is translated into the language of the document."""
    return _("personal assistant") if is_assistant else position


def build_last_cell_formatter(last_column: LastColumn, has_marks: bool) -> Callable[[Participant], str]:
    """Return a function that formats the last cell of a row; each text is translated once for all rows."""
    format_statuses = cache(format_day_statuses)
    confirmed = _("confirmed by the organiser") if has_marks else ""
    return {
        LastColumn.EMPTY: lambda _participant: "",
        LastColumn.SIGNATURES: lambda participant: "" if participant.strokes else confirmed,
        LastColumn.STATUSES: lambda participant: format_statuses(participant.statuses),
    }[last_column]


def build_participant_row(
    participant: Participant, last_column: LastColumn, format_cell: Callable[[Participant], str]
) -> ParticipantRow:
    """Return the texts of a participant's row."""
    return ParticipantRow(
        name=participant.name,
        workplace=participant.workplace,
        position=format_position(participant.position, participant.is_assistant),
        phone=phones.format_phone(participant.phone),
        last_cell=format_cell(participant),
        strokes=participant.strokes if last_column == LastColumn.SIGNATURES else None,
    )


def format_day_statuses(statuses: tuple[AttendanceStatus | None, ...]) -> str:
    """Return the status of a day: one label if all sessions have the same, else one per session."""
    labels = [str(ATTENDANCE_STATUS_LABELS[status]) if status else "—" for status in statuses]
    return labels[0] if len(set(labels)) == 1 else " · ".join(labels)


def format_participant_total(participant_list: ParticipantList) -> str:
    """Return a sentence with the number of people on the list."""
    count = len(participant_list.participants)
    if participant_list.has_marks and participant_list.last_column != LastColumn.STATUSES:
        return ngettext("Total: %(num)d participant attended", "Total: %(num)d participants attended", count)
    return ngettext("Total: %(num)d person registered", "Total: %(num)d people registered", count)


def list_participant_notes(participant_list: ParticipantList) -> tuple[str, ...]:
    """Return the notes below the list: the kind of signatures, or the numbers of statuses."""
    if participant_list.last_column == LastColumn.STATUSES:
        return (_("Attendance as marked by the organiser."), format_status_counts(participant_list))
    if participant_list.last_column == LastColumn.EMPTY:
        return (_("Signatures: handwritten on paper."),)
    if not participant_list.has_marks:
        return (_("No one has been marked yet."),)
    notes = (
        _(
            "Signatures: drawn by finger on the organiser’s tablet during the event; they are not electronic digital "
            "signatures."
        )
        if any(participant.strokes for participant in participant_list.participants)
        else "",
        _("“Confirmed by the organiser”: the organiser marked the participant as present; there is no signature.")
        if any(not participant.strokes for participant in participant_list.participants)
        else "",
    )
    return tuple(note for note in notes if note)


def format_status_counts(participant_list: ParticipantList) -> str:
    """Return the number of people by their best status of the day."""
    counts = Counter(find_best_status(participant) for participant in participant_list.participants)
    labelled_counts = [
        *((ATTENDANCE_STATUS_LABELS[status], counts[status]) for status in AttendanceStatus),
        (_("Not marked"), counts[None]),
    ]
    return "; ".join(f"{label}: {count}" for label, count in labelled_counts if count)


def find_best_status(participant: Participant) -> AttendanceStatus | None:
    """Return the best status of the day, in the order present, late, excused, absent; None without a mark."""
    return next((status for status in AttendanceStatus if status in participant.statuses), None)


def build_signer_fact(seminar: Seminar, language: str) -> Fact:
    """Return position and name of the first signatory of certificates; without signatories the name is empty."""
    for signatory in seminar.signatories[:1]:
        positions = signatory.get("position") or {}
        return str(positions.get(language) or positions.get("kk") or _("Organiser")), str(signatory.get("name", ""))
    return _("Organiser"), ""


LAST_COLUMN_LABELS = {
    LastColumn.SIGNATURES: _l("With the signatures drawn on tablets"),
    LastColumn.EMPTY: _l("With an empty column for handwritten signatures"),
    LastColumn.STATUSES: _l("Everyone registered, with their attendance"),
}
