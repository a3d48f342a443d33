"""The desk of signed sheets: uploading photos and scans, saying where one belongs, and confirming its rows beside the picture."""

import io

from flask import Response, abort, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user
from werkzeug.datastructures import FileStorage

from trainer.accounts.access import create_desk_blueprint
from trainer.attendance.models import SheetPage, SheetScan
from trainer.attendance.sheets import confirmation, filing, printing
from trainer.attendance.sheets.document_views import render_documents_page
from trainer.attendance.sheets.filing import FiledPage
from trainer.attendance.sheets.forms import ScanForm
from trainer.attendance.sheets.recognition import MAX_SCAN_FILE_BYTES, ScanFileRefused, recognize_file, render_scan_page
from trainer.attendance.sheets.wording import UNREADABLE_SCAN_MESSAGES
from trainer.attendance.wording import ATTENDANCE_STATUS_LABELS, format_conflict
from trainer.clock import now
from trainer.documents.pdf_images import encode_image
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.language.translate import ngettext
from trainer.seminars.locking import StatusChanged
from trainer.seminars.models import Seminar, SeminarSession
from trainer.seminars.views import get_seminar_or_404
from trainer.settings import get_settings
from trainer.storage import Storage

desk = create_desk_blueprint("attendance_scans", __name__)

MAX_UPLOAD_BYTES = 64 * 1024 * 1024  # bytes of one request: a dozen photos of a phone
PICTURE_HEIGHT_PX = 1400  # pixels: the height of the picture beside the rows
FILE_EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}


@desk.url_value_preprocessor
def allow_large_uploads(endpoint: str | None, _values: object) -> None:
    """Let an organizer's upload be larger than other requests; said before anything reads the form."""
    if endpoint == "attendance_scans.submit_scans" and current_user.is_authenticated:
        request.max_content_length = MAX_UPLOAD_BYTES


def get_scan_storage() -> Storage:
    """Give the pictures of sheets of this copy."""
    return Storage.from_settings(get_settings(), "sheets")


@desk.post("/seminars/<int:seminar_id>/scans")
def submit_scans(seminar_id: int) -> ResponseReturnValue:
    """Take photos and scans in, each file for itself: what is wrong with one does not keep the others out."""
    seminar, form = get_seminar_or_404(seminar_id), ScanForm()
    if not form.validate():
        return render_documents_page(seminar, form), 422
    filed: list[FiledPage] = []
    refused: list[str] = []
    for file in form.files.data:
        try:
            filed += file_uploaded_scan(seminar, file)
        except ScanFileRefused as error:
            refused.append(f"{(file.filename or '—')[:80]}: {UNREADABLE_SCAN_MESSAGES[error.reason]}")
    flash_filing_results(filed)
    if refused:
        form.files.errors = refused
        return render_documents_page(get_seminar_or_404(seminar_id), form), 422
    if len(filed) == 1:
        return redirect(url_for(".view_scan", scan_id=filed[0].scan.id), 303)
    return redirect(url_for("attendance_sheets.view_documents", seminar_id=seminar_id), 303)


def file_uploaded_scan(seminar: Seminar, file: FileStorage) -> list[FiledPage]:
    """Read a file and keep it. Raises FileRefused."""
    db.session.commit()  # reading takes a while: meanwhile nobody waits for the database
    read = recognize_file(file.read(MAX_SCAN_FILE_BYTES + 1))
    filed = filing.file_recognized_pages(db.session(), get_scan_storage(), seminar, read, now(), current_user.id)
    db.session.commit()
    return filed


def flash_filing_results(filed: list[FiledPage]) -> None:
    """Say what became of the pages."""
    known = sum(each.was_known for each in filed)
    lost = sum(not each.was_known and each.scan.session_id is None for each in filed)
    found = len(filed) - known - lost
    if found:
        flash(
            ngettext("%(num)d page was added to its session.", "%(num)d pages were added to their sessions.", found),
            "success",
        )
    if lost:
        flash(
            ngettext(
                "No code was found on %(num)d page. Choose the session it belongs to.",
                "No code was found on %(num)d pages. Choose the sessions they belong to.",
                lost,
            ),
            "warn",
        )
    if known:
        flash(
            ngettext("%(num)d page had already been uploaded.", "%(num)d pages had already been uploaded.", known),
            "info",
        )


def get_scan_or_404(scan_id: int) -> SheetScan:
    """Find a scan."""
    return db.session.get(SheetScan, scan_id) or abort(404)


@desk.get("/scans/<int:scan_id>")
def view_scan(scan_id: int) -> ResponseReturnValue:
    """Show the picture beside its rows."""
    found = get_scan_or_404(scan_id)
    seminar = get_seminar_or_404(found.seminar_id)
    return render_template(
        "attendance/sheets/scan.html",
        seminar=seminar,
        scan=found,
        rows=confirmation.list_sheet_rows(db.session(), found),
        nameless=confirmation.list_signed_empty_lines(found),
        printed=printing.list_printed_pages(db.session(), seminar),
        statuses=ATTENDANCE_STATUS_LABELS,
        claimed=format_conflict,
    )


@desk.post("/scans/<int:scan_id>")
def submit_scan_confirmation(scan_id: int) -> ResponseReturnValue:
    """Mark those who are ticked."""
    found = get_scan_or_404(scan_id)
    ticked = {
        int(each) for each in request.form.getlist("signed") if each.isascii() and each.isdigit() and len(each) < 10
    }
    try:
        confirmed = confirmation.confirm_scan(db.session(), found, ticked, now(), current_user.id)
    except StatusChanged:
        abort(404)
    db.session.commit()
    flash(
        ngettext("Confirmed: %(num)d mark saved.", "Confirmed: %(num)d marks saved.", confirmed.marked_count), "success"
    )
    if confirmed.skipped_count:
        flash(
            ngettext(
                "%(num)d person already had a different mark, which was kept.",
                "%(num)d people already had different marks, which were kept.",
                confirmed.skipped_count,
            ),
            "warn",
        )
    return redirect(url_for(".view_scan", scan_id=scan_id), 303)


@desk.post("/scans/<int:scan_id>/take-back")
def submit_sheet_mark_undo(scan_id: int) -> ResponseReturnValue:
    """Take a mark from this sheet back."""
    found, wanted = get_scan_or_404(scan_id), request.form.get("registration", 0, type=int)
    try:
        confirmation.undo_sheet_mark(db.session(), found, wanted, now(), current_user.id)
        db.session.commit()
        flash(_("Undone: the person is marked absent."), "success")
    except StatusChanged:
        db.session.rollback()
        flash(_("New marks have come in. Check again."), "info")
    return redirect(url_for(".view_scan", scan_id=scan_id), 303)


@desk.post("/scans/<int:scan_id>/place")
def submit_scan_filing(scan_id: int) -> ResponseReturnValue:
    """File a scan where the organizer says."""
    found = get_scan_or_404(scan_id)
    try:
        where, page = parse_filing_choice(request.form.get("place", ""))
        filing.file_scan_manually(db.session(), found, where, page)
        db.session.commit()
        flash(_("Added to the session."), "success")
    except StatusChanged:
        db.session.rollback()
        flash(_("This sheet can’t be added to that session."), "warn")
    return redirect(url_for(".view_scan", scan_id=scan_id), 303)


def parse_filing_choice(text: str) -> tuple[SeminarSession, SheetPage | None]:
    """Read a choice: a printed page, or a session. Raises StatusChanged."""
    kind, number = text[:1], text[1:]
    if number.isascii() and number.isdigit() and len(number) < 10:
        page = db.session.get(SheetPage, int(number)) if kind == "p" else None
        where = page.session if page else db.session.get(SeminarSession, int(number)) if kind == "s" else None
        if where is not None:
            return where, page
    raise StatusChanged


@desk.post("/scans/<int:scan_id>/remove")
def submit_scan_removal(scan_id: int) -> ResponseReturnValue:
    """Take what is no sheet off the list."""
    found = get_scan_or_404(scan_id)
    seminar_id = found.seminar_id
    try:
        unneeded = filing.delete_unfiled_scan(db.session(), found)
        db.session.commit()
        if unneeded:
            get_scan_storage().delete_content(unneeded)
        flash(_("Removed from the list."), "success")
    except StatusChanged:
        db.session.rollback()
        flash(_("A sheet that was added to a session is evidence and can’t be removed."), "warn")
    return redirect(url_for("attendance_sheets.view_documents", seminar_id=seminar_id), 303)


@desk.get("/scans/<int:scan_id>/picture.webp")
def view_scan_picture(scan_id: int) -> ResponseReturnValue:
    """Show the page, lying flat where its codes tell how."""
    found = get_scan_or_404(scan_id)
    answer = Response(mimetype="image/webp")
    page = render_scan_page(get_scan_storage().load_content(found.sha256), found.media_type, found.page_number)
    page.thumbnail((PICTURE_HEIGHT_PX, PICTURE_HEIGHT_PX))
    answer.set_data(encode_image(page, "WEBP", quality=70))
    return answer


@desk.get("/scans/<int:scan_id>/file")
def download_scan_file(scan_id: int) -> ResponseReturnValue:
    """Give the file as it is kept."""
    found = get_scan_or_404(scan_id)
    name = f"{found.uploaded_at:%Y-%m-%d}-{found.sha256[:12]}.{FILE_EXTENSIONS[found.media_type]}"
    content = io.BytesIO(get_scan_storage().load_content(found.sha256))
    return send_file(content, mimetype=found.media_type, as_attachment=True, download_name=name, max_age=0)
