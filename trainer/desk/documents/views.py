"""The page with all documents of a seminar, and the download of the chosen ones."""

from datetime import date

from flask import abort, render_template, request
from flask.typing import ResponseReturnValue

from trainer.accounts.access import create_desk_blueprint, may_open
from trainer.attendance.lists.forms import DOCUMENT_LANGUAGES, get_document_language
from trainer.clock import now
from trainer.desk.documents.archive import (
    DocumentChoice,
    SeminarDocument,
    list_available_documents,
    list_document_entries,
)
from trainer.desk.documents.forms import DocumentsForm, set_document_choices
from trainer.documents.archive import build_archive
from trainer.documents.files import MIME_TYPES, build_file_name, send_named_file
from trainer.extensions import db
from trainer.language.choice import get_page_language
from trainer.language.translate import gettext as _
from trainer.seminars.models import Seminar
from trainer.seminars.views import get_seminar_or_404
from trainer.settings import get_settings
from trainer.storage import Storage
from trainer.surveys.catalogue import list_seminar_surveys

blueprint = create_desk_blueprint("desk_documents", __name__)

DOWNLOADS = {
    SeminarDocument.PROGRAMME: "seminars.download_programme",
    SeminarDocument.LISTS: "attendance_sheets.download_participant_lists",
    SeminarDocument.SURVEYS: "surveys_downloads.download_survey_report",
    SeminarDocument.CERTIFICATES: "issuing_downloads.download_certificate_archive",
}
"""The page that hands out each document by itself: only who may open it is offered the document."""


@blueprint.get("/seminars/<int:seminar_id>/documents")
def view_documents(seminar_id: int) -> ResponseReturnValue:
    """Show everything of a seminar that can be downloaded or printed."""
    seminar = get_seminar_or_404(seminar_id)
    return render_documents_page(seminar, build_documents_form(seminar))


@blueprint.get("/seminars/<int:seminar_id>/documents.zip")
def download_documents(seminar_id: int) -> ResponseReturnValue:
    """Download the chosen documents in one ZIP."""
    seminar = get_seminar_or_404(seminar_id)
    form = build_documents_form(seminar, is_submitted=True)
    if not form.document.choices:
        abort(404)
    if not form.validate():
        return render_documents_page(seminar, form), 422
    choice = DocumentChoice(
        form.document.data,
        form.language.data,
        [date.fromisoformat(day) for day in form.day.data],
        form.column.data,
        form.kind.data,
    )
    entries = list_document_entries(db.session(), seminar, choice, Storage.from_settings(get_settings()), now())
    name = build_file_name(f"{_('Documents')} {seminar.title.get_text(get_page_language())}", "zip")
    return send_named_file(build_archive(entries), name, MIME_TYPES["zip"])


def build_documents_form(seminar: Seminar, *, is_submitted: bool = False) -> DocumentsForm:
    """Return the form of a seminar: as submitted, or with everything chosen in the language of the page."""
    available = list_available_documents(db.session(), seminar, now())
    offered = [document for document in available if may_open(DOWNLOADS[document])]
    form = DocumentsForm(
        request.args if is_submitted else None,
        document=offered,
        day=[day.isoformat() for day in seminar.days],
        language=[get_document_language()],
    )
    set_document_choices(form, seminar, offered)
    return form


def render_documents_page(seminar: Seminar, form: DocumentsForm) -> str:
    """Render the page of documents with the form."""
    return render_template(
        "desk/documents.html",
        seminar=seminar,
        form=form,
        surveys=[survey for survey in list_seminar_surveys(db.session(), seminar) if survey.id],
        languages=DOCUMENT_LANGUAGES,
    )
