"""A storage that fails is said in a sentence with status 503; what was typed is kept, and nothing is saved by half."""

import io
from typing import Any, NoReturn

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.attendance.sheets.scan_client import upload_scans
from tests.attendance.signed_sheet import encode_jpeg
from tests.factories import issue_to_eligible, register_eligible_person
from tests.qr_pictures import encode_picture
from tests.visitor import Visitor
from trainer.attendance.models import SheetScan
from trainer.issuing.models import IssuedCertificate
from trainer.language import LANGUAGES
from trainer.language.translate import gettext
from trainer.projects.models import Project
from trainer.seminars.models import Seminar
from trainer.storage import FileDamaged, FileMissing, Storage, StorageError, StorageFull, StorageUnavailable
from trainer.web.errors import describe_storage_failure

# What is said on a page does not depend on the database.
pytestmark = pytest.mark.parametrize("deployment", ["sqlite"], indirect=True)

FAILURES = (FileMissing, FileDamaged, StorageFull, StorageUnavailable)


def make_fail(monkeypatch: pytest.MonkeyPatch, name: str, kind: type[StorageError]) -> None:
    """Replace a method of the storage with a failure."""

    def fail(*_arguments: Any, **_options: Any) -> NoReturn:
        raise kind("the answer of the server")

    monkeypatch.setattr(Storage, name, fail)


@pytest.mark.parametrize("kind", FAILURES)
def test_a_certificate_that_cannot_be_opened_is_explained(
    app: Flask,
    stranger: Visitor,
    session: Session,
    past_seminar: Seminar,
    monkeypatch: pytest.MonkeyPatch,
    kind: type[StorageError],
) -> None:
    registration = register_eligible_person(session, past_seminar)
    issue_to_eligible(session, past_seminar)
    make_fail(monkeypatch, "load_content", kind)
    address = f"/r/{registration.token}/certificate.pdf"
    page = stranger.get(address, status=503)
    with app.test_request_context(headers={"Accept-Language": page.language}):
        assert page.heading == describe_storage_failure(kind(""))[0]
    assert "the answer of the server" not in page.text
    assert int(page.response.headers["Retry-After"]) > 0
    answer = stranger.client.get(address, headers={"Accept": "application/json"})
    assert (answer.status_code, list(answer.get_json())) == (503, ["error"])


def test_every_failure_has_words_of_its_own(app: Flask) -> None:
    for language in LANGUAGES:
        with app.test_request_context(headers={"Accept-Language": language}):
            assert len({describe_storage_failure(kind("")) for kind in FAILURES}) == len(FAILURES)


def test_a_logo_that_cannot_be_stored_keeps_what_was_typed(
    organizer: Visitor, session: Session, project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/desk/project/{project.id}"
    _target, fields = organizer.get(address).read_form()
    number = project.business_number
    typed = {
        **fields,
        "business_number": "123456789012",
        "logo": (io.BytesIO(encode_picture(Image.new("RGB", (60, 40), "red"))), "logo.png"),
    }
    with monkeypatch.context() as patched:
        make_fail(patched, "store_content", StorageFull)
        page = organizer.post(address, typed, status=422)
    assert page.get_error("logo")
    assert page.read_form()[1]["business_number"] == "123456789012"
    session.expire_all()
    assert (project.business_number, project.logo_sha256) == (number, "")


def test_a_batch_that_cannot_be_stored_issues_nothing_and_can_be_sent_again(
    organizer: Visitor, session: Session, past_seminar: Seminar, monkeypatch: pytest.MonkeyPatch
) -> None:
    register_eligible_person(session, past_seminar)
    checked = organizer.get(f"/desk/seminars/{past_seminar.id}/certificates/check").read_form("issue")
    with monkeypatch.context() as patched:
        make_fail(patched, "store_contents", StorageUnavailable)
        page = organizer.post(*checked, status=503)
    assert session.scalars(select(IssuedCertificate)).all() == []
    _target, kept = page.read_form()
    assert kept["checked"] == checked[1]["checked"]
    organizer.post(checked[0], kept, status=303)
    assert len(session.scalars(select(IssuedCertificate)).all()) == 1


def test_a_scan_whose_file_cannot_be_deleted_is_removed_with_a_warning(
    app: Flask, organizer: Visitor, session: Session, past_seminar: Seminar, monkeypatch: pytest.MonkeyPatch
) -> None:
    shown = organizer.follow(upload_scans(organizer, past_seminar, encode_jpeg(Image.new("RGB", (600, 800), "white"))))
    make_fail(monkeypatch, "delete_content", StorageUnavailable)
    page = organizer.follow(organizer.post(*shown.read_form("remove")))
    assert session.scalars(select(SheetScan)).all() == []
    with app.test_request_context(headers={"Accept-Language": page.language}):
        assert gettext("Its files could not be deleted, because where files are stored does not answer.") in page.words
