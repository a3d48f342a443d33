"""What the pages of the desk about one survey share: finding it, its language, and sending its documents."""

from collections.abc import Iterator
from contextlib import contextmanager

from flask import abort, request
from flask.typing import ResponseReturnValue
from flask_babel import force_locale

from trainer.documents import files
from trainer.extensions import db
from trainer.language import LANGUAGES
from trainer.language.choice import get_page_language
from trainer.seminars.locking import lock_seminar
from trainer.seminars.views import get_seminar_or_404
from trainer.surveys.catalogue import find_seminar_survey, lock_survey
from trainer.surveys.models import Survey

SURVEY_URL = "/seminars/<int:seminar_id>/surveys/<int:number>"
"""The rule of all pages of the desk about one survey, for their routes."""


def get_survey_or_404(seminar_id: int, number: int) -> Survey:
    """Return a survey of a seminar by its number; abort with 404 if there is none."""
    return find_seminar_survey(db.session(), get_seminar_or_404(seminar_id), number) or abort(404)


def get_survey_for_edit_or_404(seminar_id: int, number: int) -> Survey:
    """Return a survey whose form is shown or submitted; in a request that saves, locked and read anew."""
    seminar = get_seminar_or_404(seminar_id)
    if request.method == "POST":
        lock_seminar(db.session(), seminar)
    survey = find_seminar_survey(db.session(), seminar, number) or abort(404)
    return lock_survey(db.session(), survey) if request.method == "POST" and survey.id is not None else survey


@contextmanager
def open_survey_in_requested_language(seminar_id: int, number: int) -> Iterator[Survey]:
    """Yield a survey with the `language` of the query string active; 404 for an unknown language."""
    requested_language = request.args.get("language", get_page_language())
    survey = get_survey_or_404(seminar_id, number)
    with force_locale(requested_language if requested_language in LANGUAGES else abort(404)):
        yield survey


def format_document_title(document_name: str, survey: Survey) -> str:
    """Return the title of a document about a survey, for example "Answers: Satisfaction survey"."""
    return f"{document_name}: {survey.title.get_text(get_page_language())}"


def send_survey_document(
    content: bytes | Iterator[bytes], document_name: str, survey: Survey, extension: str
) -> ResponseReturnValue:
    """Return a download response; the file name contains the document, the survey and the seminar.

    Content may come in pieces.
    """
    title = f"{document_name} {survey.title.get_text(get_page_language())} {survey.seminar.title.get_text(get_page_language())}"
    return files.send_document(content, title, extension)
