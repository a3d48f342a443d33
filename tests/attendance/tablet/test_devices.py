"""Desk pages of tablets: adding, pairing codes, status, revocation, and import of a queue file."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import time_machine
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.attendance.tablet_client import API, Tablet, create_paired_tablet, get_device
from tests.factories import AIGUL, NOON, YERLAN, create_seminar, register_person
from tests.page import Page, get_words
from tests.visitor import Visitor
from trainer.attendance.models import AttendanceMark, Device
from trainer.registration.models import Registration
from trainer.seminars.models import Seminar

MULTIPART = "multipart/form-data; boundary=x"


def read_pairing_code(page: Page) -> str:
    """Return the pairing code in the address below the QR code."""
    return page.words.split("/tablet/pair/")[1].split()[0]


def submit_new_device(organizer: Visitor, *seminars: Seminar, name: str = "Планшет 1") -> Page:
    """Add a tablet at the desk and return its page."""
    answer = organizer.submit(
        "/desk/tablets/new", {"name": name, "seminars": [str(seminar.id) for seminar in seminars]}
    )
    return organizer.follow(answer)


def test_a_tablet_is_added_and_pairs_by_the_code_that_is_shown(
    organizer: Visitor, app: Flask, session: Session, past_seminar: Seminar
) -> None:
    other = create_seminar(session, past_seminar.project, slug="other")
    page = submit_new_device(organizer, past_seminar)
    assert list(page.get_element("main").iter("svg")) or "<svg" in page.text
    answer = app.test_client().post(f"{API}/pair", json={"code": read_pairing_code(page)})
    assert answer.status_code == 200
    session.commit()
    device = session.scalars(select(Device)).one()
    assert (device.name, [seminar.id for seminar in device.seminars], device.paired_at) == (
        "Планшет 1",
        [past_seminar.id],
        NOON,
    )
    assert other.id not in [seminar.id for seminar in device.seminars]
    again = organizer.get(f"/desk/tablets/{device.id}")
    assert "/tablet/pair/" not in again.text


def test_the_code_is_shown_only_where_it_was_made_and_a_new_one_replaces_it(
    organizer: Visitor, app: Flask, session: Session, past_seminar: Seminar, clock: time_machine.Traveller
) -> None:
    first = read_pairing_code(submit_new_device(organizer, past_seminar))
    device = session.scalars(select(Device)).one()
    page = f"/desk/tablets/{device.id}"
    assert read_pairing_code(organizer.get(page)) == first
    second = read_pairing_code(request_new_code(organizer, page))
    assert second != first
    assert app.test_client().post(f"{API}/pair", json={"code": first}).status_code == 404
    clock.shift(timedelta(minutes=10))
    assert "/tablet/pair/" not in organizer.get(page).text


def request_new_code(organizer: Visitor, page: str) -> Page:
    """Request a new pairing code and return the tablet's page."""
    token = organizer.get("/desk/tablets/new").read_form()[1]["csrf_token"]
    return organizer.follow(organizer.post(f"{page}/code", {"csrf_token": token}))


def test_a_tablet_has_a_name_and_at_least_one_seminar(
    organizer: Visitor, session: Session, past_seminar: Seminar
) -> None:
    page = organizer.submit("/desk/tablets/new", {"name": " "}, status=422)
    assert page.get_error("name")
    assert page.get_error("seminars")
    foreign = organizer.submit("/desk/tablets/new", {"name": "x", "seminars": ["999"]}, status=422)
    assert foreign.get_error("seminars")
    assert session.scalars(select(Device)).all() == []


def test_the_browser_does_not_ask_for_every_seminar_to_be_ticked(organizer: Visitor, past_seminar: Seminar) -> None:
    boxes = [field for field in organizer.get("/desk/tablets/new").find_all("input") if field.get("type") == "checkbox"]
    assert boxes
    assert not any("required" in box.attrib for box in boxes)


def test_a_paired_tablet_gets_no_second_code(
    organizer: Visitor, app: Flask, session: Session, past_seminar: Seminar
) -> None:
    tablet = create_paired_tablet(app, session, past_seminar)
    request_new_code(organizer, f"/desk/tablets/{tablet.device}")
    assert tablet.request("GET", "/time").status_code == 200
    assert "/tablet/pair/" not in organizer.get(f"/desk/tablets/{tablet.device}").text


def test_revocation_needs_confirmation_and_blocks_the_tablet(
    organizer: Visitor, app: Flask, session: Session, past_seminar: Seminar
) -> None:
    tablet = create_paired_tablet(app, session, past_seminar)
    page = f"/desk/tablets/{tablet.device}/revoke"
    organizer.get(page)
    assert tablet.request("GET", "/time").status_code == 200
    organizer.submit(page)
    assert tablet.request("GET", "/time").status_code == 401
    assert get_device(session, tablet).revoked_at == NOON


def test_the_list_shows_the_status_of_every_tablet(
    organizer: Visitor, app: Flask, session: Session, past_seminar: Seminar, clock: time_machine.Traveller
) -> None:
    tablet = create_paired_tablet(app, session, past_seminar, name="Кіреберіс")
    tablet.clock_lag = timedelta(minutes=7)
    tablet.send(waiting=12)
    clock.shift(timedelta(hours=3))
    page = organizer.get("/desk/tablets?lang=en")
    assert "Кіреберіс" in page.words
    assert "12 items have not been sent yet." in page.words
    assert "The clock is 7 minutes slow." in page.words
    assert "3 hours ago" in page.words


def test_unsent_items_of_a_revoked_tablet_are_shown_until_its_file_is_imported(
    organizer: Visitor, app: Flask, session: Session, past_seminar: Seminar
) -> None:
    person, tablet = register_person(session, past_seminar), create_paired_tablet(app, session, past_seminar)
    tablet.send(waiting=1)
    organizer.submit(f"/desk/tablets/{tablet.device}/revoke")
    mark = tablet.mark(person.id, past_seminar.sessions[0].id)
    tablet.send(mark, waiting=2, status=401)
    for address in ("/desk/tablets?lang=en", f"/desk/tablets/{tablet.device}?lang=en"):
        page = organizer.get(address)
        assert "not been sent yet" not in page.words
        assert "3 at last contact; you can import them from a file" in page.words
    upload_queue_file(organizer, tablet, {"device": tablet.device, "items": [mark]})
    assert "at last contact" not in organizer.get("/desk/tablets?lang=en").words


def test_revoked_tablets_are_listed_last(
    organizer: Visitor, app: Flask, session: Session, past_seminar: Seminar
) -> None:
    for name in ("Кіреберіс", "Зал", "Ескі"):
        tablet = create_paired_tablet(app, session, past_seminar, name=name)
    organizer.submit(f"/desk/tablets/{tablet.device}/revoke")
    page_words = organizer.get("/desk/tablets").words
    assert page_words.index("Зал") < page_words.index("Кіреберіс") < page_words.index("Ескі")


def test_an_address_without_https_is_named(organizer: Visitor, app: Flask, past_seminar: Seminar) -> None:
    assert "BASE_URL" not in organizer.get("/desk/tablets").words
    app.extensions["settings"] = replace(app.extensions["settings"], base_url="http://192.0.2.7:8000")
    assert "http://192.0.2.7:8000" in organizer.get("/desk/tablets").words


def upload_queue_file(organizer: Visitor, tablet: Tablet, content: Any, status: int = 200) -> Page:
    """Upload a queue file on the tablet's page."""
    raw = content if isinstance(content, bytes) else json.dumps(content).encode()
    page = organizer.get(f"/desk/tablets/{tablet.device}")
    address, fields = page.read_form()
    return organizer.post(address, build_queue_upload(fields["csrf_token"], raw), status=status, content_type=MULTIPART)


def build_queue_upload(token: str, file: bytes) -> bytes:
    """Return the body of a multipart request with a file."""
    parts = (("csrf_token", token.encode()), ('file"; filename="queue.json', file))
    head = '--x\r\nContent-Disposition: form-data; name="{}"\r\n\r\n'
    return b"".join(head.format(name).encode() + value + b"\r\n" for name, value in parts) + b"--x--\r\n"


def test_a_queue_file_is_imported_and_counts_nothing_twice(
    organizer: Visitor, app: Flask, session: Session, past_seminar: Seminar
) -> None:
    people = [register_person(session, past_seminar, details) for details in (AIGUL, YERLAN)]
    tablet, session_id = create_paired_tablet(app, session, past_seminar), past_seminar.sessions[0].id
    sent = tablet.mark(people[0].id, session_id)
    tablet.send_and_list_outcomes(sent)
    walk_in = tablet.walk_in(past_seminar.id)
    items = [
        sent,
        tablet.mark(walk_in["id"], session_id),
        *([None] * 600),
        walk_in,
        tablet.mark(people[1].id, session_id),
    ]
    tablet.request("GET", "/time")
    organizer.submit(f"/desk/tablets/{tablet.device}/revoke")
    page = upload_queue_file(organizer, tablet, {"device": tablet.device, "time": "", "items": items})
    figures = [get_words(figure) for figure in page.find_all("dd")]
    assert figures == ["3", "1", "0", "600"]
    session.commit()
    assert len(session.scalars(select(AttendanceMark)).all()) == 3
    assert len(session.scalars(select(Registration)).all()) == 3
    again = upload_queue_file(organizer, tablet, {"device": tablet.device, "items": items})
    assert [get_words(figure) for figure in again.find_all("dd")] == ["0", "4", "0", "600"]


def test_refused_and_shortened_items_are_explained(
    organizer: Visitor, app: Flask, session: Session, past_seminar: Seminar
) -> None:
    person, tablet, session_id = (
        register_person(session, past_seminar),
        create_paired_tablet(app, session, past_seminar),
        past_seminar.sessions[0].id,
    )
    refused = tablet.walk_in(past_seminar.id, consent="0" * 16, position="дәрігер 900101300017")
    damaged = tablet.walk_in(past_seminar.id, surname="Ғабитова", given_name=["Гүлнар"], language="fr", phone="\ud800")
    shortened = tablet.walk_in(past_seminar.id, surname="Соколова", workplace="900101300017")
    items = [
        tablet.mark(refused["id"], session_id, "late"),
        tablet.signature(person.id, session_id, session=999_999),
        tablet.mark(True, 10**30),
        *(refused, damaged, shortened),
    ]
    organizer.client.set_cookie("language", "en")
    page = upload_queue_file(organizer, tablet, {"device": tablet.device, "items": items})
    assert [get_words(figure) for figure in page.find_all("dd")] == ["1", "0", "0", "5"]
    for sentence in (
        "Came without registering: Сәтбаева Дина · 8 702 555 01 77 · № 3 емхана · дәрігер. It is not known what",
        "Came without registering: Ғабитова",
        "Mark: Сәтбаева Дина · Late ·",
        f"Participant’s signature: {person.person.full_name}. This session is not part of",
        "Came without registering: Соколова Дина · 8 702 555 01 77 · мейіргер. An IIN was entered; it is not saved.",
    ):
        assert sentence in page.words, page.words
    assert "900101300017" not in page.text
    assert f"/desk/seminars/{past_seminar.id}/conflicts" in page.list_links()


def test_a_large_queue_file_is_imported_for_organizers_only(
    organizer: Visitor, stranger: Visitor, app: Flask, session: Session, past_seminar: Seminar
) -> None:
    person, session_id = register_person(session, past_seminar), past_seminar.sessions[0].id
    tablet = create_paired_tablet(app, session, past_seminar)
    signatures = [tablet.signature(person.id, session_id, strokes=[[[1000, 400]] * 2500]) for _each in range(250)]
    content = json.dumps({"device": tablet.device, "items": signatures}).encode()
    assert len(content) > 4 * 2**20
    assert get_words(upload_queue_file(organizer, tablet, content).find_all("dd")[0]) == "250"
    upload_queue_file(organizer, tablet, bytes(65 * 2**20), 413)
    stranger.post(
        f"/desk/tablets/{tablet.device}/import", build_queue_upload("", content), status=413, content_type=MULTIPART
    )


def test_a_file_of_another_tablet_or_an_invalid_file_is_refused(
    organizer: Visitor, app: Flask, session: Session, past_seminar: Seminar
) -> None:
    tablet = create_paired_tablet(app, session, past_seminar)
    for content in (b"", b"[]", b"[" * 100_000, b"\xff", {"device": tablet.device}, {"device": 999, "items": []}):
        assert upload_queue_file(organizer, tablet, content, 422).get_error("file")
    token = organizer.get("/desk/tablets/new").read_form()[1]["csrf_token"]
    page = organizer.post(f"/desk/tablets/{tablet.device}/import", {"csrf_token": token}, status=422)
    assert page.get_error("file")
