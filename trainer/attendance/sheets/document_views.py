"""The desk of lists and sheets: the participants' list of a day as a file, sign-in sheets to print, and what came back signed."""

from datetime import date
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from trainer.accounts.access import desk_blueprint
from trainer.attendance.conflicts import open_questions
from trainer.attendance.forms import ScanForm
from trainer.attendance.lists.participants import LastColumn, attendance_of, sessions_on
from trainer.attendance.lists.pdf import pdf_file
from trainer.attendance.lists.wording import worded
from trainer.attendance.lists.xlsx import xlsx_file
from trainer.attendance.models import SheetPage
from trainer.attendance.sheets import filing, printing
from trainer.attendance.sheets.pdf import sheet_file
from trainer.attendance.wording import COLUMNS
from trainer.clock import now
from trainer.documents.files import handed_out
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.seminars.models import Seminar
from trainer.seminars.views import seminar_or_404

desk = desk_blueprint("attendance_sheets", __name__)

LANGUAGES = ("kk", "ru")  # in which the papers are written
FILES = {"pdf": pdf_file, "xlsx": xlsx_file}


@desk.get("/seminars/<int:seminar_id>/papers")
def papers(seminar_id: int) -> ResponseReturnValue:
    """Show what can be printed, and the signed sheets that were uploaded."""
    return render_papers(seminar_or_404(seminar_id), ScanForm(formdata=None))


def render_papers(seminar: Seminar, form: ScanForm) -> str:
    """Make the page."""
    scans = filing.scans_of(db.session(), seminar)
    return render_template(
        "attendance/sheets/documents.html",
        seminar=seminar,
        form=form,
        columns=COLUMNS,
        languages=LANGUAGES,
        printed=[each for each in printing.printed(db.session(), seminar) if each.number == 1],
        scans=[each for each in scans if each.session_id is not None],
        unfiled=[each for each in scans if each.session_id is None],
        questions=open_questions(db.session(), seminar),
    )


@desk.get("/seminars/<int:seminar_id>/participants-<any(kk, ru):language>.<any(pdf, xlsx):kind>")
def participants(seminar_id: int, language: str, kind: str) -> ResponseReturnValue:
    """Hand out the participants' list of a day."""
    seminar, (day, column) = seminar_or_404(seminar_id), wanted()
    if not sessions_on(seminar, day):
        abort(404)
    said = worded(attendance_of(db.session(), seminar, day, column), language)
    return handed_out(FILES[kind](said), f"{said.title} {day:%Y-%m-%d} {said.event}", kind)


def wanted() -> tuple[date, LastColumn]:
    """Read of which day the list is wanted, and what stands in its last column."""
    try:
        return date.fromisoformat(request.args.get("day", "")), LastColumn(request.args.get("column", ""))
    except ValueError:
        abort(404)


@desk.post("/seminars/<int:seminar_id>/papers")
def print_sheet(seminar_id: int) -> ResponseReturnValue:
    """Make a sign-in sheet for a session, with codes of its own, and hand it out."""
    seminar, form = seminar_or_404(seminar_id), request.form
    place = next((each for each in seminar.sessions if str(each.id) == form.get("session")), None) or abort(404)
    language = form.get("language")
    if language not in LANGUAGES:
        abort(400)
    pages = printing.print_sheet(db.session(), place, now())
    db.session.commit()
    return redirect(url_for(".sheet", page_id=pages[0].id, language=language), 303)


@desk.get("/sheets/<int:page_id>-<any(kk, ru):language>.pdf")
def sheet(page_id: int, language: str) -> ResponseReturnValue:
    """Hand out a sheet that was made, with the same codes however often."""
    page = db.session.get(SheetPage, page_id) or abort(404)
    pages = printing.on_paper(db.session(), printing.sheet_of(db.session(), page), language)
    head = printing.head_of(page.session, language)
    day = page.session.starts_at.astimezone(page.session.seminar.zone).date()
    with force_locale(language):
        title = _("Sign-in sheet")
    return handed_out(sheet_file(head, pages), f"{title} {day:%Y-%m-%d} {head.event}", "pdf")


@desk.app_template_global()
def day_of(session: Any) -> date:
    """Give the day of a session in its seminar's zone."""
    found: date = session.starts_at.astimezone(session.seminar.zone).date()
    return found
