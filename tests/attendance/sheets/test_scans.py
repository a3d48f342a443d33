"""A signed sheet comes back: it files itself by its code, is kept as evidence, and its rows are confirmed; nothing is overridden."""

import hashlib
import io
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from flask import Flask
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.attendance.desk.test_page import build_attendance_url, build_status_fields, list_marked_statuses
from tests.attendance.lists.test_lists import build_documents_url
from tests.attendance.signed_sheet import (
    encode_jpeg,
    join_scans_as_pdf,
    photograph_page,
    render_pdf_page_as_picture,
    sign_lines,
)
from tests.factories import AIGUL, MARINA, YERLAN, mark_sessions, register_person
from tests.page import Page
from tests.qr_pictures import draw_qr
from tests.visitor import Visitor
from trainer.attendance.ledger import load_seminar_attendance
from trainer.attendance.models import AttendanceMark, AttendanceStatus, MarkSource, SheetPage, SheetScan
from trainer.attendance.sheets.confirmation import confirm_scan, list_sheet_rows
from trainer.attendance.sheets.pdf import LINES_PER_PAGE
from trainer.attendance.sheets.printing import create_sheet_pages
from trainer.clock import now
from trainer.registration.models import Registration, RegistrationStatus
from trainer.seminars.models import Seminar
from trainer.storage import FileMissing, Storage

PRESENT, LATE, EXCUSED, ABSENT = (
    AttendanceStatus.PRESENT,
    AttendanceStatus.LATE,
    AttendanceStatus.EXCUSED,
    AttendanceStatus.ABSENT,
)


@pytest.fixture
def registrations(session: Session, past_seminar: Seminar) -> list[Registration]:
    """Three people of the seminar, in the order of the alphabet."""
    found = [register_person(session, past_seminar, details) for details in (YERLAN, AIGUL, MARINA)]
    session.commit()
    return found


def print_sheet_pdf(visitor: Visitor, seminar: Seminar, place: int = 0, language: str = "kk") -> bytes:
    """A new sheet for a session, as the desk hands it out."""
    token = visitor.get(build_documents_url(seminar)).read_form("upload")[1]["csrf_token"]
    chosen = {"csrf_token": token, "session": seminar.sessions[place].id, "language": language}
    return bytes(visitor.follow(visitor.post(build_documents_url(seminar), chosen)).response.data)


def build_scan_upload(token: str, files: Sequence[bytes]) -> dict[str, Any]:
    """A form with files, as a browser writes it."""
    parts = [b'--x\r\nContent-Disposition: form-data; name="csrf_token"\r\n\r\n' + token.encode()]
    for number, each in enumerate(files):
        head = f'--x\r\nContent-Disposition: form-data; name="files"; filename="IMG_{number}.jpg"\r\n\r\n'
        parts.append(head.encode() + each)
    return {"data": b"\r\n".join([*parts, b"--x--\r\n"]), "content_type": "multipart/form-data; boundary=x"}


def upload_scans(visitor: Visitor, seminar: Seminar, *files: bytes, status: int = 303) -> Page:
    """Upload files together."""
    token = visitor.get(build_documents_url(seminar)).read_form("upload")[1]["csrf_token"]
    sent = build_scan_upload(token, files)
    return visitor.post(f"/desk/seminars/{seminar.id}/scans", sent.pop("data"), status=status, **sent)


def list_scans_by_id(session: Session) -> list[SheetScan]:
    """Every scan that is kept."""
    session.commit()
    session.expire_all()
    return list(session.scalars(select(SheetScan).order_by(SheetScan.id)))


def list_ticked_ids(page: Page) -> list[int]:
    """Whom the confirmation page offers as signed."""
    return [
        int(field.get("value"))
        for field in page.find_all("input")
        if field.get("name") == "signed" and field.get("checked") is not None
    ]


def list_offered_ids(page: Page) -> list[int]:
    """Whom the confirmation page lets be ticked."""
    return [int(field.get("value")) for field in page.find_all("input") if field.get("name") == "signed"]


def submit_confirmation(visitor: Visitor, page: Page, *people: Registration) -> Page:
    """Confirm exactly these people; give the page afterwards."""
    target, fields = page.read_form("rows")
    return visitor.follow(visitor.post(target, {**fields, "signed": [person.id for person in people]}))


# --- printing ---------------------------------------------------------------------------------------------------------


def test_printing_keeps_who_stands_where_and_gives_each_page_a_code(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    past_seminar.capacity = 50
    for number in range(17):
        register_person(
            session, past_seminar, replace(AIGUL, surname=f"Әлиев{number:02d}", phone=f"+7701555{number:04d}", email="")
        )
    print_sheet_pdf(organizer, past_seminar)
    session.commit()
    pages = session.scalars(select(SheetPage).order_by(SheetPage.number)).all()
    assert [(page.number, page.page_count, len(page.registration_ids)) for page in pages] == [
        (1, 2, LINES_PER_PAGE),
        (2, 2, 2),
    ]
    assert len({page.code for page in pages}) == 2
    assert all(len(page.code) == 26 for page in pages)
    names = [
        session.get_one(Registration, registration_id).person.surname
        for page in pages
        for registration_id in page.registration_ids
    ]
    assert names == [f"Әлиев{number:02d}" for number in range(17)]


@pytest.mark.parametrize(
    ("people", "count"),
    [(0, 1), (LINES_PER_PAGE - 3, 1), (LINES_PER_PAGE - 2, 2), (LINES_PER_PAGE, 2), (2 * LINES_PER_PAGE - 3, 2)],
)
def test_there_always_are_lines_for_those_who_come_without_registering(
    session: Session, past_seminar: Seminar, app: Flask, clock: time_machine.Traveller, people: int, count: int
) -> None:
    past_seminar.capacity = 50
    for number in range(people):
        register_person(
            session, past_seminar, replace(AIGUL, surname=f"Ә{number}", phone=f"+7701555{number:04d}", email="")
        )
    pages = create_sheet_pages(session, past_seminar.sessions[0], now())
    assert len(pages) == count
    assert count * LINES_PER_PAGE - sum(len(page.registration_ids) for page in pages) >= 3


def test_a_sheet_can_be_had_again_with_the_same_codes_in_both_languages(
    organizer: Visitor, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    print_sheet_pdf(organizer, past_seminar)
    links = [link for link in organizer.get(build_documents_url(past_seminar)).list_links() if "/desk/sheets/" in link]
    assert len(links) == 2
    for link in links:
        upload_scans(
            organizer, past_seminar, encode_jpeg(render_pdf_page_as_picture(organizer.get(link).response.data))
        )
    session.commit()
    assert len({scan.page_id for scan in list_scans_by_id(session)}) == 1
    assert len(session.scalars(select(SheetPage)).all()) == 1


# --- uploading and filing ---------------------------------------------------------------------------------------------


def test_a_photo_files_itself_to_its_session_and_is_offered_for_confirmation(
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


def test_the_file_is_kept_by_its_hash_and_can_be_had_again(
    app: Flask, organizer: Visitor, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    photo = photograph_page(render_pdf_page_as_picture(print_sheet_pdf(organizer, past_seminar)))
    upload_scans(organizer, past_seminar, photo)
    [scan] = list_scans_by_id(session)
    kept = Storage.from_settings(app.extensions["settings"], "sheets").load_content(scan.sha256)
    assert kept == photo  # it told nothing of a place, so not a byte was changed
    answer = organizer.get(f"/desk/scans/{scan.id}/file").response
    assert (hashlib.sha256(answer.data).hexdigest(), answer.mimetype) == (scan.sha256, "image/jpeg")
    assert scan.uploaded_by is not None
    listed = organizer.get(build_documents_url(past_seminar)).words
    assert scan.sha256 in listed
    assert str(scan.uploaded_by.name) in listed
    picture = organizer.get(f"/desk/scans/{scan.id}/picture.webp").response
    assert Image.open(io.BytesIO(picture.data)).format == "WEBP"


def test_the_same_file_twice_is_kept_once(
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
    found = list_scans_by_id(session)
    assert [(item.page_number, item.session) for item in found] == [
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
    shown = organizer.follow(upload_scans(organizer, past_seminar, encode_jpeg(Image.new("RGB", (600, 800), "white"))))
    [scan] = list_scans_by_id(session)
    assert (scan.session, scan.page) == (None, None)
    assert f"/desk/scans/{scan.id}" in organizer.get(build_documents_url(past_seminar)).list_links()
    [paper] = session.scalars(select(SheetPage))
    target, fields = shown.read_form("place")
    filed = organizer.follow(organizer.post(target, {**fields, "place": f"p{paper.id}"}))
    assert list_offered_ids(filed) == [registration.id for registration in registrations]
    assert list_ticked_ids(filed) == []
    assert list_scans_by_id(session)[0].page == paper


def test_a_list_written_otherwise_is_filed_to_its_session_and_offers_everybody(
    organizer: Visitor, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    shown = organizer.follow(upload_scans(organizer, past_seminar, encode_jpeg(Image.new("RGB", (600, 800), "white"))))
    target, fields = shown.read_form("place")
    filed = organizer.follow(organizer.post(target, {**fields, "place": f"s{past_seminar.sessions[1].id}"}))
    submit_confirmation(organizer, filed, registrations[1])
    assert list_marked_statuses(session) == [(registrations[1].id, past_seminar.sessions[1].id, PRESENT)]


def test_a_scan_is_filed_nowhere_else_by_a_made_up_place(
    organizer: Visitor, session: Session, past_seminar: Seminar, seminar: Seminar, registrations: list[Registration]
) -> None:
    print_sheet_pdf(organizer, past_seminar)
    shown = organizer.follow(upload_scans(organizer, past_seminar, encode_jpeg(Image.new("RGB", (600, 800), "white"))))
    target, fields = shown.read_form("place")
    foreign = f"s{seminar.sessions[0].id}"
    for wrong in ("", "p", "s", "x1", "p0", "p999999999999", "s-1", "p1x", foreign, "\x00", "😀"):
        organizer.follow(organizer.post(target, {**fields, "place": wrong}))
    assert list_scans_by_id(session)[0].session is None


def test_what_is_no_sheet_can_be_taken_off_the_list_and_evidence_can_not(
    app: Flask, organizer: Visitor, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    upload_scans(
        organizer, past_seminar, encode_jpeg(render_pdf_page_as_picture(print_sheet_pdf(organizer, past_seminar)))
    )
    shown = organizer.follow(upload_scans(organizer, past_seminar, encode_jpeg(Image.new("RGB", (600, 800), "white"))))
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


def test_a_blank_page_taken_off_leaves_the_file_whose_other_page_is_evidence(
    app: Flask, organizer: Visitor, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    paper = render_pdf_page_as_picture(print_sheet_pdf(organizer, past_seminar))
    upload_scans(organizer, past_seminar, join_scans_as_pdf(paper, Image.new("RGB", paper.size, "white")))
    evidence, blank = list_scans_by_id(session)
    assert (evidence.sha256, evidence.session, blank.session) == (blank.sha256, past_seminar.sessions[0], None)
    organizer.post(*organizer.get(f"/desk/scans/{blank.id}").read_form("remove"))
    assert list_scans_by_id(session) == [evidence]
    assert Storage.from_settings(app.extensions["settings"], "sheets").load_content(evidence.sha256)


# --- refusals ---------------------------------------------------------------------------------------------------------


def test_what_is_wrong_is_said_beside_the_field_and_the_others_are_kept(
    organizer: Visitor, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    good = encode_jpeg(render_pdf_page_as_picture(print_sheet_pdf(organizer, past_seminar)))
    wrong = (b"x", good[:90], encode_jpeg(draw_qr("https://example.org/")), b"%PDF-1.7")
    answer = upload_scans(organizer, past_seminar, wrong[0], good, *wrong[1:], status=422)
    said = answer.get_error("files")
    for number in (0, 2, 3, 4):
        assert f"IMG_{number}.jpg" in said
    assert "IMG_1.jpg" not in said
    assert len(list_scans_by_id(session)) == 1


def test_an_upload_without_a_file_is_asked_again(organizer: Visitor, past_seminar: Seminar) -> None:
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


def test_nothing_is_half_kept_when_the_storage_fails(
    organizer: Visitor,
    session: Session,
    past_seminar: Seminar,
    registrations: list[Registration],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    photo = encode_jpeg(render_pdf_page_as_picture(print_sheet_pdf(organizer, past_seminar)))

    def full(_path: Path, *_more: Any, **_options: Any) -> Any:
        raise OSError("no space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(Path, "open", full)
        with pytest.raises(OSError, match="no space"):
            upload_scans(organizer, past_seminar, photo)
    assert list_scans_by_id(session) == []
    upload_scans(organizer, past_seminar, photo)
    assert len(list_scans_by_id(session)) == 1


def test_a_stranger_opens_no_sheet(
    organizer: Visitor, stranger: Visitor, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    upload_scans(
        organizer, past_seminar, encode_jpeg(render_pdf_page_as_picture(print_sheet_pdf(organizer, past_seminar)))
    )
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


# --- confirming -------------------------------------------------------------------------------------------------------


def test_confirming_marks_those_who_are_ticked_from_paper(
    organizer: Visitor, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    shown = organizer.follow(
        upload_scans(
            organizer,
            past_seminar,
            encode_jpeg(sign_lines(render_pdf_page_as_picture(print_sheet_pdf(organizer, past_seminar)), [0, 1])),
        )
    )
    after = submit_confirmation(organizer, shown, registrations[0], registrations[2])
    marks = session.scalars(select(AttendanceMark)).all()
    assert {(mark.registration_id, mark.status, mark.source) for mark in marks} == {
        *((registrations[0].id, PRESENT, MarkSource.PAPER), (registrations[2].id, PRESENT, MarkSource.PAPER))
    }
    assert list_offered_ids(after) == [registrations[1].id]
    assert list_scans_by_id(session)[0].confirmed_at is not None


def test_whoever_is_marked_already_is_shown_so_and_left(
    organizer: Visitor, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    mark_sessions(session, registrations[0], ABSENT)
    mark_sessions(session, registrations[1], LATE)
    mark_sessions(session, registrations[2], PRESENT)
    mark_sessions(session, registrations[2], ABSENT)
    shown = organizer.follow(
        upload_scans(
            organizer,
            past_seminar,
            encode_jpeg(sign_lines(render_pdf_page_as_picture(print_sheet_pdf(organizer, past_seminar)), [0, 1, 2])),
        )
    )
    before = list_marked_statuses(session)
    assert list_offered_ids(shown) == []
    submit_confirmation(organizer, shown, *registrations)
    assert list_marked_statuses(session) == before


def test_whoever_was_marked_otherwise_meanwhile_is_left(
    organizer: Visitor,
    session: Session,
    past_seminar: Seminar,
    registrations: list[Registration],
    clock: time_machine.Traveller,
) -> None:
    shown = organizer.follow(
        upload_scans(
            organizer,
            past_seminar,
            encode_jpeg(sign_lines(render_pdf_page_as_picture(print_sheet_pdf(organizer, past_seminar)), [0, 1])),
        )
    )
    organizer.submit(build_attendance_url(past_seminar), build_status_fields((registrations[0], EXCUSED)), form="roll")
    clock.shift(timedelta(minutes=1))
    submit_confirmation(organizer, shown, registrations[0], registrations[1])
    place = past_seminar.sessions[0].id
    assert list_marked_statuses(session) == [
        (registrations[0].id, place, EXCUSED),
        (registrations[1].id, place, PRESENT),
    ]


def test_confirming_twice_marks_once(
    organizer: Visitor, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    shown = organizer.follow(
        upload_scans(
            organizer, past_seminar, encode_jpeg(render_pdf_page_as_picture(print_sheet_pdf(organizer, past_seminar)))
        )
    )
    submit_confirmation(organizer, shown, registrations[0])
    submit_confirmation(organizer, shown, registrations[0])
    assert len(list_marked_statuses(session)) == 1


def test_a_mark_from_paper_can_be_taken_back_as_long_as_it_is_the_last_word(
    organizer: Visitor,
    session: Session,
    past_seminar: Seminar,
    registrations: list[Registration],
    clock: time_machine.Traveller,
) -> None:
    shown = organizer.follow(
        upload_scans(
            organizer, past_seminar, encode_jpeg(render_pdf_page_as_picture(print_sheet_pdf(organizer, past_seminar)))
        )
    )
    after = submit_confirmation(organizer, shown, registrations[0], registrations[1])
    [scan] = list_scans_by_id(session)
    fields = after.read_form("rows")[1]
    clock.shift(timedelta(minutes=1))
    for _twice in range(2):
        organizer.post(f"/desk/scans/{scan.id}/take-back", {**fields, "registration": registrations[0].id})
    for wrong in (registrations[2].id, 0, 999, "x", ""):
        organizer.post(f"/desk/scans/{scan.id}/take-back", {**fields, "registration": wrong})
    said = [item[::2] for item in list_marked_statuses(session)]
    assert sorted(said[:2]) == sorted(
        [(registrations[0].id, PRESENT), (registrations[1].id, PRESENT)]
    )  # at one moment, in either order
    assert said[2:] == [(registrations[0].id, ABSENT)]
    assert (
        load_seminar_attendance(session, past_seminar)[registrations[0].id, past_seminar.sessions[0].id].status
        == ABSENT
    )


def test_somebody_merged_is_marked_under_the_one_who_was_kept_and_who_left_is_not(
    organizer: Visitor, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    paper = render_pdf_page_as_picture(print_sheet_pdf(organizer, past_seminar))
    yerlan, aigul, marina = registrations
    yerlan.status, yerlan.merged_into_id = RegistrationStatus.MERGED, aigul.id
    marina.status = RegistrationStatus.CANCELLED
    shown = organizer.follow(upload_scans(organizer, past_seminar, encode_jpeg(sign_lines(paper, [0, 2]))))
    assert set(list_offered_ids(shown)) == {aigul.id}
    submit_confirmation(organizer, shown, yerlan, aigul, marina)
    assert list_marked_statuses(session) == [(aigul.id, past_seminar.sessions[0].id, PRESENT)]


def test_signatures_on_empty_lines_are_pointed_out(
    organizer: Visitor, session: Session, past_seminar: Seminar, registrations: list[Registration]
) -> None:
    shown = organizer.follow(
        upload_scans(
            organizer,
            past_seminar,
            encode_jpeg(sign_lines(render_pdf_page_as_picture(print_sheet_pdf(organizer, past_seminar)), [3, 6])),
        )
    )
    assert "4, 7" in shown.words
    assert f"/desk/seminars/{past_seminar.id}/registrations/new" in shown.list_links()


def test_nobody_is_marked_by_a_made_up_tick(
    organizer: Visitor, session: Session, past_seminar: Seminar, seminar: Seminar, registrations: list[Registration]
) -> None:
    elsewhere = register_person(session, seminar, AIGUL)
    shown = organizer.follow(
        upload_scans(
            organizer, past_seminar, encode_jpeg(render_pdf_page_as_picture(print_sheet_pdf(organizer, past_seminar)))
        )
    )
    target, fields = shown.read_form("rows")
    organizer.post(target, {**fields, "signed": ["x", "-1", "0", "9" * 30, "\x00", str(elsewhere.id)]})
    assert list_marked_statuses(session) == []


@settings(max_examples=25)
@given(st.data())
def test_any_ticks_give_exactly_their_marks(
    session: Session,
    past_seminar: Seminar,
    registrations: list[Registration],
    clock: time_machine.Traveller,
    data: st.DataObject,
) -> None:
    with session.begin_nested() as undone:
        place, moment = past_seminar.sessions[0], now()
        before = {
            registration.id: data.draw(st.sampled_from([None, *AttendanceStatus])) for registration in registrations
        }
        for registration in registrations:
            if before[registration.id]:
                mark_sessions(session, registration, before[registration.id])
        [paper] = create_sheet_pages(session, place, moment)
        scan = SheetScan(
            seminar_id=past_seminar.id,
            session=place,
            page=paper,
            sha256="0" * 64,
            media_type="image/jpeg",
            page_number=1,
            uploaded_at=moment,
        )
        session.add(scan)
        session.flush()
        chosen = data.draw(st.sets(st.sampled_from([*(registration.id for registration in registrations), 999])))
        done = confirm_scan(session, scan, chosen, moment, None)
        fresh = {item for item in chosen & set(before) if before[item] is None}
        found = session.scalars(select(AttendanceMark).where(AttendanceMark.source == MarkSource.PAPER)).all()
        assert sorted(item.registration_id for item in found) == sorted(fresh)
        assert {(item.status, item.session_id) for item in found} <= {(PRESENT, place.id)}
        assert done.marked_count == len(fresh)
        assert done.skipped_count == sum(before[item] in (EXCUSED, ABSENT) for item in chosen & set(before))
        standing = {row.registration.id: row.attendance.status for row in list_sheet_rows(session, scan)}
        assert standing == {item: PRESENT if item in fresh else before[item] for item in before}
        undone.rollback()
