"""Certificates, logos and scans in S3: issued, downloaded and verified as from a folder; without S3 a page says so."""

import hashlib
import io
import zipfile
from collections.abc import Iterator
from dataclasses import replace

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.attendance.sheets.scan_client import upload_scans
from tests.attendance.signed_sheet import encode_jpeg
from tests.factories import AIGUL, MARINA, issue_to_eligible, register_eligible_person
from tests.qr_pictures import encode_picture
from tests.s3_server import S3Server, cut_every_connection, run_s3_server
from tests.visitor import Visitor
from trainer.attendance.models import SheetScan
from trainer.issuing.models import IssuedCertificate
from trainer.projects.models import Project
from trainer.seminars.models import Seminar
from trainer.storage import Storage


@pytest.fixture
def s3_server(app: Flask) -> Iterator[S3Server]:
    """Yield a server with a bucket that the application uses for its files."""
    with run_s3_server() as server:
        app.extensions["settings"] = replace(
            app.extensions["settings"], storage_url=server.url, storage_key_id="key", storage_key_secret="secret"
        )
        yield server


def list_stored_files(server: S3Server) -> list[str]:
    """Return the keys of all objects below the prefix."""
    return sorted(path.relative_to(server.root).as_posix() for path in server.root.rglob("*") if path.is_file())


def test_certificates_are_issued_and_downloaded(
    app: Flask, s3_server: S3Server, stranger: Visitor, organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    people = [register_eligible_person(session, past_seminar, applicant) for applicant in (AIGUL, MARINA)]
    organizer.submit(f"/desk/seminars/{past_seminar.id}/certificates/check", form="issue")
    entries = {entry.registration_id: entry for entry in session.scalars(select(IssuedCertificate))}
    assert list_stored_files(s3_server) == sorted(f"{e.pdf_sha256[:2]}/{e.pdf_sha256}" for e in entries.values())
    assert not (app.extensions["settings"].instance / "files").exists()
    for person in people:
        answer = stranger.get(f"/r/{person.token}/certificate.pdf").response
        assert hashlib.sha256(answer.data).hexdigest() == entries[person.id].pdf_sha256
        part = stranger.client.get(f"/r/{person.token}/certificate.pdf", headers={"Range": "bytes=0-3"})
        assert (part.status_code, part.data) == (206, b"%PDF")
    archive = organizer.get(f"/desk/seminars/{past_seminar.id}/certificates.zip").response
    assert len(zipfile.ZipFile(io.BytesIO(archive.data)).namelist()) == 2
    archive.close()


def test_a_logo_and_a_scan_are_stored_and_shown(
    s3_server: S3Server, organizer: Visitor, session: Session, project: Project, past_seminar: Seminar
) -> None:
    address, logo = f"/desk/project/{project.id}", encode_picture(Image.linear_gradient("L").convert("RGB"))
    _target, fields = organizer.get(address).read_form()
    organizer.post(address, {**fields, "logo": (io.BytesIO(logo), "logo.png")}, status=303)
    assert organizer.get(f"{address}/logo").response.mimetype == "image/png"
    photo = encode_jpeg(Image.new("RGB", (600, 800), "white"))
    upload_scans(organizer, past_seminar, photo)
    [scan] = session.scalars(select(SheetScan))
    assert organizer.get(f"/desk/scans/{scan.id}/file").response.data == photo
    part = organizer.client.get(f"/desk/scans/{scan.id}/file", headers={"Range": "bytes=100-199"})
    assert (part.status_code, part.data) == (206, photo[100:200])
    assert f"sheets/{scan.sha256[:2]}/{scan.sha256}" in list_stored_files(s3_server)


def test_without_s3_nothing_is_issued_and_pages_say_so(
    app: Flask, s3_server: S3Server, stranger: Visitor, organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    aigul = register_eligible_person(session, past_seminar, AIGUL)
    [entry] = issue_to_eligible(session, past_seminar)
    register_eligible_person(session, past_seminar, MARINA)
    target, fields = organizer.get(f"/desk/seminars/{past_seminar.id}/certificates/check").read_form("issue")
    s3_server.fault = cut_every_connection
    organizer.post(target, fields, status=503)
    stranger.get(f"/r/{aigul.token}/certificate.pdf", status=503)
    assert session.scalars(select(IssuedCertificate.serial)).all() == [entry.serial]
    s3_server.fault = lambda _request: False
    organizer.post(target, fields, status=303)
    assert len(session.scalars(select(IssuedCertificate.serial)).all()) == 2
    assert len(Storage.from_settings(app.extensions["settings"]).list_hashes()) == 2
