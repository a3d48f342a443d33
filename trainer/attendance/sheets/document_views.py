"""The desk of lists and sheets: the participants' list of a day as a file, sign-in sheets to print, and what came back signed."""

from datetime import date
from typing import Any

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from trainer.accounts.access import create_desk_blueprint
from trainer.attendance.conflicts import count_open_conflicts
from trainer.attendance.lists.participants import LastColumn, build_participant_list, list_sessions_on_day
from trainer.attendance.lists.pdf import render_participant_list_pdf
from trainer.attendance.lists.wording import LAST_COLUMN_LABELS, build_participant_list_text
from trainer.attendance.lists.xlsx import render_participant_list_xlsx
from trainer.attendance.models import SheetPage
from trainer.attendance.sheets import filing, printing
from trainer.attendance.sheets.forms import ScanForm
from trainer.attendance.sheets.pdf import render_sheet_pdf
from trainer.clock import now
from trainer.documents.files import send_document
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.seminars.models import Seminar
from trainer.seminars.views import get_seminar_or_404

desk = create_desk_blueprint("attendance_sheets", __name__)

DOCUMENT_LANGUAGES = ("kk", "ru")  # in which the papers are written
LIST_RENDERERS = {"pdf": render_participant_list_pdf, "xlsx": render_participant_list_xlsx}


@desk.get("/seminars/<int:seminar_id>/papers")
def view_documents(seminar_id: int) -> ResponseReturnValue:
    """Show what can be printed, and the signed sheets that were uploaded."""
    return render_documents_page(get_seminar_or_404(seminar_id), ScanForm(formdata=None))


def render_documents_page(seminar: Seminar, form: ScanForm) -> str:
    """Make the page."""
    scans = filing.list_scans(db.session(), seminar)
    return render_template(
        "attendance/sheets/documents.html",
        seminar=seminar,
        form=form,
        columns=LAST_COLUMN_LABELS,
        languages=DOCUMENT_LANGUAGES,
        printed=[each for each in printing.list_printed_pages(db.session(), seminar) if each.number == 1],
        scans=[each for each in scans if each.session_id is not None],
        unfiled=[each for each in scans if each.session_id is None],
        questions=count_open_conflicts(db.session(), seminar),
    )


@desk.get("/seminars/<int:seminar_id>/participants-<any(kk, ru):language>.<any(pdf, xlsx):kind>")
def download_participant_list(seminar_id: int, language: str, kind: str) -> ResponseReturnValue:
    """Hand out the participants' list of a day."""
    seminar, (day, column) = get_seminar_or_404(seminar_id), parse_list_options()
    if not list_sessions_on_day(seminar, day):
        abort(404)
    said = build_participant_list_text(build_participant_list(db.session(), seminar, day, column), language)
    return send_document(LIST_RENDERERS[kind](said), f"{said.title} {day:%Y-%m-%d} {said.event}", kind)


def parse_list_options() -> tuple[date, LastColumn]:
    """Read of which day the list is wanted, and what stands in its last column."""
    try:
        return date.fromisoformat(request.args.get("day", "")), LastColumn(request.args.get("column", ""))
    except ValueError:
        abort(404)


@desk.post("/seminars/<int:seminar_id>/papers")
def submit_sheet_printing(seminar_id: int) -> ResponseReturnValue:
    """Make a sign-in sheet for a session, with codes of its own, and hand it out."""
    seminar, form = get_seminar_or_404(seminar_id), request.form
    place = next((each for each in seminar.sessions if str(each.id) == form.get("session")), None) or abort(404)
    language = form.get("language")
    if language not in DOCUMENT_LANGUAGES:
        abort(400)
    pages = printing.create_sheet_pages(db.session(), place, now())
    db.session.commit()
    return redirect(url_for(".download_sheet", page_id=pages[0].id, language=language), 303)


@desk.get("/sheets/<int:page_id>-<any(kk, ru):language>.pdf")
def download_sheet(page_id: int, language: str) -> ResponseReturnValue:
    """Hand out a sheet that was made, with the same codes however often."""
    page = db.session.get(SheetPage, page_id) or abort(404)
    pages = printing.build_sheet_page_contents(db.session(), printing.list_pages_of_sheet(db.session(), page), language)
    head = printing.build_sheet_head(page.session, language)
    day = page.session.starts_at.astimezone(page.session.seminar.zone).date()
    with force_locale(language):
        title = _("Sign-in sheet")
    return send_document(render_sheet_pdf(head, pages), f"{title} {day:%Y-%m-%d} {head.event}", "pdf")


@desk.app_template_global()
def day_of(session: Any) -> date:
    """Give the day of a session in its seminar's zone."""
    found: date = session.starts_at.astimezone(session.seminar.zone).date()
    return found
