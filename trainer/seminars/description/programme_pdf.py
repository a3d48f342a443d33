"""The programme of a seminar as PDF, in Kazakh or Russian: a table for each day, made from sessions and their agendas."""

from collections.abc import Iterator, Sequence
from datetime import date

from flask_babel import force_locale

from trainer.documents.flow import SECTION_STYLE, Strip, build_gap, set_text_strips
from trainer.documents.page import MM
from trainer.documents.paper import DocumentHeading, render_document
from trainer.documents.table import CELL_STYLE, Table
from trainer.documents.text_layout import TextStyle
from trainer.language.dates import format_clock_time, format_event_days, format_long_date
from trainer.language.translate import gettext as _
from trainer.seminars.description.agenda import read_agenda
from trainer.seminars.models import Seminar, SeminarSession

STRONG_CELL_STYLE = TextStyle("bold", 9.6, leading=1.2)
PLAIN_SHARES = 0.2, 0.8
SPEAKER_SHARES = 0.2, 0.5, 0.3


def render_programme_pdf(seminar: Seminar, language: str) -> bytes:
    """Render the programme in a language; texts that are missing in it stand in the other one."""
    with force_locale(language):
        title = seminar.title.get_text(language)
        heading = DocumentHeading(
            seminar.project.grantee.get_text(language),
            _("Programme"),
            list_programme_facts(seminar, language),
            f"{title} · {format_event_days(seminar.days, language)}",
            language,
        )
        strips = [strip for day in seminar.days for strip in set_day(seminar, day, language)]
        return render_document(heading, [strips])


def list_programme_facts(seminar: Seminar, language: str) -> list[tuple[str, str]]:
    """Return the facts above the programme: title, venue, days, trainers, project."""
    venue = ", ".join(text.get_text(language) for text in (seminar.city, seminar.venue) if text)
    facts = [
        (_("Event"), seminar.title.get_text(language)),
        (_("Venue"), venue),
        (_("Date"), format_event_days(seminar.days, language)),
        (_("Trainers"), seminar.trainers),
        (_("Project"), seminar.project.title.get_text(language)),
    ]
    return [(name, text) for name, text in facts if text]


def set_day(seminar: Seminar, day: date, language: str) -> Iterator[Strip]:
    """Yield the strips of a day: its date and the table of its sessions. The speakers have a column if there are any."""
    sessions = [part for part in seminar.sessions if part.starts_at.astimezone(seminar.zone).date() == day]
    has_speakers = any(item.speaker for session in sessions for item in read_agenda(session))
    headings = (_("Time"), _("Topic"), _("Speaker")) if has_speakers else (_("Time"), _("Topic"))
    shares = SPEAKER_SHARES if has_speakers else PLAIN_SHARES
    rows = [row[: len(headings)] for session in sessions for row in list_session_rows(session, seminar, language)]
    yield build_gap(6 * MM, keep_with_next=True)
    if len(seminar.days) > 1:
        yield from set_text_strips(format_long_date(day, language), SECTION_STYLE)
        yield build_gap(2 * MM, keep_with_next=True)
    yield from Table(headings, shares, column_styles=(STRONG_CELL_STYLE, *[CELL_STYLE] * (len(shares) - 1))).set_table(
        rows
    )


def list_session_rows(session: SeminarSession, seminar: Seminar, language: str) -> Sequence[tuple[str, str, str]]:
    """Return time, topic and speaker of a session and of each line of its agenda."""
    hours = f"{format_clock_time(session.starts_at, seminar.zone)}–{format_clock_time(session.ends_at, seminar.zone)}"
    own = [(hours, session.title.get_text(language), "")] if session.title or not session.agenda else []
    lines = [(f"{item.begins:%H:%M}", item.title.get_text(language), item.speaker) for item in read_agenda(session)]
    return [*own, *lines]
