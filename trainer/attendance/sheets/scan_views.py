"""The desk of signed sheets: uploading photos and scans, saying where one belongs, and confirming its rows beside the picture."""

import io

from flask import Response, abort, current_app, flash, redirect, render_template, request, send_file, url_for
from flask.typing import ResponseReturnValue
from flask_security import current_user
from werkzeug.datastructures import FileStorage

from trainer.accounts.access import desk_blueprint
from trainer.attendance.desk.views import claimed
from trainer.attendance.forms import ScanForm
from trainer.attendance.models import SheetPage, SheetScan
from trainer.attendance.sheets import confirmation, filing, printing
from trainer.attendance.sheets.document_views import render_papers
from trainer.attendance.sheets.filing import Filed
from trainer.attendance.sheets.recognition import LARGEST_FILE, FileRefused, read_file, shown_page
from trainer.attendance.wording import STATUSES, UNREADABLE
from trainer.clock import now
from trainer.documents.pdf_images import saved
from trainer.extensions import db
from trainer.language.translate import gettext as _
from trainer.language.translate import ngettext
from trainer.registration.seats.waiting_list import StateChanged
from trainer.seminars.models import Seminar, SeminarSession
from trainer.seminars.views import seminar_or_404
from trainer.storage import Storage

desk = desk_blueprint("attendance_scans", __name__)

LARGEST_UPLOAD = 64 * 1024 * 1024  # bytes of one request: a dozen photos of a phone
PICTURE = 1400  # pixels: the height of the picture beside the rows
ENDINGS = {"image/jpeg": "jpg", "image/png": "png", "application/pdf": "pdf"}


@desk.url_value_preprocessor
def let_photos_in(endpoint: str | None, _values: object) -> None:
    """Let an organizer's upload be larger than other requests; said before anything reads the form."""
    if endpoint == "attendance_scans.upload" and current_user.is_authenticated:
        request.max_content_length = LARGEST_UPLOAD


def storage() -> Storage:
    """Give the pictures of sheets of this copy."""
    return Storage.of(current_app.extensions["settings"], "sheets")


@desk.post("/seminars/<int:seminar_id>/scans")
def upload(seminar_id: int) -> ResponseReturnValue:
    """Take photos and scans in, each file for itself: what is wrong with one does not keep the others out."""
    seminar, form = seminar_or_404(seminar_id), ScanForm()
    if not form.validate():
        return render_papers(seminar, form), 422
    filed: list[Filed] = []
    refused: list[str] = []
    for file in form.files.data:
        try:
            filed += take_in(seminar, file)
        except FileRefused as error:
            refused.append(f"{(file.filename or '—')[:80]}: {UNREADABLE[error.reason]}")
    say(filed)
    if refused:
        form.files.errors = refused
        return render_papers(seminar_or_404(seminar_id), form), 422
    if len(filed) == 1:
        return redirect(url_for(".scan", scan_id=filed[0].scan.id), 303)
    return redirect(url_for("attendance_sheets.papers", seminar_id=seminar_id), 303)


def take_in(seminar: Seminar, file: FileStorage) -> list[Filed]:
    """Read a file and keep it. Raises FileRefused."""
    db.session.commit()  # reading takes a while: meanwhile nobody waits for the database
    read = read_file(file.read(LARGEST_FILE + 1))
    filed = filing.keep_file(db.session(), storage(), seminar, read, now(), current_user.id)
    db.session.commit()
    return filed


def say(filed: list[Filed]) -> None:
    """Say what became of the pages."""
    known = sum(each.known for each in filed)
    lost = sum(not each.known and each.scan.session_id is None for each in filed)
    found = len(filed) - known - lost
    if found:
        flash(
            ngettext("%(num)d page was filed to its session.", "%(num)d pages were filed to their sessions.", found),
            "success",
        )
    if lost:
        flash(
            ngettext(
                "No code was found on %(num)d page. Please say where it belongs.",
                "No code was found on %(num)d pages. Please say where they belong.",
                lost,
            ),
            "warn",
        )
    if known:
        flash(
            ngettext("%(num)d page had been uploaded before.", "%(num)d pages had been uploaded before.", known), "info"
        )


def scan_or_404(scan_id: int) -> SheetScan:
    """Find a scan."""
    return db.session.get(SheetScan, scan_id) or abort(404)


@desk.get("/scans/<int:scan_id>")
def scan(scan_id: int) -> ResponseReturnValue:
    """Show the picture beside its rows."""
    found = scan_or_404(scan_id)
    seminar = seminar_or_404(found.seminar_id)
    return render_template(
        "attendance/sheets/scan.html",
        seminar=seminar,
        scan=found,
        rows=confirmation.rows_of(db.session(), found),
        nameless=confirmation.signed_without_name(found),
        printed=printing.printed(db.session(), seminar),
        statuses=STATUSES,
        claimed=claimed,
    )


@desk.post("/scans/<int:scan_id>")
def confirm(scan_id: int) -> ResponseReturnValue:
    """Mark those who are ticked."""
    found = scan_or_404(scan_id)
    ticked = {
        int(each) for each in request.form.getlist("signed") if each.isascii() and each.isdigit() and len(each) < 10
    }
    try:
        confirmed = confirmation.confirm(db.session(), found, ticked, now(), current_user.id)
    except StateChanged:
        abort(404)
    db.session.commit()
    flash(ngettext("Confirmed: %(num)d mark saved.", "Confirmed: %(num)d marks saved.", confirmed.marked), "success")
    if confirmed.left:
        flash(
            ngettext(
                "%(num)d person was marked otherwise meanwhile and was left so.",
                "%(num)d people were marked otherwise meanwhile and were left so.",
                confirmed.left,
            ),
            "warn",
        )
    return redirect(url_for(".scan", scan_id=scan_id), 303)


@desk.post("/scans/<int:scan_id>/take-back")
def take_back(scan_id: int) -> ResponseReturnValue:
    """Take a mark from this sheet back."""
    found, wanted = scan_or_404(scan_id), request.form.get("registration", 0, type=int)
    try:
        confirmation.take_back(db.session(), found, wanted, now(), current_user.id)
        db.session.commit()
        flash(_("Taken back: the person is marked absent."), "success")
    except StateChanged:
        db.session.rollback()
        flash(_("There are new marks meanwhile: please look again."), "info")
    return redirect(url_for(".scan", scan_id=scan_id), 303)


@desk.post("/scans/<int:scan_id>/place")
def place(scan_id: int) -> ResponseReturnValue:
    """File a scan where the organizer says."""
    found = scan_or_404(scan_id)
    try:
        where, page = chosen_place(request.form.get("place", ""))
        filing.file_by_hand(db.session(), found, where, page)
        db.session.commit()
        flash(_("Filed."), "success")
    except StateChanged:
        db.session.rollback()
        flash(_("This sheet can't be filed there."), "warn")
    return redirect(url_for(".scan", scan_id=scan_id), 303)


def chosen_place(text: str) -> tuple[SeminarSession, SheetPage | None]:
    """Read a choice: a printed page, or a session. Raises StateChanged."""
    kind, number = text[:1], text[1:]
    if number.isascii() and number.isdigit() and len(number) < 10:
        page = db.session.get(SheetPage, int(number)) if kind == "p" else None
        where = page.session if page else db.session.get(SeminarSession, int(number)) if kind == "s" else None
        if where is not None:
            return where, page
    raise StateChanged


@desk.post("/scans/<int:scan_id>/remove")
def remove(scan_id: int) -> ResponseReturnValue:
    """Take what is no sheet off the list."""
    found = scan_or_404(scan_id)
    seminar_id = found.seminar_id
    try:
        unneeded = filing.take_off(db.session(), found)
        db.session.commit()
        if unneeded:
            storage().forget(unneeded)
        flash(_("Taken off the list."), "success")
    except StateChanged:
        db.session.rollback()
        flash(_("A sheet that was filed is evidence and stays."), "warn")
    return redirect(url_for("attendance_sheets.papers", seminar_id=seminar_id), 303)


@desk.get("/scans/<int:scan_id>/picture.webp")
def picture(scan_id: int) -> ResponseReturnValue:
    """Show the page, lying flat where its codes tell how."""
    found = scan_or_404(scan_id)
    answer = Response(mimetype="image/webp")
    page = shown_page(storage().get(found.sha256), found.media_type, found.place)
    page.thumbnail((PICTURE, PICTURE))
    answer.set_data(saved(page, "WEBP", quality=70))
    return answer


@desk.get("/scans/<int:scan_id>/file")
def file(scan_id: int) -> ResponseReturnValue:
    """Give the file as it is kept."""
    found = scan_or_404(scan_id)
    name = f"{found.uploaded_at:%Y-%m-%d}-{found.sha256[:12]}.{ENDINGS[found.media_type]}"
    content = io.BytesIO(storage().get(found.sha256))
    return send_file(content, mimetype=found.media_type, as_attachment=True, download_name=name, max_age=0)
