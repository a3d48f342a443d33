"""Uploaded scans: filing by the page code or by the organizer, stored files, and refused uploads."""

import errno
import hashlib
import io
import os
from typing import NoReturn

import pytest
from flask import Flask
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.attendance.desk_pages import build_documents_url
from tests.attendance.marks import list_marked_statuses
from tests.attendance.sheets.scan_client import (
    build_scan_upload,
    list_offered_ids,
    list_scans_by_id,
    list_ticked_ids,
    print_sheet_pdf,
    submit_confirmation,
    upload_blank_page,
    upload_scans,
    upload_signed_sheet,
)
from tests.attendance.signed_sheet import (
    encode_jpeg,
    join_scans_as_pdf,
    photograph_page,
    render_pdf_page_as_picture,
    sign_lines,
)
from tests.qr_pictures import draw_qr
from tests.visitor import Visitor
from trainer.attendance.models import AttendanceStatus, SheetPage
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar
from trainer.storage import FileMissing, Storage

PRESENT = AttendanceStatus.PRESENT


def test_a_photo_is_filed_by_its_code_and_offered_for_confirmation(
    organizer: Visitor, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    paper = render_pdf_page_as_picture(print_sheet_pdf(organizer, past_seminar, 1))
    answer = upload_scans(organizer, past_seminar, photograph_page(sign_lines(paper, [0, 2])))
    [scan] = list_scans_by_id(session)
    assert (scan.session, scan.page.number if scan.page else 0, scan.signed_lines) == (
        past_seminar.sessions[1],
        1,
        [0, 2],
    )
    shown = organizer.follow(answer)
    assert list_ticked_ids(shown) == [registrations[0].id, registrations[2].id]
    assert list_offered_ids(shown) == [registration.id for registration in registrations]
    assert scan.sha256 in shown.words
    assert list_marked_statuses(session) == []


def test_the_file_is_stored_by_its_hash_and_can_be_downloaded(
    app: Flask, organizer: Visitor, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    photo = photograph_page(render_pdf_page_as_picture(print_sheet_pdf(organizer, past_seminar)))
    upload_scans(organizer, past_seminar, photo)
    [scan] = list_scans_by_id(session)
    stored = Storage.from_settings(app.extensions["settings"], "sheets").load_content(scan.sha256)
    assert stored == photo  # without location metadata not a byte is changed
    answer = organizer.get(f"/desk/scans/{scan.id}/file").response
    assert (hashlib.sha256(answer.data).hexdigest(), answer.mimetype) == (scan.sha256, "image/jpeg")
    assert scan.uploaded_by is not None
    listed = organizer.get(build_documents_url(past_seminar)).words
    assert scan.sha256 in listed
    assert str(scan.uploaded_by.name) in listed
    picture = organizer.get(f"/desk/scans/{scan.id}/picture.webp").response
    assert Image.open(io.BytesIO(picture.data)).format == "WEBP"


def test_a_file_uploaded_twice_is_stored_once(
    organizer: Visitor, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    photo = encode_jpeg(render_pdf_page_as_picture(print_sheet_pdf(organizer, past_seminar)))
    upload_scans(organizer, past_seminar, photo, photo)
    upload_scans(organizer, past_seminar, photo)
    assert len(list_scans_by_id(session)) == 1


def test_several_photos_and_a_scan_of_several_pages_come_at_once(
    organizer: Visitor, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    papers = [render_pdf_page_as_picture(print_sheet_pdf(organizer, past_seminar, place)) for place in (0, 1)]
    upload_scans(organizer, past_seminar, photograph_page(papers[0]), join_scans_as_pdf(papers[1], papers[0]))
    scans = list_scans_by_id(session)
    assert [(item.page_number, item.session) for item in scans] == [
        *((1, past_seminar.sessions[0]), (1, past_seminar.sessions[1]), (2, past_seminar.sessions[0]))
    ]


def test_a_sheet_of_another_seminar_goes_to_its_own(
    organizer: Visitor, session: Session, past_seminar: Seminar, seminar: Seminar, registrations: list[Registration]
) -> None:
    photo = encode_jpeg(render_pdf_page_as_picture(print_sheet_pdf(organizer, past_seminar)))
    upload_scans(organizer, seminar, photo)
    upload_scans(organizer, past_seminar, photo)
    [scan] = list_scans_by_id(session)
    assert scan.seminar_id == past_seminar.id


def test_a_page_without_a_code_waits_until_the_organizer_files_it(
    organizer: Visitor, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    print_sheet_pdf(organizer, past_seminar)
    shown = upload_blank_page(organizer, past_seminar)
    [scan] = list_scans_by_id(session)
    assert (scan.session, scan.page) == (None, None)
    assert f"/desk/scans/{scan.id}" in organizer.get(build_documents_url(past_seminar)).list_links()
    [paper] = session.scalars(select(SheetPage))
    target, fields = shown.read_form("place")
    filed = organizer.follow(organizer.post(target, {**fields, "place": f"p{paper.id}"}))
    assert list_offered_ids(filed) == [registration.id for registration in registrations]
    assert list_ticked_ids(filed) == []
    assert list_scans_by_id(session)[0].page == paper


def test_another_list_is_filed_to_its_session_and_offers_everybody(
    organizer: Visitor, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    shown = upload_blank_page(organizer, past_seminar)
    target, fields = shown.read_form("place")
    filed = organizer.follow(organizer.post(target, {**fields, "place": f"s{past_seminar.sessions[1].id}"}))
    submit_confirmation(organizer, filed, registrations[1])
    assert list_marked_statuses(session) == [(registrations[1].id, past_seminar.sessions[1].id, PRESENT)]


def test_a_scan_is_not_filed_to_an_unknown_page_or_session(
    organizer: Visitor, session: Session, past_seminar: Seminar, seminar: Seminar, registrations: list[Registration]
) -> None:
    print_sheet_pdf(organizer, past_seminar)
    shown = upload_blank_page(organizer, past_seminar)
    target, fields = shown.read_form("place")
    foreign = f"s{seminar.sessions[0].id}"
    for wrong in ("", "p", "s", "x1", "p0", "p999999999999", "s-1", "p1x", foreign, "\x00", "😀"):
        organizer.follow(organizer.post(target, {**fields, "place": wrong}))
    assert list_scans_by_id(session)[0].session is None


def test_an_unfiled_scan_can_be_deleted_and_a_filed_one_can_not(
    app: Flask, organizer: Visitor, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    upload_signed_sheet(organizer, past_seminar)
    shown = upload_blank_page(organizer, past_seminar)
    target, fields = shown.read_form("remove")
    evidence, other = list_scans_by_id(session)
    forgotten = other.sha256
    organizer.post(target, fields)
    organizer.post(f"/desk/scans/{evidence.id}/remove", fields)
    assert [scan.id for scan in list_scans_by_id(session)] == [evidence.id]
    organizer.post(target, fields, status=404)
    files = Storage.from_settings(app.extensions["settings"], "sheets")
    assert files.load_content(evidence.sha256)
    with pytest.raises(FileMissing):
        files.load_content(forgotten)


def test_a_picture_that_another_seminar_needs_is_not_forgotten(
    app: Flask, organizer: Visitor, session: Session, past_seminar: Seminar, seminar: Seminar
) -> None:
    photo = encode_jpeg(Image.new("RGB", (600, 800), "white"))
    shown = organizer.follow(upload_scans(organizer, past_seminar, photo))
    upload_scans(organizer, seminar, photo)
    organizer.post(*shown.read_form("remove"))
    [left] = list_scans_by_id(session)
    assert left.seminar_id == seminar.id
    assert Storage.from_settings(app.extensions["settings"], "sheets").load_content(left.sha256)


def test_deleting_a_blank_page_keeps_the_file_of_a_filed_page(
    app: Flask, organizer: Visitor, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    paper = render_pdf_page_as_picture(print_sheet_pdf(organizer, past_seminar))
    upload_scans(organizer, past_seminar, join_scans_as_pdf(paper, Image.new("RGB", paper.size, "white")))
    evidence, blank = list_scans_by_id(session)
    assert (evidence.sha256, evidence.session, blank.session) == (blank.sha256, past_seminar.sessions[0], None)
    organizer.post(*organizer.get(f"/desk/scans/{blank.id}").read_form("remove"))
    assert list_scans_by_id(session) == [evidence]
    assert Storage.from_settings(app.extensions["settings"], "sheets").load_content(evidence.sha256)


def test_errors_are_shown_for_each_file_and_the_others_are_stored(
    organizer: Visitor, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    good = encode_jpeg(render_pdf_page_as_picture(print_sheet_pdf(organizer, past_seminar)))
    wrong = (b"x", good[:90], encode_jpeg(draw_qr("https://example.org/")), b"%PDF-1.7")
    answer = upload_scans(organizer, past_seminar, wrong[0], good, *wrong[1:], status=422)
    texts = answer.get_error("files")
    for number in (0, 2, 3, 4):
        assert f"IMG_{number}.jpg" in texts
    assert "IMG_1.jpg" not in texts
    assert len(list_scans_by_id(session)) == 1


def test_an_upload_without_a_file_is_refused(organizer: Visitor, past_seminar: Seminar) -> None:
    _target, fields = organizer.get(build_documents_url(past_seminar)).read_form("upload")
    assert organizer.post(f"/desk/seminars/{past_seminar.id}/scans", fields, status=422).get_error("files")


def test_photos_of_a_phone_come_in_and_a_hundred_megabytes_do_not(
    organizer: Visitor, stranger: Visitor, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    photo = encode_jpeg(render_pdf_page_as_picture(print_sheet_pdf(organizer, past_seminar)))
    large = (
        photo[:2] + b"".join(b"\xff\xfe\xff\xff" + bytes(65533) for _each in range(180)) + photo[2:]
    )  # comments of 12 MB
    upload_scans(organizer, past_seminar, large)
    assert len(list_scans_by_id(session)) == 1
    assert upload_scans(organizer, past_seminar, large, large[:2] + large, status=422).get_error("files")
    assert upload_scans(organizer, past_seminar, bytes(16 * 2**20), status=422).get_error("files")
    assert upload_scans(organizer, past_seminar, bytes(100 * 2**20), status=413).heading
    sent = build_scan_upload("", [bytes(5 * 2**20)])
    stranger.post(f"/desk/seminars/{past_seminar.id}/scans", sent.pop("data"), status=413, **sent)
    _target, fields = organizer.get("/desk/account").read_form()
    organizer.post(f"/desk/seminars/{past_seminar.id}/papers", {**fields, "session": "1" * 5 * 2**20}, status=413)


def test_nothing_is_stored_if_the_storage_fails(
    organizer: Visitor,
    session: Session,
    past_seminar: Seminar,
    registrations: list[Registration],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    photo = encode_jpeg(render_pdf_page_as_picture(print_sheet_pdf(organizer, past_seminar)))

    def fail(_handle: int) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "fsync", fail)
        answer = upload_scans(organizer, past_seminar, photo, status=422)
    assert "IMG_0.jpg" in answer.get_error("files")
    assert list_scans_by_id(session) == []
    upload_scans(organizer, past_seminar, photo)
    assert len(list_scans_by_id(session)) == 1


def test_a_stranger_opens_no_sheet(
    organizer: Visitor, stranger: Visitor, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    upload_signed_sheet(organizer, past_seminar)
    [scan] = list_scans_by_id(session)
    for address in (build_documents_url(past_seminar), f"/desk/scans/{scan.id}", f"/desk/scans/{scan.id}/file"):
        stranger.get(address, status=302)
    for address in (f"/desk/scans/{scan.id}/picture.webp", f"/desk/sheets/{scan.page_id}-kk.pdf"):
        stranger.get(address, status=302)
    for address in (
        "/desk/scans/999",
        "/desk/scans/999/file",
        "/desk/scans/999/picture.webp",
        "/desk/sheets/999-kk.pdf",
    ):
        organizer.get(address, status=404)
