"""Desk pages of scanned sign-in sheets: upload, manual filing, confirmation of rows beside the picture."""

from flask import Response, abort, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user
from werkzeug.datastructures import FileStorage

from trainer.accounts.access import create_desk_blueprint
from trainer.attendance.models import SheetPage, SheetScan
from trainer.attendance.sheets import confirmation, filing, printing
from trainer.attendance.sheets.document_views import render_documents_page
from trainer.attendance.sheets.filing import FiledPage
from trainer.attendance.sheets.forms import UNREADABLE_SCAN_MESSAGES, ScanForm
from trainer.attendance.sheets.recognition import MAX_SCAN_FILE_BYTES, ScanFileRefused, recognize_file, render_scan_page
from trainer.attendance.wording import ATTENDANCE_STATUS_LABELS, format_conflict
from trainer.clock import now
from trainer.documents.files import send_stored_file
from trainer.documents.pdf_images import encode_image
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.language.translate import ngettext
from trainer.seminars.locking import StatusChanged
from trainer.seminars.models import Seminar, SeminarSession
from trainer.seminars.views import get_seminar_or_404
from trainer.settings import get_settings
from trainer.storage import Storage, StorageError
from trainer.web.actions import commit_or_explain, delete_files_or_explain
from trainer.web.errors import explain_storage_failure
from trainer.web.pictures.decoding import DecodersBusy

desk = create_desk_blueprint("attendance_scans", __name__)

SCAN_AREA = "sheets"  # of the storage
MAX_UPLOAD_BYTES = 64 * 1024 * 1024  # about a dozen photos
PICTURE_HEIGHT_PX = 1400
FILE_EXTENSIONS = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}


@desk.url_value_preprocessor
def allow_large_uploads(endpoint: str | None, _values: object) -> None:
    """Raise the size limit of the request for an upload, before anything reads the form."""
    if endpoint == "attendance_scans.submit_scans" and current_user.is_authenticated:
        request.max_content_length = MAX_UPLOAD_BYTES


def get_scan_storage() -> Storage:
    """Return the storage of scans."""
    return Storage.from_settings(get_settings(), SCAN_AREA)


@desk.post("/seminars/<int:seminar_id>/scans")
def submit_scans(seminar_id: int) -> ResponseReturnValue:
    """Upload photos and scans. Each file is handled by itself: an error in one does not affect the others."""
    seminar, form = get_seminar_or_404(seminar_id), ScanForm()
    if not form.validate():
        return render_documents_page(seminar, scan_form=form), 422
    filed_pages: list[FiledPage] = []
    errors: list[str] = []
    for file in form.files.data:
        try:
            filed_pages += file_uploaded_scan(seminar, file)
        except ScanFileRefused as error:
            errors.append(f"{(file.filename or '—')[:80]}: {UNREADABLE_SCAN_MESSAGES[error.reason]}")
        except DecodersBusy:
            busy = _("many pictures are being read at the moment. Upload this file again in a minute.")
            errors.append(f"{(file.filename or '—')[:80]}: {busy}")
        except StorageError as error:
            errors.append(f"{(file.filename or '—')[:80]}: {explain_storage_failure(error)}")
    flash_filing_results(filed_pages)
    if errors:
        form.files.errors = errors
        return render_documents_page(get_seminar_or_404(seminar_id), scan_form=form), 422
    if len(filed_pages) == 1:
        return redirect(url_for(".view_scan", scan_id=filed_pages[0].scan.id), 303)
    return redirect(url_for("attendance_sheets.view_documents", seminar_id=seminar_id), 303)


def file_uploaded_scan(seminar: Seminar, file: FileStorage) -> list[FiledPage]:
    """Recognize a file, store it and file its pages. Raises ScanFileRefused."""
    db.session.commit()  # releases the database during the recognition, which takes a while
    recognized = recognize_file(file.read(MAX_SCAN_FILE_BYTES + 1))
    filed_pages = filing.file_recognized_pages(
        db.session(), get_scan_storage(), seminar, recognized, now(), current_user.id
    )
    db.session.commit()
    return filed_pages


def flash_filing_results(filed_pages: list[FiledPage]) -> None:
    """Flash the numbers of pages that were filed, not filed, and known before."""
    known_count = sum(page.was_known for page in filed_pages)
    unfiled_count = sum(not page.was_known and page.scan.session_id is None for page in filed_pages)
    filed_count = len(filed_pages) - known_count - unfiled_count
    if filed_count:
        sentence = ngettext(
            "%(num)d page was added to its session.", "%(num)d pages were added to their sessions.", filed_count
        )
        flash(sentence, "success")
    if unfiled_count:
        flash(
            ngettext(
                "No code was found on %(num)d page. Choose the session it belongs to.",
                "No code was found on %(num)d pages. Choose the sessions they belong to.",
                unfiled_count,
            ),
            "warn",
        )
    if known_count:
        sentence = ngettext(
            "%(num)d page had already been uploaded.", "%(num)d pages had already been uploaded.", known_count
        )
        flash(sentence, "info")


def get_scan_or_404(scan_id: int) -> SheetScan:
    """Return a scan; abort with 404 if there is none."""
    return db.session.get(SheetScan, scan_id) or abort(404)


@desk.get("/scans/<int:scan_id>")
def view_scan(scan_id: int) -> ResponseReturnValue:
    """Show the picture of a scan beside its rows."""
    scan = get_scan_or_404(scan_id)
    seminar = get_seminar_or_404(scan.seminar_id)
    return render_template(
        "attendance/sheets/scan.html",
        seminar=seminar,
        scan=scan,
        rows=confirmation.list_sheet_rows(db.session(), scan),
        signed_empty_lines=confirmation.list_signed_empty_lines(scan),
        printed_pages=printing.list_printed_pages(db.session(), seminar),
        status_labels=ATTENDANCE_STATUS_LABELS,
        format_conflict=format_conflict,
    )


@desk.post("/scans/<int:scan_id>")
def submit_scan_confirmation(scan_id: int) -> ResponseReturnValue:
    """Mark the ticked people present."""
    scan = get_scan_or_404(scan_id)
    ticked_ids = {int(text) for text in request.form.getlist("signed") if is_short_number(text)}
    try:
        result = confirmation.confirm_scan(db.session(), scan, ticked_ids, now(), current_user.id)
    except StatusChanged:
        abort(404)
    db.session.commit()
    sentence = ngettext("Confirmed: %(num)d mark saved.", "Confirmed: %(num)d marks saved.", result.marked_count)
    flash(sentence, "success")
    if result.skipped_count:
        flash(
            ngettext(
                "%(num)d person already had a different mark, which was kept.",
                "%(num)d people already had different marks, which were kept.",
                result.skipped_count,
            ),
            "warn",
        )
    return redirect(url_for(".view_scan", scan_id=scan_id), 303)


@desk.post("/scans/<int:scan_id>/take-back")
def submit_sheet_mark_undo(scan_id: int) -> ResponseReturnValue:
    """Undo a mark from this sheet."""
    scan, registration_id = get_scan_or_404(scan_id), request.form.get("registration", 0, type=int)
    refusals: dict[type[Exception], str] = {StatusChanged: _("New marks have come in. Check again.")}
    with commit_or_explain(refusals, _("Undone: the person is marked absent.")):
        confirmation.undo_sheet_mark(db.session(), scan, registration_id, now(), current_user.id)
    return redirect(url_for(".view_scan", scan_id=scan_id), 303)


@desk.post("/scans/<int:scan_id>/place")
def submit_scan_filing(scan_id: int) -> ResponseReturnValue:
    """File a scan to the chosen page or session."""
    scan = get_scan_or_404(scan_id)
    refusals: dict[type[Exception], str] = {StatusChanged: _("This sheet can’t be added to that session.")}
    with commit_or_explain(refusals, _("Added to the session.")):
        seminar_session, page = parse_filing_choice(request.form.get("place", ""))
        filing.file_scan_manually(db.session(), scan, seminar_session, page)
    return redirect(url_for(".view_scan", scan_id=scan_id), 303)


def parse_filing_choice(text: str) -> tuple[SeminarSession, SheetPage | None]:
    """Parse a choice: "p" and a page id, or "s" and a session id. Raises StatusChanged if there is no such page or session."""
    kind, number = text[:1], text[1:]
    row_id = int(number) if is_short_number(number) else 0
    page = db.session.get(SheetPage, row_id) if kind == "p" else None
    seminar_session = page.session if page else db.session.get(SeminarSession, row_id) if kind == "s" else None
    if seminar_session is None:
        raise StatusChanged
    return seminar_session, page


def is_short_number(text: str) -> bool:
    """Return whether a text is a number of at most nine ASCII digits, so that every database can compare it with an id."""
    return text.isascii() and text.isdigit() and len(text) < 10


@desk.post("/scans/<int:scan_id>/remove")
def submit_scan_removal(scan_id: int) -> ResponseReturnValue:
    """Delete an unfiled scan, and its file if no other scan needs it."""
    scan = get_scan_or_404(scan_id)
    seminar_id, unneeded_sha256 = scan.seminar_id, ""
    refusal = _("A sheet that was added to a session is evidence and can’t be removed.")
    with commit_or_explain({StatusChanged: refusal}, _("Removed from the list.")):
        unneeded_sha256 = filing.delete_unfiled_scan(db.session(), scan)
    if unneeded_sha256:
        with delete_files_or_explain():
            get_scan_storage().delete_content(unneeded_sha256)
    return redirect(url_for("attendance_sheets.view_documents", seminar_id=seminar_id), 303)


@desk.get("/scans/<int:scan_id>/picture.webp")
def view_scan_picture(scan_id: int) -> ResponseReturnValue:
    """Show the scanned page, flattened if its codes were found."""
    scan = get_scan_or_404(scan_id)
    response = Response(mimetype="image/webp")
    picture = render_scan_page(get_scan_storage().load_content(scan.sha256), scan.media_type, scan.page_number)
    picture.thumbnail((PICTURE_HEIGHT_PX, PICTURE_HEIGHT_PX))
    response.set_data(encode_image(picture, "WEBP", quality=70))
    return response


@desk.get("/scans/<int:scan_id>/file")
def download_scan_file(scan_id: int) -> ResponseReturnValue:
    """Download the stored file of a scan."""
    scan = get_scan_or_404(scan_id)
    name = f"{scan.uploaded_at:%Y-%m-%d}-{scan.sha256[:12]}.{FILE_EXTENSIONS[scan.media_type]}"
    return send_stored_file(get_scan_storage(), scan.sha256, name, scan.media_type)
