"""The documents of a seminar: each in its place, and the chosen ones in one ZIP."""

import io
import zipfile

import pypdfium2
import pytest
from flask import Flask
from sqlalchemy.orm import Session

from tests.accounts.colleagues import create_colleague
from tests.factories import AIGUL, MARINA, issue_to_eligible, register_eligible_person, register_person
from tests.visitor import Visitor, sign_in
from trainer.accounts.models import ProjectRole
from trainer.seminars.models import Seminar

EVERYTHING = {
    "document": ["programme", "lists", "surveys", "certificates"],
    "day": "2025-06-02",
    "language": ["kk", "ru"],
    "kind": "pdf",
    "column": "signatures",
}


@pytest.fixture
def held(session: Session, past_seminar: Seminar) -> Seminar:
    """Return a held seminar with two certificates."""
    register_eligible_person(session, past_seminar, AIGUL)
    register_eligible_person(session, past_seminar, MARINA)
    issue_to_eligible(session, past_seminar)
    return past_seminar


def download(visitor: Visitor, seminar: Seminar, **changes: object) -> dict[str, bytes]:
    """Return the files of the ZIP with the chosen documents by name."""
    query = {**EVERYTHING, **changes}
    answer = visitor.get(f"/desk/seminars/{seminar.id}/documents.zip", query_string=query, buffered=True).response
    assert answer.mimetype == "application/zip"
    with zipfile.ZipFile(io.BytesIO(answer.data)) as archive:
        assert archive.testzip() is None
        return {name: archive.read(name) for name in archive.namelist()}


def test_the_documents_of_a_seminar_lead_to_every_list_and_certificate(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    register_person(session, past_seminar, MARINA)
    links = organizer.get(f"/desk/seminars/{past_seminar.id}/documents").list_links()
    for ending in ("certificates.pdf", "certificates.zip", "registrations.xlsx", "papers#lists", "papers#sheets"):
        assert f"/desk/seminars/{past_seminar.id}/{ending}" in links
    for language in ("kk", "ru"):
        assert f"/desk/seminars/{past_seminar.id}/programme-{language}.pdf" in links
    past_seminar.has_certificate = False
    page = organizer.get(f"/desk/seminars/{past_seminar.id}/documents")
    assert not any("certificates" in link for link in page.list_links())
    assert "certificates" not in page.text


def test_one_download_holds_all_chosen_documents_in_all_chosen_languages(organizer: Visitor, held: Seminar) -> None:
    files = download(organizer, held)
    certificates = [name for name in files if name.startswith("Сертификаттар/")]
    assert len(certificates) == len(set(certificates)) == 2
    others = {name.split(" ", 1)[0] for name in files if name not in certificates}
    assert others == {"Бағдарлама", "Программа", "Қатысушылар", "Список", "Сауалнама", "Отчёт"}
    assert all(name.endswith(".pdf") and content.startswith(b"%PDF") for name, content in files.items())
    serials = [name.removeprefix("Сертификаттар/").partition(" ")[0] for name in certificates]
    frozen = {organizer.get(f"/desk/certificates/{serial}.pdf").response.data for serial in serials}
    assert frozen == {files[name] for name in certificates}


def test_lists_come_in_the_chosen_format_for_the_chosen_days_only(organizer: Visitor, held: Seminar) -> None:
    tables = download(organizer, held, document=["lists"], kind="xlsx", language="ru")
    assert [name.rpartition(".")[2] for name in tables] == ["xlsx"]
    [(name, content)] = download(organizer, held, document=["lists"], language="ru", column="statuses").items()
    with pypdfium2.PdfDocument(content) as document:
        text = document[0].get_textpage().get_text_bounded()
    assert "2025-06-02" in name
    assert "Присутствует: 2" in text


@pytest.mark.parametrize(
    ("changes", "error"),
    [({"document": []}, "documents-error"), ({"day": []}, "day-error"), ({"language": []}, "list-language-error")],
)
def test_what_was_not_chosen_is_asked_for_and_the_rest_is_kept(
    organizer: Visitor, held: Seminar, changes: dict[str, object], error: str
) -> None:
    query = {**EVERYTHING, "kind": "xlsx", **changes}
    page = organizer.get(f"/desk/seminars/{held.id}/documents.zip", status=422, query_string=query)
    text = page.response.get_data(as_text=True)
    assert f'id="{error}"' in text
    assert 'checked id="kind-1"' in text


def test_days_are_asked_for_lists_alone(organizer: Visitor, held: Seminar) -> None:
    assert len(download(organizer, held, document=["programme"], day=[])) == 2


def test_an_assistant_downloads_only_what_an_assistant_may_see(app: Flask, session: Session, held: Seminar) -> None:
    user = create_colleague(session, held.project.id, ProjectRole.ASSISTANT, held.id)
    visitor = sign_in(app, session, user)
    text = visitor.get(f"/desk/seminars/{held.id}/documents").response.get_data(as_text=True)
    assert 'value="lists"' in text
    assert 'value="certificates"' not in text
    visitor.get(f"/desk/seminars/{held.id}/documents.zip", status=422, query_string=EVERYTHING)
    assert len(download(visitor, held, document=["lists"])) == 2


def test_a_seminar_without_sessions_has_nothing_to_download(
    organizer: Visitor, session: Session, seminar: Seminar
) -> None:
    seminar.sessions.clear()
    seminar.has_certificate = False
    session.commit()
    page = organizer.get(f"/desk/seminars/{seminar.id}/documents")
    assert "documents.zip" not in page.response.get_data(as_text=True)
    organizer.get(f"/desk/seminars/{seminar.id}/documents.zip", status=404)
