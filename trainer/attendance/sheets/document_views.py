"""Desk page of documents: participants' lists, sign-in sheets to print, and uploaded scans."""

from datetime import date

from flask import abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from trainer.accounts.access import create_desk_blueprint
from trainer.attendance.conflicts import list_conflicting_names
from trainer.attendance.lists.participants import LastColumn, build_participant_list, list_sessions_on_day
from trainer.attendance.lists.pdf import render_participant_list_pdf
from trainer.attendance.lists.wording import LAST_COLUMN_LABELS, build_participant_list_text
from trainer.attendance.lists.xlsx import render_participant_list_xlsx
from trainer.attendance.models import SheetPage
from trainer.attendance.sheets import filing, printing
from trainer.attendance.sheets.forms import ScanForm
from trainer.attendance.sheets.pdf import render_sheet_pdf
from trainer.attendance.unlisted import list_unlisted_names
from trainer.clock import now
from trainer.documents.files import send_document
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.seminars.models import Seminar
from trainer.seminars.views import get_seminar_or_404

desk = create_desk_blueprint("attendance_sheets", __name__)

DOCUMENT_LANGUAGES = ("kk", "ru")
LIST_RENDERERS = {"pdf": render_participant_list_pdf, "xlsx": render_participant_list_xlsx}


@desk.get("/seminars/<int:seminar_id>/papers")
def view_documents(seminar_id: int) -> ResponseReturnValue:
    """Show the documents to download and the uploaded scans."""
    return render_documents_page(get_seminar_or_404(seminar_id), ScanForm(formdata=None))


def render_documents_page(seminar: Seminar, form: ScanForm) -> str:
    """Render the page of documents, with errors of the upload form if there are any."""
    scans = filing.list_scans(db.session(), seminar)
    return render_template(
        "attendance/sheets/documents.html",
        seminar=seminar,
        form=form,
        column_labels=LAST_COLUMN_LABELS,
        languages=DOCUMENT_LANGUAGES,
        first_pages=[page for page in printing.list_printed_pages(db.session(), seminar) if page.number == 1],
        filed_scans=[scan for scan in scans if scan.session_id is not None],
        unfiled_scans=[scan for scan in scans if scan.session_id is None],
        conflicting_names=list_conflicting_names(db.session(), seminar),
        unlisted_names=list_unlisted_names(db.session(), seminar),
    )


@desk.get("/seminars/<int:seminar_id>/participants-<any(kk, ru):language>.<any(pdf, xlsx):kind>")
def download_participant_list(seminar_id: int, language: str, kind: str) -> ResponseReturnValue:
    """Download the participants' list of a day."""
    seminar, (day, column) = get_seminar_or_404(seminar_id), parse_list_options()
    if not list_sessions_on_day(seminar, day):
        abort(404)
    list_text = build_participant_list_text(build_participant_list(db.session(), seminar, day, column), language)
    name = f"{list_text.title} {day:%Y-%m-%d} {list_text.event}"
    return send_document(LIST_RENDERERS[kind](list_text), name, kind)


def parse_list_options() -> tuple[date, LastColumn]:
    """Parse the day and the last column of the requested list; abort with 404 for invalid ones."""
    try:
        return date.fromisoformat(request.args.get("day", "")), LastColumn(request.args.get("column", ""))
    except ValueError:
        abort(404)


@desk.post("/seminars/<int:seminar_id>/papers")
def submit_sheet_printing(seminar_id: int) -> ResponseReturnValue:
    """Create a sign-in sheet for a session, with new page codes, and redirect to its PDF."""
    seminar, form = get_seminar_or_404(seminar_id), request.form
    sessions_by_id = {str(session.id): session for session in seminar.sessions}
    session = sessions_by_id.get(form.get("session", "")) or abort(404)
    language = form.get("language")
    if language not in DOCUMENT_LANGUAGES:
        abort(400)
    pages = printing.create_sheet_pages(db.session(), session, now())
    db.session.commit()
    return redirect(url_for(".download_sheet", page_id=pages[0].id, language=language), 303)


@desk.get("/sheets/<int:page_id>-<any(kk, ru):language>.pdf")
def download_sheet(page_id: int, language: str) -> ResponseReturnValue:
    """Download a created sheet; its page codes stay the same."""
    page = db.session.get(SheetPage, page_id) or abort(404)
    pages = printing.build_sheet_page_contents(db.session(), printing.list_pages_of_sheet(db.session(), page), language)
    head = printing.build_sheet_head(page.session, language)
    day = page.session.starts_at.astimezone(page.session.seminar.zone).date()
    with force_locale(language):
        title = _("Sign-in sheet")
    return send_document(render_sheet_pdf(head, pages), f"{title} {day:%Y-%m-%d} {head.event}", "pdf")
