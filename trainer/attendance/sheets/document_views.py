"""Desk page of documents: participants' lists, sign-in sheets to print, and uploaded scans."""

import io
from collections.abc import Sequence
from datetime import date

from flask import Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from trainer.accounts.access import create_desk_blueprint
from trainer.attendance.conflicts import list_conflicting_names
from trainer.attendance.lists.files import render_participant_list
from trainer.attendance.lists.forms import (
    DOCUMENT_LANGUAGES,
    ParticipantListForm,
    SheetForm,
    build_participant_list_form,
    build_sheet_form,
)
from trainer.attendance.lists.participants import LastColumn, list_sessions_on_day
from trainer.attendance.models import SheetPage
from trainer.attendance.sheets import filing, printing
from trainer.attendance.sheets.forms import ScanForm
from trainer.attendance.sheets.pdf import render_sheet_pdf
from trainer.attendance.unlisted import list_unlisted_names
from trainer.clock import now
from trainer.documents.archive import build_archive
from trainer.documents.files import MIME_TYPES, build_file_name, send_document, send_named_file
from trainer.extensions import db
from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.seminars.models import Seminar
from trainer.seminars.views import get_seminar_or_404

desk = create_desk_blueprint("attendance_sheets", __name__)


@desk.get("/seminars/<int:seminar_id>/papers")
def view_documents(seminar_id: int) -> ResponseReturnValue:
    """Show the documents to download and the uploaded scans."""
    return render_documents_page(get_seminar_or_404(seminar_id))


def render_documents_page(
    seminar: Seminar,
    *,
    scan_form: ScanForm | None = None,
    list_form: ParticipantListForm | None = None,
    sheet_form: SheetForm | None = None,
) -> str:
    """Render the page of documents, with the errors of the form that was submitted."""
    scans = filing.list_scans(db.session(), seminar)
    return render_template(
        "attendance/sheets/documents.html",
        seminar=seminar,
        scan_form=scan_form or ScanForm(formdata=None),
        list_form=list_form or build_participant_list_form(seminar),
        sheet_form=sheet_form or build_sheet_form(seminar),
        languages=DOCUMENT_LANGUAGES,
        first_pages=[page for page in printing.list_printed_pages(db.session(), seminar) if page.number == 1],
        filed_scans=[scan for scan in scans if scan.session_id is not None],
        unfiled_scans=[scan for scan in scans if scan.session_id is None],
        conflicting_names=list_conflicting_names(db.session(), seminar),
        unlisted_names=list_unlisted_names(db.session(), seminar),
    )


@desk.get("/seminars/<int:seminar_id>/participants")
def download_participant_lists(seminar_id: int) -> ResponseReturnValue:
    """Download the lists of the chosen days in the chosen languages: one file, or a ZIP of several."""
    seminar = get_seminar_or_404(seminar_id)
    form = build_participant_list_form(seminar, request.args)
    if not form.validate():
        return render_documents_page(seminar, list_form=form), 422
    entries = [
        render_participant_list(
            db.session(), seminar, date.fromisoformat(day), language, form.column.data, form.kind.data
        )
        for day in form.day.data
        for language in form.language.data
    ]
    if len(entries) == 1:
        return send_named_file(io.BytesIO(entries[0].content), entries[0].name, MIME_TYPES[form.kind.data])
    title = _("Lists of participants")
    name = build_file_name(f"{title} {seminar.title.get_text(get_page_language())}", "zip")
    return send_named_file(build_archive(entries), name, MIME_TYPES["zip"])


@desk.get("/seminars/<int:seminar_id>/participants-<any(kk, ru):language>.<any(pdf, xlsx):kind>")
def download_participant_list(seminar_id: int, language: str, kind: str) -> ResponseReturnValue:
    """Download the participants' list of a day."""
    seminar, (day, column) = get_seminar_or_404(seminar_id), parse_list_options()
    if not list_sessions_on_day(seminar, day):
        abort(404)
    entry = render_participant_list(db.session(), seminar, day, language, column, kind)
    return send_named_file(io.BytesIO(entry.content), entry.name, MIME_TYPES[kind])


def parse_list_options() -> tuple[date, LastColumn]:
    """Parse the day and the last column of the requested list; abort with 404 for invalid ones."""
    try:
        return date.fromisoformat(request.args.get("day", "")), LastColumn(request.args.get("column", ""))
    except ValueError:
        abort(404)


@desk.post("/seminars/<int:seminar_id>/papers")
def submit_sheet_printing(seminar_id: int) -> ResponseReturnValue:
    """Create a sign-in sheet for each chosen session, with new page codes, and redirect to their PDF."""
    seminar = get_seminar_or_404(seminar_id)
    form = build_sheet_form(seminar, request.form)
    if not form.validate_on_submit():
        return render_documents_page(seminar, sheet_form=form), 422
    chosen = [session for session in seminar.sessions if session.id in form.session.data]
    sheets = [printing.create_sheet_pages(db.session(), session, now()) for session in chosen]
    db.session.commit()
    first_pages = [pages[0].id for pages in sheets]
    address = url_for(".download_sheets", seminar_id=seminar.id, language=form.language.data, page=first_pages)
    return redirect(address, 303)


@desk.get("/seminars/<int:seminar_id>/sheets-<any(kk, ru):language>.pdf")
def download_sheets(seminar_id: int, language: str) -> ResponseReturnValue:
    """Download created sheets of a seminar as one PDF; each is named by one of its pages. Their codes stay the same."""
    seminar = get_seminar_or_404(seminar_id)
    pages = [db.session.get(SheetPage, page_id) for page_id in request.args.getlist("page", type=int)]
    own_pages = [page for page in pages if page and page.session.seminar_id == seminar.id]
    if not own_pages:
        abort(404)
    return send_sheets(own_pages, language)


@desk.get("/sheets/<int:page_id>-<any(kk, ru):language>.pdf")
def download_sheet(page_id: int, language: str) -> ResponseReturnValue:
    """Download a created sheet; its page codes stay the same."""
    return send_sheets([db.session.get(SheetPage, page_id) or abort(404)], language)


def send_sheets(pages: Sequence[SheetPage], language: str) -> Response:
    """Send the sheets to which pages belong as one PDF."""
    sheets = [
        (
            printing.build_sheet_head(page.session, language),
            printing.build_sheet_page_contents(
                db.session(), printing.list_pages_of_sheet(db.session(), page), language
            ),
        )
        for page in pages
    ]
    day = pages[0].session.starts_at.astimezone(pages[0].session.seminar.zone).date()
    with force_locale(language):
        title = _("Sign-in sheet")
    return send_document(render_sheet_pdf(sheets), f"{title} {day:%Y-%m-%d} {sheets[0][0].event}", "pdf")
