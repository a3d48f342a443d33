"""The documents of a seminar as the files of one ZIP."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from flask_babel import force_locale
from sqlalchemy.orm import Session

from trainer.attendance.lists.files import render_participant_list
from trainer.attendance.lists.participants import LastColumn
from trainer.documents.archive import ArchiveEntry
from trainer.documents.files import build_file_name
from trainer.issuing.downloads import list_certificate_entries, list_printable_certificates
from trainer.issuing.register import has_certificate_in_force
from trainer.language.translate import gettext as _
from trainer.seminars.description.programme_pdf import render_programme_pdf
from trainer.seminars.models import Seminar
from trainer.storage import Storage
from trainer.surveys.catalogue import list_seminar_surveys
from trainer.surveys.downloads.report import collect_report_data, render_survey_report


class SeminarDocument(StrEnum):
    """A document of a seminar, or one for each day, survey or person."""

    PROGRAMME = "programme"
    LISTS = "lists"
    SURVEYS = "surveys"
    CERTIFICATES = "certificates"


@dataclass(frozen=True)
class DocumentChoice:
    """The chosen documents, their languages, and the days, last column and format (pdf or xlsx) of lists of participants."""

    documents: Sequence[SeminarDocument]
    languages: Sequence[str]
    days: Sequence[date]
    column: LastColumn
    kind: str


def list_available_documents(session: Session, seminar: Seminar, now: datetime) -> list[SeminarDocument]:
    """Return the documents that a seminar has at the moment, in their order."""
    available = {
        SeminarDocument.PROGRAMME: bool(seminar.sessions),
        SeminarDocument.LISTS: bool(seminar.sessions),
        SeminarDocument.SURVEYS: any(survey.id for survey in list_seminar_surveys(session, seminar)),
        SeminarDocument.CERTIFICATES: seminar.has_certificate and has_certificate_in_force(session, seminar, now),
    }
    return [document for document in SeminarDocument if available[document]]


def list_document_entries(
    session: Session, seminar: Seminar, choice: DocumentChoice, storage: Storage, now: datetime
) -> Iterator[ArchiveEntry]:
    """Yield the chosen documents one after another; certificates stand in a folder of their own."""
    for language in choice.languages:
        if SeminarDocument.PROGRAMME in choice.documents:
            yield render_programme_entry(seminar, language)
        if SeminarDocument.LISTS in choice.documents:
            for day in choice.days:
                yield render_participant_list(session, seminar, day, language, choice.column, choice.kind)
        if SeminarDocument.SURVEYS in choice.documents:
            yield from list_report_entries(session, seminar, language, now)
    if SeminarDocument.CERTIFICATES in choice.documents:
        certificates = list_printable_certificates(session, seminar, now)
        yield from list_certificate_entries(certificates, storage, folder=_("Certificates"))


def render_programme_entry(seminar: Seminar, language: str) -> ArchiveEntry:
    """Return the programme in a language."""
    with force_locale(language):
        name = build_file_name(f"{_('Programme')} {seminar.title.get_text(language)}", "pdf")
    return ArchiveEntry(name, seminar.days[0], render_programme_pdf(seminar, language))


def list_report_entries(session: Session, seminar: Seminar, language: str, now: datetime) -> Iterator[ArchiveEntry]:
    """Yield the report on each survey in a language; numbers keep surveys of one title apart."""
    with force_locale(language):
        for survey in list_seminar_surveys(session, seminar):
            if survey.id:
                title = f"{_('Survey report')} {survey.number} {survey.title.get_text(language)}"
                data = collect_report_data(session, survey, now)
                yield ArchiveEntry(build_file_name(title, "pdf"), data.created_on, render_survey_report(data))
