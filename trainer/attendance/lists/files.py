"""A participants' list as a named file, PDF or XLSX."""

from datetime import date

from sqlalchemy.orm import Session

from trainer.attendance.lists.participants import LastColumn, build_participant_list
from trainer.attendance.lists.pdf import render_participant_list_pdf
from trainer.attendance.lists.wording import build_participant_list_text
from trainer.attendance.lists.xlsx import render_participant_list_xlsx
from trainer.documents.archive import ArchiveEntry
from trainer.documents.files import build_file_name
from trainer.seminars.models import Seminar

LIST_RENDERERS = {"pdf": render_participant_list_pdf, "xlsx": render_participant_list_xlsx}


def render_participant_list(
    session: Session, seminar: Seminar, day: date, language: str, column: LastColumn, kind: str
) -> ArchiveEntry:
    """Return the list of a day as a document named by title, day and event; `kind` is pdf or xlsx."""
    list_text = build_participant_list_text(build_participant_list(session, seminar, day, column), language)
    name = build_file_name(f"{list_text.title} {day:%Y-%m-%d} {list_text.event}", kind)
    return ArchiveEntry(name, day, LIST_RENDERERS[kind](list_text))
